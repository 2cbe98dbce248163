"""Each rule about one policy: where it fires, and where it does not."""

from __future__ import annotations

import pytest
from lint_cases import codes, policy

INGRESS = "podSelector: {}\npolicyTypes: [Ingress]\ningress:\n"
CALICO = "selector: all()\ntypes: [Ingress]\ningress:\n"
CILIUM = "endpointSelector: {}\ningress:\n"
WEB = "[{podSelector: {matchLabels: {app: web}}}]"
HOST = """
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: h}
spec: {node: node-1, interfaceName: eth0}
"""

FIRES = [
    ("NPC600", "k8s", INGRESS + "- from: []\n  ports: [{port: 80}]"),
    ("NPC600", "k8s", INGRESS + f"- from: {WEB}\n  ports: []"),
    ("NPC600", "np", CALICO + "- {action: Allow, source: {nets: []}}"),
    ("NPC601", "cnp", CILIUM + "- fromEndpoints: []"),
    ("NPC601", "cnp", CILIUM + "- fromEndpoints: [{}]\n  toPorts: [{}]"),
    ("NPC603", "k8s", INGRESS + f"- from: {WEB}\n- ports: [{{port: 80}}]"),
    ("NPC603", "cnp", CILIUM + "- fromEndpoints: [{}]\n- toPorts: [{ports: [{port: '80', protocol: TCP}]}]"),
    (
        "NPC604",
        "k8s",
        INGRESS + "- from:\n  - namespaceSelector: {matchLabels: {a: b}}\n  - podSelector: {matchLabels: {c: d}}",
    ),
    ("NPC605", "k8s", f"podSelector: {{}}\npolicyTypes: [Ingress, Egress]\ningress: [{{from: {WEB}}}]"),
    ("NPC605", "np", "selector: all()\ntypes: [Ingress, Egress]\ningress: [{action: Allow}]"),
    ("NPC606", "k8s", "policyTypes: [Ingress]\ningress: []"),
    ("NPC606", "k8s", "podSelector: {matchLabels: }\npolicyTypes: [Ingress]"),
    ("NPC606", "k8s", INGRESS + "- from: [{namespaceSelector: {matchLabels: }}]"),
    ("NPC606", "cnp", "endpointSelector: {matchLabels: }\ningress: [{fromEndpoints: [{}]}]"),
    ("NPC608", "gnp", CALICO + "- {action: Allow, source: {namespaceSelector: \"team != 'x'\"}}"),
    ("NPC608", "np", CALICO + "- {action: Allow, source: {namespaceSelector: '!has(team)'}}"),
    ("NPC608", "gnp", CALICO + "- {action: Allow, source: {notSelector: \"a == 'b'\"}}"),
    (
        "NPC610",
        "k8s",
        "podSelector:\n  matchLabels: {a: b}\n  matchExpressions: [{key: a, operator: NotIn, values: [b]}]\n"
        "policyTypes: [Ingress]",
    ),
    (
        "NPC611",
        "k8s",
        INGRESS
        + "- from:\n  - podSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: DoesNotExist}]}",
    ),
    (
        "NPC611",
        "cnp",
        CILIUM + "- fromEndpoints: [{matchLabels: {a: b}, matchExpressions: [{key: a, operator: NotIn, values: [b]}]}]",
    ),
    ("NPC612", "k8s", INGRESS + f"- from: {WEB}\n  ports: [{{port: 80}}, {{port: 80}}]"),
    ("NPC613", "cnp", CILIUM + "- fromCIDR: [10.0.0.5/24]"),
]
QUIET = [
    ("NPC600", "k8s", INGRESS + "- ports: [{port: 80}]"),
    ("NPC600", "np", CALICO + "- {action: Allow, source: {nets: [10.0.0.0/8]}}"),
    ("NPC600", "cnp", CILIUM + "- fromEndpoints: []"),
    ("NPC601", "cnp", CILIUM + "- {}"),
    ("NPC601", "cnp", CILIUM + "- fromEndpoints: [{}]"),
    ("NPC603", "k8s", INGRESS + f"- from: {WEB}\n  ports: [{{port: 80}}]\n- ports: [{{port: 443}}]"),
    ("NPC603", "k8s", INGRESS + f"- from: {WEB}\n- ports: [{{port: 80}}]\n- ports: [{{port: 443}}]"),
    (
        "NPC604",
        "k8s",
        INGRESS + "- from:\n  - podSelector: {matchLabels: {c: d}}\n  - namespaceSelector: {matchLabels: {a: b}}",
    ),
    (
        "NPC604",
        "k8s",
        INGRESS + "- from:\n  - namespaceSelector: {matchLabels: {a: b}}\n  - podSelector: {}",
    ),
    ("NPC605", "k8s", f"podSelector: {{}}\npolicyTypes: [Ingress, Egress]\ningress: [{{from: {WEB}}}]\negress: []"),
    ("NPC605", "k8s", "podSelector: {}\npolicyTypes: [Ingress, Egress]"),
    ("NPC605", "k8s", f"podSelector: {{}}\npolicyTypes: [Ingress]\ningress: [{{from: {WEB}}}]"),
    ("NPC606", "k8s", "podSelector: {}\npolicyTypes: [Ingress]"),
    ("NPC606", "k8s", "podSelector: {matchLabels: {a: b}, matchExpressions: }\npolicyTypes: [Ingress]"),
    ("NPC608", "gnp", CALICO + "- {action: Allow, source: {namespaceSelector: \"all() && team != 'x'\"}}"),
    ("NPC608", "gnp", CALICO + "- {action: Allow, source: {namespaceSelector: global()}}"),
    ("NPC608", "gnp", CALICO + "- {action: Allow, source: {namespaceSelector: '!all()'}}"),
    (
        "NPC608",
        "gnp",
        CALICO + "- {action: Allow, source: {namespaceSelector: \"team != 'x'\", selector: \"app == 'a'\"}}",
    ),
    ("NPC608", "gnp", CALICO + "- {action: Deny, source: {namespaceSelector: \"team != 'x'\"}}"),
    ("NPC608", "np", CALICO + "- {action: Allow, source: {notSelector: \"a == 'b'\"}}"),
    ("NPC610", "k8s", "podSelector: {matchLabels: {a: b}}\npolicyTypes: [Ingress]"),
    ("NPC611", "gnp", CALICO + "- {action: Deny, source: {selector: \"a == 'b' && c == 'd'\"}}"),
    ("NPC612", "k8s", INGRESS + f"- from: {WEB}\n  ports: [{{port: 80}}, {{port: 81}}]"),
    ("NPC613", "cnp", CILIUM + "- fromCIDR: [10.0.0.0/24]"),
]


