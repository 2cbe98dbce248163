"""Nodes, namespaces and objects of Cilium's -> what stands in the way, is enforced by itself, or needs ACNS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from npconv.dialects.azure_npm.profile import AzureNpmProfile, System
from npconv.dialects.azure_npm.refuse import refusals
from npconv.dialects.cilium.profile import Platform
from npconv.dialects.cluster.model import Node
from npconv.report.aks import say
from npconv.report.aks.model import Certainty, Effect, Item, Repair, Thing
from npconv.report.aks.world import Present, World
from npconv.source.document import Document
from npconv.source.fields import Value

_OS: Final = "kubernetes.io/os"
_POOL: Final = ("kubernetes.azure.com/agentpool", "agentpool")
MANAGED: Final = "kubernetes.azure.com/managedByArm"
"""On namespaces that Azure manages, and on what it puts there."""
_NAMES: Final = ("toFQDNs", "dns")
_REQUESTS: Final = ("http", "kafka", "l7proto", "l7")


def of_windows(world: World) -> Iterator[Item]:
    """The node pools that AKS does not change to Cilium, which runs on Linux alone (facts/azure_npm.md 4.1, 4.3)."""
    pools: dict[str, list[Node]] = {}
    for node in world.cluster.nodes:
        if node.labels.get(_OS, node.labels.get(f"beta.{_OS}", "")) == "windows":
            pool = next((node.labels[key] for key in _POOL if key in node.labels), node.name)
            pools.setdefault(pool, []).append(node)
    dropped = [str(one.name) for one in world.policies if refusals(one.written, _windows(world))]
    for pool, nodes in sorted(pools.items()):
        yield Item(
            thing=Thing(kind="Node", namespace="", name=nodes[0].name, spot=say.spot(nodes[0].origin)),
            npm=f"pool {pool} ({say.counted(len(nodes), 'node', 'nodes')}) runs Windows, where NPM ended on 2026-09-30"
            + (f"; there it drops {say.listed(dropped)}" if dropped else ""),
            cilium="it runs on Linux alone, and AKS refuses to change a cluster that has a Windows pool",
            effect=Effect.BLOCKS,
            repairs=_without_windows(pool),
        )
    if not pools and world.npm.system is System.WINDOWS:
        yield Item(
            thing=Thing(kind="Cluster", namespace="", name="Windows nodes"),
            npm="the policies are read as NPM on Windows enforces them, where it ended on 2026-09-30",
            cilium="it runs on Linux alone, and AKS refuses to change a cluster that has a Windows pool",
            effect=Effect.BLOCKS,
            because="the input has no Windows node: the engine that was named is all that says so",
            repairs=_without_windows("POOL"),
        )


def _windows(world: World) -> AzureNpmProfile:
    return replace(world.npm, system=System.WINDOWS)


def _without_windows(pool: str) -> tuple[Repair, ...]:
    return (
        Repair(
            what="move its workloads to a cluster of their own, with Calico for policies, and delete the pool",
            command=f"az aks nodepool delete -g RESOURCE_GROUP --cluster-name CLUSTER -n {pool}",
        ),
    )


def of_present(world: World) -> Iterator[Item]:
    """Objects of Cilium's in the input: nothing enforces them today, and the agents will from their first minute."""
    for one in world.present:
        if one.document.kind == "CiliumCIDRGroup":
            continue
        valid = one.object is not None and not one.problems
        yield Item(
            thing=_thing(one),
            npm="nothing enforces it",
            cilium="it is enforced as soon as the agents run: it may isolate pods that no NetworkPolicy isolates, "
            "and adds "
            "to what these allow"
            if valid
            else f"it is refused: {one.problems[0].message if one.problems else 'it cannot be read'}",
            effect=Effect.SHIFTS if valid else Effect.NONE,
            certainty=Certainty.POSSIBLE if valid else Certainty.CERTAIN,
            because="it depends on whether the object is in the cluster already, or only in this input"
            if valid
            else "",
            repairs=(
                Repair(
                    what="see whether it is there, and delete it before the change unless it is meant to be in force "
                    "at once",
                    command=f"kubectl get {one.document.kind.lower()} {one.document.name}"
                    + (f" -n {one.document.namespace}" if one.document.namespace else ""),
                ),
            ),
        )


