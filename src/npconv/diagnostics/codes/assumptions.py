"""Codes for: what a translation stands on."""

from __future__ import annotations
