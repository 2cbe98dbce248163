"""Conditions on one end of a flow and on what is sent -> a normal form in which most of what means the same is equal.

What is left out holds of everything that could be there: a pod has a namespace, and a label only pods have makes its
bearer a pod. What has no normal form here stands as it is, and is then equal to nothing but itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, NEVER, Both, Condition, Either, Holds, Within, joined
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Dimension, Kind, Kinds, LabelText, Members
from npconv.ir.intervals import PORT_TOP, Intervals
from npconv.ir.values import Values
from npconv.semantics.space import BEARERS, CLUSTER_NAME, MANDATORY, PORTED, Space

FEW = 8
"""Up to how many protocols a condition's ports are listed for each of them."""

POD = frozenset({Kind.POD})
_PORTS = Intervals(((1, PORT_TOP),), PORT_TOP)
_NO_PORT = Intervals(((0, 0),), PORT_TOP)


class End:
    """One end: of these kinds, on each of these dimensions in a set, and with the rest. Equal ends are one object."""

    __slots__ = ("kinds", "rest", "sets")

    def __init__(self, kinds: frozenset[Kind], sets: Mapping[Dimension, Members], rest: frozenset[Condition]) -> None:
        self.kinds, self.sets, self.rest = kinds, sets, rest

    def is_apart(self, other: End) -> bool:
        """Whether nothing can be both; False also where that is not plain to see."""
        if self.kinds.isdisjoint(other.kinds):
            return True
        for dimension, members in self.sets.items():
            others = other.sets.get(dimension)
            if others is not None and others is not members and joined(members, others, conjunction=True).is_empty:
                return True
        return False

    def is_within(self, other: End) -> bool:
        """Whether all that is this is also the other; False also where that is not plain to see."""
        return self.kinds <= other.kinds and self.rest >= other.rest and not self.beyond(other)

    def beyond(self, other: End) -> list[Dimension]:
        """The dimensions on which the other's set may lack something of this one's."""
        return [
            dimension
            for dimension, members in other.sets.items()
            if (mine := self.sets.get(dimension)) is None
            or (mine != members and joined(mine, members, conjunction=True) != mine)
        ]


class Sent:
    """What is sent: the ports of each of a few protocols, or any condition. Equal ones are one object."""

    __slots__ = ("ports", "rest")

    def __init__(self, ports: Mapping[int, Intervals] | None, rest: Condition) -> None:
        self.ports, self.rest = ports, rest

    @property
    def is_everything(self) -> bool:
        """Whether that is anything at all."""
        return self.ports is None and self.rest is ALWAYS

    def is_apart(self, other: Sent) -> bool:
        """Whether nothing can be both; False also where that is not plain to see."""
        if self.ports is None or other.ports is None:
            return False
        return all(
            protocol not in other.ports or (ports & other.ports[protocol]).is_empty
            for protocol, ports in self.ports.items()
        )


