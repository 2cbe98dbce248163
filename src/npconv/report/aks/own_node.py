"""Pods under egress policy -> those that reach their own node today, and its DNS, and not after the change.

Azure NPM only judges packets that are forwarded, and what a pod sends to its own node is not (facts/azure_npm.md 2.1
point 1, 4.3). Cilium judges it, as to the entity `host`. A DNS server on the node is the usual victim: NodeLocal
DNSCache, and LocalDNS of AKS at 169.254.10.0/24 (4.4), whose nodes carry `kubernetes.azure.com/localdns-state=enabled`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Final

from npconv.diagnostics.origin import below
from npconv.dialects.cluster.model import Node, Pod
from npconv.ir.policy import Direction
from npconv.pipeline.existing import Traffic
from npconv.report.aks import say
from npconv.report.aks.model import Certainty, Effect, Item, Repair, Thing, Witness
from npconv.report.aks.parties import EVERYTHING, ask, at_port, own_node, selected, titles
from npconv.report.aks.party import Party
from npconv.report.aks.world import OnePolicy, World
from npconv.semantics.flow import UDP, Address
from npconv.source.fields import Value

LOCAL_DNS: Final = "kubernetes.azure.com/localdns-state"
_LOCAL_DNS_AT: Final = ipaddress.ip_address("169.254.10.10")
_NODE_LOCAL_AT: Final = ipaddress.ip_address("169.254.20.10")
_NODE_LOCAL: Final = ("node-local-dns", "nodelocaldns", "node-local-dns-cache")
_DNS: Final = 53


def of_own_node(world: World) -> Iterator[Item]:
    """Every policy by which pods lose the way to their own node."""
    hosted = _hosted(world)
    for one in world.policies:
        lost, witness = _lost(world, one, None, EVERYTHING)
        if witness is None:
            continue
        yield Item(
            thing=_at(one),
            npm="what its pods send to their own node always passes, since NPM only judges what is forwarded",
            cilium="it is denied like everything that no rule allows, since a pod's own node is the entity host",
            effect=Effect.CLOSES,
            because=f"it matters to pods that talk to something on their node; of the host network are "
            f"{say.listed(hosted, 5)}"
            if hosted
            else "it matters to pods that talk to something on their node (an agent, a DNS cache, the kubelet)",
            witness=witness,
            pods=titles(lost),
        )


def own_node_repairs(world: World) -> tuple[Repair, ...]:
    """What gives all of them the way to their node back: npconv's own output has it as an object of its own."""
    made = [
        one.data
        for one in (world.conversion.outputs if world.conversion is not None else ())
        if one.source.kind == world.npm.meaning.name and not one.source.namespace
    ]
    data = made or [_to_host("own-node-egress", None)]
    return (
        Repair(
            what="right after the change, apply this policy: every pod reaches its own node again, and no pod is "
            "isolated by it",
            manifest=say.manifest(*data),
        ),
    )


def of_local_dns(world: World) -> Iterator[Item]:
    """Every policy by which pods lose the DNS server on their node, if there is one."""
    for at, what, certainty, because in _servers(world):
        for one in world.policies:
            lost, witness = _lost(world, one, at, (at_port(UDP, _DNS),))
            if witness is None:
                continue
            yield Item(
                thing=_at(one),
                npm=f"its pods ask {what} on their own node whatever policies say",
                cilium=f"names cannot be looked up there: no rule allows {at} on the own node at 53/UDP",
                effect=Effect.CLOSES,
                certainty=certainty,
                because=because,
                witness=witness,
                pods=titles(lost),
            )


def local_dns_repairs(world: World) -> tuple[Repair, ...]:
    """The way to DNS on the own node, for every pod (facts/azure_npm.md 4.4: by CIDR up to 1.16, by entity after)."""
    by_address = world.cilium.version < (1, 17)
    return (
        Repair(
            what="right after the change, apply this policy, unless the one for the own node is applied"
            if not by_address
            else "right after the change, apply this policy: up to Cilium 1.16 LocalDNS is reached by its address",
            manifest=say.manifest(_to_host("local-dns", ("169.254.10.0/24", "169.254.20.10/32") if by_address else ())),
        ),
    )


def _servers(world: World) -> Iterator[tuple[Address, str, Certainty, str]]:
    cached = [pod for pod in world.cluster.pods if _is_cache(pod)]
    if cached:
        yield _NODE_LOCAL_AT, f"NodeLocal DNSCache ({cached[0].namespace}/{cached[0].name})", Certainty.CERTAIN, ""
    nodes = world.cluster.nodes
    enabled = [node for node in nodes if _has_local_dns(node)]
    if enabled:
        yield _LOCAL_DNS_AT, f"LocalDNS ({say.listed(node.name for node in enabled)})", Certainty.CERTAIN, ""
    elif not nodes:
        yield (
            _LOCAL_DNS_AT,
            "LocalDNS, where it is on,",
            Certainty.POSSIBLE,
            f"the input has no nodes: it matters where these have the label {LOCAL_DNS}=enabled",
        )


def _has_local_dns(node: Node) -> bool:
    return node.labels.get(LOCAL_DNS) == "enabled"


def _is_cache(pod: Pod) -> bool:
    return pod.host_network and any(pod.labels.get(key) in _NODE_LOCAL for key in ("k8s-app", "app", "name"))


def _lost(
    world: World, one: OnePolicy, at: Address | None, traffic: Sequence[Traffic]
) -> tuple[list[Party], Witness | None]:
    if "Egress" not in (one.stored.policy_types or ()):
        return [], None
    lost: list[Party] = []
    witness: Witness | None = None
    for subject in selected(world, one):
        for sent in traffic:
            asked = ask(world, Direction.EGRESS, subject, own_node(at), sent)
            if asked.closes:
                lost.append(subject)
                witness = witness or say.witness(Direction.EGRESS, subject, own_node(at), sent, asked)
                break
    return lost, witness


def _at(one: OnePolicy) -> Thing:
    return say.of_policy(one.tomorrow, below(one.written.origin, "spec", "egress"))


def _hosted(world: World) -> list[str]:
    return [f"{pod.namespace}/{pod.name}" for pod in world.cluster.pods if pod.host_network and not pod.has_ended]


def _to_host(name: str, addresses: tuple[str, ...] | None) -> dict[str, Value]:
    """The own node for every pod: all of it (None), or DNS alone, by entity or by address."""
    entry: dict[str, Value] = {"toCIDR": list(addresses)} if addresses else {"toEntities": ["host"]}
    if addresses is not None:
        entry["toPorts"] = [{"ports": [{"port": "53", "protocol": "UDP"}, {"port": "53", "protocol": "TCP"}]}]
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "endpointSelector": {
                "matchExpressions": [{"key": "k8s:io.kubernetes.pod.namespace", "operator": "Exists"}]
            },
            "enableDefaultDeny": {"egress": False},
            "egress": [entry],
        },
    }
