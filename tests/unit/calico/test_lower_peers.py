"""Whom rules and policies mean, in Calico's selectors, addresses and services; and who has no words there."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from lowering_to_calico import from_calico, from_cilium, from_kubernetes_under_calico

KNOWN = {"pods": "10.244.0.0/16", "nodes": "10.0.0.0/24"}


def cilium(direction: str, entry: str, *, clusterwide: bool = False) -> str:
    kind = "CiliumClusterwideNetworkPolicy" if clusterwide else "CiliumNetworkPolicy"
    place = "" if clusterwide else ", namespace: shop"
    return (
        f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: p{place}}}\n"
        f"spec: {{endpointSelector: {{}}, {direction}: [{entry}]}}"
    )


def peers(text: str) -> list[dict[str, Any] | None]:
    """The other side of every rule of the only policy."""
    (spec,) = [one["spec"] for one in yaml.safe_load_all(text) if one["kind"] != "Tier"]
    found = [one.get("source") for one in spec.get("ingress", [])]
    return found + [one.get("destination") for one in spec.get("egress", [])]


def expression(key: str, operator: str, *values: str) -> str:
    listed = f", values: [{', '.join(values)}]" if values else ""
    return f"{{key: {key}, operator: {operator}{listed}}}"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (expression("app", "In", "a"), {"selector": "app == 'a'"}),
        (expression("app", "In", "b", "a"), {"selector": "app in {'a', 'b'}"}),
        (expression("app", "NotIn", "a"), {"selector": "app != 'a'"}),
        (expression("app", "NotIn", "a", "b"), {"selector": "app not in {'a', 'b'}"}),
        (expression("app", "Exists"), {"selector": "has(app)"}),
        (expression("app", "DoesNotExist"), {"selector": "!has(app)"}),
    ],
)
def test_requirements_on_pods_of_the_own_namespace(asked: str, said: dict[str, str]) -> None:
    text, lost = from_cilium(cilium("ingress", f"{{fromEndpoints: [{{matchExpressions: [{asked}]}}]}}"))
    assert peers(text) == [said]
    assert lost == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            "{matchLabels: {app: a, k8s:io.kubernetes.pod.namespace: ops}}",
            {"selector": "app == 'a'", "namespaceSelector": "projectcalico.org/name == 'ops'"},
        ),
        (
            "{matchLabels: {k8s:io.cilium.k8s.namespace.labels.team: t}}",
            {"namespaceSelector": "team == 't'"},
        ),
        (
            "{matchExpressions: [{key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [lab]}]}",
            {"namespaceSelector": "has(projectcalico.org/name) && projectcalico.org/name != 'lab'"},
        ),
        (
            "{matchExpressions: [{key: k8s:io.kubernetes.pod.namespace, operator: Exists}]}",
            {"namespaceSelector": "all()"},
        ),
        ("{}", {"selector": "all()"}),
        ("{matchLabels: {io.cilium.k8s.policy.serviceaccount: api}}", {"serviceAccounts": {"names": ["api"]}}),
    ],
)
def test_namespaces_and_service_accounts(entry: str, said: dict[str, object]) -> None:
    text, lost = from_cilium(cilium("ingress", f"{{fromEndpoints: [{entry}]}}"))
    assert peers(text) == [said]
    assert lost == []


def test_global_policies_are_about_pods() -> None:
    text, _ = from_cilium(cilium("ingress", "{fromEndpoints: [{matchLabels: {app: a}}]}", clusterwide=True))
    (policy,) = yaml.safe_load_all(text)
    assert policy["spec"]["namespaceSelector"] == "all()"
    assert peers(text) == [{"selector": "app == 'a'", "namespaceSelector": "all()"}]


def test_peers_of_two_namespaces_are_two_rules() -> None:
    text, _ = from_kubernetes_under_calico(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: p, namespace: shop}
        spec:
          podSelector: {}
          ingress:
          - from:
            - podSelector: {matchLabels: {app: a}}
            - {namespaceSelector: {matchLabels: {team: t}}, podSelector: {matchLabels: {app: b}}}
        """
    )
    assert peers(text) == [
        {"selector": "app == 'a'"},
        {"selector": "app == 'b'", "namespaceSelector": "team == 't'"},
    ]


SAME = (
    "source: {selector: a contains 'x' && !(b starts with 'y')}",
    "source: {selector: has(a) || !has(b)}",
    "source: {notSelector: app == 'x'}",
    "source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}",
    "source: {nets: [10.0.0.0/8], selector: app == 'x', namespaceSelector: all()}",
    "source: {namespaceSelector: all(), serviceAccounts: {names: [a, b], selector: team == 't'}}",
    "source: {services: {name: s, namespace: shop}}",
    "destination: {selector: role == 'x'}",
    "destination: {nets: [10.244.7.0/24]}",
)


@pytest.mark.parametrize("side", SAME)
def test_calico_s_own_peers_come_back_the_same(side: str) -> None:
    key, _, rest = side.partition(": ")
    text, lost = from_calico(
        f"""
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {{name: p}}
        spec:
          namespaceSelector: all()
          types: [Ingress]
          ingress:
          - action: Allow
            {side}
        """
    )
    (spec,) = [one["spec"] for one in yaml.safe_load_all(text)]
    found = spec["ingress"][0][key]
    wanted = yaml.safe_load(rest)
    assert {name: found[name] for name in wanted} == wanted
    assert lost == []


