"""Services and what Azure NPM enforces -> the services whose traffic bypasses it, and will be judged elsewhere.

Azure NPM's chain stands after kube-proxy's, which accepts what it masqueraded: traffic from outside to a service with
`externalTrafficPolicy: Cluster` is not asked for where the pod is on the node that was reached (facts/azure_npm.md 2.1,
point 6; Microsoft's migration guide says that it is never enforced).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import field
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import azure_npm as codes
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.dialects.cluster.model import Service, ServicePort
from npconv.ir.addresses import ALL_V4
from npconv.ir.condition import Condition, both, holds, kind, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, DstPortNamed, Kind, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Rule
from npconv.ir.values import ABSENT, one_of
from npconv.lowering.box import Box, subtract
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import Cube, TooManyError, cubes, meet
from npconv.lowering.named_ports import settled
from npconv.lowering.pods_apart import KnownPod

_PIECES: Final = 256
_PROTOCOLS: Final = {"TCP": 6, "UDP": 17, "SCTP": 132}
_FROM_OUTSIDE: Final = both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, ALL_V4))


def bypassing(services: Sequence[Service], policies: PolicySet, pods: Sequence[KnownPod] = ()) -> Iterator[Diagnostic]:
    """A note for every service that may bypass Azure NPM and whose pods policies isolate, with what these do not open.

    Without `pods`, a service's pods are taken to have the labels that it selects, and perhaps others.
    """
    outside = [one for one in services if _may_bypass(one)]
    if not outside:
        return
    numbered, _ = settled(policies, pods, {Direction.INGRESS})
    by_namespace: dict[str, list[KnownPod]] = {}
    for pod in pods:
        by_namespace.setdefault(pod.namespace, []).append(pod)
    judged = _judged(numbered)
    nothing = _Judged()
    for service in outside:
        known = _selected(service, by_namespace.get(service.namespace, ()))
        here = judged.get(service.namespace, nothing)
        who = _pods_of(service, known, here.asked)
        closed: list[str] = []
        isolating: dict[str, Policy] = {}
        for port in service.ports:
            found = here.isolating(who, _traffic(port, known))
            if found:
                closed.append(f"{port.target}/{port.protocol}")
                isolating |= {str(one.name): one for one in found}
        if closed:
            yield _note(service, tuple(dict.fromkeys(closed)), isolating, guessed=not known)


def _may_bypass(service: Service) -> bool:
    is_outside = service.type in ("LoadBalancer", "NodePort") or bool(service.external_ips)
    return is_outside and service.external_traffic_policy != "Local" and bool(service.selector)


def _note(service: Service, closed: tuple[str, ...], isolating: dict[str, Policy], *, guessed: bool) -> Diagnostic:
    title = service.type if service.type != "ClusterIP" else "`externalIPs`"
    listed = " and ".join(f"`{one}`" for one in closed)
    named = ", ".join(f"`{name}`" for name in sorted(isolating))
    selector = ", ".join(f"{key}: {value}" for key, value in sorted(service.selector.items()))
    return Diagnostic(
        code=codes.NPM_BYPASSED,
        origin=service.origin,
        message=(
            f"what comes from outside to service `{service.namespace}/{service.name}` ({title}, "
            "`externalTrafficPolicy: Cluster`) may bypass Azure NPM, and is judged in the output"
        ),
        also=tuple(
            Label(origin=policy.origin, text="isolates its pods")
            for _, policy in sorted(isolating.items())
            if policy.origin is not None
        ),
        notes=(
            f"isolated by {named}, and not open to everybody: {listed}",
            *((f"its pods are not in the input: taken to have the labels `{selector}`",) if guessed else ()),
        ),
        help=(
            f"if it is to be reached from outside, allow ingress to {listed} of `{{{selector}}}` before the migration; "
            f"npconv explain {codes.NPM_BYPASSED}"
        ),
    )


@dataclass(slots=True)
class _Judged:
    """Whom the policies of one namespace isolate for ingress, and what they let in."""

    isolations: list[tuple[Policy, Cube]] = field(default_factory=list)
    allows: list[Box] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """The pod labels that policies ask for."""

    def isolating(self, subjects: Sequence[Cube], traffic: Sequence[Condition]) -> list[Policy]:
        """The policies that isolate some of the pods where nothing lets everybody outside in."""
        found: list[Policy] = []
        for policy, isolated in self.isolations:
            parts = [one for subject in subjects if (one := meet(subject, isolated)) is not None]
            if policy not in found and any(self._left(part, one) for part in parts for one in traffic):
                found.append(policy)
        return found

    def _left(self, subject: Cube, traffic: Condition) -> bool:
        left = [Box(subject, peer, cube) for peer in _cubes(_FROM_OUTSIDE) for cube in _cubes(traffic)]
        for allow in self.allows:
            left = [piece for box in left for piece in subtract(box, allow)]
            if not left or len(left) > _PIECES:
                break
        return bool(left)


def _judged(policies: PolicySet) -> dict[str, _Judged]:
    """What the policies do, by their namespace; those without one (the own node's) are about nobody outside."""
    found: dict[str, _Judged] = {}
    for policy in (one for tier in policies.tiers for one in tier.policies if one.name.namespace):
        section = policy.section(Direction.INGRESS)
        if section is None:
            continue
        judged = found.setdefault(policy.name.namespace, _Judged())
        judged.asked |= {
            leaf.key for leaf in leaves(policy.subject) if isinstance(leaf, Attribute) and leaf.scope is Scope.POD
        }
        if section.isolates:
            judged.isolations += [(policy, cube) for cube in _cubes(policy.subject)]
        for rule in section.rules:
            if rule.action is Action.ALLOW:
                judged.allows += _boxes(policy, rule)
                judged.asked |= {
                    leaf.key for leaf in leaves(rule.subject) if isinstance(leaf, Attribute) and leaf.scope is Scope.POD
                }
    return found


def _boxes(policy: Policy, rule: Rule) -> Iterator[Box]:
    for subject in _cubes(both(policy.subject, rule.subject)):
        for peer in _cubes(rule.peer):
            for traffic in _cubes(rule.traffic):
                yield Box(subject, peer, traffic)


def _cubes(condition: Condition) -> tuple[Cube, ...]:
    """The condition in cubes; none if it needs too many, as if it were not there."""
    try:
        return cubes(condition, _PIECES)
    except TooManyError:
        return ()


def _pods_of(service: Service, known: Sequence[KnownPod], asked: Collection[str]) -> list[Cube]:
    """The service's pods by what policies ask of them; without known ones, whoever it selects."""
    labels: list[dict[str, str | None]] = [{key: pod.attributes.get(_label(key)) for key in asked} for pod in known]
    if not known:
        labels = [dict(service.selector)]
    cubes_of_each = (
        _cubes(
            both(
                kind(Kind.POD),
                within(NAMESPACE, one_of(service.namespace)),
                *(within(_label(key), ABSENT if value is None else one_of(value)) for key, value in one.items()),
            )
        )
        for one in labels
    )
    return list(dict.fromkeys(cube for each in cubes_of_each for cube in each))


def _selected(service: Service, pods: Sequence[KnownPod]) -> list[KnownPod]:
    return [
        pod for pod in pods if all(pod.attributes.get(_label(key)) == value for key, value in service.selector.items())
    ]


def _traffic(port: ServicePort, known: Sequence[KnownPod]) -> tuple[Condition, ...]:
    """What reaches the pods of a service's port; a name is what they declare, or itself if none of them is known."""
    protocol = _PROTOCOLS.get(port.protocol)
    if protocol is None:
        return ()
    over = within(Axis.PROTOCOL, protocols(protocol))
    if isinstance(port.target, int):
        return (both(over, within(Axis.DST_PORT, ports((port.target, port.target)))),)
    if not known:
        return (both(over, holds(DstPortNamed(port.target))),)
    numbers = {one.number for pod in known for one in pod.ports if (one.name, one.protocol) == (port.target, protocol)}
    return tuple(both(over, within(Axis.DST_PORT, ports((number, number)))) for number in sorted(numbers))


def _label(key: str) -> Attribute:
    return Attribute.of(Scope.POD, key)
