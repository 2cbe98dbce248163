"""Fields of a StagedKubernetesNetworkPolicy -> its model."""

from __future__ import annotations

from typing import Literal

from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.model_kubernetes import (
    IpBlock,
    KubernetesPeer,
    KubernetesPort,
    KubernetesRule,
    StagedAction,
    StagedKubernetesNetworkPolicy,
)
from npconv.dialects.calico.model_metadata import Form, Metadata
from npconv.source import label_selector
from npconv.source.fields import Fields, wrong_type


def staged(
    spec: Fields, metadata: Metadata, form: Form, action: StagedAction | None, origin: Origin
) -> StagedKubernetesNetworkPolicy:
    """The policy that these fields of `spec` hold, but for the staged action, which is read before."""
    return StagedKubernetesNetworkPolicy(
        metadata=metadata,
        form=form,
        staged_action=action,
        pod_selector=label_selector.read.below(spec, "podSelector"),
        ingress=_rules(spec, "ingress", "from"),
        egress=_rules(spec, "egress", "to"),
        policy_types=spec.words("policyTypes"),
        origin=origin,
    )


def _rules(fields: Fields, key: str, peers: Literal["from", "to"]) -> tuple[KubernetesRule, ...] | None:
    items = fields.mappings(key)
    return None if items is None else tuple(_rule(item, peers) for item in items)


def _rule(fields: Fields, key: Literal["from", "to"]) -> KubernetesRule:
    with fields:
        ports, peers = fields.mappings("ports"), fields.mappings(key)
        return KubernetesRule(
            ports=None if ports is None else tuple(_port(port) for port in ports),
            peers=None if peers is None else tuple(_peer(peer) for peer in peers),
        )


def _port(fields: Fields) -> KubernetesPort:
    with fields:
        port = fields.raw("port")
        if isinstance(port, float) and port.is_integer():
            port = int(port)
        if port is not None and (isinstance(port, bool) or not isinstance(port, int | str)):
            wrong_type(fields.sink, fields.at("port"), port, "integer or text")
            port = None
        return KubernetesPort(protocol=fields.text("protocol"), port=port, end_port=fields.integer("endPort"))


def _peer(fields: Fields) -> KubernetesPeer:
    with fields:
        block = fields.mapping("ipBlock")
        return KubernetesPeer(
            pod_selector=label_selector.read.below(fields, "podSelector"),
            namespace_selector=label_selector.read.below(fields, "namespaceSelector"),
            ip_block=None if block is None else _block(block),
        )


def _block(fields: Fields) -> IpBlock:
    with fields:
        return IpBlock(cidr=fields.text("cidr"), excepts=fields.words("except"))
