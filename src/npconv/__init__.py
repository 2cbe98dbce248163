"""npconv: a translation-validating compiler between Kubernetes network-policy dialects."""

__version__ = "0.1.0"
