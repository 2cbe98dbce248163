"""Allows of several rules -> what Cilium merges them to. Finds what it cannot merge, and what one takes from another.

Cilium merges allows of the same peer selector, port and direction into one filter (pkg/policy/rule.go, mergePortProto).
That is a union but in two ways: some pairs cannot be merged at all, and what one of them demands of TLS names or of
authentication holds for all of them (facts 2.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final, TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import engines as codes
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.diagnostics.origin import Origin, below
from npconv.dialects.cilium import lift_requests
from npconv.dialects.cilium.lift_ports import Key
from npconv.dialects.cilium.lift_settled import Entry, Part
from npconv.dialects.cilium.model_ports import Listener, PortRule
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import NEVER, Condition, both, either
from npconv.ir.policy import Direction, PolicyName

Filter: TypeAlias = tuple[Direction, Condition, Key]
"""What Cilium merges by."""

_NOTHING: Final = PortRule()
"""A rule on whose ports nothing rides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """An allow entry with whose it is, and where it stands."""

    policy: PolicyName
    subject: Condition
    entry: Entry
    origin: Origin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one part of an entry says beyond letting a peer in at a port."""

    allow: Allow
    index: int
    """Which of the entry's parts it is."""
    parser: str
    names: bool
    """Whether it asks for TLS server names."""

    @property
    def rule(self) -> PortRule:
        """What rides on the ports."""
        return self.allow.entry.parts[self.index].rule or _NOTHING

    @property
    def origin(self) -> Origin | None:
        """Where it is said."""
        return below(self.allow.origin, *self.allow.entry.place(self.index))

    @property
    def replaces(self) -> bool:
        """Whether what it asks may hold for what other allows let in, too (oracle cases G1, G2)."""
        return self.names or self.allow.entry.authentication not in ("", "disabled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What the allows of a set say to each other."""

    replacing: Mapping[Filter, Sequence[Demand]] = field(default_factory=dict)
    """The demands that may hold for other allows, too."""
    conflicts: tuple[Diagnostic, ...] = ()

    def touches(self, entry: Entry) -> bool:
        """Whether anything that an entry allows may be replaced."""
        return any(
            (entry.direction, peer, key) in self.replacing
            for part in entry.parts
            for key in part.keys
            for peer in entry.peers
        )

    def taken(self, allow: Allow, part: Part, peer: Condition, key: Key) -> Condition:
        """The subjects for which another allow's demand replaces what this one allows to a peer at a port."""
        return either(
            *(
                one.allow.subject
                for one in self.replacing.get((allow.entry.direction, peer, key), ())
                if _replaces(one, allow, part)
            )
        )


def merge(allows: Iterable[Allow], profile: CiliumProfile) -> Merged:
    """Look at every pair of allows that share a filter and, as far as labels tell, a subject."""
    demands: dict[Filter, list[Demand]] = {}
    for allow in allows:
        for index, part in enumerate(allow.entry.parts):
            demand = _demand(allow, index, profile)
            if demand is not None:
                for peer in allow.entry.peers:
                    for key in part.keys:
                        demands.setdefault((allow.entry.direction, peer, key), []).append(demand)
    conflicts = {
        diagnostic.message: diagnostic
        for (_, _, key), found in demands.items()
        for diagnostic in _conflicts(key, found)
    }
    replacing = {one: some for one, found in demands.items() if (some := [each for each in found if each.replaces])}
    return Merged(replacing=replacing, conflicts=tuple(conflicts.values()))


def demands(entry: Entry) -> bool:
    """Whether an entry says anything beyond letting peers in at ports: what says nothing need not be merged."""
    return bool(entry.authentication) or any(part.rule is not None for part in entry.parts)


def _demand(allow: Allow, index: int, profile: CiliumProfile) -> Demand | None:
    rule = allow.entry.parts[index].rule or _NOTHING
    demand = Demand(allow=allow, index=index, parser=lift_requests.parser(rule, profile), names=bool(rule.server_names))
    tls = rule.terminating_tls is not None or rule.originating_tls is not None
    says = demand.parser or demand.names or tls or rule.listener is not None or allow.entry.authentication
    return demand if says else None


def _replaces(demand: Demand, allow: Allow, part: Part) -> bool:
    """Whether `demand` asks for names or authentication where the allow asks for none (oracle cases G1, G2)."""
    rule = part.rule or _NOTHING
    names = demand.names and not rule.server_names
    authentication = demand.allow.entry.authentication not in ("", "disabled") and not allow.entry.authentication
    return (names or authentication) and both(demand.allow.subject, allow.subject) != NEVER


def _conflicts(key: Key, demands: list[Demand]) -> Iterator[Diagnostic]:
    for index, left in enumerate(demands):
        for right in demands[index:]:
            if both(left.allow.subject, right.allow.subject) == NEVER:
                continue
            for reason in _reasons(left, right):
                yield _diagnostic(key, left, right, reason)


def _reasons(left: Demand, right: Demand) -> Iterator[str]:
    """Why two allows cannot be merged, in Cilium's words where it has some."""
    modes = (left.allow.entry.authentication, right.allow.entry.authentication)
    if left.parser and right.parser and left.parser != right.parser:
        yield f"conflicting L7 parsers ({left.parser}/{right.parser})"
    if all(modes) and modes[0] != modes[1]:
        yield f"conflicting authentication types ({modes[0]}/{modes[1]})"
    for one, other, what in (
        (left.rule.terminating_tls, right.rule.terminating_tls, "terminating"),
        (left.rule.originating_tls, right.rule.originating_tls, "originating"),
    ):
        if one is not None and other is not None and one != other:
            yield f"conflicting {what} TLS contexts"
    here, there = left.rule.listener, right.rule.listener
    if here is not None and there is not None and here != there and here.priority == there.priority:
        yield f"conflicting listeners of the same priority ({_listener(here)}, {_listener(there)})"
    terminated = left.rule.terminating_tls is not None or right.rule.terminating_tls is not None
    named_here, named_there = left.names and right.parser, right.names and left.parser
    if left is not right and (named_here or named_there) and not terminated:
        yield "server names beside L7 rules without TLS termination"


def _listener(listener: Listener) -> str:
    return f"{listener.envoy_config.name}/{listener.name}"


def _diagnostic(key: Key, left: Demand, right: Demand, reason: str) -> Diagnostic:
    first, second = left.allow.policy, right.allow.policy
    pair = f"`{first}` and `{second}`" if first != second else f"rules of `{first}`"
    other = left.origin
    return Diagnostic(
        code=codes.MERGE_CONFLICT,
        message=f"{pair} cannot be merged for {left.allow.entry.direction.value} on `{key}`: {reason}",
        origin=right.origin,
        also=(Label(origin=other, text="the other one"),) if other is not None else (),
        help="let one of the two be about other peers or ports",
    )
