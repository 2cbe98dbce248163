"""A regular expression -> the same, compiled when it is used for the first time.

npconv has ninety, of which a short run uses a few, and one takes as long to compile as a policy to read. So a module
says `_NAME: Final = pattern(r"[a-z]+")` where it would say `re.compile`, and type checkers see that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any


class _Method:
    """A method of the compiled expression, which takes the place of this when it is asked for."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, expression: _Pattern, owner: type) -> Any:
        found = getattr(re.compile(expression.text, expression.options), self._name)
        setattr(expression, self._name, found)
        return found


class _Pattern:
    """What of `re.Pattern` npconv uses."""

    def __init__(self, text: str, options: int = 0) -> None:
        self.text = text
        self.options = options

    def __repr__(self) -> str:
        return f"pattern({self.text!r})"

    fullmatch = _Method()
    match = _Method()
    search = _Method()
    sub = _Method()
    split = _Method()
    findall = _Method()
    finditer = _Method()


__all__ = ["pattern"]

if TYPE_CHECKING:
    from re import compile as pattern
else:
    pattern = _Pattern
