"""What any engine makes of some documents."""

from __future__ import annotations

import pytest
from small_town import CALICO_DENY, CILIUM_DB, CLUSTER, DB, DENY, means

from npconv.ir.dimensions import Kind
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.meaning import meaning
from npconv.source.load import parse

ADMIN = """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: no-telnet}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
    - {action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {number: 23}}}]}
"""


def policies(*texts: str, engine: str) -> list[tuple[str, str]]:
    """Every policy with its tier, but for those that nobody wrote."""
    found = means(*texts, engine=engine).policies
    return [(tier.name, str(one.name)) for tier in found.tiers for one in tier.policies if one.origin is not None]


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        (
            "calico",
            [
                ("kube-admin", "ClusterNetworkPolicy/no-telnet"),
                ("default", "GlobalNetworkPolicy/no-telnet"),
                ("default", "KubernetesNetworkPolicy/shop/db"),
            ],
        ),
        (
            "calico=3.31",
            [("default", "GlobalNetworkPolicy/no-telnet"), ("default", "KubernetesNetworkPolicy/shop/db")],
        ),
        ("azure-npm", [("networkpolicy", "NetworkPolicy/shop/db")]),
        ("cilium", [("allow", "NetworkPolicy/shop/db"), ("allow", "CiliumNetworkPolicy/shop/db")]),
        ("cilium,enable-k8s-networkpolicy=false", [("allow", "CiliumNetworkPolicy/shop/db")]),
        ("cilium=1.20", [("allow", "NetworkPolicy/shop/db"), ("allow", "CiliumNetworkPolicy/shop/db")]),
        (
            "cilium=1.20,enable-k8s-cluster-network-policy=true",
            [
                ("admin", "ClusterNetworkPolicy/no-telnet"),
                ("allow", "NetworkPolicy/shop/db"),
                ("allow", "CiliumNetworkPolicy/shop/db"),
            ],
        ),
        ("k8s", [("admin", "ClusterNetworkPolicy/no-telnet"), ("networkpolicy", "NetworkPolicy/shop/db")]),
    ],
)
def test_each_engine_enforces_its_own_kinds(engine: str, expected: list[tuple[str, str]]) -> None:
    assert policies(DB, CALICO_DENY, CILIUM_DB, ADMIN, engine=engine) == expected


def test_what_another_engine_enforces_is_told() -> None:
    found = means(DB, DENY, CALICO_DENY, CALICO_DENY.replace("no-telnet", "other"), engine="k8s")
    assert found.objects == 2
    (told,) = found.diagnostics
    assert (told.code.id, told.message) == ("NPC752", "Kubernetes does not enforce a `GlobalNetworkPolicy`: left out")
    assert told.notes == ("left out: `GlobalNetworkPolicy/no-telnet`, `GlobalNetworkPolicy/other`",)


def test_nothing_is_told_where_all_take_part() -> None:
    said = means(DB, CALICO_DENY, CLUSTER, engine="calico").diagnostics
    assert "NPC752" not in [one.code.id for one in said]


def test_an_invalid_policy_fails() -> None:
    found = meaning(parse(CILIUM_DB.replace('port: "5432"', 'port: "x y"'), "x.yaml"), parse_engine("cilium"))
    assert found.failed
    assert found.objects == 0


def test_a_policy_without_a_namespace_is_placed_and_told() -> None:
    text = CILIUM_DB.replace(", namespace: shop", "")
    found = meaning(parse(text, "x.yaml"), parse_engine("cilium"), namespace="blue")
    assert [one.message for one in found.diagnostics] == ["no namespace: taken to be in `blue`"]
    assert "CiliumNetworkPolicy/blue/db" in [str(one.name) for tier in found.policies.tiers for one in tier.policies]


@pytest.mark.parametrize(
    ("engine", "nodes"), [("calico", True), ("cilium", False), ("cilium,host-firewall=true", True), ("k8s", False)]
)
def test_who_polices_nodes(engine: str, nodes: bool) -> None:
    assert (Kind.HOST in means(engine=engine).subject_kinds) is nodes
