"""Diagnostics -> text for people and editors (`render`), and every form for machines (`forms`, from a `run.Run`)."""

from __future__ import annotations

from npconv.diagnostics.render.report import render

__all__ = ["render"]
