"""Codes for: Cilium objects that Cilium refuses."""

from __future__ import annotations
