"""The version of npconv, which every layer may say."""

__version__ = "0.1.0"