class Normal:
    """The normal forms of conditions over the flows of a space whose subject is a pod."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._subjects: dict[Condition, End | None] = {}
        self._peers: dict[Condition, tuple[tuple[End, Condition], ...]] = {}
        self._sent: dict[Condition, Sent | None] = {}
        self._ends: dict[object, End] = {}
        self._sents: dict[object, Sent] = {}

    @property
    def size(self) -> int:
        """How many ends of flows are remembered."""
        return len(self._subjects) + len(self._peers) + len(self._ends)

    def subject(self, condition: Condition) -> End | None:
        """A policy's subject, where its namespace, if it asks for one, is that of the pod; None if it is no pod."""
        if condition not in self._subjects:
            self._subjects[condition] = self._end(condition, POD, is_there=True)
        return self._subjects[condition]

    def narrowed(self, subject: End, more: Condition) -> End:
        """A subject of which more is asked; that is not looked into."""
        return subject if more is ALWAYS else self._known(subject.kinds, dict(subject.sets), subject.rest | {more})

    def peers(self, condition: Condition) -> tuple[tuple[End, Condition], ...]:
        """The peers that a condition lists, each with its own condition; those that nobody can be are left out."""
        found = self._peers.get(condition)
        if found is None:
            parts = condition.parts if isinstance(condition, Either) else (condition,)
            ends = [(self._end(part, self._space.peer_kinds, is_there=False), part) for part in parts]
            found = self._peers[condition] = tuple((end, part) for end, part in ends if end is not None)
        return found

    def sent(self, condition: Condition) -> Sent | None:
        """What is sent; None if nothing can be that."""
        if condition not in self._sent:
            self._sent[condition] = self._traffic(condition)
        return self._sent[condition]

    def both_sent(self, one: Sent, other: Sent) -> Sent | None:
        """What is one or the other; None if that has no normal form."""
        if one is other or one.is_everything:
            return one
        if other.is_everything:
            return other
        if one.ports is None or other.ports is None:
            return None
        ports = dict(one.ports)
        for protocol, more in other.ports.items():
            ports[protocol] = ports[protocol] | more if protocol in ports else more
        return self._listed(ports)

    def _end(self, condition: Condition, kinds: frozenset[Kind], *, is_there: bool) -> End | None:
        if condition is NEVER:
            return None
        parts = condition.parts if isinstance(condition, Both) else () if condition is ALWAYS else (condition,)
        for part in parts:
            kinds = self._who(part, kinds)
        sets: dict[Dimension, Members] = {}
        rest: list[Condition] = []
        for part in parts:
            if not isinstance(part, Within):
                rest.append(part)
            elif isinstance(part.dimension, Attribute) and isinstance(part.members, Values):
                if is_there and part.dimension == NAMESPACE:
                    continue
                members = self._values(part.dimension, part.members, kinds)
                if members.is_empty:
                    return None
                if not members.is_full:
                    sets[part.dimension] = members
            elif part.dimension is not Axis.KIND:
                sets[part.dimension] = part.members
        return self._known(kinds, sets, frozenset(rest)) if kinds else None

    def _who(self, part: Condition, kinds: frozenset[Kind]) -> frozenset[Kind]:
        """Of some kinds those of which a condition can hold."""
        match part:
            case Within(Axis.KIND, Kinds(members)):
                return kinds & members
            case Within(Attribute() as attribute, Values() as values) if not values.absent:
                return kinds & BEARERS[attribute.scope]
            case Holds(LabelText(attribute), False):
                return kinds & BEARERS[attribute.scope]
            case Within(Axis.ADDRESS, Addresses() as asked):
                return frozenset(kind for kind in kinds if self._can_be_at(kind, asked))
            case _:
                return kinds

    def _can_be_at(self, kind: Kind, asked: Addresses) -> bool:
        known = self._space.addresses(kind)
        return not isinstance(known, Addresses) or not (known & asked).is_empty

    def _values(self, attribute: Attribute, asked: Values, kinds: frozenset[Kind]) -> Values:
        """The values asked for, as far as these kinds can have them; all or none if it does not depend on the value."""
        everything = Values(frozenset(), True, True)
        bearers = BEARERS[attribute.scope]
        if kinds.isdisjoint(bearers):
            return everything if asked.absent else ~everything
        if kinds != POD or attribute not in (*MANDATORY, CLUSTER_NAME):
            return asked
        if attribute == CLUSTER_NAME:
            return everything if self._space.cluster in asked else ~everything
        if asked.cofinite and not asked.named:
            return everything
        return Values(asked.named, asked.cofinite, False)

    def _traffic(self, condition: Condition) -> Sent | None:
        ports: dict[int, Intervals] = {}
        for part in condition.parts if isinstance(condition, Either) else (condition,):
            listed = _listed(part)
            if listed is None:
                return self._sents.setdefault(condition, Sent(None, condition))
            for protocol, more in listed:
                ports[protocol] = ports[protocol] | more if protocol in ports else more
        return self._listed(ports) if ports else None

    def _listed(self, ports: Mapping[int, Intervals]) -> Sent:
        return self._sents.setdefault(frozenset(ports.items()), Sent(ports, ALWAYS))

    def _known(self, kinds: frozenset[Kind], sets: Mapping[Dimension, Members], rest: frozenset[Condition]) -> End:
        return self._ends.setdefault((kinds, frozenset(sets.items()), rest), End(kinds, sets, rest))


def _listed(condition: Condition) -> Iterable[tuple[int, Intervals]] | None:
    """The ports that a conjunction allows of each protocol that it names; None if it asks for anything else."""
    protocols: Intervals | None = None
    ports: Intervals | None = None
    for part in condition.parts if isinstance(condition, Both) else (condition,):
        match part:
            case Within(Axis.PROTOCOL, Intervals() as members) if len(members) <= FEW:
                protocols = members
            case Within(Axis.DST_PORT, Intervals() as members):
                ports = members
            case _:
                return None
    if protocols is None:
        return None
    found = []
    for protocol in (number for low, high in protocols.spans for number in range(low, high + 1)):
        possible = _PORTS if protocol in PORTED else _NO_PORT
        asked = possible if ports is None else possible & ports
        if not asked.is_empty:
            found.append((protocol, asked))
    return found