@pytest.mark.parametrize(("code", "kind", "spec"), FIRES)
def test_a_rule_fires(code: str, kind: str, spec: str) -> None:
    assert code in codes(policy(kind, spec))


@pytest.mark.parametrize(("code", "kind", "spec"), QUIET)
def test_a_rule_does_not_fire(code: str, kind: str, spec: str) -> None:
    assert code not in codes(policy(kind, spec))


@pytest.mark.parametrize(
    ("kind", "name", "spec", "fires"),
    [
        ("k8s", "deny-all", INGRESS + "- {}", True),
        ("k8s", "allow-all", INGRESS + "- {}", False),
        ("k8s", "deny-all-but-dns", INGRESS + "- {}", False),
        ("k8s", "deny-all", INGRESS + f"- from: {WEB}", False),
        ("cnp", "allow-all", CILIUM + "- {}", True),
        ("cnp", "default-deny", CILIUM + "- {}", False),
        ("cnp", "allow-all", CILIUM + "- fromEntities: [all]", False),
    ],
)
def test_a_name_that_says_the_contrary(kind: str, name: str, spec: str, *, fires: bool) -> None:
    assert ("NPC602" in codes(policy(kind, spec, name))) is fires


def test_a_name_that_denies_means_the_denied_direction() -> None:
    spec = f"podSelector: {{}}\npolicyTypes: [Ingress, Egress]\ningress: [{{from: {WEB}}}]"
    assert "NPC605" not in codes(policy("k8s", spec, "isolate-web"))


