"""NetworkPolicy documents: which are ours, what is read, what is refused and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.dialects.k8s.kinds import claims
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Port, Rule, SelectorPeer
from npconv.dialects.k8s.parse import parse
from npconv.dialects.k8s.placed import rules
from npconv.dialects.k8s.validate import Cidrs
from npconv.ir.policy import Direction
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta

V1 = "networking.k8s.io/v1"


def manifest(spec: Any, *, api_version: str = V1, **more: Any) -> dict[str, Any]:
    metadata = {"name": "web", "namespace": "shop"}
    return {"apiVersion": api_version, "kind": "NetworkPolicy", "metadata": metadata, "spec": spec, **more}


def ingress(rule: Any) -> dict[str, Any]:
    return manifest({"ingress": [rule]})


def said(diagnostics: Any) -> list[tuple[str, str]]:
    return [(one.code.id, one.message) for one in diagnostics]


@pytest.mark.parametrize(
    ("api_version", "claimed"),
    [
        (V1, True),
        ("networking.k8s.io/v1beta1", True),
        ("extensions/v1beta1", True),
        ("networking/v1", True),
        ("v1", True),
        ("", True),
        ("projectcalico.org/v3", False),
        ("crd.projectcalico.org/v1", False),
        ("crd.antrea.io/v1beta1", False),
    ],
)
def test_claims_network_policies_of_kubernetes_only(document: Any, api_version: str, claimed: bool) -> None:
    assert claims(document(manifest({}, api_version=api_version))) is claimed


def test_does_not_claim_other_kinds(document: Any) -> None:
    assert not claims(document({"apiVersion": V1, "kind": "Ingress", "metadata": {"name": "web"}}))


def test_reads_every_field(document: Any) -> None:
    spec = {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {
                "from": [
                    {"podSelector": {}, "namespaceSelector": {"matchLabels": {"team": "a"}}},
                    {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
                ],
                "ports": [{"protocol": "UDP", "port": 53}, {"port": "http"}, {"port": 8000, "endPort": 8010}],
            }
        ],
        "egress": [{}],
    }
    policy, diagnostics = parse(document(manifest(spec)))
    assert said(diagnostics) == []
    assert policy == NetworkPolicy(
        metadata=ObjectMeta(name="web", namespace="shop"),
        pod_selector=LabelSelector(match_labels=(("app", "web"),)),
        policy_types=("Ingress", "Egress"),
        ingress=(
            Rule(
                peers=(
                    SelectorPeer(
                        pod_selector=LabelSelector(),
                        namespace_selector=LabelSelector(match_labels=(("team", "a"),)),
                    ),
                    IPBlock(cidr="10.0.0.0/8", except_=("10.1.0.0/16",)),
                ),
                ports=(Port(protocol="UDP", port=53), Port(port="http"), Port(port=8000, end_port=8010)),
            ),
        ),
        egress=(Rule(),),
    )


def test_keeps_where_everything_stood(document: Any) -> None:
    policy, _ = parse(document(ingress({"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}, {"podSelector": {}}]})))
    assert policy is not None
    [rule] = rules(policy)
    assert rule.direction is Direction.INGRESS
    places = [(type(peer), origin.dotted) for peer, origin in rule.peers() if origin is not None]
    assert places == [(IPBlock, "spec.ingress[0].from[0]"), (SelectorPeer, "spec.ingress[0].from[1]")]


def test_policies_that_are_alike_share_their_rules(document: Any) -> None:
    def one(name: str) -> NetworkPolicy:
        spec = ingress({"from": [{"podSelector": {}}], "ports": [{"port": 80}]})["spec"]
        policy, said = parse(document(manifest(spec) | {"metadata": {"name": name}}))
        assert policy is not None and not said
        return policy

    first, second = one("first"), one("second")
    assert first.ingress is not None and second.ingress is not None
    assert first.ingress[0] is second.ingress[0]
    assert [rule.origin and rule.origin.place for rule in (*rules(first), *rules(second))] == [
        policy.origin and policy.origin.place for policy in (first, second)
    ]


def test_what_is_wrong_with_two_is_said_of_both(document: Any) -> None:
    """Also where the same rule was read before without a finding, or with one elsewhere."""
    good, bad = {"ports": [{"port": 80}]}, {"ports": [{"port": 80, "prot": "TCP"}]}
    for rules_ in ([good, bad], [bad, good], [good, good, bad, bad]):
        _, diagnostics = parse(document(manifest({"podSelector": {}, "ingress": rules_})))
        wrong = [index for index, rule in enumerate(rules_) if rule is bad]
        places = [one.origin.dotted for one in diagnostics if one.origin is not None]
        assert places == [f"spec.ingress[{index}].ports[0].prot" for index in wrong]


def test_what_a_server_refuses_is_said_of_every_rule(document: Any) -> None:
    _, diagnostics = parse(document(manifest({"podSelector": {}, "ingress": [{"ports": [{"port": 0}]}] * 2})))
    assert [one.origin and one.origin.dotted for one in diagnostics] == [
        "spec.ingress[0].ports[0].port",
        "spec.ingress[1].ports[0].port",
    ]


@pytest.mark.parametrize(("value", "read"), [(1, 1), (1.0, 1), ("1", "1"), (True, None)])
def test_values_that_look_alike_are_told_apart(document: Any, value: Any, read: Any) -> None:
    for before in (1, "1", True):
        parse(document(ingress({"ports": [{"port": before}]})), cidrs=Cidrs.STORED)
    policy, diagnostics = parse(document(ingress({"ports": [{"protocol": "TCP", "port": value}]})))
    if read is None:
        assert policy is None
        assert (
            diagnostics[0].message
            == "unexpected boolean (expected 32-bit integer or text) in `spec.ingress[0].ports[0].port`"
        )
    elif isinstance(read, str):
        assert policy is None and diagnostics[0].help == "write 1 without quotes"
    else:
        assert policy is not None and policy.ingress is not None and policy.ingress[0].ports is not None
        assert repr(policy.ingress[0].ports[0].port) == repr(read)


def test_null_is_absent_but_a_null_rule_is_an_empty_one(document: Any) -> None:
    absent, _ = parse(document(manifest(None)))
    nulls, _ = parse(document(manifest({"podSelector": None, "policyTypes": None, "ingress": None, "egress": None})))
    assert absent == nulls == NetworkPolicy(metadata=ObjectMeta(name="web", namespace="shop"))
    rule, _ = parse(document(manifest({"ingress": [None]})))
    assert rule is not None and rule.ingress == (Rule(),)


def test_an_empty_peer_selector_is_not_an_absent_one(document: Any) -> None:
    empty, _ = parse(document(ingress({"from": [{"podSelector": {}, "namespaceSelector": {}}]})))
    absent, _ = parse(document(ingress({"from": [{"podSelector": {}}]})))
    assert empty is not None and absent is not None
    assert empty.ingress != absent.ingress


def test_the_old_version_is_read_and_said_to_be_old(document: Any) -> None:
    policy, diagnostics = parse(document(manifest({"egress": [{}]}, api_version="extensions/v1beta1")))
    assert policy is not None and policy.egress == (Rule(),)
    assert said(diagnostics) == [("NPC501", "`extensions/v1beta1` is read as `networking.k8s.io/v1`")]


@pytest.mark.parametrize("api_version", ["networking/v1", "networking.k8s.io/v1beta1", "extensions/v1"])
def test_a_version_that_never_was_is_refused(document: Any, api_version: str) -> None:
    policy, diagnostics = parse(document(manifest({}, api_version=api_version)))
    assert policy is None
    message = f"`apiVersion` of a NetworkPolicy must be `networking.k8s.io/v1` (found `{api_version}`)"
    assert said(diagnostics) == [("NPC502", message)]


def test_a_misspelt_field_is_an_error_when_strict(document: Any) -> None:
    policy, [one] = parse(document(manifest({"PodSelector": {"matchLabels": {"app": "web"}}})))
    assert policy is None
    assert (one.code.id, one.message, one.label) == (
        "NPC110",
        "unknown field `PodSelector`",
        "did you mean `podSelector`?",
    )


def test_a_misspelt_field_is_dropped_with_a_note_when_not_strict(document: Any) -> None:
    policy, [one] = parse(document(manifest({"PodSelector": {"matchLabels": {"app": "web"}}})), strict=False)
    assert policy == NetworkPolicy(metadata=ObjectMeta(name="web", namespace="shop"))
    assert (one.code.id, one.message, one.label) == (
        "NPC503",
        "unknown field `PodSelector` dropped",
        "did you mean `podSelector`?",
    )
    assert one.origin is not None and one.origin.dotted == "spec.PodSelector"


def test_a_status_of_old_clusters_is_no_unknown_field(document: Any) -> None:
    policy, diagnostics = parse(document(manifest({}, status={})))
    assert policy is not None and said(diagnostics) == []


@pytest.mark.parametrize("port", [80.5, True, 99999999999, [80], {"number": 80}])
def test_a_port_of_another_type_is_refused(document: Any, port: Any) -> None:
    policy, [one] = parse(document(ingress({"ports": [{"port": port}]})))
    assert policy is None
    assert one.code.id == "NPC111"
    assert one.message.endswith("(expected 32-bit integer or text) in `spec.ingress[0].ports[0].port`")


def test_a_whole_float_is_a_port(document: Any) -> None:
    policy, diagnostics = parse(document(ingress({"ports": [{"port": 80.0}]})))
    assert said(diagnostics) == []
    assert policy is not None and policy.ingress == (Rule(ports=(Port(port=80),)),)


REFUSED = [
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]},
        "NPC520",
        "`spec.ingress[0].from[0]` may not specify both `ipBlock` and another peer",
    ),
    (
        {"from": [{}]},
        "NPC520",
        "`spec.ingress[0].from[0]` must specify a peer: `podSelector`, `namespaceSelector` or `ipBlock`",
    ),
    ({"from": [{"ipBlock": {}}]}, "NPC521", "`spec.ingress[0].from[0].ipBlock.cidr` is required"),
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.5"}}]},
        "NPC521",
        "`spec.ingress[0].from[0].ipBlock.cidr` must be a valid CIDR, such as `10.9.8.0/24` or `2001:db8::/64` "
        "(found `10.0.0.5`)",
    ),
    (
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}}]},
        "NPC524",
        "`spec.ingress[0].from[0].ipBlock.except[0]` must be a strict subset of `cidr` "
        "(`10.0.0.0/8`, found `10.0.0.0/8`)",
    ),
    (
        {"ports": [{"port": 0}]},
        "NPC525",
        "`spec.ingress[0].ports[0].port` must be between 1 and 65535, inclusive (found `0`)",
    ),
    (
        {"ports": [{"port": "80"}]},
        "NPC525",
        "`spec.ingress[0].ports[0].port` must contain at least one letter (a-z) (found `80`)",
    ),
    (
        {"ports": [{"endPort": 90}]},
        "NPC525",
        "`spec.ingress[0].ports[0].endPort` may not be specified without `port`",
    ),
    (
        {"ports": [{"port": "http", "endPort": 90}]},
        "NPC525",
        "`spec.ingress[0].ports[0].endPort` may not be specified when `port` is a name",
    ),
    (
        {"ports": [{"port": 90, "endPort": 80}]},
        "NPC525",
        "`spec.ingress[0].ports[0].endPort` must be greater than or equal to `port` (`90`, found `80`)",
    ),
    (
        {"ports": [{"protocol": "tcp"}]},
        "NPC526",
        "`spec.ingress[0].ports[0].protocol` must be `TCP`, `UDP` or `SCTP` (found `tcp`)",
    ),
]


@pytest.mark.parametrize(("rule", "code", "message"), REFUSED)
def test_refuses_as_the_server_does(document: Any, rule: Any, code: str, message: str) -> None:
    policy, diagnostics = parse(document(ingress(rule)))
    assert policy is None
    assert said(diagnostics) == [(code, message)]


@pytest.mark.parametrize(
    "rule",
    [
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.1.0.0/16"]}}]},
        {"from": [{"ipBlock": None, "namespaceSelector": {}}]},
        {"from": [], "ports": []},
        {"ports": [{"port": 90, "endPort": 90}]},
        {"ports": [{}]},
    ],
)
def test_accepts_what_looks_odd_but_is_valid(document: Any, rule: Any) -> None:
    policy, diagnostics = parse(document(ingress(rule)))
    assert policy is not None and said(diagnostics) == []


@pytest.mark.parametrize(
    ("types", "said_of_them"),
    [
        (["egress"], [("NPC527", "`spec.policyTypes[0]` must be `Ingress` or `Egress` (found `egress`)")]),
        (
            ["Egress", "Egress", "Ingress"],
            [("NPC527", "`spec.policyTypes` may not hold more than two items (found 3)")],
        ),
        (["Egress", "Egress"], []),
        ([], []),
    ],
)
def test_policy_types(document: Any, types: list[str], said_of_them: list[tuple[str, str]]) -> None:
    policy, diagnostics = parse(document(manifest({"policyTypes": types})))
    assert said(diagnostics) == said_of_them
    assert (policy is None) is bool(said_of_them)


@pytest.mark.parametrize(
    ("cidr", "reason", "new", "old"),
    [
        (
            "10.0.0.5/24",
            "must not have bits set beyond the prefix length",
            "write `10.0.0.0/24`, or `10.0.0.5/32`",
            "it is read as `10.0.0.0/24`",
        ),
        (
            "010.0.0.0/08",
            "must not have leading 0s in IP or prefix length",
            "write `10.0.0.0/8`",
            "it is read as `10.0.0.0/8`",
        ),
        (
            "::ffff:10.0.0.0/104",
            "must not have an IPv4-mapped IPv6 address",
            "write `10.0.0.0/8`",
            "it is read as `10.0.0.0/8`",
        ),
    ],
)
def test_cidrs_of_old_clusters(document: Any, cidr: str, reason: str, new: str, old: str) -> None:
    policy_of = document(ingress({"from": [{"ipBlock": {"cidr": cidr}}]}))
    message = f"`spec.ingress[0].from[0].ipBlock.cidr` {reason} (found `{cidr}`)"
    policy, [one] = parse(policy_of)
    assert policy is None
    assert (one.code.id, one.message, one.help) == ("NPC521", message, new)
    policy, [one] = parse(policy_of, cidrs=Cidrs.STORED)
    assert policy is not None
    assert (one.code.id, one.message, one.help) == ("NPC522", message, old)


def test_an_unusual_ipv6_form_is_a_note(document: Any) -> None:
    policy, [one] = parse(document(ingress({"from": [{"ipBlock": {"cidr": "FD00:0::/8"}}]})))
    assert policy is not None
    assert (one.code.id, one.message, one.help) == (
        "NPC523",
        "`spec.ingress[0].from[0].ipBlock.cidr` should be in the canonical form of RFC 5952 (found `FD00:0::/8`)",
        "write `fd00::/8`",
    )


def test_one_error_does_not_hide_the_next(document: Any) -> None:
    spec = {"policytypes": ["Egress"], "ingress": [{"ports": [{"port": 0}]}, {"from": [{}]}]}
    _, diagnostics = parse(document(manifest(spec)))
    assert [one.code.id for one in diagnostics] == ["NPC110", "NPC525", "NPC520"]
