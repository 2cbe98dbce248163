"""Whether policies are valid for their engine, and say what their authors meant."""

from __future__ import annotations

from npconv.linter.model import Finding, Linted, LintOptions
from npconv.linter.run import lint

__all__ = ["Finding", "LintOptions", "Linted", "lint"]
