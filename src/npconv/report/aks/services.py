"""Services and what both engines enforce -> the services that clients outside reach today and not after the change.

Azure NPM's chain stands behind kube-proxy's, which accepts what it masqueraded: traffic from outside to a service with
`externalTrafficPolicy: Cluster` is not asked for where the pod is on the node that was reached (facts/azure_npm.md 2.1,
point 6: npm/pkg/dataplane/policies/chain-management_linux.go; Azure/azure-container-networking#1088, #579). Cilium
asks the policies for all of it, as from the world, or from `remote-node` if another node forwarded it (Cilium's
Documentation/security/policy/caveats.rst, native routing).

Whether a service is at risk is decided by asking both engines about its pods at its target ports.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.dialects.cluster.model import Service
from npconv.ir.addresses import NO_ADDRESS, Addresses
from npconv.ir.policy import Direction, Policy
from npconv.pipeline.existing import Traffic
from npconv.report.aks import say
from npconv.report.aks.backends import Backend, Backends, backends
from npconv.report.aks.model import Certainty, Effect, Item, Repair, Thing, Witness
from npconv.report.aks.outsiders import Outsider, outsiders
from npconv.report.aks.parties import ask, remote_node, titles
from npconv.report.aks.world import Asked, World
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import meets
from npconv.source.fields import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What was found: services that close, those that close for what another node forwards, and what is unknown."""

    closing: tuple[Item, ...]
    forwarded: tuple[Item, ...]
    unknown: tuple[str, ...]


def of_services(world: World) -> Services:
    """Ask about every service that is reached from outside."""
    closing: list[Item] = []
    forwarded: list[Item] = []
    unknown: list[str] = []
    for service in world.cluster.services:
        if not is_outside(service):
            continue
        behind = backends(service, world)
        if behind.unknown and world.policies:
            unknown.append(behind.unknown)
        found = _asked(service, behind, world)
        if found.closed:
            closing.append(_closing(service, behind, found, world))
        elif found.forwarded:
            forwarded.append(_forwarded(service, behind, found, world))
    return Services(closing=tuple(closing), forwarded=tuple(forwarded), unknown=tuple(unknown))


def is_outside(service: Service) -> bool:
    """Whether a service is reached from outside the cluster: by a node's port, a load balancer, or its own IPs."""
    return service.type in ("LoadBalancer", "NodePort") or bool(service.external_ips)


def may_bypass(service: Service) -> bool:
    """Whether what comes from outside is masqueraded, so that Azure NPM may not be asked."""
    return is_outside(service) and service.external_traffic_policy != "Local"


@dataclass(slots=True)
class _Found:
    closed: dict[str, list[Backend]] = field(default_factory=dict)
    """By the target port, as a policy would say it."""
    targets: dict[str, tuple[int | str, str]] = field(default_factory=dict)
    forwarded: dict[str, list[Backend]] = field(default_factory=dict)
    shut: Addresses = NO_ADDRESS
    """Clients that are shut out somewhere."""
    open: Addresses = NO_ADDRESS
    """Clients that are let in somewhere."""
    denying: dict[str, Policy] = field(default_factory=dict)
    only_mended: bool = True
    witness: Witness | None = None
    via: Witness | None = None
    """Of what another node forwards."""


def _asked(service: Service, behind: Backends, world: World) -> _Found:
    found = _Found()
    for backend in behind.found:
        clients = outsiders(world, backend.namespace)
        for port, sent in backend.sent:
            shown = f"{port.target}/{port.protocol}"
            found.targets[shown] = (port.target, port.protocol)
            for client in clients:
                asked = ask(world, Direction.INGRESS, backend.party, client.party, sent)
                _note(found, _Probe(backend, client, sent, shown), asked, bypasses=may_bypass(service))
            via = ask(world, Direction.INGRESS, backend.party, remote_node(), sent)
            if may_bypass(service) and shown not in found.closed and not via.tomorrow.allowed:
                found.forwarded.setdefault(shown, []).append(backend)
                found.via = found.via or say.witness(Direction.INGRESS, backend.party, remote_node(), sent, via)
        if any(backend in several for named in (found.closed, found.forwarded) for several in named.values()):
            _isolating(found, backend, world)
    return found


@dataclass(frozen=True, slots=True)
class _Probe:
    """A client at a port of some pods; `shown` is the port as a policy would say it."""

    backend: Backend
    client: Outsider
    sent: Traffic
    shown: str


def _note(found: _Found, probe: _Probe, asked: Asked, *, bypasses: bool) -> None:
    if asked.tomorrow.allowed and asked.mended.allowed:
        found.open |= probe.client.of
        return
    if not bypasses and not asked.today.allowed:
        return
    found.shut |= probe.client.of
    several = found.closed.setdefault(probe.shown, [])
    if probe.backend not in several:
        several.append(probe.backend)
    if found.witness is None:
        seen = say.witness(Direction.INGRESS, probe.backend.party, probe.client.party, probe.sent, asked)
        found.witness = seen if asked.today.allowed else _bypassing(seen)
    found.only_mended = found.only_mended and asked.tomorrow.allowed


def _bypassing(seen: Witness) -> Witness:
    return Witness(
        source=seen.source,
        destination=seen.destination,
        traffic=seen.traffic,
        before="may pass: it is masqueraded, and Azure NPM is not asked where the pod's own node was reached",
        after=seen.after,
    )


