"""Codes for: npconv contradicts itself."""

from __future__ import annotations
