"""Frozen dataclasses that are asked for their hash again and again: it is worked out once."""

from __future__ import annotations


class Hashed:
    """Where the hash is kept. It is no field: never compared, printed or pickled (it differs between processes)."""

    __slots__ = ("_hash",)
    _hash: int
