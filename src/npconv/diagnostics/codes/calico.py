"""Codes for: Calico objects that Calico refuses."""

from __future__ import annotations
