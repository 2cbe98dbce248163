"""Codes for: Kubernetes and policy API objects that are refused."""

from __future__ import annotations