def test_the_world_is_what_is_neither_pod_nor_node() -> None:
    world = cilium("egress", "{toEntities: [world]}")
    text, lost = from_cilium(world, **KNOWN)
    assert peers(text) == [
        {"nets": ["0.0.0.0/0"], "notNets": ["10.0.0.0/24", "10.244.0.0/16"]},
        {"nets": ["::/0"]},
    ]
    assert lost == []
    _, lost = from_cilium(world)
    assert lost == [
        "NPC373 narrows p: part of the Allow left out: the range holds addresses that pods or nodes may have"
    ]


def test_a_global_policy_excepts_pods_as_such() -> None:
    text, lost = from_cilium(cilium("egress", "{toCIDR: [10.0.0.0/8]}", clusterwide=True), **KNOWN)
    assert peers(text) == [
        {
            "nets": ["10.0.0.0/8"],
            "notNets": ["10.0.0.0/24"],
            "notSelector": "projectcalico.org/orchestrator == 'k8s'",
        }
    ]
    assert lost == []


def test_a_range_apart_from_the_cluster_stays_as_it_is() -> None:
    text, lost = from_cilium(cilium("egress", "{toCIDR: [203.0.113.0/24]}"))
    assert peers(text) == [{"nets": ["203.0.113.0/24"]}]
    assert lost == []


def test_nodes_are_their_addresses() -> None:
    nodes = cilium("egress", "{toEntities: [host, remote-node]}")
    text, lost = from_cilium(nodes, **KNOWN)
    assert peers(text) == [{"nets": ["10.0.0.0/24"]}]
    assert lost == []
    text, lost = from_cilium(nodes)
    assert peers(text) == []
    assert lost == ["NPC372 narrows p: Allow left out: Calico knows nodes by their addresses, and these are not known"]


def test_a_deny_for_nodes_spares_pods_where_it_can() -> None:
    unknown = "Calico knows nodes by their addresses, and these are not known"
    why = f"NPC372 narrows p: Deny covers more than in the source: {unknown}"
    nodes = "{toEntities: [host, remote-node]}"
    text, lost = from_cilium(cilium("egressDeny", nodes, clusterwide=True))
    assert peers(text) == [{"notSelector": "projectcalico.org/orchestrator == 'k8s'"}]
    assert lost == [why]
    text, lost = from_cilium(cilium("egressDeny", nodes))
    assert peers(text) == [None]
    assert lost == [why]
    text, lost = from_cilium(cilium("egressDeny", nodes, clusterwide=True), **KNOWN)
    assert peers(text) == [{"nets": ["10.0.0.0/24"]}]
    assert lost == []


def test_the_own_node_comes_in_and_cannot_be_told_apart_going_out() -> None:
    text, lost = from_cilium(cilium("ingress", "{fromEntities: [host]}"))
    assert (peers(text), lost) == ([], [])
    text, lost = from_cilium(cilium("egress", "{toEntities: [host]}"), **KNOWN)
    assert peers(text) == []
    assert lost == ["NPC371 narrows p: Allow left out: Calico cannot tell a pod's own node from other nodes"]


def test_the_own_node_cannot_be_shut_out() -> None:
    text, lost = from_cilium(cilium("ingressDeny", "{fromEntities: [all]}"))
    assert peers(text) == [None]
    assert lost == ["NPC380 widens p: the pod's own node gets through: Calico never denies it"]


@pytest.mark.parametrize(
    ("entry", "loss"),
    [
        ("{toFQDNs: [{matchName: api.example.com}]}", "NPC370 narrows p: Allow left out: Calico knows no DNS names"),
        (
            "{toEntities: [kube-apiserver]}",
            "NPC374 narrows p: Allow left out: Calico knows the API server by its address alone, and that is not known",
        ),
        (
            "{toCIDRSet: [{cidrGroupRef: partners}]}",
            "NPC375 narrows p: Allow left out: what is in the group is not known",
        ),
        (
            "{toEndpoints: [{matchLabels: {container:x: z}}]}",
            "NPC381 narrows p: Allow left out: no Kubernetes object has the label `container:x`",
        ),
        (
            "{toServices: [{k8sService: {serviceName: s, namespace: shop}}]}",
            "NPC382 narrows p: Allow left out: `services` stand alone, for one service, on the peer's side, "
            "and as a destination with its ports",
        ),
    ],
)
def test_what_calico_has_no_words_for(entry: str, loss: str) -> None:
    text, lost = from_cilium(cilium("egress", entry))
    assert peers(text) == []
    assert lost == [loss]


def test_a_deny_by_name_denies_the_outside() -> None:
    text, lost = from_cilium(cilium("egressDeny", "{toCIDRSet: [{cidrGroupRef: partners}]}"), **KNOWN)
    assert peers(text) == [
        {"nets": ["0.0.0.0/0"], "notNets": ["10.0.0.0/24", "10.244.0.0/16"]},
        {"nets": ["::/0"]},
    ]
    assert lost == ["NPC375 narrows p: Deny covers more than in the source: what is in the group is not known"]


def test_a_subject_without_words_leaves_the_policy_out() -> None:
    text, lost = from_cilium(
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: p, namespace: shop}
        spec: {endpointSelector: {matchLabels: {container:x: z}}, ingress: [{}]}
        """
    )
    assert text == ""
    assert lost == ["NPC379 widens p: policy left out: no Kubernetes object has the label `container:x`"]
