"""Repairs repair: applied, their finding is gone; and those said to change nothing in Azure NPM change nothing."""

from __future__ import annotations

import pytest
from aks_cluster import CLUSTER, NODES, WEB_POD, WEB_SERVICE, certain, codes, found, policy, read, report

from npconv.dialects.azure_npm.profile import Reading
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import parse_target
from npconv.dialects.cilium.validate import validate
from npconv.pipeline.diff import DiffOptions, diff
from npconv.pipeline.meaning import Meaning
from npconv.report.aks import Effect, Item, Repair
from npconv.semantics.compare import Outcome
from npconv.source import load

WEB = "podSelector: {matchLabels: {app: web}}"
NOT_A_OR_B = "{key: team, operator: NotIn, values: [a, b]}"
API_POD = (
    WEB_POD.replace("web-1", "api-1").replace("app: web", "app: api").replace("8443", "9443").replace("0.10", "1.11")
)
LAB = "apiVersion: v1\nkind: Namespace\nmetadata: {name: lab, labels: {team: a}}"
LAB_POD = WEB_POD.replace("namespace: shop", "namespace: lab").replace("0.10", "2.12")


def enforced(*texts: str) -> Meaning:
    """What Azure NPM lets through."""
    return read(*texts, source=f"azure-npm=linux,as={Reading.ENFORCED.value}")


def first(item: Item) -> Repair:
    return next(one for one in item.repairs if one.manifest)


@pytest.mark.parametrize(
    ("code", "spec", "objects"),
    [
        ("NPC677", "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 8443}]}]", (LAB, LAB_POD)),
        ("NPC677", "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 8443}]}]", ()),
        ("NPC677", "ingress: [{from: [{ipBlock: {cidr: 10.244.2.0/24}}]}]", (LAB, LAB_POD)),
        ("NPC677", "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.244.0.0/15}}]}]", (API_POD,)),
        ("NPC682", "policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: https}]}]", (API_POD,)),
        ("NPC682", "policyTypes: [Egress], egress: [{ports: [{port: https}, {port: 53}]}]", (API_POD,)),
        ("NPC684", "ingress: [{from: [{podSelector: {}}], ports: [{port: 8440, endPort: 8450}]}]", ()),
        (
            "NPC685",
            "policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}], egress: [{ports: [{port: 53}]}]",
            (),
        ),
        ("NPC685", "policyTypes: [Egress], ingress: [{from: [{podSelector: {}}]}]", ()),
    ],
)
def test_what_is_applied_before_the_change_means_the_same_to_npm_and_repairs(
    code: str, spec: str, objects: tuple[str, ...]
) -> None:
    target = "cilium=1.16,platform=aks"
    original = policy(spec if "podSelector: {m" in spec else f"{WEB}, {spec}")
    before = report(CLUSTER, *objects, original, target=target)
    (item, *_) = certain(before, code) or found(before, code)
    repair = first(item)
    assert not repair.changes_today
    after = report(CLUSTER, *objects, repair.manifest, target=target)
    assert found(after, code) == ()
    old, new = enforced(CLUSTER, *objects, original), enforced(CLUSTER, *objects, repair.manifest)
    compared = diff(old, new, DiffOptions(existing=True))
    assert compared.outcome is Outcome.EQUAL, compared.groups


@pytest.mark.parametrize(
    ("code", "spec"),
    [
        ("NPC675", "ingress: [{from: [{ipBlock: {cidr: 'fd00::/8'}}, {podSelector: {}}]}]"),
        ("NPC675", "ingress: [{from: [{ipBlock: {cidr: 'fd00::/8'}}]}]"),
        ("NPC675", "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/0}}]}]"),
        ("NPC675", "ingress: [{from: [{ipBlock: {cidr: 010.0.0.0/8}}]}]"),
        (
            "NPC676",
            f"ingress: [{{from: [{{namespaceSelector: {{matchExpressions: [{NOT_A_OR_B}]}}}}]}}]",
        ),
        (
            "NPC676",
            "ingress: [{from: [{namespaceSelector: {matchLabels: {env: prod}, "
            f"matchExpressions: [{NOT_A_OR_B}]}}}}]}}]",
        ),
    ],
)
def test_a_rehearsal_is_what_npm_takes_and_gets_right(code: str, spec: str) -> None:
    made = report(CLUSTER, LAB, LAB_POD, policy(f"{WEB}, {spec}"))
    (item,) = certain(made, code)
    repair = first(item)
    assert repair.changes_today
    rehearsed = report(CLUSTER, LAB, LAB_POD, repair.manifest)
    assert found(rehearsed, "NPC675") == found(rehearsed, "NPC676") == ()


