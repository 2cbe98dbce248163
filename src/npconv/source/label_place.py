"""A label -> the ways to where a Kubernetes label selector asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.source.place_of import Item, Steps


def asks_for(label: str) -> Iterator[Steps]:
    """The ways down from a selector to what it asks of a label, by value or by expression."""
    yield ("matchLabels", label)
    yield ("matchExpressions", Item("key", label))