def _isolating(found: _Found, backend: Backend, world: World) -> None:
    """The policies that isolate the pods after the change."""
    subject = backend.party.tomorrow
    probe = Flow(direction=Direction.INGRESS, subject=subject, peer=subject)
    near = world.near(backend.namespace)
    for sets in (near.tomorrow, near.mended):
        for tier in sets.tiers:
            for policy in tier.policies:
                section = policy.section(Direction.INGRESS)
                if section is None or not section.isolates or policy.origin is None:
                    continue
                if meets(policy.subject, probe, subject):
                    found.denying[str(policy.name)] = policy


def _closing(service: Service, behind: Backends, found: _Found, world: World) -> Item:
    listed = say.listed(found.closed, 6)
    denying = [found.denying[name] for name in sorted(found.denying)]
    named = say.listed((str(one.name) for one in denying), 4)
    let_in = found.open & ~found.shut
    whom = "clients outside" + (f" other than those of {say.listed(let_in.cidrs(), 4)}" * (not let_in.is_empty))
    parties = [one.party for several in found.closed.values() for one in several]
    bypass = may_bypass(service)
    dropped = [str(one.name) for one in world.policies if one.refused and str(one.name) in found.denying]
    npm = (
        f"clients outside may reach {listed} of the service whatever policies say: kube-proxy masquerades what comes "
        "in "
        "with externalTrafficPolicy Cluster, and accepts it before Azure NPM is asked"
        if bypass
        else f"clients outside reach {listed} of the service: Azure NPM drops {say.listed(dropped)}"
        if dropped
        else f"clients outside reach {listed} of the service"
    )
    because = behind.assumed
    if found.only_mended:
        because = "; ".join(
            filter(
                None,
                (
                    "it stays open only as long as Cilium also enforces rules of a direction that policyTypes does not "
                    "list (cilium/cilium#48703)",
                    because,
                ),
            )
        )
    return Item(
        thing=_thing(service),
        npm=npm,
        cilium=f"{whom} are denied there: {named} {'isolates' if len(denying) == 1 else 'isolate'} its pods, and "
        "no rule lets them in",
        effect=Effect.CLOSES,
        certainty=Certainty.POSSIBLE if found.only_mended else Certainty.CERTAIN,
        because=because,
        witness=found.witness,
        also=tuple(say.of_policy(one) for one in denying),
        pods=titles(parties),
        repairs=tuple(_openings(service, found)),
    )


def _forwarded(service: Service, behind: Backends, found: _Found, world: World) -> Item:
    listed = say.listed(found.forwarded, 6)
    denying = [found.denying[name] for name in sorted(found.denying)]
    parties = [one.party for several in found.forwarded.values() for one in several]
    because = "it depends on which node the load balancer chooses, and on native routing, which AKS uses"
    return Item(
        thing=_thing(service),
        npm=f"what another node forwards to {listed} of the service is judged by that node's address, which an "
        "ipBlock can cover",
        cilium="what another node forwards counts as from remote-node, which no ipBlock covers, and is denied; what "
        "arrives at the pod's own node passes",
        effect=Effect.CLOSES,
        certainty=Certainty.POSSIBLE,
        because="; ".join(filter(None, (because, behind.assumed))),
        witness=found.via,
        also=tuple(say.of_policy(one) for one in denying),
        pods=titles(parties),
        repairs=(
            *_openings(service, _Found(closed=found.forwarded, targets=found.targets)),
            Repair(
                what="or let only nodes with a pod of it answer, which also keeps the clients' addresses",
                command=f"kubectl patch service {service.name} -n {service.namespace} "
                '-p \'{"spec":{"externalTrafficPolicy":"Local"}}\'',
            ),
            *(
                Repair(what=f"or, after the change, apply what {one.name} becomes", manifest=text)
                for one in denying
                if (text := say.converted(world, one.name))
            ),
        ),
    )


def _openings(service: Service, found: _Found) -> Iterator[Repair]:
    """A NetworkPolicy for each sort of pods that lets everybody in at the ports, as both engines understand it."""
    wanted: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
    for shown, several in found.closed.items():
        for one in several:
            ports = wanted.setdefault((one.namespace, tuple(one.labels.items())), [])
            if shown not in ports:
                ports.append(shown)
    for number, ((namespace, labels), shown_ports) in enumerate(wanted.items()):
        ports_said: list[Value] = []
        for shown in shown_ports:
            target, protocol = found.targets[shown]
            ports_said.append({"protocol": protocol, "port": target})
        name = f"allow-{service.name}-from-outside"[:250] + (f"-{number + 1}" if number else "")
        data: dict[str, Value] = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {
                "podSelector": {"matchLabels": dict(labels)} if labels else {},
                "policyTypes": ["Ingress"],
                "ingress": [{"ports": ports_said}],
            },
        }
        yield Repair(
            what=f"if the service is meant to be reached from outside, allow {say.listed(shown_ports, 6)} before the "
            "change (pods reach these ports directly then, too), and keep clients out by its loadBalancerSourceRanges. "
            "If it is not, there is nothing to do: it will be closed",
            manifest=say.manifest(data),
            changes_today=True,
        )


def _thing(service: Service) -> Thing:
    return Thing(kind="Service", namespace=service.namespace, name=service.name, spot=say.spot(service.origin))
