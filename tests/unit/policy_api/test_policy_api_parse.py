"""Policy API documents: which are ours, what is read, what is refused and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.dialects.policy_api.kinds import Channel, claims
from npconv.dialects.policy_api.model import (
    Action,
    AdminNetworkPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
    DomainNames,
    NamedPort,
    Namespaces,
    Networks,
    Nodes,
    Pods,
    PortNumber,
    PortRange,
    Rule,
    Tier,
)
from npconv.dialects.policy_api.parse import parse
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta

GROUP = "policy.networking.k8s.io"
ALL = {"namespaces": {}}


def cluster(**spec: Any) -> dict[str, Any]:
    given = {"tier": "Admin", "priority": 5, "subject": ALL} | spec
    return {
        "apiVersion": f"{GROUP}/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": "web"},
        "spec": {key: value for key, value in given.items() if value is not None},
    }


def admin(**spec: Any) -> dict[str, Any]:
    given = {"priority": 5, "subject": ALL} | spec
    metadata = {"name": "web"}
    return {"apiVersion": f"{GROUP}/v1alpha1", "kind": "AdminNetworkPolicy", "metadata": metadata, "spec": given}


def baseline(name: str = "default", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": f"{GROUP}/v1alpha1",
        "kind": "BaselineAdminNetworkPolicy",
        "metadata": {"name": name},
        "spec": {"subject": ALL} | spec,
    }


def deny(**more: Any) -> dict[str, Any]:
    return {"action": "Deny", "from": [ALL]} | more


def said(diagnostics: Any) -> list[tuple[str, str]]:
    return [(one.code.id, one.message) for one in diagnostics]


@pytest.mark.parametrize(
    ("api_version", "kind", "claimed"),
    [
        (f"{GROUP}/v1alpha2", "ClusterNetworkPolicy", True),
        (f"{GROUP}/v1alpha1", "ClusterNetworkPolicy", True),
        (f"{GROUP}/v1alpha1", "AdminNetworkPolicy", True),
        (f"{GROUP}/v1alpha1", "BaselineAdminNetworkPolicy", True),
        (f"{GROUP}/v1alpha2", "NetworkPolicy", False),
        ("cilium.io/v2", "ClusterNetworkPolicy", False),
        ("", "AdminNetworkPolicy", False),
    ],
)
def test_claims(document: Any, api_version: str, kind: str, claimed: bool) -> None:
    assert claims(document({"apiVersion": api_version, "kind": kind})) is claimed


def test_reads_every_field_of_v1alpha2(document: Any) -> None:
    manifest = cluster(
        tier="Baseline",
        priority=0,
        subject={"pods": {"podSelector": {"matchLabels": {"app": "web"}}}},
        ingress=[
            {
                "name": "from a",
                "action": "Accept",
                "from": [{"pods": {"namespaceSelector": {}, "podSelector": {}}}, ALL],
                "protocols": [
                    {"tcp": {"destinationPort": {"number": 80}}},
                    {"udp": {"destinationPort": {"range": {"start": 1, "end": 9}}}},
                    {"destinationNamedPort": "web"},
                ],
            }
        ],
        egress=[
            {"action": "Deny", "to": [{"networks": ["10.0.0.0/8"]}, {"nodes": {}}]},
            {"action": "Pass", "to": [{"domainNames": ["*.example.com"]}]},
        ],
    )
    policy, diagnostics = parse(document(manifest))
    assert said(diagnostics) == []
    everything = LabelSelector()
    assert policy == ClusterNetworkPolicy(
        metadata=ObjectMeta(name="web"),
        tier=Tier.BASELINE,
        priority=0,
        subject=Pods(pod_selector=LabelSelector(match_labels=(("app", "web"),))),
        ingress=(
            Rule(
                name="from a",
                action=Action.ACCEPT,
                peers=(Pods(namespace_selector=everything, pod_selector=everything), Namespaces(selector=everything)),
                ports=(
                    PortNumber(protocol="TCP", number=80),
                    PortRange(protocol="UDP", start=1, end=9),
                    NamedPort(name="web"),
                ),
            ),
        ),
        egress=(
            Rule(action=Action.DENY, peers=(Networks(cidrs=("10.0.0.0/8",)), Nodes(selector=everything))),
            Rule(action=Action.PASS, peers=(DomainNames(names=("*.example.com",)),)),
        ),
    )


def test_reads_v1alpha1_with_its_own_words(document: Any) -> None:
    ports = [{"portNumber": {"port": 80}}, {"portRange": {"protocol": "UDP", "start": 1, "end": 9}}, {"namedPort": "w"}]
    rule = Rule(
        action=Action.ACCEPT,
        peers=(Namespaces(selector=LabelSelector()),),
        ports=(
            PortNumber(protocol=None, number=80),
            PortRange(protocol="UDP", start=1, end=9),
            NamedPort(name="w"),
        ),
    )
    subject = Namespaces(selector=LabelSelector())
    given = [{"action": "Allow", "from": [ALL], "ports": ports}]
    policy, diagnostics = parse(document(admin(ingress=given)))
    assert said(diagnostics) == []
    assert policy == AdminNetworkPolicy(metadata=ObjectMeta(name="web"), priority=5, subject=subject, ingress=(rule,))
    policy, diagnostics = parse(document(baseline(ingress=given)))
    assert said(diagnostics) == []
    assert policy == BaselineAdminNetworkPolicy(metadata=ObjectMeta(name="default"), subject=subject, ingress=(rule,))


def test_a_version_that_the_kind_never_had_is_refused(document: Any) -> None:
    manifest = cluster() | {"apiVersion": f"{GROUP}/v1alpha1"}
    policy, diagnostics = parse(document(manifest))
    assert policy is None
    assert said(diagnostics) == [
        (
            "NPC502",
            "`apiVersion` of a ClusterNetworkPolicy must be `policy.networking.k8s.io/v1alpha2` "
            "(found `policy.networking.k8s.io/v1alpha1`)",
        )
    ]


PORT = "spec.ingress[0].protocols[0].tcp.destinationPort"
REFUSED = [
    (cluster(tier=None), "NPC112", "`tier` is required"),
    (cluster(tier="admin"), "NPC540", "`spec.tier` must be `Admin` or `Baseline` (found `admin`)"),
    (cluster(priority=None), "NPC112", "`priority` is required"),
    (cluster(priority=1001), "NPC543", "`spec.priority` must be between 0 and 1000, inclusive (found `1001`)"),
    (
        cluster(subject={}),
        "NPC541",
        "`spec.subject` must hold exactly one of `namespaces` or `pods` (found none)",
    ),
    (
        cluster(ingress=[deny(action="Allow")]),
        "NPC540",
        "`spec.ingress[0].action` must be `Accept`, `Deny` or `Pass` (found `Allow`)",
    ),
    (cluster(ingress=[{"action": "Deny"}]), "NPC112", "`from` is required"),
    (cluster(ingress=[deny(**{"from": []})]), "NPC542", "`spec.ingress[0].from` must have at least 1 item (found 0)"),
    (cluster(ingress=[deny()] * 26), "NPC542", "`spec.ingress` must have at most 25 items (found 26)"),
    (
        cluster(ingress=[deny(name="n" * 101)]),
        "NPC542",
        "`spec.ingress[0].name` must be at most 100 characters (found 101)",
    ),
    (
        cluster(ingress=[deny(protocols=[{"tcp": {}}])]),
        "NPC112",
        "`destinationPort` is required",
    ),
    (
        cluster(ingress=[deny(protocols=[{"tcp": {"destinationPort": {"range": {"start": 80, "end": 80}}}}])]),
        "NPC543",
        f"`{PORT}.range` must start below its end (found `80` to `80`)",
    ),
    (
        cluster(ingress=[deny(protocols=[{"tcp": {"destinationPort": {"number": 0}}}])]),
        "NPC543",
        f"`{PORT}.number` must be between 1 and 65535, inclusive (found `0`)",
    ),
    (
        cluster(egress=[{"action": "Deny", "to": [{"networks": ["10.0.0.0/8", "10.0.0.0/8"]}]}]),
        "NPC546",
        "`spec.egress[0].to[0].networks[1]` must not be listed twice (found `10.0.0.0/8`)",
    ),
    (
        cluster(egress=[{"action": "Deny", "to": [{"networks": ["10.0.0.0"]}]}]),
        "NPC551",
        "`spec.egress[0].to[0].networks[0]` must be a valid CIDR, such as `10.9.8.0/24` or `2001:db8::/64` "
        "(found `10.0.0.0`)",
    ),
    (
        cluster(egress=[{"action": "Accept", "to": [{"domainNames": ["a.*.com"]}]}]),
        "NPC544",
        "`spec.egress[0].to[0].domainNames[0]` must be a domain name, with `*.` in front if at all (found `a.*.com`)",
    ),
    (
        cluster(subject={"namespaces": {"matchExpressions": [{"key": "a", "operator": "Exists"}, {"key": "a"}]}}),
        "NPC112",
        "`operator` is required",
    ),
    (admin(ingress=[deny(ports=[])]), "NPC542", "`spec.ingress[0].ports` must have at least 1 item (found 0)"),
    (
        admin(subject={"pods": {"podSelector": {}}}),
        "NPC112",
        "`namespaceSelector` is required",
    ),
    (
        baseline(ingress=[deny(action="Pass")]),
        "NPC540",
        "`spec.ingress[0].action` must be `Allow` or `Deny` (found `Pass`)",
    ),
    (
        baseline(name="other"),
        "NPC547",
        "`metadata.name` of a BaselineAdminNetworkPolicy must be `default` (found `other`)",
    ),
    (baseline(priority=1), "NPC110", "unknown field `priority`"),
]


@pytest.mark.parametrize(("manifest", "code", "message"), REFUSED)
def test_refuses_as_the_server_does(document: Any, manifest: Any, code: str, message: str) -> None:
    policy, diagnostics = parse(document(manifest))
    assert policy is None
    assert said(diagnostics) == [(code, message)]


@pytest.mark.parametrize(
    "manifest",
    [
        cluster(tier="Baseline", ingress=[deny(action="Pass")]),
        cluster(ingress=[deny()] * 25),
        cluster(egress=[{"action": "Deny", "to": [{"networks": ["10.0.0.5/8"]}]}]),
        cluster(egress=[{"action": "Deny", "to": [{"domainNames": ["example.com"]}]}]),
        cluster(ingress=[], egress=None),
        admin(ingress=[deny()] * 100),
    ],
)
def test_accepts_what_the_server_accepts(document: Any, manifest: Any) -> None:
    policy, diagnostics = parse(document(manifest))
    assert policy is not None and said(diagnostics) == []


def test_the_standard_channel_does_not_know_experimental_peers(document: Any) -> None:
    manifest = cluster(egress=[{"action": "Deny", "to": [{"nodes": {}}]}])
    assert parse(document(manifest), channel=Channel.EXPERIMENTAL)[0] is not None
    policy, diagnostics = parse(document(manifest), channel=Channel.STANDARD)
    assert policy is None
    assert said(diagnostics) == [
        ("NPC541", "`spec.egress[0].to[0]` holds `nodes`, which is of the experimental channel")
    ]


def test_the_standard_channel_lets_named_ports_stand_beside_networks(document: Any) -> None:
    rule = {"action": "Deny", "to": [{"networks": ["10.0.0.0/8"]}], "protocols": [{"destinationNamedPort": "web"}]}
    assert parse(document(cluster(egress=[rule])), channel=Channel.STANDARD)[0] is not None
    policy, diagnostics = parse(document(cluster(egress=[rule])), channel=Channel.EXPERIMENTAL)
    assert policy is None
    message = (
        "`spec.egress[0].protocols[0]` may not name a port beside `networks`, `nodes` or `domainNames`, "
        "which have no port names"
    )
    assert said(diagnostics) == [("NPC545", message)]


def test_the_old_form_of_namespaces_would_select_all_of_them(document: Any) -> None:
    old = {"namespaces": {"namespaceSelector": {"matchLabels": {"tenant": "a"}}}}
    policy, [one] = parse(document(cluster(ingress=[deny(**{"from": [old]})])))
    assert policy is None
    assert (one.code.id, one.message, one.label) == (
        "NPC110",
        "unknown field `namespaceSelector`",
        "a field of an older version of the API",
    )
    assert one.help.startswith(
        "an API server drops it, and `spec.ingress[0].from[0].namespaces` then selects everything"
    )
    stored, [note] = parse(document(cluster(ingress=[deny(**{"from": [old]})])), strict=False)
    assert note.code.id == "NPC503"
    assert isinstance(stored, ClusterNetworkPolicy) and stored.ingress is not None
    assert stored.ingress[0].peers == (Namespaces(selector=LabelSelector()),)


def test_a_label_without_a_value_is_dropped_with_a_note(document: Any) -> None:
    subject = {"namespaces": {"matchLabels": {"tenant": None, "team": "a"}}}
    policy, diagnostics = parse(document(cluster(subject=subject)))
    message = "`tenant` without a value is dropped, and no longer restricts `spec.subject.namespaces.matchLabels`"
    assert said(diagnostics) == [("NPC550", message)]
    assert policy is not None
    assert policy.subject == Namespaces(selector=LabelSelector(match_labels=(("team", "a"),)))


def test_null_items_are_refused(document: Any) -> None:
    expression = {"key": "a", "operator": "In", "values": [None]}
    policy, diagnostics = parse(document(cluster(subject={"namespaces": {"matchExpressions": [expression]}})))
    assert policy is None
    message = "unexpected null (expected text) in `spec.subject.namespaces.matchExpressions[0].values[0]`"
    assert said(diagnostics) == [("NPC111", message)]


def test_selectors_are_only_noted(document: Any) -> None:
    expression = {"key": "a", "operator": "Foo"}
    policy, diagnostics = parse(document(cluster(subject={"namespaces": {"matchExpressions": [expression]}})))
    assert policy is not None
    message = (
        "`spec.subject.namespaces.matchExpressions[0].operator` must be `In`, `NotIn`, `Exists` or `DoesNotExist` "
        "(found `Foo`)"
    )
    assert said(diagnostics) == [("NPC549", message)]


@pytest.mark.parametrize(
    ("port", "message"),
    [
        (
            {"portRange": {"start": 9, "end": 1}},
            "`spec.ingress[0].ports[0].portRange` matches nothing: it ends before it starts (`9` to `1`)",
        ),
        (
            {"portNumber": {"protocol": "ICMP", "port": 1}},
            "`spec.ingress[0].ports[0].portNumber.protocol` matches nothing: it is not `TCP`, `UDP` or `SCTP` "
            "(found `ICMP`)",
        ),
    ],
)
def test_v1alpha1_stores_ports_that_match_nothing(document: Any, port: Any, message: str) -> None:
    policy, diagnostics = parse(document(admin(ingress=[deny(ports=[port])])))
    assert policy is not None
    assert said(diagnostics) == [("NPC548", message)]
