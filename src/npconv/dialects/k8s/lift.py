"""NetworkPolicy -> IR, as one engine reads it. Decides whom it isolates, and which of its rules count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from npconv.diagnostics.origin import below
from npconv.dialects.k8s.defaults import types_of
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule, SelectorPeer
from npconv.ir import policy as ir
from npconv.ir.addresses import EVERY_ADDRESS, Addresses
from npconv.ir.condition import ALWAYS, NEVER, REMEMBERED, Condition, both, either, holds, kind, within
from npconv.ir.dimensions import Axis, DstPortNamed, Kind
from npconv.ir.intervals import ports, protocols
from npconv.semantics import selectors
from npconv.semantics.flow import SCTP, TCP, UDP
from npconv.semantics.meaning import EngineMeaning
from npconv.source import cidr
from npconv.source.label_selector import LabelSelector

_PROTOCOLS: Final = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}
_PODS: Final = kind(Kind.POD)


Reading: TypeAlias = Callable[[SelectorPeer, ir.Direction], Condition | None]
"""Whom an engine takes a peer for that it gets wrong; None if it does not."""


def lift(policy: NetworkPolicy, meaning: EngineMeaning, *, reading: Reading | None = None) -> ir.Policy:
    """What the policy means to the engine: allow rules, and isolation in the directions that it has.

    Defaults are filled in first, so a policy may come as it was written. One without a namespace is of `default`,
    as clients and engines have it.
    """
    return _Lift(meaning, reading).policy(policy)


def lift_all(
    policies: Iterable[NetworkPolicy], meaning: EngineMeaning, *, reading: Reading | None = None
) -> list[ir.Policy]:
    """The same of every policy, where what they share is worked out once."""
    return list(map(_Lift(meaning, reading).policy, policies))


class _Lift:
    """The lift of a set of policies as one engine reads them."""

    def __init__(self, meaning: EngineMeaning, reading: Reading | None) -> None:
        self._meaning = meaning
        self._reading = reading
        self._rules: dict[tuple[Rule, str, ir.Direction], tuple[Condition, Condition] | None] = {}
        self._peers: dict[tuple[SelectorPeer, str], Condition] = {}
        self._blocks: dict[IPBlock, Condition] = {}
        self._pods: dict[LabelSelector, Condition] = {}

    def policy(self, policy: NetworkPolicy) -> ir.Policy:
        """One of the policies."""
        metadata, types = policy.metadata, types_of(policy)
        namespace = metadata.namespace or "default"
        sections = tuple(
            ir.Section(
                direction=direction, isolates=True, rules=self._section(rules or (), policy, namespace, direction)
            )
            for direction, name, rules in (
                (ir.Direction.INGRESS, "Ingress", policy.ingress),
                (ir.Direction.EGRESS, "Egress", policy.egress),
            )
            if name in types or (rules and self._meaning.undeclared_directions)
        )
        subject = both(_PODS, selectors.in_namespace(namespace), self._selected(policy.pod_selector))
        name = ir.PolicyName(self._meaning.policy_kind, namespace, metadata.name)
        return ir.Policy(name=name, subject=subject, sections=sections, origin=policy.origin)

    def _section(
        self, rules: tuple[Rule, ...], policy: NetworkPolicy, namespace: str, direction: ir.Direction
    ) -> tuple[ir.Rule, ...]:
        """The rules that can match something."""
        found: list[ir.Rule] = []
        for index, rule in enumerate(rules):
            key = (rule, namespace, direction)
            if key not in self._rules:
                self._rules[key] = self._rule(rule, namespace, direction)
            matches = self._rules[key]
            if matches is not None:
                peer, traffic = matches
                origin = below(policy.origin, "spec", direction.value, index)
                found.append(ir.Rule(action=ir.Action.ALLOW, peer=peer, traffic=traffic, origin=origin))
        return tuple(found)

    def _rule(self, rule: Rule, namespace: str, direction: ir.Direction) -> tuple[Condition, Condition] | None:
        """Whose and what traffic a rule is for; None if nobody's or none."""
        peers = [self._peer(one, namespace, direction) for one in rule.peers or ()]
        ports = [_port(one) for one in rule.ports or ()]
        peer = either(*peers) if peers else ALWAYS
        traffic = either(*ports) if ports else ALWAYS
        return None if NEVER in (peer, traffic) else (peer, traffic)

    def _peer(self, peer: Peer, namespace: str, direction: ir.Direction) -> Condition:
        if isinstance(peer, IPBlock):
            if peer not in self._blocks:
                self._blocks[peer] = _block(peer, self._meaning)
            return self._blocks[peer]
        mistaken = None if self._reading is None else self._reading(peer, direction)
        if mistaken is not None:
            return mistaken
        local = peer.namespace_selector is None
        key = (peer, namespace if local else "")
        if key not in self._peers:
            self._peers[key] = both(
                self._meaning.pod_peers,
                selectors.in_namespace(namespace)
                if peer.namespace_selector is None
                else selectors.namespaces(peer.namespace_selector),
                self._selected(peer.pod_selector),
            )
        return self._peers[key]

    def _selected(self, selector: LabelSelector | None) -> Condition:
        """What a pod's labels must be."""
        if selector is None:
            return ALWAYS
        if selector not in self._pods:
            self._pods[selector] = selectors.pods(selector, self._meaning)
        return self._pods[selector]


def _block(block: IPBlock, meaning: EngineMeaning) -> Condition:
    """Addresses that cannot be read match nothing; an exception that cannot be read cuts nothing out.

    `validate` has refused both; only a policy that was never validated holds them.
    """
    outer = cidr.lenient(block.cidr)
    if outer is None:
        return NEVER
    inner = [found for text in block.except_ or () if (found := cidr.lenient(text)) is not None]
    whole = outer.network.prefixlen == 0 and outer.network.version in meaning.whole_zero_blocks
    outermost = EVERY_ADDRESS if whole else Addresses.of([cidr.usual_form(outer)])
    addresses = outermost & ~Addresses.of(cidr.usual_form(one) for one in inner)
    kinds = meaning.block_kinds if outer.network.prefixlen else meaning.zero_block_kinds
    return both(within(Axis.KIND, kinds), within(Axis.ADDRESS, addresses))


@lru_cache(maxsize=REMEMBERED)
def _port(port: Port) -> Condition:
    """A port of a protocol (TCP if none is given), by number, range or the destination's own name for it."""
    protocol = _PROTOCOLS.get(port.protocol or "TCP")
    if protocol is None:
        return NEVER
    over = within(Axis.PROTOCOL, protocols(protocol))
    match port.port:
        case None:
            return over
        case int(number):
            last = number if port.end_port is None else port.end_port
            return both(over, within(Axis.DST_PORT, ports((number, last)))) if last >= number else NEVER
        case str(name):
            return both(over, holds(DstPortNamed(name)))
        case _:
            assert_never(port.port)
