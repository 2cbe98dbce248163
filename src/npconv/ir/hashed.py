"""Frozen dataclasses that are asked for their hash again and again -> the same, with the hash worked out once."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TypeVar

_T = TypeVar("_T", bound=type)


class Hashed:
    """Where the hash is kept. It is no field: never compared, printed or pickled (it differs between processes)."""

    __slots__ = ("_hash",)
    _hash: int


def hashed_once(cls: _T) -> _T:
    """Make a frozen dataclass that inherits `Hashed` remember the hash of its fields, all of which are compared."""
    fields: Callable[[Hashed], object] = attrgetter(*vars(cls)["__match_args__"])

    def __hash__(self: Hashed) -> int:  # noqa: N807 - it becomes that method
        try:
            return self._hash
        except AttributeError:
            found = hash(fields(self))
            object.__setattr__(self, "_hash", found)
            return found

    cls.__hash__ = __hash__  # type: ignore[assignment]
    return cls
