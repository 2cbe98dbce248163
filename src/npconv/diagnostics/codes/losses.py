"""Codes for: what a translation could not say."""

from __future__ import annotations
