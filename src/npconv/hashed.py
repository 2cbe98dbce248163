"""Frozen dataclasses that are asked for their hash again and again -> the same, with the hash worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T", bound=type)


class Hashed:
    """Where the hash is kept. It is no field: never compared, printed or pickled (it differs between processes)."""

    __slots__ = ("_hash",)
    _hash: int


def hashed_once(cls: _T) -> _T:
    """Make a frozen dataclass that inherits `Hashed` remember the hash of its fields."""
    of_fields: Callable[[Any], int] = vars(cls)["__hash__"]

    def __hash__(self: Hashed) -> int:  # noqa: N807 - it becomes that method
        try:
            return self._hash
        except AttributeError:
            found = of_fields(self)
            object.__setattr__(self, "_hash", found)
            return found

    cls.__hash__ = __hash__  # type: ignore[assignment]
    return cls
