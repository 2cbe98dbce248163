"""What all parts of Cilium's model have in common, and what those know that stood somewhere."""

from __future__ import annotations

from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Key, Origin, below
from npconv.hashed import Hashed


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Hashed):
    """A mapping of a document. It does not know where it stood: equal ones may be one and the same object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Node):
    """An object, or a rule of one. `origin` is None for what npconv built itself, and no part of the value."""

    origin: Origin | None = field(default=None, compare=False, repr=False)

    def at(self, *keys: Key) -> Origin | None:
        """The origin of a value further down, if there is one."""
        return below(self.origin, *keys)
