"""What was written as one thing, whatever an engine makes of it: the identity of a place in a document."""

from __future__ import annotations

from typing import TypeAlias

from npconv.diagnostics.origin import Origin, Path

Key: TypeAlias = tuple[int, Path]
"""A document, by identity, and a path in it."""


def key_of(origin: Origin) -> Key:
    """The identity of a place."""
    return id(origin.place), origin.path
