"""Ways out that were opened without DNS, and DNS names that Cilium never gets to see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint_set as codes
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir import policy as ir
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, DstPortNamed, Kind, Kinds, Named, Request, Scope
from npconv.ir.intervals import PORT_TOP, PROTOCOL_TOP, Intervals
from npconv.ir.policy import Action, Direction
from npconv.ir.values import Values
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.subjects import is_never, parts
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import Cube, touches

_UDP_53: Final = Cube(
    ((Axis.PROTOCOL, Intervals.of(PROTOCOL_TOP, [(17, 17)])), (Axis.DST_PORT, Intervals.of(PORT_TOP, [(53, 53)])))
)
_MANY: Final = 256
"""A range of so many addresses may hold a DNS server; of fewer, it names others."""

_DNS: Final = ("dns", "resolver", "unbound", "adguard", "pihole", "kube-system", "bind")


def without_dns(context: Context) -> Iterator[Finding]:
    """Policies that isolate for egress and allow something, for pods that no policy lets ask for names."""
    for policy in context.policies:
        section = policy.section(Direction.EGRESS)
        if section is None or not section.isolates or is_never(policy.subject):
            continue
        allowed = [one for one in section.rules if one.action is Action.ALLOW and not is_never(one.peer)]
        if not allowed or not any(_needs_names(one) for one in allowed):
            continue
        if any(_allows_dns(rule) for near in _near(context, policy) for rule in _rules(near)):
            continue
        yield finding(
            codes.NO_DNS,
            allowed[0].origin,
            "nothing lets these pods ask for names: port 53 is denied",
            label="reached by name, most likely",
            help="allow UDP and TCP port 53 to the cluster's DNS; where other policies are not given, say `--partial`",
        )


def unseen_names(context: Context) -> Iterator[Finding]:
    """`toFQDNs` of pods whose DNS questions do not pass Cilium's proxy."""
    if not isinstance(context.engine, CiliumProfile):
        return
    for policy in context.policies:
        if not policy.name.kind.startswith("Cilium"):
            continue
        named = [rule for rule in _rules(policy) if any(isinstance(leaf, Named) for leaf in leaves(rule.peer))]
        if named and not any(_sees_names(rule) for near in _near(context, policy) for rule in _rules(near)):
            yield finding(
                codes.NAMES_UNSEEN,
                named[0].origin,
                "Cilium never learns the addresses of these names: no DNS rule is for these pods",
                help='allow port 53 with `rules: {dns: [{matchPattern: "*"}]}`',
            )


def _near(context: Context, policy: ir.Policy) -> Iterator[ir.Policy]:
    return (one for one in context.subjects.near(policy) if one.origin is not None)


def _rules(policy: ir.Policy) -> tuple[ir.Rule, ...]:
    section = policy.section(Direction.EGRESS)
    return () if section is None else tuple(one for one in section.rules if one.action is not Action.LOG)


def _needs_names(rule: ir.Rule) -> bool:
    """Whether what a rule opens is reached by name: not single addresses, and not the pod's own node."""
    for cube in parts(rule.peer) or (Cube(),):
        kinds, addresses = cube.members(Axis.KIND), cube.members(Axis.ADDRESS)
        if isinstance(addresses, Addresses) and _count(addresses) < _MANY:
            continue
        if isinstance(kinds, Kinds) and kinds.members <= {Kind.HOST, Kind.REMOTE_NODE}:
            continue
        return True
    return False


def _allows_dns(rule: ir.Rule) -> bool:
    if rule.action not in (Action.ALLOW, Action.PASS):
        return False
    for cube in parts(rule.traffic) or (Cube(),):
        names = [one.fact.name for one in cube.facts if isinstance(one.fact, DstPortNamed) and not one.negated]
        if names:
            if any("dns" in name for name in names):
                return True
            continue
        if touches(cube, _UDP_53):
            ports = cube.members(Axis.DST_PORT)
            if isinstance(ports, Intervals) and sum(high - low + 1 for low, high in ports.spans) < _MANY:
                return True  # port 53 by number, whoever it is for
            return _may_be_dns(rule)
    return False


def _may_be_dns(rule: ir.Rule) -> bool:
    """Whether a rule for every port is for peers among which the DNS servers may be."""
    for cube in parts(rule.peer) or (Cube(),):
        if any(isinstance(one.fact, Named) for one in cube.facts):
            continue
        addresses = cube.members(Axis.ADDRESS)
        if isinstance(addresses, Addresses) and _count(addresses) < _MANY:
            continue
        listed = [
            (dimension, value)
            for dimension, members in cube.sets
            if isinstance(dimension, Attribute) and isinstance(members, Values) and not members.cofinite
            for value in members.named
            if dimension.scope in (Scope.POD, Scope.NAMESPACE) or dimension == NAMESPACE
        ]
        if not listed or any(word in value for _, value in listed for word in _DNS):
            return True
        if all(dimension.scope is Scope.NAMESPACE and dimension != NAMESPACE for dimension, _ in listed):
            return True  # namespaces by their labels: kube-system may be one
    return False


def _count(addresses: Addresses) -> int:
    return sum(high - low + 1 for low, high in (*addresses.v4.spans, *addresses.v6.spans))


def _sees_names(rule: ir.Rule) -> bool:
    return any(isinstance(leaf, Request) and leaf.protocol.startswith("dns") for leaf in leaves(rule.request))


RULES: Final = (
    Rule(codes=(codes.NO_DNS,), check=without_dns, needs_all=True),
    Rule(codes=(codes.NAMES_UNSEEN,), check=unseen_names, needs_all=True),
)
