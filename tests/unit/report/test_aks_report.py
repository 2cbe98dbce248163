"""The whole report: order, process, what depends on the release and the platform, and what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from aks_cluster import CLUSTER, NODES, WEB_POD, WEB_SERVICE, certain, codes, found, policy, report
from k8s_yaml import k8s_yaml

from npconv.diagnostics.codes import ALL
from npconv.dialects.azure_npm.profile import parse_profile
from npconv.dialects.cilium.profile import parse_target
from npconv.ir.addresses import Addresses
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.meaning import meaning
from npconv.pipeline.model import Options
from npconv.report.aks import Certainty, Effect, When, assess
from npconv.report.aks.order import ORDER
from npconv.report.aks.parties import example
from npconv.report.aks.places import Cover, Ground
from npconv.source import load
from npconv.source.label_selector import LabelSelector, Operator, Requirement

STORY = Path(__file__).parents[3] / "examples" / "aks"
WEB = "podSelector: {matchLabels: {app: web}}"
NOWHERE = Addresses.of([])


def test_the_story_of_the_examples() -> None:
    loaded = load.load([str(STORY / "policies.dump"), str(STORY / "cluster.dump")])
    source, target = parse_engine("azure-npm=linux"), parse_target("cilium=1.18,platform=aks")
    result = convert(loaded, Options(source=source, target=target))
    made = assess(meaning(loaded, source), target, conversion=result)
    assert made.verdict == (
        "8 findings about 5 objects change what passes; 5 steps before the change and 2 steps after the change"
    )
    assert not made.ready
    assert not made.blocked
    assert made.compared.endswith("no policy changes what passes but those of the steps")
    assert [(one.flagged, one.found, one.missed) for one in made.checks] == [
        (0, 0, 0),
        (2, 1, 0),
        (2, 1, 0),
        (2, 2, 0),
        (1, 1, 0),
    ]


def test_before_and_after_stand_around_the_change() -> None:
    made = report(CLUSTER, policy("podSelector: {}, policyTypes: [Ingress, Egress]"))
    assert [one.code for one in made.steps] == ["NPC671", "NPC672", "NPC691", "NPC679", "NPC692"]
    assert [one.code for one in made.at(When.BEFORE)] == ["NPC671", "NPC672"]
    assert [one.code for one in made.at(When.CHANGE)] == ["NPC691"]
    (change,) = made.at(When.CHANGE)
    assert change.repairs[0].command == "az aks update -g RESOURCE_GROUP -n CLUSTER --network-dataplane cilium"
    assert "(2 nodes)" in change.why


def test_where_nothing_changes_it_says_so() -> None:
    made = report(CLUSTER, policy(f"{WEB}, ingress: [{{ports: [{{port: 8443}}]}}]"))
    assert made.verdict == "nothing that is known changes what passes when the dataplane changes"
    assert made.ready
    assert codes(made) == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("cilium=1.16,platform=aks", "Cilium 1.16, for which this report is, comes with Kubernetes 1.31."),
        ("cilium=1.18,platform=aks", "comes with Kubernetes 1.34, 1.35 and 1.36."),
        ("cilium=1.20", "No Kubernetes of AKS is known to come with Cilium 1.20"),
    ],
)
def test_the_release_of_cilium_follows_from_kubernetes(target: str, said: str) -> None:
    step = report(CLUSTER, policy(f"{WEB}, ingress: [{{}}]"), target=target).step("NPC671")
    assert step is not None
    assert said in step.why


def test_port_names_are_no_matter_from_cilium_1_20_on() -> None:
    other = WEB_POD.replace("web-1", "api-1").replace("app: web", "app: api").replace("8443", "9443")
    rule = "policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: https}]}]"
    assert found(report(CLUSTER, other, policy(f"{WEB}, {rule}"), target="cilium=1.20"), "NPC682") == ()
    (item,) = found(report(NODES, WEB_SERVICE, policy(f"{WEB}, {rule}")), "NPC682")
    assert item.certainty is Certainty.POSSIBLE, "without pods nobody knows"


def test_labels_that_make_no_identity() -> None:
    key = "statefulset.kubernetes.io/pod-name"
    subject = policy(f"podSelector: {{matchLabels: {{{key}: web-0}}}}, policyTypes: [Ingress]", "subject")
    peer = policy(f"{WEB}, ingress: [{{from: [{{podSelector: {{matchLabels: {{{key}: web-0}}}}}}]}}]", "peer")
    by_name = {item.thing.name: item for item in found(report(CLUSTER, subject, peer), "NPC686")}
    assert (by_name["subject"].effect, by_name["peer"].effect) == (Effect.OPENS, Effect.CLOSES)
    assert by_name["subject"].cilium.endswith("the policy selects nobody, and isolates nobody")
    assert found(report(CLUSTER, policy(f"{WEB}, ingress: [{{}}]")), "NPC686") == ()


def test_sctp_depends_on_a_flag() -> None:
    text = policy(f"{WEB}, ingress: [{{ports: [{{port: 9, protocol: SCTP}}]}}]")
    assert [one.certainty for one in found(report(CLUSTER, text), "NPC687")] == [Certainty.POSSIBLE]
    assert found(report(CLUSTER, text, target="cilium=1.18,platform=aks,enable-sctp=true"), "NPC687") == ()


NAMES = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: names, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  egress:
  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s:k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*"}]}}]
  - toFQDNs: [{matchName: example.org}]
"""
REQUESTS = """
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: requests}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [{toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}]
"""


