"""What is allowed by DNS name in Cilium, and whether pods can look the name up there."""

from __future__ import annotations

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.source.load import parse

HEAD = (
    "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: a}\n"
    "spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: "
)


def said(text: str, source: str = "policy-api,channel=experimental") -> list[str]:
    options = Options(source=parse_engine(source), target=parse_engine("cilium=1.19"))
    return [one.code.id for one in convert(parse(text, "a.yaml"), options).diagnostics if one.code.id == "NPC833"]


def test_names_without_a_dns_rule_are_never_learnt() -> None:
    assert said(f"{HEAD}[{{action: Accept, to: [{{domainNames: [www.example.com]}}]}}]}}\n") == ["NPC833"]


def test_other_peers_need_none() -> None:
    assert said(f"{HEAD}[{{action: Accept, to: [{{networks: [192.0.2.0/24]}}]}}]}}\n") == []


def test_a_rule_that_is_there_is_seen() -> None:
    text = (
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\n"
        "spec: {endpointSelector: {}, egress: [{toFQDNs: [{matchName: www.example.com}]}, "
        "{toEndpoints: [{matchLabels: {k8s:k8s-app: kube-dns, k8s:io.kubernetes.pod.namespace: kube-system}}], "
        "toPorts: [{ports: [{port: '53', protocol: UDP}], rules: {dns: [{matchPattern: '*'}]}}]}]}\n"
    )
    assert said(text, "cilium=1.18") == []
