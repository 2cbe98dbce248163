"""Peers and traffic of a cluster -> for each condition those that meet it, as the bits of one number.

Thousands of policies ask the same few things of a thousand pods. What each leaf of a condition asks is decided by
`verdict.meets`, once for each peer; the rest is `and` and `or` of numbers, and so is which rule comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from npconv.ir.condition import ALWAYS, Always, Both, Condition, Either, Holds, Never, Within
from npconv.ir.dimensions import Attribute, Axis, BackendOf, Family, Kind, LabelText, Named
from npconv.ir.policy import Action, Direction, PolicySet, Rule, TierEnd
from npconv.pipeline.endpoints import Existing
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import meets

_OF_ENDS = (Axis.KIND, Axis.ADDRESS, Axis.FAMILY)
_NODES = (Kind.HOST, Kind.REMOTE_NODE)


class Bits:
    """Some flows in a row, of either family: bit `n` of a condition's number is whether flow `n` meets it."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self._flows = {family: [replace(one, family=family) for one in flows] for family in Family}
        self._whole = (1 << len(flows)) - 1
        self._known: dict[tuple[Condition, Family], int] = {}

    def of(self, condition: Condition, family: Family) -> int:
        """The flows that meet a condition on the peer and the traffic."""
        key = (condition, family)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._of(condition, family)
        return found

    def _of(self, condition: Condition, family: Family) -> int:
        match condition:
            case Always():
                return self._whole
            case Never():
                return 0
            case Both(parts):
                found = self._whole
                for part in parts:
                    found &= self.of(part, family)
                return found
            case Either(parts):
                found = 0
                for part in parts:
                    found |= self.of(part, family)
                return found
            case _:
                return sum(1 << at for at, one in enumerate(self._flows[family]) if meets(condition, one, one.peer))


class Peers:
    """The peers of a cluster. A node counts twice: as a pod's own, and as another one."""

    def __init__(self, everything: Iterable[Existing]) -> None:
        self._slots: list[tuple[Existing, Endpoint]] = []
        for one in everything:
            if one.endpoint.kind in _NODES and one.node:
                self._slots += [(one, replace(one.endpoint, kind=kind)) for kind in _NODES]
            else:
                self._slots.append((one, one.endpoint))
        ends = [end for _, end in self._slots]
        self._bits = Bits([Flow(direction=Direction.INGRESS, subject=end, peer=end) for end in ends])
        self._of_family = {
            family: _numbers(not end.addresses or end.address(family) is not None for end in ends) for family in Family
        }
        self._ports = [
            _numbers(end.named_ports == ports for end in ends)
            for ports in dict.fromkeys(end.named_ports for end in ends)
        ]
        self._of_node: dict[str, int] = {}
        self._own: dict[int, int] = {}
        self._hosts = self._others = 0
        for at, (one, end) in enumerate(self._slots):
            self._own[id(one)] = self._own.get(id(one), 0) | 1 << at
            if one.endpoint.kind in _NODES and one.node:
                self._of_node[one.node] = self._of_node.get(one.node, 0) | 1 << at
                self._hosts |= (end.kind is Kind.HOST) << at
                self._others |= (end.kind is Kind.REMOTE_NODE) << at

    def of(self, condition: Condition, family: Family) -> int:
        """The peers that meet a condition."""
        return self._bits.of(condition, family)

    def told_apart(
        self, subject: Existing, family: Family, conditions: Iterable[Condition]
    ) -> Iterator[tuple[int, Endpoint]]:
        """The first peer of each sort that the conditions tell apart, as the subject sees it, and its bit."""
        own_node = self._of_node.get(subject.node, 0) if subject.node else 0
        seen = self._of_family[family] & ~self._own.get(id(subject), 0)
        seen &= ~(self._hosts & ~own_node) & ~(self._others & own_node)
        for at in first_of_each((seen & ports for ports in self._ports), (self.of(one, family) for one in conditions)):
            yield 1 << at, self._slots[at][1]


def first_of_each(whole: Iterable[int], cuts: Iterable[int]) -> list[int]:
    """The lowest bit of each part into which numbers cut others, ascending."""
    parts = [one for one in whole if one]
    for cut in dict.fromkeys(cuts):
        parts = [piece for part in parts for piece in (part & cut, part & ~cut) if piece]
    return sorted((part & -part).bit_length() - 1 for part in parts)


def is_plain(rule: Rule) -> bool:
    """Whether a rule asks of either end what concerns that end alone, likewise of the traffic, and of no request."""
    of_ends = _of_end(rule.subject) and _of_end(rule.peer)
    return of_ends and rule.request == ALWAYS and _of_traffic(rule.traffic)


def allowed(policies: PolicySet, flow: Flow, *, peer: int, peers: Peers, traffic: Bits, whole: int) -> int:
    """The traffic that a set lets a flow's subject have with a peer: `verdict` for all of `whole` at once.

    The policies are those that select the subject, and their rules are plain.
    """
    left, let = whole, 0
    for tier in policies.tiers:
        passed, isolated = 0, False
        for policy in tier.policies:
            section = policy.section(flow.direction)
            if section is None:
                continue
            isolated = isolated or section.isolates
            for rule in section.rules:
                if rule.action is Action.LOG or not peers.of(rule.peer, flow.family) & peer:
                    continue
                if rule.subject != ALWAYS and not meets(rule.subject, flow, flow.subject):
                    continue
                matched = left & traffic.of(rule.traffic, flow.family)
                left &= ~matched
                if rule.action is Action.ALLOW:
                    let |= matched
                elif rule.action is Action.PASS:
                    passed |= matched
        left = passed if isolated and tier.end is TierEnd.DENY else left | passed
    return let | left


def _numbers(flags: Iterable[bool]) -> int:
    return sum(1 << at for at, flag in enumerate(flags) if flag)


def _of_end(condition: Condition) -> bool:
    match condition:
        case Both(parts) | Either(parts):
            return all(_of_end(part) for part in parts)
        case Within(dimension):
            return isinstance(dimension, Attribute) or dimension in _OF_ENDS
        case Holds(fact):
            return isinstance(fact, LabelText | Named) or (isinstance(fact, BackendOf) and not fact.with_port)
        case _:
            return True


def _of_traffic(condition: Condition) -> bool:
    match condition:
        case Both(parts) | Either(parts):
            return all(_of_traffic(part) for part in parts)
        case Within(dimension):
            return isinstance(dimension, Axis) and dimension not in (Axis.KIND, Axis.ADDRESS)
        case Holds():
            return False
        case _:
            return True