def of_acns(world: World) -> Iterator[Item]:
    """Objects with names or requests of layer 7, of the input or of npconv's output: without ACNS they are refused."""
    found: list[tuple[Thing, Mapping[str, Value]]] = [(_thing(one), one.document.data) for one in world.present]
    if world.conversion is not None:
        found += [(_made(one.data), one.data) for one in world.conversion.outputs]
    for thing, data in found:
        names, requests = _uses(data, _NAMES), _asks_requests(data)
        clusterwide = thing.kind == "CiliumClusterwideNetworkPolicy"
        if not (names or requests):
            continue
        needed = "L7" if requests else "FQDN"
        what = " and ".join(filter(None, ("DNS names" * names, "requests of layer 7" * requests)))
        if world.cilium.platform is Platform.AKS_ACNS:
            if not (requests and clusterwide):
                continue
            yield Item(
                thing=thing,
                npm="there is nothing like it",
                cilium="layer 7 rules are for CiliumNetworkPolicies only on AKS: a clusterwide one is refused",
                effect=Effect.CLOSES,
                repairs=(Repair(what="write it into a CiliumNetworkPolicy for each namespace"),),
            )
            continue
        yield Item(
            thing=thing,
            npm="there is nothing like it",
            cilium=f"its rules for {what} need Advanced Container Networking Services, which is paid for: without, AKS "
            "refuses the policy; and if it is switched off later, what these rules allow is blocked",
            effect=Effect.CLOSES,
            certainty=Certainty.CERTAIN if world.cilium.platform is Platform.AKS else Certainty.POSSIBLE,
            because="" if world.cilium.platform is Platform.AKS else "say platform=aks or platform=aks-acns",
            repairs=(
                Repair(
                    what="after the change, switch it on (Kubernetes 1.29 or later, Azure CLI 2.79.0 or later for "
                    "L7, 2.71.0 "
                    "for FQDN)",
                    command="az aks update -g RESOURCE_GROUP -n CLUSTER --enable-acns "
                    f"--acns-advanced-networkpolicies {needed}",
                ),
            ),
        )


def of_managed(world: World) -> Iterator[Item]:
    """Policies that Azure puts into the namespaces that it manages: they are changed there, and come back otherwise."""
    managed = {one.name for one in world.cluster.namespaces if one.labels.get(MANAGED) == "true"}
    for one in world.policies:
        of = one.written.metadata
        own = (of.labels or {}).get(MANAGED) == "true"
        if not own and not (of.name == "defaultnetworkpolicy" and of.namespace in managed):
            continue
        yield Item(
            thing=say.of_policy(one.tomorrow),
            npm="Azure put the policy there with its managed namespace, and NPM enforces it like any other",
            cilium="it stays, and is enforced like any other; a translation beside it is not managed by Azure",
            effect=Effect.NONE,
            repairs=(
                Repair(
                    what="whatever is to be changed of it is changed there: an edited or deleted object comes back",
                    command=f"az aks namespace update -g RESOURCE_GROUP --cluster-name CLUSTER -n {of.namespace} "
                    "--ingress-policy INGRESS --egress-policy EGRESS",
                ),
            ),
        )


def _thing(one: Present) -> Thing:
    document: Document = one.document
    is_namespaced = document.kind == "CiliumNetworkPolicy"
    namespace = (document.namespace or "default") if is_namespaced else ""
    return Thing(kind=document.kind, namespace=namespace, name=document.name, spot=say.spot(document.origin))


def _made(data: Mapping[str, Value]) -> Thing:
    metadata = data.get("metadata")
    of = metadata if isinstance(metadata, Mapping) else {}
    return Thing(kind=str(data.get("kind", "")), namespace=str(of.get("namespace", "")), name=str(of.get("name", "")))


def _uses(value: Value | Mapping[str, Value], keys: tuple[str, ...]) -> bool:
    match value:
        case Mapping():
            return any(key in keys or _uses(one, keys) for key, one in value.items())
        case list():
            return any(_uses(one, keys) for one in value)
        case _:
            return False


def _asks_requests(value: Value | Mapping[str, Value]) -> bool:
    """Whether a port rule has `rules` for what is said there."""
    match value:
        case Mapping():
            rules = value.get("rules")
            if "ports" in value and isinstance(rules, Mapping) and _uses(rules, _REQUESTS):
                return True
            return any(_asks_requests(one) for one in value.values())
        case list():
            return any(_asks_requests(one) for one in value)
        case _:
            return False
