"""What a target can say of a feature, and what it cannot and why: one entry of its total table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.ir.features import Feature


class Level(Enum):
    """How well a target says a feature (design, section 4)."""

    NATIVE = "native"
    """It has words of its own for it."""
    REWRITTEN = "rewritten"
    """It says the same in other words."""
    NEVER = "never"
    """It has no words for it. Output is narrower, and says so."""
    NOT_YET = "notyet"
    """It has words that npconv does not write yet. Output is narrower, and says so."""


class Need(Enum):
    """What has to be known of the cluster for a feature to be said."""

    NAMESPACES = "the cluster's Namespace objects"
    SERVICES = "the Service objects"
    PODS = "the Pods or their workloads"
    POD_CIDRS = "`--pod-cidr`"
    NODE_CIDRS = "`--node-cidr`"
    ONE_FAMILY = "pods with IPv4 alone (no `--dual-stack`)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a table: how well, by which words, or why not.

    `needs` is what must be known for it. `code` is the loss where the feature is not said, be it because something
    needed is not known; None if it always is.
    """

    level: Level
    how: str
    code: Code | None = None
    needs: tuple[Need, ...] = ()

    @property
    def is_said(self) -> bool:
        """Whether the target says it exactly, given what it needs."""
        return self.level in (Level.NATIVE, Level.REWRITTEN)


Table: TypeAlias = Mapping[Feature, Entry]
"""An entry for every feature."""


def native(how: str, code: Code | None = None, *, needs: tuple[Need, ...] = ()) -> Entry:
    """The target has words of its own: `how` names them."""
    return Entry(Level.NATIVE, how, code, needs)


def rewritten(how: str, code: Code | None = None, *, needs: tuple[Need, ...] = ()) -> Entry:
    """The target says the same in other words: `how` says in which."""
    return Entry(Level.REWRITTEN, how, code, needs)


def never(why: str, code: Code) -> Entry:
    """The target cannot say it."""
    return Entry(Level.NEVER, why, code)


def not_yet(missing: str, code: Code) -> Entry:
    """The target could say it: `missing` is what npconv lacks."""
    return Entry(Level.NOT_YET, missing, code)
