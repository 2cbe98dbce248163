"""Differences between what exists in a cluster: agreed with every verdict, one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from small_town import CALICO_DENY, CLUSTER, DB, DENY, named

from npconv.dialects.cluster.model import Cluster
from npconv.dialects.cluster.read import read as read_cluster
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction
from npconv.pipeline.diff import DiffOptions, diff
from npconv.pipeline.endpoints import Existing, as_seen_from, existing
from npconv.pipeline.meaning import Meaning, meaning
from npconv.render.flow_text import flow_text
from npconv.semantics.compare import Change, Counterexample, Outcome
from npconv.semantics.flow import TCP, UDP, Flow
from npconv.semantics.verdict import verdict
from npconv.source.load import parse

NAMED_PORT = DB.replace("port: 5432", "port: pg")
BLOCK = DB.replace("- podSelector: {matchLabels: {app: web}}", "- ipBlock: {cidr: 10.244.1.0/24}")
OPEN = DB.replace("app: web}}", "app: web}}\n          namespaceSelector: {}")


def town() -> Cluster:
    cluster, said = read_cluster(parse(CLUSTER, "cluster.yaml").documents)
    assert said == ()
    return cluster


def means(*texts: str, engine: str = "k8s") -> Meaning:
    return meaning(parse("---\n".join(texts), "policies.yaml"), named(engine), known=town())


def differences(old: Meaning, new: Meaning) -> list[Counterexample]:
    found = diff(old, new, DiffOptions(existing=True, limit=1000))
    flows = [flow for group in found.groups for flow in group.flows]
    assert found.outcome is (Outcome.DIFFERENT if flows else Outcome.EQUAL)
    return flows


def test_pods_run_and_have_an_address_of_their_own() -> None:
    assert [one.endpoint.title for one in existing(town())] == [
        "pod ops/web-1",
        "pod shop/db-0",
        "pod shop/web-0",
        "node n1",
        "node n2",
    ]


def test_a_node_is_the_own_one_of_its_pods_only() -> None:
    everything = {one.endpoint.title: one for one in existing(town())}
    seen = as_seen_from(everything["node n1"], everything["pod shop/web-0"])
    assert seen.kind is Kind.HOST
    assert as_seen_from(everything["node n1"], everything["pod shop/db-0"]).kind is Kind.REMOTE_NODE


def test_what_could_differ_but_does_not_exist_is_no_difference() -> None:
    other = DB.replace("app: db", "app: cache").replace("name: db", "name: cache")
    assert differences(means(DB), means(DB, other)) == []
    assert differences(means(DB, DENY), means(DB)) != []


def test_flows_name_pods() -> None:
    (found,) = differences(means(DB, DENY), means(OPEN, DENY))
    assert found.change is Change.GAINED
    assert flow_text(found.flow, found.old, found.new) == "pod ops/web-1 -> pod shop/db-0, port 5432/tcp (ingress)"


def test_a_named_port_is_the_number_that_pods_give_it() -> None:
    assert differences(means(DB), means(NAMED_PORT)) == []
    assert differences(means(DB.replace("5432", "5433")), means(NAMED_PORT)) != []


def test_calico_matches_pods_by_their_addresses_and_kubernetes_does_not_promise_it() -> None:
    found = differences(means(BLOCK), means(BLOCK, engine="calico"))
    assert [flow_text(one.flow, one.old, one.new) for one in found] == [
        "pod ops/web-1 -> pod shop/db-0, port 5432/tcp (ingress), the source has 10.244.1.9"
    ]


SETS = {
    "db": means(DB),
    "deny": means(DB, DENY),
    "open": means(OPEN, DENY),
    "named": means(NAMED_PORT),
    "block": means(BLOCK),
    "calico": means(DB, CALICO_DENY, engine="calico"),
    "calico block": means(BLOCK, DENY, engine="calico"),
    "cilium": means(DB, DENY, engine="cilium"),
    "nothing": means(),
}


@pytest.mark.parametrize(("one", "other"), list(product(SETS, SETS)))
def test_agrees_with_every_verdict(one: str, other: str) -> None:
    old, new = SETS[one], SETS[other]
    found = differences(old, new)
    for each in found:
        assert verdict(old.policies, each.flow).allowed is each.old.allowed
        assert verdict(new.policies, each.flow).allowed is each.new.allowed
        assert each.old.allowed is not each.new.allowed
    assert {_cause(old, new, flow) for flow in _flows() if _differ(old, new, flow)} <= {
        _cause(old, new, each.flow) for each in found
    }


@pytest.mark.parametrize(("one", "other"), list(product(SETS, SETS)))
def test_what_is_equal_for_all_is_equal_for_what_exists(one: str, other: str) -> None:
    options = DiffOptions(pod_cidrs=("10.244.0.0/16",), node_cidrs=("192.168.0.0/24",))
    if diff(SETS[one], SETS[other], options).outcome is Outcome.EQUAL:
        assert differences(SETS[one], SETS[other]) == []


def _cause(old: Meaning, new: Meaning, flow: Flow) -> tuple[object, ...]:
    """What decides on either side; a pair of rules has one flow."""
    before, after = verdict(old.policies, flow), verdict(new.policies, flow)
    return flow.direction, id(before.rule), id(before.policy), id(after.rule), id(after.policy)


def _differ(old: Meaning, new: Meaning, flow: Flow) -> bool:
    return verdict(old.policies, flow).allowed is not verdict(new.policies, flow).allowed


def _flows() -> list[Flow]:
    everything: tuple[Existing, ...] = existing(town())
    pods = [one for one in everything if one.endpoint.kind is Kind.POD]
    plain = [
        Flow(direction=direction, subject=subject.endpoint, peer=as_seen_from(peer, subject))
        for direction, subject, peer in product(Direction, pods, everything)
        if subject is not peer
    ]
    return [
        replace(flow, protocol=protocol, port=port, source_port=50000)
        for flow, protocol, port in product(plain, (TCP, UDP), (23, 80, 5432, 5433))
    ]


def test_of_pods_with_the_same_policies_the_first_is_a_peer_of_the_others() -> None:
    allow = DENY.replace(
        "  policyTypes: [Ingress]\n", "  ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]\n"
    )
    found = differences(means(DENY), means(allow))
    assert [one.flow.peer.title for one in found] == ["pod shop/db-0"]
    assert [one.flow.subject.title for one in found] == ["pod shop/web-0"]