def test_a_rule_whose_only_peers_npm_refuses_is_not_opened_to_everybody() -> None:
    made = report(CLUSTER, policy(f"{WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 'fd00::/8'}}}}]}}]"))
    assert "ingress:" not in first(certain(made, "NPC675")[0]).manifest


def test_a_rehearsal_of_a_negative_peer_means_what_kubernetes_means() -> None:
    """To Kubernetes, and so to every engine that gets it right, it is the same policy."""
    original = policy(f"{WEB}, ingress: [{{from: [{{namespaceSelector: {{matchExpressions: [{NOT_A_OR_B}]}}}}]}}]")
    (item,) = certain(report(CLUSTER, LAB, LAB_POD, original), "NPC676")
    compared = diff(read(original), read(first(item).manifest), DiffOptions())
    assert compared.outcome is Outcome.EQUAL, compared.groups


def test_nothing_is_rehearsed_that_npm_still_gets_wrong() -> None:
    """On Windows it turns negations of egress rules round, however they are written."""
    rule = f"policyTypes: [Egress], egress: [{{to: [{{namespaceSelector: {{matchExpressions: [{NOT_A_OR_B}]}}}}]}}]"
    made = report(CLUSTER, LAB, LAB_POD, policy(f"{WEB}, {rule}"), source="azure-npm=windows")
    (item,) = certain(made, "NPC676")
    assert item.effect is Effect.SHIFTS
    assert "the excluded namespaces are let out, and no others: pods of namespace lab (team=a)" in item.npm
    assert [one.what for one in item.repairs if one.changes_today] == []


def test_the_policy_for_a_service_opens_it() -> None:
    closed = policy("podSelector: {}, policyTypes: [Ingress]", "closed")
    (item,) = certain(report(CLUSTER, closed), "NPC672")
    repair = first(item)
    assert repair.changes_today, "pods reach its port directly, too"
    assert codes(report(CLUSTER, closed, repair.manifest)) == []


def test_the_policy_for_ports_of_nodes_opens_them() -> None:
    pod = WEB_POD.replace("containerPort: 8443", "containerPort: 8443, hostPort: 443")
    closed = policy("podSelector: {}, policyTypes: [Ingress]", "closed")
    (item,) = found(report(NODES, pod, WEB_SERVICE, closed), "NPC674")
    assert found(report(NODES, pod, WEB_SERVICE, closed, first(item).manifest), "NPC674") == ()


AFTER = (
    ("NPC678", "ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/24}}], ports: [{port: https}, {port: 80, endPort: 90}]}]"),
    ("NPC678", "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.1.0.0/24}}]}]"),
    ("NPC679", "policyTypes: [Egress]"),
    ("NPC680", "policyTypes: [Egress]"),
)


@pytest.mark.parametrize(("code", "spec"), AFTER)
@pytest.mark.parametrize("version", ["1.16", "1.18"])
def test_what_is_applied_after_the_change_is_valid_and_repairs(code: str, spec: str, version: str) -> None:
    labels = "{kubernetes.io/os: linux, kubernetes.azure.com/localdns-state: enabled}"
    cluster, target = CLUSTER.replace("{kubernetes.io/os: linux}", labels), f"cilium={version},platform=aks"
    original = policy(f"{WEB}, {spec}")
    made = report(cluster, original, target=target)
    step = made.step(code)
    assert step is not None
    text = (step.repairs or step.items[0].repairs)[0].manifest
    profile = parse_target(target)
    for document in load.parse(text, "repair.yaml").documents:
        one, said = parse(document)
        assert one is not None and said == []
        assert [problem for problem in validate(one, profile) if problem.is_error] == []
    by_address = code == "NPC680" and version == "1.16"
    assert ("169.254.10.0/24" in text) is by_address
    if not by_address:  # an address of the own node, which the flow space takes for the entity
        assert found(report(cluster, original, text, target=target), code) == ()


def test_after_a_repair_the_other_engine_is_not_isolated_further() -> None:
    """`enableDefaultDeny: false`: a pod that no policy isolates stays open."""
    lone = WEB_POD.replace("web-1", "free-1").replace("app: web", "app: free").replace("0.10", "0.20")
    original = policy(f"{WEB}, policyTypes: [Egress]")
    step = report(CLUSTER, lone, original).step("NPC679")
    assert step is not None
    again = report(
        CLUSTER, lone, step.repairs[0].manifest, policy("podSelector: {matchLabels: {app: x}}, ingress: [{}]")
    )
    assert found(again, "NPC693") == ()
    assert again.compared.endswith("no policy changes what passes but those of the steps")
