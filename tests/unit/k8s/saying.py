"""Small policy sets, and what becomes of them as NetworkPolicies: the text, and the losses in short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from npconv.dialects.k8s.emit import emit, emit_spec
from npconv.dialects.k8s.lower import Lowered, lower
from npconv.dialects.k8s.wording import KUBERNETES, Wording
from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, Kind, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.lowering.addresses import AddressPlan, plan
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
PODS = kind(Kind.POD)
OUTSIDE = kind(Kind.OUTSIDE)
NODES = kind(Kind.HOST, Kind.REMOTE_NODE)
TCP, UDP, SCTP, ICMP, GRE = 6, 17, 132, 1, 47
TOWN = (("shop", {"team": "a"}), ("ops", {"team": "b"}), ("lab", {}))
OWN_NODE = Policy(
    name=PolicyName("built-in", "", "own-node"),
    subject=PODS,
    sections=(
        Section(direction=Direction.INGRESS, isolates=False, rules=(Rule(action=Action.ALLOW, peer=kind(Kind.HOST)),)),
    ),
)
"""So that no test is about the own node unless it means to be."""


def app(*names: str) -> Condition:
    """Pods with one of these apps."""
    return both(PODS, within(APP, one_of(*names)))


def at(*cidrs: str) -> Condition:
    """Whoever has such an address."""
    return within(Axis.ADDRESS, Addresses.of(cidrs))


def tcp(*spans: int | tuple[int, int]) -> Condition:
    """TCP to these ports."""
    said = [one if isinstance(one, tuple) else (one, one) for one in spans]
    return both(over(TCP), within(Axis.DST_PORT, ports(*said))) if said else over(TCP)


def over(*numbers: int) -> Condition:
    """These protocols."""
    return within(Axis.PROTOCOL, protocols(*numbers))


def allow(
    peer: Condition = ALWAYS,
    traffic: Condition = ALWAYS,
    subject: Condition = ALWAYS,
    request: Condition = ALWAYS,
) -> Rule:
    return Rule(action=Action.ALLOW, peer=peer, traffic=traffic, subject=subject, request=request)


def deny(peer: Condition = ALWAYS, traffic: Condition = ALWAYS, subject: Condition = ALWAYS) -> Rule:
    return Rule(action=Action.DENY, peer=peer, traffic=traffic, subject=subject)


def ingress(*rules: Rule, isolates: bool = True) -> Section:
    return Section(direction=Direction.INGRESS, isolates=isolates, rules=rules)


def egress(*rules: Rule, isolates: bool = True) -> Section:
    return Section(direction=Direction.EGRESS, isolates=isolates, rules=rules)


def policy(
    *sections: Section, subject: Condition = ALWAYS, namespace: str = "shop", name: str = "p", kind_: str = "Policy"
) -> Policy:
    """A policy of a namespace, or without one of the whole cluster."""
    where = within(NAMESPACE, one_of(namespace)) if namespace else ALWAYS
    return Policy(name=PolicyName(kind_, namespace, name), subject=both(PODS, where, subject), sections=sections)


def policies(*found: Policy, end: TierEnd = TierEnd.DENY) -> PolicySet:
    """One tier, before which the own node always passes."""
    first = Tier(name="own-node", end=TierEnd.PASS, policies=(OWN_NODE,))
    return PolicySet(tiers=(first, Tier(name="t", end=end, policies=found)))


def names(source: PolicySet) -> Mapping[PolicyName, ObjectMeta]:
    return {
        one.name: ObjectMeta(name=one.name.name, namespace=one.name.namespace)
        for tier in source.tiers
        for one in tier.policies
        if one.name.kind != "built-in"
    }


def said(
    *found: Policy,
    namespaces: Sequence[tuple[str, Mapping[str, str]]] = (),
    known: AddressPlan | None = None,
    wording: Wording = KUBERNETES,
    end: TierEnd = TierEnd.DENY,
) -> Lowered:
    """What is written for these policies."""
    source = policies(*found, end=end)
    plan_ = plan(source) if known is None else known
    return lower(source, plan_, names=names(source), namespaces=namespaces, wording=wording)


def spec(lowered: Lowered) -> dict[str, Any]:
    """The spec of the one policy that was written."""
    ((built, _),) = lowered.objects
    return emit_spec(built)


def text(lowered: Lowered) -> str:
    """Everything that was written."""
    return write_yaml([emit(built) for built, _ in lowered.objects])


def called(lowered: Lowered) -> list[str]:
    """The namespaces and names of what was written."""
    return [f"{built.metadata.namespace}/{built.metadata.name}" for built, _ in lowered.objects]


def lost(lowered: Lowered) -> list[str]:
    """The losses in short."""
    return [f"{one.code} {one.effect.value}: {one.message}" for one in lowered.losses]
