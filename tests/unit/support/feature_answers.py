"""A probe and a target -> what becomes of it: said by the back end, written, read again, compared over all flows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, assert_never

from feature_probes import Probe

from npconv.diagnostics.codes import Code, kubernetes_losses, losses
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import AllowLocalhost, CiliumProfile
from npconv.dialects.cluster.backends import backends
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.cluster.read import read as read_cluster
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.ir.condition import kind
from npconv.ir.dimensions import Family, Kind
from npconv.ir.features import Feature
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.support import Need
from npconv.lowering.addresses import AddressPlan, plan
from npconv.lowering.hosts import pods_only
from npconv.lowering.services import resolved
from npconv.pipeline.check import read_back
from npconv.pipeline.engines import Engine, beside, parse_engine
from npconv.pipeline.ports import numbered, pods_of
from npconv.pipeline.targets import Task, Written, write
from npconv.semantics.budget import Budget
from npconv.semantics.compare import Outcome, compare
from npconv.semantics.space import ANYWHERE, Space
from npconv.source.load import parse
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml

EVERYTHING: Final = frozenset(Need)
POD: Final = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, ports: [{name: http, containerPort: 8080}]}]}
"""
SERVICE: Final = """
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
"""
NAMESPACES: Final = (("shop", {"team": "a"}), ("ops", {"team": "b"}), ("lab", {}))


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a back end made of a probe. `changing` are the codes of losses that change flows, of `codes`."""

    codes: frozenset[Code]
    changing: frozenset[Code]
    written: Written
    engine: Engine
    space: Space

    @property
    def text(self) -> str:
        return write_yaml([one.data for one in self.written.objects])


@cache
def output(probe: Probe, target: str, known: frozenset[Need] = EVERYTHING) -> Output:
    """What the target makes of a probe, in a cluster of which so much is known."""
    engine = beside(parse_engine(target), source_of(probe))
    on_pods, on_nodes = pods_only(source(probe, engine))
    cluster = described(known)
    by_backend, _ = resolved(on_pods, backends(cluster.services))
    calico = parse_engine("calico")
    meant, _ = numbered(by_backend, cluster, pods_of(cluster, calico), calico, engine)
    addresses = plan(
        meant,
        pod_cidrs=["10.244.0.0/16", "fd00:10::/64"] if Need.POD_CIDRS in known else [],
        node_cidrs=["10.0.0.0/24", "fd00:20::/64"] if Need.NODE_CIDRS in known else [],
        only_v4=Need.ONE_FAMILY in known,
    )
    task = Task(
        policies=meant,
        plan=addresses,
        names=names(meant, engine),
        namespaces=NAMESPACES if Need.NAMESPACES in known else (),
        engine="the source",
    )
    written = write(task, engine)
    problems = [problem for one in written.objects for problem in one.problems]
    assert not problems, problems
    of_nodes = {losses.HOST_POLICY} if on_nodes else set()
    changing = {one.code for one in written.losses if one.effect.changes_flows} - open_anyway(probe, known)
    return Output(
        codes=frozenset({one.code for one in written.losses} | of_nodes),
        changing=frozenset(changing | of_nodes),
        written=written,
        engine=engine,
        space=space(addresses, own=probe.feature is Feature.ENGINE_ENDPOINTS and isinstance(engine, CiliumProfile)),
    )


@cache
def described(known: frozenset[Need]) -> Cluster:
    """The pods and services of the cluster, as far as they are known."""
    text = [POD] * (Need.PODS in known) + [SERVICE] * (Need.SERVICES in known)
    found, problems = read_cluster(parse("---".join(text), "cluster.yaml").documents)
    assert not problems
    return found


def differing(found: Output) -> list[str]:
    """The flows on which the output, read again, differs from the probe; whatever cannot be decided is one, too."""
    texts = [one.written() for one in found.written.objects]
    compared = compare(
        found.written.meant,
        read_back(texts, found.engine),
        assumptions=found.space,
        budget=Budget(seconds=20),
    )
    flows = [f"{one.change.value}: {one.flow}" for one in compared.counterexamples]
    return flows if flows or compared.outcome is Outcome.EQUAL else [compared.outcome.value]


def source_of(probe: Probe) -> Engine:
    """An engine that lets the same pass by itself as the probe's."""
    return parse_engine("azure-npm" if probe.own_node == frozenset(Direction) else "calico")


def source(probe: Probe, target: Engine) -> PolicySet:
    """The probe's policies in an engine that does of itself what the target's does."""
    sections = tuple(
        Section(direction=way, isolates=False, rules=(Rule(action=Action.ALLOW, peer=kind(Kind.HOST)),))
        for way in Direction
        if way in (own_node(target) if probe.own_node is None else probe.own_node)
    )
    built_in = Policy(name=PolicyName("built-in", "", "own-node"), subject=kind(Kind.POD), sections=sections)
    first = Tier(name="own-node", end=TierEnd.PASS, policies=(built_in,))
    return PolicySet(tiers=(*((first,) if sections else ()), *probe.tiers))


def own_node(engine: Engine) -> frozenset[Direction]:
    """The directions in which a pod's own node passes whatever policies say.

    Whether that differs between two engines is a matter of its own (`Feature.OWN_NODE`). With ClusterNetworkPolicies
    it passes, too, but only after tier Admin, where everything is written that comes without such a way.
    """
    match engine:
        case AzureNpmProfile():
            return engine.meaning.own_node
        case CalicoProfile():
            return frozenset({Direction.INGRESS})
        case CiliumProfile(allow_localhost=AllowLocalhost.ALWAYS):
            return frozenset({Direction.INGRESS})
        case CiliumProfile():
            return frozenset()
        case KubernetesProfile() | PolicyApiProfile():
            return engine.meaning.own_node
        case _:
            assert_never(engine)


def names(policies: PolicySet, engine: Engine) -> dict[PolicyName, ObjectMeta]:
    clusterwide = isinstance(engine, CiliumProfile) and engine.is_namespaceless
    return {
        policy.name: ObjectMeta(name=policy.name.name, namespace="" if clusterwide else policy.name.namespace)
        for tier in policies.tiers
        for policy in tier.policies
        if policy.name.kind == "P"
    }


def open_anyway(probe: Probe, known: frozenset[Need]) -> frozenset[Code]:
    """What Azure NPM lets through of any policy: IPv6, which has an entry of its own, isolation."""
    isolates = probe.feature in (Feature.ISOLATION_IN, Feature.ISOLATION_OUT)
    return frozenset() if isolates or Need.ONE_FAMILY in known else frozenset({kubernetes_losses.IPV6_OPEN})


def space(known: AddressPlan, *, own: bool) -> Space:
    """The flows that are compared; with `own`, also those of health endpoints and proxies, which only Cilium has."""
    return Space(
        peer_kinds=ANYWHERE | ({Kind.HEALTH, Kind.INGRESS} if own else set()),
        cluster_families=frozenset({Family.V4}) if known.only_v4 else frozenset(Family),
        pod_addresses=known.pods.addresses,
        node_addresses=known.nodes.addresses,
        exclusive=not (known.pods.assumed or known.nodes.assumed),
        named_port_kinds=frozenset({Kind.POD}),
    )
