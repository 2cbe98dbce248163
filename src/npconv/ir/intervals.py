"""Sets of whole numbers as sorted disjoint intervals: ports, protocols, ICMP types, addresses."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dataclass import dataclass
from npconv.hashed import Hashed


@dataclass(frozen=True, slots=True)
class Intervals(Hashed):
    """A subset of `0..top`. `spans` are inclusive, sorted, disjoint and never adjacent, so equal sets are equal."""

    spans: tuple[tuple[int, int], ...]
    top: int

    @classmethod
    def of(cls, top: int, spans: Iterable[tuple[int, int]]) -> Intervals:
        """The union of inclusive spans, clipped to `0..top`; spans that end before they start are empty."""
        spans = tuple(spans)
        if len(spans) == 1 and 0 <= spans[0][0] <= spans[0][1] <= top:
            return cls((spans[0],), top)
        merged: list[tuple[int, int]] = []
        for low, high in sorted((max(low, 0), min(high, top)) for low, high in spans):
            if low > high:
                continue
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        return cls(tuple(merged), top)

    @classmethod
    def all(cls, top: int) -> Intervals:
        """Every number of `0..top`."""
        return cls(((0, top),), top)

    @classmethod
    def none(cls, top: int) -> Intervals:
        """The empty set."""
        return cls((), top)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.spans

    @property
    def is_full(self) -> bool:
        """Whether everything is in it."""
        return self.spans == ((0, self.top),)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and any(low <= number <= high for low, high in self.spans)

    def __and__(self, other: Intervals) -> Intervals:
        found: list[tuple[int, int]] = []
        left, right = iter(self.spans), iter(other.spans)
        a, b = next(left, None), next(right, None)
        while a and b:
            low, high = max(a[0], b[0]), min(a[1], b[1])
            if low <= high:
                found.append((low, high))
            if a[1] < b[1]:
                a = next(left, None)
            else:
                b = next(right, None)
        return Intervals(tuple(found), self.top)

    def __or__(self, other: Intervals) -> Intervals:
        return Intervals.of(self.top, (*self.spans, *other.spans))

    def __invert__(self) -> Intervals:
        found: list[tuple[int, int]] = []
        start = 0
        for low, high in self.spans:
            if start < low:
                found.append((start, low - 1))
            start = high + 1
        if start <= self.top:
            found.append((start, self.top))
        return Intervals(tuple(found), self.top)

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in self.spans)

    def __str__(self) -> str:
        return ", ".join(f"{low}" if low == high else f"{low}-{high}" for low, high in self.spans) or "none"


PORT_TOP = 65535
"""The highest port. Port 0 stands for flows whose protocol has no ports."""
PROTOCOL_TOP = 255
ICMP_TOP = 255


def ports(*spans: tuple[int, int]) -> Intervals:
    """A set of port numbers from inclusive spans."""
    return Intervals.of(PORT_TOP, spans)


def protocols(*numbers: int) -> Intervals:
    """A set of IP protocol numbers."""
    return Intervals.of(PROTOCOL_TOP, ((number, number) for number in numbers))


def icmp(*numbers: int) -> Intervals:
    """A set of ICMP types or codes."""
    return Intervals.of(ICMP_TOP, ((number, number) for number in numbers))
