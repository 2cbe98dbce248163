"""NetworkPolicy -> IR, as one engine reads it. Decides whom it isolates, and which of its rules count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias, assert_never

from npconv.dialects.k8s.defaults import with_defaults
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule, SelectorPeer
from npconv.ir import policy as ir
from npconv.ir.addresses import EVERY_ADDRESS, Addresses
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, holds, kind, within
from npconv.ir.dimensions import Axis, DstPortNamed, Kind
from npconv.ir.intervals import ports, protocols
from npconv.semantics import selectors
from npconv.semantics.flow import SCTP, TCP, UDP
from npconv.semantics.meaning import EngineMeaning
from npconv.source import cidr

_PROTOCOLS: Final = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}
_DIRECTIONS: Final = {"Ingress": ir.Direction.INGRESS, "Egress": ir.Direction.EGRESS}


Reading: TypeAlias = Callable[[SelectorPeer, ir.Direction], Condition | None]
"""Whom an engine takes a peer for that it gets wrong; None if it does not."""


def _rightly(_peer: SelectorPeer, _direction: ir.Direction) -> None:
    return None


def lift(policy: NetworkPolicy, meaning: EngineMeaning, *, reading: Reading = _rightly) -> ir.Policy:
    """What the policy means to the engine: allow rules, and isolation in the directions that it has.

    Defaults are filled in first, so a policy may come as it was written. One without a namespace is of `default`,
    as clients and engines have it.
    """
    stored = with_defaults(policy)
    namespace = policy.metadata.namespace or "default"
    sections = tuple(
        section
        for name, rules in (("Ingress", stored.ingress or ()), ("Egress", stored.egress or ()))
        if (section := _section(name, rules, stored, meaning, reading)) is not None
    )
    subject = both(
        kind(Kind.POD),
        selectors.in_namespace(namespace),
        ALWAYS if stored.pod_selector is None else selectors.pods(stored.pod_selector, meaning),
    )
    name = ir.PolicyName(meaning.policy_kind, namespace, policy.metadata.name)
    return ir.Policy(name=name, subject=subject, sections=sections, origin=policy.origin)


def _section(
    name: str, rules: tuple[Rule, ...], policy: NetworkPolicy, meaning: EngineMeaning, reading: Reading
) -> ir.Section | None:
    namespace, direction = policy.metadata.namespace or "default", _DIRECTIONS[name]
    declared = name in (policy.policy_types or ())
    if not declared and not (rules and meaning.undeclared_directions):
        return None

    def peer(one: Peer) -> Condition:
        mistaken = reading(one, direction) if isinstance(one, SelectorPeer) else None
        return _peer(one, namespace, meaning) if mistaken is None else mistaken

    lifted = (_rule(rule, peer) for rule in rules)
    kept = tuple(rule for rule in lifted if NEVER not in (rule.peer, rule.traffic))
    return ir.Section(direction=direction, isolates=True, rules=kept)


def _rule(rule: Rule, peer: Callable[[Peer], Condition]) -> ir.Rule:
    return ir.Rule(
        action=ir.Action.ALLOW,
        peer=either(*(peer(one) for one in rule.peers)) if rule.peers else ALWAYS,
        traffic=either(*(_port(port) for port in rule.ports)) if rule.ports else ALWAYS,
        origin=rule.origin,
    )


def _peer(peer: Peer, namespace: str, meaning: EngineMeaning) -> Condition:
    match peer:
        case IPBlock():
            return _block(peer, meaning)
        case SelectorPeer(pod_selector=pods, namespace_selector=namespaces):
            return both(
                meaning.pod_peers,
                selectors.in_namespace(namespace) if namespaces is None else selectors.namespaces(namespaces),
                ALWAYS if pods is None else selectors.pods(pods, meaning),
            )
        case _:
            assert_never(peer)


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
