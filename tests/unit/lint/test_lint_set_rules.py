"""Rules about policies together, and about the cluster that they are in."""

from __future__ import annotations

import pytest
from lint_cases import codes, linted, policy

EGRESS = "podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress:\n"
TO_DB = "- to: [{podSelector: {matchLabels: {app: db}}}]\n"
DNS = policy("k8s", "podSelector: {}\npolicyTypes: [Egress]\negress:\n- ports: [{port: 53, protocol: UDP}]", "dns")
NAMES = "- toFQDNs: [{matchName: example.com}]\n"
PROXY = """
- toEndpoints: [{matchLabels: {'k8s:io.kubernetes.pod.namespace': kube-system}}]
  toPorts: [{ports: [{port: '53', protocol: UDP}], rules: {dns: [{matchPattern: '*'}]}}]
"""
CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}, {name: twice, containerPort: 1}]},
                    {name: d, ports: [{name: twice, containerPort: 2}]}]}
status: {podIP: 10.1.0.1, podIPs: [{ip: 10.1.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, ports: [{name: http, containerPort: 80}]}]}
status: {podIP: 10.1.0.2, podIPs: [{ip: 10.1.0.2}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], selector: {app: db}, ports: [{port: 5432}]}
"""


def test_a_way_out_without_dns() -> None:
    assert codes(policy("k8s", EGRESS + TO_DB)) == ["NPC630"]


@pytest.mark.parametrize(
    "more",
    [
        "- ports: [{port: 53, protocol: UDP}]",
        "- to: [{namespaceSelector: {}}]",
        "- to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]",
        "- to: [{ipBlock: {cidr: 10.0.0.0/8}}]",
        "- {}",
    ],
)
def test_dns_that_the_policy_itself_allows(more: str) -> None:
    assert "NPC630" not in codes(policy("k8s", EGRESS + TO_DB + more))


def test_dns_that_another_policy_allows_or_may_allow() -> None:
    assert "NPC630" not in codes(policy("k8s", EGRESS + TO_DB), DNS)
    assert "NPC630" not in codes(policy("k8s", EGRESS + TO_DB), partial=True)
    other = DNS.replace("namespace: shop", "namespace: elsewhere")
    assert "NPC630" in codes(policy("k8s", EGRESS + TO_DB), other)


def test_no_dns_is_asked_of_those_who_need_no_names() -> None:
    assert "NPC630" not in codes(policy("k8s", "podSelector: {}\npolicyTypes: [Egress]"))
    assert "NPC630" not in codes(policy("k8s", EGRESS + "- to: [{ipBlock: {cidr: 10.0.0.5/32}}]"))


def test_names_that_cilium_never_sees() -> None:
    subject = "endpointSelector: {}\negress:\n"
    assert "NPC631" in codes(policy("cnp", subject + NAMES))
    assert "NPC631" not in codes(policy("cnp", subject + NAMES + PROXY))
    assert "NPC631" not in codes(policy("cnp", subject + NAMES), policy("cnp", subject + PROXY, "dns"))
    assert "NPC631" not in codes(policy("cnp", subject + NAMES), partial=True)


def test_a_deny_alone_denies_everything() -> None:
    deny = "endpointSelector: {}\negressDeny: [{toCIDR: [169.254.169.254/32]}]"
    found = linted(policy("cnp", deny)).diagnostics
    assert [(one.code.id, one.message) for one in found] == [
        ("NPC632", "all egress of these pods is denied: `egressDeny` isolates them, and nothing allows anything")
    ]
    assert "NPC632" not in codes(policy("cnp", deny + "\nenableDefaultDeny: {egress: false}"))
    assert "NPC632" not in codes(policy("cnp", deny + "\negress: [{toEntities: [all]}]"))
    allow = policy("ccnp", "endpointSelector: {}\negress: [{toEntities: [world]}]", "allow")
    assert "NPC632" not in codes(policy("cnp", deny), allow)


def test_two_policies_that_say_the_same() -> None:
    spec = "podSelector: {}\npolicyTypes: [Ingress]\ningress: [{from: [{podSelector: {}}]}]"
    found = linted(policy("k8s", spec, "a"), policy("k8s", spec.replace("Ingress]", "Ingress, Ingress]"), "b"))
    assert "this says the same as NetworkPolicy/shop/a" in [one.message for one in found.diagnostics]
    wider = spec.replace("{}}]}", "{}}, {namespaceSelector: {}}]}")
    assert "NPC633" not in codes(policy("k8s", spec, "a"), policy("k8s", wider, "b"))


@pytest.mark.parametrize(
    ("spec", "fires"),
    [
        ("podSelector: {matchLabels: {app: wbe}}\npolicyTypes: [Ingress]", True),
        ("podSelector: {matchLabels: {app: web}}\npolicyTypes: [Ingress]", False),
        ("podSelector: {}\npolicyTypes: [Ingress]", False),
    ],
)
def test_policies_for_no_pod_of_the_cluster(spec: str, *, fires: bool) -> None:
    assert ("NPC620" in codes(policy("k8s", spec), cluster=CLUSTER)) is fires
    assert "NPC620" not in codes(policy("k8s", spec))


def test_a_missing_namespace_is_said() -> None:
    text = policy("k8s", "podSelector: {}\npolicyTypes: [Ingress]").replace("shop", "shp")
    (found,) = linted(text, cluster=CLUSTER).diagnostics
    assert (found.code.id, found.notes) == ("NPC620", ("there is no namespace `shp`",))


def test_peers_that_are_no_pod_of_the_cluster() -> None:
    spec = "podSelector: {}\npolicyTypes: [Ingress]\ningress: [{from: [{podSelector: {matchLabels: {app: APP}}}]}]"
    assert "NPC621" in codes(policy("k8s", spec.replace("APP", "wbe")), cluster=CLUSTER)
    assert "NPC621" not in codes(policy("k8s", spec.replace("APP", "web")), cluster=CLUSTER)


@pytest.mark.parametrize(
    ("port", "app", "expected"),
    [("http", "web", []), ("htpp", "web", ["NPC623"]), ("twice", "web", ["NPC622"]), ("twice", "db", ["NPC623"])],
)
def test_ports_by_name(port: str, app: str, expected: list[str]) -> None:
    spec = f"podSelector: {{matchLabels: {{app: {app}}}}}\ningress: [{{ports: [{{port: {port}}}]}}]"
    assert codes(policy("k8s", spec), cluster=CLUSTER) == expected


@pytest.mark.parametrize(("engine", "fires"), [("cilium=1.19", True), ("cilium=1.20", False), ("calico", False)])
def test_a_name_with_two_numbers_on_the_way_out(engine: str, *, fires: bool) -> None:
    spec = "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{podSelector: {}}], ports: [{port: http}]}]"
    assert ("NPC622" in codes(policy("k8s", spec), DNS, engine=engine, cluster=CLUSTER)) is fires


@pytest.mark.parametrize(
    ("cidr", "more", "engine", "fires"),
    [
        ("10.1.0.0/16", "", "cilium", True),
        ("10.1.0.0/16", "", "calico", False),
        ("10.2.0.0/16", "", "cilium", False),
        ("0.0.0.0/0", "", "cilium", False),
        ("10.1.0.0/16", ", {namespaceSelector: {}}", "cilium", False),
        ("10.1.0.0/16", "", "cilium=1.20,policy-cidr-match-mode=pods", False),
    ],
)
def test_pods_by_their_addresses(cidr: str, more: str, engine: str, *, fires: bool) -> None:
    spec = f"podSelector: {{}}\npolicyTypes: [Ingress]\ningress: [{{from: [{{ipBlock: {{cidr: {cidr}}}}}{more}]}}]"
    assert ("NPC625" in codes(policy("k8s", spec), engine=engine, cluster=CLUSTER)) is fires


def test_the_address_of_a_service() -> None:
    spec = "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: CIDR}}]}]"
    assert "NPC624" in codes(policy("k8s", spec.replace("CIDR", "10.96.0.7/32")), cluster=CLUSTER)
    assert "NPC624" not in codes(policy("k8s", spec.replace("CIDR", "10.96.0.8/32")), cluster=CLUSTER)
    assert "NPC624" not in codes(policy("k8s", spec.replace("CIDR", "10.96.0.0/16")), cluster=CLUSTER)