def test_names_and_requests_need_acns() -> None:
    harmless = policy(f"{WEB}, ingress: [{{}}]")
    items = {item.thing.name: item for item in found(report(CLUSTER, NAMES, REQUESTS, harmless), "NPC689")}
    assert items["names"].repairs[0].command.endswith("--enable-acns --acns-advanced-networkpolicies FQDN")
    assert items["requests"].repairs[0].command.endswith("--enable-acns --acns-advanced-networkpolicies L7")
    having = report(CLUSTER, NAMES, REQUESTS, harmless, target="cilium=1.18,platform=aks-acns")
    (clusterwide,) = found(having, "NPC689")
    assert clusterwide.thing.name == "requests"
    assert "a clusterwide one is refused" in clusterwide.cilium


def test_policies_of_npm_alone_never_need_acns() -> None:
    assert found(report(CLUSTER, policy("podSelector: {}, policyTypes: [Egress]")), "NPC689") == ()


def test_what_is_there_of_cilium_counts_after_the_change() -> None:
    isolating = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: early, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{}]}
"""
    (item,) = certain(
        report(CLUSTER, isolating, policy("podSelector: {matchLabels: {app: x}}, ingress: [{}]")), "NPC672"
    )
    assert "CiliumNetworkPolicy/shop/early isolates its pods" in item.cilium


def test_windows_named_without_a_node_of_it_blocks_too() -> None:
    made = report(WEB_POD, WEB_SERVICE, policy(f"{WEB}, ingress: [{{}}]"), source="azure-npm=windows")
    assert made.blocked
    assert made.verdict.startswith("AKS would refuse the change: the cluster has Windows nodes; ")


def test_where_pods_are_is_told_or_left_open() -> None:
    text = policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/8}}}}]}}]")
    (unsure,) = found(report(text), "NPC677")
    assert unsure.certainty is Certainty.POSSIBLE
    assert "--pod-cidr" in unsure.because
    assert len(certain(report(text, pod_cidrs=("10.244.0.0/16",)), "NPC677")) == 1
    assert found(report(text, pod_cidrs=("192.168.0.0/16",)), "NPC677") == ()


@pytest.mark.parametrize(
    ("told", "seen", "asked", "cover"),
    [
        ([], [], "0.0.0.0/0", Cover.ALL),
        ([], [], "10.0.0.0/8", Cover.UNKNOWN),
        ([], [], "203.0.113.0/24", Cover.NONE),
        ([], [], "100.64.0.0/16", Cover.UNKNOWN),
        ([], ["10.244.0.5"], "10.244.0.0/24", Cover.ALL),
        ([], ["10.244.0.5", "10.245.0.5"], "10.244.0.0/24", Cover.SOME),
        ([], ["10.244.0.5"], "10.1.0.0/16", Cover.NONE),
        (["10.244.0.0/16"], [], "10.244.3.0/24", Cover.SOME),
        (["10.244.0.0/16"], [], "10.0.0.0/8", Cover.ALL),
        (["10.244.0.0/16"], [], "fd00::/8", Cover.NONE),
    ],
)
def test_whom_a_block_covers(told: list[str], seen: list[str], asked: str, cover: Cover) -> None:
    ground = Ground(told=Addresses.of(told) if told else NOWHERE, seen=Addresses.of(seen) if seen else NOWHERE)
    assert ground.cover(Addresses.of([asked])) is cover


def test_the_internet_without_private_ranges_is_about_nobody_here() -> None:
    block = "{cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]}"
    made = report(policy(f"{WEB}, policyTypes: [Egress], egress: [{{to: [{{ipBlock: {block}}}]}}]"))
    assert found(made, "NPC677") == found(made, "NPC678") == ()


def test_a_node_is_not_another_node_to_its_own_pods() -> None:
    text = policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 10.1.0.0/24}}}}]}}]")
    (item,) = certain(report(CLUSTER, text), "NPC678")
    assert item.witness is not None
    assert item.witness.source == "node node-2", "web-1 runs on node-1, which always reaches it"


@pytest.mark.parametrize(
    ("operators", "labels"),
    [
        ([("a", Operator.IN, ("x", "y")), ("a", Operator.NOT_IN, ("x",))], {"a": "y"}),
        ([("a", Operator.EXISTS, None), ("a", Operator.NOT_IN, ("x", "x0"))], {"a": "x1"}),
        ([("a", Operator.DOES_NOT_EXIST, None), ("b", Operator.IN, ("z",))], {"b": "z"}),
    ],
)
def test_labels_that_a_selector_selects(
    operators: list[tuple[str, Operator, tuple[str, ...] | None]], labels: dict[str, str]
) -> None:
    asked = tuple(Requirement(key=key, operator=operator, values=values) for key, operator, values in operators)
    selector = LabelSelector(match_expressions=asked)
    assert example(selector) == labels
    assert selector.matches(labels)


@pytest.mark.parametrize("engines", [("azure-npm=linux", "1.18"), ("azure-npm=windows", "1.17")])
@pytest.mark.parametrize("first", range(0, 60, 20))
def test_no_difference_is_left_to_no_step(engines: tuple[str, str], first: int) -> None:
    """Random policies: whatever all flows of both engines differ in is what some step is about."""
    source, target = parse_profile(engines[0]), parse_target(f"cilium={engines[1]},platform=aks")
    for seed in range(first, first + 20):
        made = assess(meaning(load.parse(k8s_yaml(seed), f"{seed}.yaml"), source), target)
        assert found(made, "NPC693") == (), seed
        assert made.compared.startswith("every flow of"), seed


def test_another_engine_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="expected Azure NPM"):
        assess(meaning(load.parse(CLUSTER, "c.yaml"), parse_engine("k8s")), parse_target("cilium"))


def test_blocks_of_a_dropped_policy_let_nobody_in_today() -> None:
    block = "{ipBlock: {cidr: 10.0.0.0/8}}"
    made = report(CLUSTER, policy(f"{WEB}, ingress: [{{from: [{block}, {{ipBlock: {{cidr: 'fd00::/8'}}}}]}}]"))
    assert len(found(made, "NPC675")) == 1
    assert found(made, "NPC677") == found(made, "NPC678") == ()


def test_names_of_ingress_rules_stay_names_in_what_is_prepared() -> None:
    other = WEB_POD.replace("web-1", "api-1").replace("app: web", "app: api").replace("8443", "9443")
    text = policy("podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: https}]}]")
    (item,) = certain(report(CLUSTER, other.replace("0.10", "0.11"), text), "NPC677")
    assert "port: https" in item.repairs[0].manifest


def test_a_peer_that_is_only_negative_covers_nodes_in_cilium() -> None:
    """An NPM with the fixes of September 2026 takes it for pods alone; so it opens, unless it is anchored."""
    negated = "{key: team, operator: NotIn, values: [a]}"
    text = policy(f"{WEB}, ingress: [{{from: [{{namespaceSelector: {{matchExpressions: [{negated}]}}}}]}}]")
    (item,) = certain(report(CLUSTER, text, source="azure-npm=linux,fixes=2026-09"), "NPC676")
    assert item.effect is Effect.OPENS
    assert item.cilium.endswith("what is outside the cluster and other nodes pass, too")
    (repair,) = item.repairs
    assert not repair.changes_today
    assert found(report(CLUSTER, repair.manifest, source="azure-npm=linux,fixes=2026-09"), "NPC676") == ()


def test_every_step_has_a_manual_page() -> None:
    steps = [str(row.code) for row in ORDER] + ["NPC671", "NPC691", "NPC692"]
    assert [one.id for one in ALL if one.id.startswith(("NPC67", "NPC68", "NPC69"))] == sorted(steps)
