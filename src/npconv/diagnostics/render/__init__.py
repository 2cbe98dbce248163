"""Diagnostics -> text for people and for editors."""

from __future__ import annotations

from npconv.diagnostics.render.report import render

__all__ = ["render"]
