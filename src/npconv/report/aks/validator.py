"""The five checks of Microsoft's azure-npm-to-cilium-validator, as it makes them, beside what npconv finds.

Source: Azure/azure-container-networking cbd7560, tools/azure-npm-to-cilium-validator/azure-npm-to-cilium-validator.go
(facts/azure_npm.md 3). It looks at what is written, not at what it means; the table shows where that matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import aks as codes
from npconv.dialects.cluster.model import Service, ServicePort
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Rule
from npconv.dialects.k8s.placed import rules
from npconv.report.aks.model import Check, Step, Thing
from npconv.report.aks.world import World
from npconv.source.label_selector import LabelSelector

_NAMES: Final = (
    "NetworkPolicy with endPort",
    "NetworkPolicy with CIDR",
    "NetworkPolicy with Named Port",
    "NetworkPolicy with Egress (Not Allow All Egress)",
    "Disruption for some Services with externalTrafficPolicy=Cluster",
)


def checks(world: World, steps: Sequence[Step]) -> tuple[Check, ...]:
    """Its rows, in its order."""
    policies = [one.stored for one in world.policies]
    return (
        _check(
            0, _flagged(policies, has_end_port), _found(steps, codes.PORT_RANGE), "AKS has endPort from Cilium 1.17 on"
        ),
        _check(
            1,
            _flagged(policies, has_cidr),
            _found(steps, codes.BLOCK_PODS, codes.BLOCK_NODES),
            "an ipBlock matters only where it covers pods or nodes, and nothing else lets these through",
        ),
        _check(
            2,
            _flagged(policies, has_named_port),
            _found(steps, codes.NAMED_PORT, codes.INIT_PORT),
            "a name matters only on the way out, and where pods give it to different numbers",
        ),
        _check(
            3,
            _flagged(policies, has_egress),
            _found(steps, codes.OWN_NODE),
            "egress matters only where the pods are left without a way to their own node",
        ),
        _check(
            4,
            {_service(one) for one in world.cluster.services if is_disrupted(one, policies)},
            _found(steps, codes.SERVICE),
            "both engines were asked about the pods of each service, at its target ports",
        ),
    )


def panics(world: World) -> str:
    """Where it crashes: a port entry without `port`, which is legal (`checkNamedPortInPolicyRules`, nil)."""
    for one in world.policies:
        for rule in rules(one.stored):
            if any(port.port is None for port, _ in rule.ports()):
                return str(one.name)
    return ""


def has_end_port(policy: NetworkPolicy) -> bool:
    """Any `endPort`."""
    return any(port.end_port is not None for rule in rules(policy) for port, _ in rule.ports())


def has_cidr(policy: NetworkPolicy) -> bool:
    """Any `ipBlock`, whatever it covers and whether its direction counts."""
    return any(isinstance(peer, IPBlock) for rule in rules(policy) for peer, _ in rule.peers())


def has_named_port(policy: NetworkPolicy) -> bool:
    """Any port by name."""
    return any(isinstance(port.port, str) for rule in rules(policy) for port, _ in rule.ports())


def has_egress(policy: NetworkPolicy) -> bool:
    """`Egress` without rules, or any egress rule with `to` or `ports`, also beside one that allows everything."""
    if "Egress" in (policy.policy_types or ()) and not policy.egress:
        return True
    return any(rule.peers or rule.ports for rule in policy.egress or ())


def is_disrupted(service: Service, policies: Iterable[NetworkPolicy]) -> bool:
    """A service that it flags: beside any ingress policy, and not open to everybody by one policy alone."""
    if service.type not in ("LoadBalancer", "NodePort") or service.external_traffic_policy == "Local":
        return False
    near = [one for one in policies if one.metadata.namespace == service.namespace]
    if not any("Ingress" in (one.policy_types or ()) for one in near):
        return False
    return not any(_selects(one.pod_selector, service) and _opens(one.ingress or (), service.ports) for one in near)


def _selects(selector: LabelSelector | None, service: Service) -> bool:
    if selector is None or selector.selects_all:
        return True
    if selector.match_expressions:
        return False
    return dict(selector.match_labels or ()).items() <= service.selector.items()


def _opens(ingress: Sequence[Rule], ports: Sequence[ServicePort]) -> bool:
    return any(not rule.peers and (not rule.ports or all(_takes(rule, port) for port in ports)) for rule in ingress)


def _takes(rule: Rule, port: ServicePort) -> bool:
    return any(
        (one.protocol or "TCP") == port.protocol and (one.port is None or one.port == port.target)
        for one in rule.ports or ()
    )


def _flagged(policies: Iterable[NetworkPolicy], test: Callable[[NetworkPolicy], bool]) -> set[str]:
    return {f"NetworkPolicy/{one.metadata.namespace}/{one.metadata.name}" for one in policies if test(one)}


def _found(steps: Sequence[Step], *asked: Code) -> set[str]:
    wanted = {str(one) for one in asked}
    return {_name(item.thing) for step in steps if step.code in wanted for item in step.items}


def _name(thing: Thing) -> str:
    return str(thing)


def _service(one: Service) -> str:
    return f"Service/{one.namespace}/{one.name}"


def _check(row: int, flagged: set[str], found: set[str], why: str) -> Check:
    return Check(
        name=_NAMES[row],
        flagged=len(flagged),
        found=len(flagged & found),
        missed=len(found - flagged),
        why=why if flagged != found else "",
    )
