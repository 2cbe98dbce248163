"""A golden case -> what referees are asked about it: its source and each output, on the same flows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from referee_cluster import scene
from referee_wire import cluster as cluster_words
from referee_wire import flow as flow_words
from referees import Referee, referee_of

from npconv.dialects.cluster import kinds as cluster_kinds
from npconv.dialects.cluster import read as cluster
from npconv.ir.policy import PolicySet
from npconv.lowering import addresses
from npconv.pipeline.check import as_target
from npconv.pipeline.endpoints import node_addresses, pod_addresses
from npconv.pipeline.engines import beside
from npconv.pipeline.meaning import meaning
from npconv.pipeline.model import Conversion, Options
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import verdict
from npconv.source.load import Loaded
from npconv.source.load import parse as read
from npconv.source.write import write_yaml

Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Side:
    """Policies under one engine, and the flows that it is asked about. `policies` are npconv's reading of them."""

    name: str
    referee: Referee
    documents: tuple[Data, ...]
    policies: PolicySet
    promised: PolicySet
    """The same as the dialect promises it, where the referee settles what the API leaves open (`ipBlock`)."""
    namespaces: Mapping[str, Mapping[str, str]]
    endpoints: tuple[Endpoint, ...]
    flows: tuple[Flow, ...]

    @cached_property
    def ours(self) -> tuple[bool, ...]:
        """npconv's verdicts."""
        return tuple(verdict(self.policies, flow).allowed for flow in self.flows)

    def question(self) -> dict[str, Any]:
        """What the referee is asked."""
        return {
            "op": "verdict",
            "documents": list(self.documents),
            "cluster": cluster_words(self.endpoints, self.namespaces),
            "options": dict(self.referee.options),
            "flows": [flow_words(one) for one in self.flows],
        }

    def digest(self) -> str:
        """A short name of the question: an answer is one to this question only."""
        return digest(self.question())


def digest(data: object) -> str:
    """A short name of some data."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]


def policies_of(documents: Sequence[Data], referee: Referee) -> tuple[Data, ...]:
    """The documents that are for a referee, lists taken apart."""
    found = [one for one in documents if one.get("kind") in referee.kinds]
    return tuple(one for one in found if not str(one.get("apiVersion")).startswith("extensions/"))


def sides(
    name: str, loaded: Loaded, options: Mapping[str, Options], results: Mapping[str, Conversion], *, keep: int = 0
) -> Iterator[Side]:
    """The source, and every output that a referee can judge; with `keep`, that many of the flows only."""
    first = next(iter(results.values()))
    facts, _ = cluster.read([one for one in loaded.documents if cluster_kinds.claims(one)])
    anyone = next(iter(options.values()))
    plan = addresses.plan(
        first.meant,
        pod_cidrs=anyone.pod_cidrs,
        node_cidrs=anyone.node_cidrs,
        pods_seen=pod_addresses(facts),
        nodes_seen=node_addresses(facts),
        only_v4=True,
    )
    namespaces = namespaces_of(loaded)
    found = scene(first.meant, plan, namespaces, name)
    flows = kept(found.flows(), keep, name)
    source = referee_of(first.engine)
    if source is not None:
        meant = meaning(loaded, source.engine, namespace=anyone.namespace)
        if not meant.failed and not meant.by_service and is_complete([one.data for one in loaded.documents]):
            yield Side(
                name=f"{name} source",
                referee=source,
                documents=policies_of([_named(one.data, anyone.namespace) for one in loaded.documents], source),
                policies=meant.policies,
                promised=meaning(loaded, first.engine, namespace=anyone.namespace).policies,
                namespaces=namespaces,
                endpoints=found.endpoints,
                flows=flows,
            )
    for target, result in results.items():
        referee = referee_of(beside(options[target].target, result.engine))
        if referee is None:
            continue
        outputs = [one.data for one in result.outputs]
        text = read(write_yaml(outputs), "<output>")
        again = meaning(text, as_target(referee.engine))
        if not again.by_service and is_complete(outputs):
            yield Side(
                name=f"{name} {target}",
                referee=referee,
                documents=policies_of(outputs, referee),
                policies=again.policies,
                promised=meaning(text, as_target(beside(options[target].target, result.engine))).policies,
                namespaces=namespaces,
                endpoints=found.endpoints,
                flows=flows,
            )


def namespaces_of(loaded: Loaded) -> dict[str, Mapping[str, str]]:
    """The labels of namespaces that are known.

    A NetworkSet of Calico has its namespace's labels; where these are not there, none are taken to be.
    """
    facts, _ = cluster.read([one for one in loaded.documents if cluster_kinds.claims(one)])
    sets = [one for one in loaded.documents if one.kind == "NetworkSet"]
    found: dict[str, Mapping[str, str]] = {
        str(one.data.get("metadata", {}).get("namespace", "default")): {} for one in sets
    }
    return {**found, **{one.name: one.labels for one in facts.namespaces}}


def is_complete(documents: Sequence[Data]) -> bool:
    """Whether the documents say all that an engine needs: services are only known to it from a cluster.

    What Calico's own client keeps in an annotation is no part of the object to anybody else.
    """
    text = json.dumps(list(documents))
    return not any(
        word in text for word in ('"toServices"', '"services":', '"projectcalico.org/metadata"', '"extensions/v1beta1"')
    )


def kept(flows: tuple[Flow, ...], keep: int, name: str) -> tuple[Flow, ...]:
    """Some of the flows, the same for the same name."""
    if not keep or len(flows) <= keep:
        return flows
    start = int(hashlib.sha256(name.encode()).hexdigest(), 16)
    stride = next(one for one in (7919, 7907, 7901) if len(flows) % one)
    chosen = sorted({(start + number * stride) % len(flows) for number in range(keep)})
    return tuple(flows[number] for number in chosen)


def _named(data: Data, namespace: str) -> Data:
    """A document with the namespace that it is taken to be in."""
    metadata = data.get("metadata") or {}
    clusterwide = str(data.get("kind", "")).startswith(("Global", "Cluster", "CiliumCluster", "Tier", "Staged"))
    if clusterwide or metadata.get("namespace") or data.get("kind") == "CiliumCIDRGroup":
        return data
    if data.get("kind") in ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy"):
        return data
    return {**data, "metadata": {**metadata, "namespace": namespace}}
