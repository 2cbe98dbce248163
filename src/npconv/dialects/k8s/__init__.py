"""Kubernetes NetworkPolicy (networking.k8s.io/v1): its own words, its own rules, and how it is written."""
