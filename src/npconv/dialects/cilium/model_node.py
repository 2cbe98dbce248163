"""What all parts of Cilium's model have in common: they stood somewhere, or nowhere."""

from __future__ import annotations

from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A mapping of a document; `origin` is None for what npconv built itself, and no part of the value."""

    origin: Origin | None = field(default=None, compare=False, repr=False)
