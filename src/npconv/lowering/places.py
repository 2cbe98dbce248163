"""Subjects -> which of them can meet at all: an index by namespace, so that not every pair has to be compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from npconv.ir.dimensions import NAMESPACE
from npconv.ir.values import Values
from npconv.lowering.cube import Cube


class Places:
    """Numbered subjects. Most policies select in one namespace, and meet no policy of another one."""

    def __init__(self, subjects: Iterable[tuple[int, Cube]]) -> None:
        self._all: list[int] = []
        self.open: list[int] = []
        """The places of subjects that list no namespaces."""
        self._named: dict[str, list[int]] = {}
        for place, subject in subjects:
            self.add(place, subject)

    def add(self, place: int, subject: Cube) -> None:
        """Number one more subject: higher than all before it."""
        self._all.append(place)
        names = _names(subject)
        if names is None:
            self.open.append(place)
        else:
            for name in names:
                self._named.setdefault(name, []).append(place)

    def near(self, subject: Cube) -> list[int]:
        """The places of subjects that may share a pod with this one, ascending; the others share none."""
        names = _names(subject)
        if names is None:
            return self._all
        if not self.open and len(names) == 1:
            return self._named.get(next(iter(names)), _NONE)
        found = set(self.open)
        for name in names:
            found.update(self._named.get(name, ()))
        return sorted(found)

    def elsewhere(self, subject: Cube) -> Cube | None:
        """The subject in namespaces that none of the others lists; None if it is in no such namespace."""
        if _names(subject) is not None:
            return None
        asked = subject.members(NAMESPACE)
        others = Values(frozenset(self._named), True, False)
        left = asked & others if isinstance(asked, Values) else others
        return None if left.is_empty else subject.having(NAMESPACE, left)


_NONE: Final[list[int]] = []


def _names(subject: Cube) -> frozenset[str] | None:
    """The namespaces that a subject can be in; None if they are not listed."""
    members = subject.members(NAMESPACE)
    return members.named if isinstance(members, Values) and not (members.cofinite or members.absent) else None