@pytest.mark.parametrize(("engine", "fires"), [("cilium=1.18", True), ("cilium=1.19", False), ("k8s", False)])
def test_negative_namespaces_leak_in_old_cilium(engine: str, *, fires: bool) -> None:
    negative = "[{namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [x]}]}}]"
    assert ("NPC608" in codes(policy("k8s", INGRESS + f"- from: {negative}"), engine=engine)) is fires


def test_negative_namespaces_of_ciliums_own_policies_leak_only_where_nothing_is_added() -> None:
    peer = "{matchExpressions: [{key: KEY, operator: DoesNotExist}]}"
    by_label = CILIUM + f"- fromEndpoints: [{peer.replace('KEY', 'k8s:io.cilium.k8s.namespace.labels.team')}]"
    by_pod = CILIUM + f"- fromEndpoints: [{peer.replace('KEY', 'team')}]"
    assert "NPC608" in codes(policy("cnp", by_label), engine="cilium=1.18")
    assert "NPC608" not in codes(policy("ccnp", by_label), engine="cilium=1.18")
    assert "NPC608" not in codes(policy("cnp", by_pod), engine="cilium=1.18")


def test_a_policy_for_pods_that_also_governs_nodes() -> None:
    spec = "selector: all()\ntypes: [Ingress]"
    assert "NPC615" in codes(policy("gnp", spec), HOST)
    assert "NPC615" not in codes(policy("gnp", spec))
    assert "NPC615" not in codes(policy("gnp", spec + "\nnamespaceSelector: all()"), HOST)
    assert "NPC615" not in codes(policy("gnp", spec.replace("all()", "has(role)")), HOST)


@pytest.mark.parametrize(
    ("engine", "kind", "spec", "fires"),
    [
        ("cilium=1.19", "k8s", INGRESS + "- from: [{ipBlock: {cidr: 10.0.0.0/8}}]", True),
        ("cilium=1.20", "k8s", INGRESS + "- from: [{ipBlock: {cidr: 10.0.0.0/8}}]", False),
        ("cilium=1.18", "k8s", INGRESS + "- from: [{ipBlock: {cidr: 10.0.0.0/8}}]", False),
        ("cilium=1.16,platform=aks", "k8s", INGRESS + "- ports: [{port: 80, endPort: 90}]", True),
        ("cilium=1.17,platform=aks", "k8s", INGRESS + "- ports: [{port: 80, endPort: 90}]", False),
        ("calico=3.31", "np", CALICO + "- {action: Allow, protocol: TCP, http: {paths: [{prefix: /a}]}}", True),
        ("calico=3.32", "np", CALICO + "- {action: Allow, protocol: TCP, http: {paths: [{prefix: /a}]}}", False),
    ],
)
def test_bugs_of_a_named_release(engine: str, kind: str, spec: str, *, fires: bool) -> None:
    assert ("NPC614" in codes(policy(kind, spec), engine=engine)) is fires


@pytest.mark.parametrize(("engine", "fires"), [("calico=3.29", True), ("calico=3.30", False), ("", False)])
def test_staged_policies_of_a_release_that_has_none(engine: str, *, fires: bool) -> None:
    staged = policy("gnp", "selector: all()\ntypes: [Ingress]").replace("kind: Global", "kind: StagedGlobal")
    assert ("NPC616" in codes(staged, engine=engine)) is fires


def test_bugs_are_not_told_of_a_release_that_nobody_named() -> None:
    cilium = policy("cnp", CILIUM + "- fromEndpoints: [{}]")
    assert "NPC614" not in codes(policy("k8s", INGRESS + "- from: [{ipBlock: {cidr: 10.0.0.0/8}}]", "b"), cilium)
