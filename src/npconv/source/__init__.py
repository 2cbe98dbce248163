"""YAML and JSON text to documents with positions, read as Kubernetes reads it. Knows no policy."""
