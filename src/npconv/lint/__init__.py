"""Whether policies are valid for their engine, and say what their authors meant."""

from __future__ import annotations

from npconv.lint.model import Finding, Linted, LintOptions
from npconv.lint.run import lint

__all__ = ["Finding", "LintOptions", "Linted", "lint"]
