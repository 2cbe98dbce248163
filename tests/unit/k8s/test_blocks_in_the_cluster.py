"""What is said of blocks that pods or nodes may have an address of, where one side is any engine of Kubernetes."""

from __future__ import annotations

import pytest

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.source.load import parse

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\n"
CILIUM = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\n"


def said(text: str, source: str, target: str) -> list[str]:
    options = Options(
        source=parse_engine(source),
        target=parse_engine(target),
        pod_cidrs=("10.244.0.0/16",),
        node_cidrs=("192.168.7.0/24",),
    )
    found = convert(parse(text, "a.yaml"), options).diagnostics
    return [f"{one.message} ({one.notes[0]})" for one in found if one.code.id == "NPC831"]


def block(cidr: str) -> str:
    return f"{HEAD}spec: {{ingress: [{{from: [{{ipBlock: {{cidr: {cidr}}}}}]}}]}}\n"


@pytest.mark.parametrize("target", ["calico", "cilium", "azure-npm"])
@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "10.244.3.0/24", "192.168.0.0/16"])
def test_a_block_of_the_input_may_match_more(cidr: str, target: str) -> None:
    assert said(block(cidr), "k8s", target) == [
        f"an `ipBlock` of the input matches no pod and no node (pods or nodes may have such addresses: {{{cidr}}})"
    ]


def test_a_block_of_the_output_may_match_more() -> None:
    text = f"{CILIUM}spec: {{endpointSelector: {{}}, ingress: [{{fromCIDR: [10.0.0.0/8]}}]}}\n"
    assert said(text, "cilium", "k8s") == [
        "an `ipBlock` of the output matches no pod and no node (pods or nodes may have such addresses: {10.0.0.0/8})"
    ]


def test_a_block_of_the_output_that_the_input_has_not() -> None:
    text = """
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: a}
spec:
  tier: Baseline
  priority: 1
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  ingress: [{action: Deny, from: [{namespaces: {}}]}]
"""
    assert said(text, "policy-api", "k8s") == [
        "an `ipBlock` of the output matches no pod and no node (pods or nodes may have such addresses: {0.0.0.0/0})"
    ]


@pytest.mark.parametrize(
    ("cidr", "source", "target"),
    [
        ("203.0.113.0/24", "k8s", "calico"),
        ("0.0.0.0/0", "calico", "cilium"),
        ("0.0.0.0/0", "azure-npm", "calico"),
        ("0.0.0.0/0", "k8s", "policy-api"),
    ],
)
def test_nothing_is_open(cidr: str, source: str, target: str) -> None:
    assert said(block(cidr), source, target) == []


def test_an_exception_is_no_part_of_a_block() -> None:
    spec = "{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.244.0.0/16]}}]}]}"
    assert said(f"{HEAD}spec: {spec}\n", "k8s", "calico") == []


@pytest.mark.parametrize("cidr", ["010.244.0.0/16", "10.244.3.7/16", "::ffff:10.244.0.0/112"])
def test_blocks_of_old_clusters_are_read_as_they_read_them(cidr: str) -> None:
    assert said(block(f"'{cidr}'"), "k8s", "calico") == [
        "an `ipBlock` of the input matches no pod and no node (pods or nodes may have such addresses: {10.244.0.0/16})"
    ]


def test_what_a_cluster_network_policy_leaves_open_is_written_as_blocks() -> None:
    text = (
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n"
        "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: a}\n"
        "spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, "
        "ingress: [{action: Deny, from: [{namespaces: {}}]}]}\n"
    )
    assert said(text, "policy-api", "k8s") == [
        "an `ipBlock` of the output matches no pod and no node (pods or nodes may have such addresses: {0.0.0.0/0})"
    ]
