"""Policies and a cluster -> connections worth trying: one for each rule, and two for each policy that isolates."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from npconv.dataclass import dataclass
from npconv.ir.addresses import Addresses
from npconv.ir.condition import Condition, Holds
from npconv.ir.dimensions import NAMESPACE, Axis, DstPortNamed, Kind, Kinds
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Action, Direction, Policy, Rule
from npconv.lowering.cube import Cube, TooManyError, cubes
from npconv.report.pods import Pods
from npconv.report.samples import MadeUp, holds, outside
from npconv.semantics.flow import SCTP, TCP, UDP, Endpoint
from npconv.semantics.namespaces import namespaces

USUAL_PORTS: Final = (80, 443, 8080)
_LIMIT: Final = 16
_EVERYWHERE: Final = (TCP, USUAL_PORTS[0])


@dataclass(frozen=True, slots=True)
class Try:
    """A connection: its two ends, what is sent, and the policy because of which it is tried."""

    source: Endpoint
    destination: Endpoint
    protocol: int
    port: int
    because: Policy


class Looking:
    """Finds the ends of connections: pods of the cluster, or pods that are made up where none is known."""

    def __init__(self, pods: Pods, made_up: MadeUp) -> None:
        self._pods = pods
        self._made_up = made_up

    def tries(self, policy: Policy) -> Iterator[Try]:
        """The connections of a policy; none if it selects nothing that is known."""
        subject = self._pod(policy.subject)
        if subject is None:
            return
        for section in policy.sections:
            for rule in section.rules:
                if rule.action in (Action.ALLOW, Action.DENY) and holds(rule.subject, subject):
                    yield from self._of_rule(policy, subject, rule, section.direction)
            if section.isolates:
                for peer in (self._stranger(subject), outside()):
                    if peer is not None:
                        yield _try(policy, subject, peer, section.direction, _EVERYWHERE)

    def _of_rule(self, policy: Policy, subject: Endpoint, rule: Rule, direction: Direction) -> Iterator[Try]:
        peer = self._pod(rule.peer, but=subject) or _no_pod(rule.peer)
        traffic = _traffic(rule.traffic, subject if direction is Direction.INGRESS else peer)
        if peer is not None and traffic is not None:
            yield _try(policy, subject, peer, direction, traffic)

    def _pod(self, condition: Condition, but: Endpoint | None = None) -> Endpoint | None:
        """A pod for which a condition holds; another one than `but` if there is one."""
        if not self._pods:
            return next(self._made_up.fitting(condition), None)
        where = namespaces(condition)
        near = (name for name in self._pods.by_namespace if name in where)
        fitting = (
            one.endpoint for name in near for one in self._pods.by_namespace[name] if holds(condition, one.endpoint)
        )
        return next((one for one in fitting if one is not but), None)

    def _stranger(self, subject: Endpoint) -> Endpoint | None:
        """A pod of another namespace, if there is one."""
        if not self._pods:
            return self._made_up.stranger(subject.attributes.get(NAMESPACE, ""))
        others = (
            several for name, several in self._pods.by_namespace.items() if name != subject.attributes.get(NAMESPACE)
        )
        return next((several[0].endpoint for several in others), None)


def _try(policy: Policy, subject: Endpoint, peer: Endpoint, direction: Direction, traffic: tuple[int, int]) -> Try:
    ends = (peer, subject) if direction is Direction.INGRESS else (subject, peer)
    return Try(*ends, *traffic, policy)


def _no_pod(condition: Condition) -> Endpoint | None:
    """An address outside, or a node, for which a condition holds."""
    try:
        parts = cubes(condition, _LIMIT)
    except TooManyError:
        return None
    for cube in parts:
        for made in (_address(cube), Endpoint(kind=Kind.REMOTE_NODE, title="a node")):
            if made is not None and holds(condition, made):
                return made
    return None


def _address(cube: Cube) -> Endpoint | None:
    kinds, addresses = cube.members(Axis.KIND), cube.members(Axis.ADDRESS)
    if isinstance(kinds, Kinds) and Kind.OUTSIDE not in kinds:
        return None
    plain = outside()
    if not isinstance(addresses, Addresses) or plain.addresses[0] in addresses:
        return plain
    if addresses.v4.is_empty:
        return None
    low, high = addresses.v4.spans[0]
    chosen = ipaddress.IPv4Address(min(low + 1, high))
    return Endpoint(kind=Kind.OUTSIDE, addresses=(chosen,), title=str(chosen))


def _traffic(condition: Condition, destination: Endpoint | None) -> tuple[int, int] | None:
    """Protocol and port of some traffic that the condition is about; None for what nobody can send to a port."""
    try:
        parts = cubes(condition, _LIMIT)
    except TooManyError:
        return None
    for cube in parts:
        protocol = _first(cube.members(Axis.PROTOCOL), (TCP, UDP, SCTP))
        if protocol not in (TCP, UDP, SCTP):
            continue
        named = [
            port.number
            for fact in cube.facts
            for port in (destination.named_ports if destination is not None else ())
            if fact == Holds(DstPortNamed(port.name))
        ]
        if cube.facts and not named:
            continue
        return protocol, named[0] if named else _first(cube.members(Axis.DST_PORT), USUAL_PORTS)
    return None


def _first(members: object, usual: tuple[int, ...]) -> int:
    if not isinstance(members, Intervals):
        return usual[0]
    return next((one for one in usual if one in members), members.spans[0][0])
