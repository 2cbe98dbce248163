"""Boxes -> which of them can meet at all, where a namespace holds so many that not every pair can be compared.

Behind `Places`, which tells namespaces apart: for each dimension, which boxes ask for what. It is worked out when there
is a crowd, and only for what nobody looked up yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from npconv.ir.dimensions import NAMESPACE, Dimension, Members
from npconv.ir.values import Values
from npconv.lowering.box import Box, contains
from npconv.lowering.cube import Cube, share
from npconv.lowering.places import Places

FEW: Final = 24
"""So many boxes are compared one by one."""


class Crowds:
    """Numbered boxes, found again by what they ask for."""

    def __init__(self) -> None:
        self._places = Places(())
        self._boxes: list[tuple[int, Box]] = []
        self._looked_up = 0
        self._all = 0
        self._columns: dict[tuple[int, Dimension], _Column] = {}

    def add(self, place: int, box: Box) -> None:
        """Number one more box: higher than all before it."""
        self._places.add(place, box.subject)
        self._boxes.append((place, box))

    def near(self, box: Box) -> Sequence[int]:
        """The places of boxes that may share a flow with this one, ascending; the others share none."""
        near = self._places.near(box.subject)
        return near if len(near) <= FEW else _chosen(near, self._meeting(box))

    def around(self, box: Box) -> Sequence[int]:
        """The places of boxes that may hold all of this one, ascending; the others do not."""
        near = self._places.near(box.subject)
        if len(near) <= FEW:
            return near
        asked = {(part, one) for part, cube in enumerate(_parts(box)) for one, _ in cube.sets}
        narrower = (column.asked for key, column in self._looked().items() if key not in asked)
        mask = self._meeting(box)
        for one in narrower:
            mask &= ~one
        return _chosen(near, mask)

    def _meeting(self, box: Box) -> int:
        """A bit for each place of which the box shares a value on every dimension, as far as that is told cheaply."""
        columns = self._looked()
        mask = self._all
        for part, cube in enumerate(_parts(box)):
            for dimension, members in cube.sets:
                column = columns.get((part, dimension))
                if column is not None:
                    mask &= column.sharing(members)
        return mask

    def _looked(self) -> dict[tuple[int, Dimension], _Column]:
        """The columns, of all boxes that came so far."""
        for place, box in self._boxes[self._looked_up :]:
            self._all |= 1 << place
            for part, cube in enumerate(_parts(box)):
                for dimension, members in cube.sets:
                    if dimension != NAMESPACE or part:  # `Places` tells the subjects' namespaces apart
                        self._columns.setdefault((part, dimension), _Column()).add(place, members)
        self._looked_up = len(self._boxes)
        return self._columns


class Boxes:
    """Boxes that come one by one, found again by what they ask for."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []
        self._crowds = Crowds()

    def add(self, boxes: Iterable[Box]) -> None:
        """Put some more behind the others."""
        for box in boxes:
            self._crowds.add(len(self._boxes), box)
            self._boxes.append(box)

    def near(self, box: Box) -> Iterator[Box]:
        """Those that may share a flow with a box, in the order in which they came; the others share none."""
        return (self._boxes[place] for place in self._crowds.near(box))

    def hold(self, box: Box) -> bool:
        """Whether one of them contains a box."""
        return any(contains(self._boxes[place], box) for place in self._crowds.around(box))


class _Column:
    """Which boxes ask for which members of one dimension."""

    def __init__(self) -> None:
        self.asked = 0
        """A bit for each box that asks for anything."""
        self._others = 0
        """Those whose sets list what is not in them."""
        self._by_value: dict[str | None, _Marked] = {}
        self._by_members: dict[Members, _Marked] = {}

    def add(self, place: int, members: Members) -> None:
        """One more box that asks for these."""
        self.asked |= 1 << place
        if not isinstance(members, Values):
            self._by_members.setdefault(members, _Marked()).places.append(place)
        elif members.cofinite:
            self._others |= 1 << place
        else:
            for value in _listed(members):
                self._by_value.setdefault(value, _Marked()).places.append(place)

    def sharing(self, members: Members) -> int:
        """A bit for each box but those that ask for others than these."""
        mask = 0
        if not isinstance(members, Values):
            for seen, marked in self._by_members.items():
                if not share(seen, members):
                    mask |= marked.bits()
            return ~mask
        if members.cofinite:
            return -1
        for value in _listed(members):
            if value in self._by_value:
                mask |= self._by_value[value].bits()
        return ~self.asked | self._others | mask


class _Marked:
    """Places, and a bit for each of them once somebody asked: few are asked for, and bits of many places are long."""

    __slots__ = ("_bits", "_upto", "places")

    def __init__(self) -> None:
        self.places: list[int] = []
        self._bits = 0
        self._upto = 0

    def bits(self) -> int:
        """A bit for each place that is there by now."""
        for place in self.places[self._upto :]:
            self._bits |= 1 << place
        self._upto = len(self.places)
        return self._bits


def _listed(members: Values) -> Iterator[str | None]:
    yield from members.named
    if members.absent:
        yield None


def _parts(box: Box) -> tuple[Cube, Cube, Cube, Cube]:
    return (box.subject, box.peer, box.traffic, box.request)


def _chosen(near: Sequence[int], mask: int) -> list[int]:
    """Those of the places, ascending as they are, whose bit is set."""
    held = mask.to_bytes((max(near[-1], mask.bit_length()) >> 3) + 1, "little")
    return [place for place in near if held[place >> 3] >> (place & 7) & 1]
