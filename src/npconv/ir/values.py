"""Sets of label values: any finite or cofinite set of texts, with or without "the label is absent"."""

from __future__ import annotations

from npconv.dataclass import dataclass
from npconv.hashed import Hashed


@dataclass(frozen=True, slots=True)
class Values(Hashed):
    """A subset of all texts plus absence. `named` lists the members, or the only non-members if `cofinite`."""

    named: frozenset[str]
    cofinite: bool
    absent: bool

    @property
    def is_empty(self) -> bool:
        """Whether neither absence nor any text is in it."""
        return not (self.named or self.cofinite or self.absent)

    @property
    def is_full(self) -> bool:
        """Whether absence and every text are in it."""
        return self.cofinite and self.absent and not self.named

    def __contains__(self, value: object) -> bool:
        if value is None:
            return self.absent
        return (value in self.named) != self.cofinite

    def __invert__(self) -> Values:
        return Values(self.named, not self.cofinite, not self.absent)

    def __and__(self, other: Values) -> Values:
        absent = self.absent and other.absent
        match self.cofinite, other.cofinite:
            case False, False:
                return Values(self.named & other.named, False, absent)
            case False, True:
                return Values(self.named - other.named, False, absent)
            case True, False:
                return Values(other.named - self.named, False, absent)
            case _:
                return Values(self.named | other.named, True, absent)

    def __or__(self, other: Values) -> Values:
        return ~(~self & ~other)

    def __str__(self) -> str:
        listed = "{" + ", ".join(f'"{name}"' for name in sorted(self.named)) + "}"
        if not self.cofinite:
            if not self.named:
                return "absent" if self.absent else "nothing"
            return f"in {listed}" + (" or absent" if self.absent else "")
        if not self.named:
            return "anything" if self.absent else "present"
        return f"not in {listed}" if self.absent else f"present and not in {listed}"


PRESENT = Values(frozenset(), True, False)
"""Any text."""
ABSENT = Values(frozenset(), False, True)
"""No such label."""
ANY_VALUE = Values(frozenset(), True, True)


def one_of(*names: str) -> Values:
    """Present, with one of these values (Kubernetes `In`)."""
    return Values(frozenset(names), False, False)


def none_of(*names: str) -> Values:
    """Absent, or present with another value (Kubernetes `NotIn`, Calico `!=` and `not in`)."""
    return Values(frozenset(names), True, True)
