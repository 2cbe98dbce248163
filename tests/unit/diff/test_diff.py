"""Differences between two sets, by the policy that causes them."""

from __future__ import annotations

import sys

import pytest
from small_town import CALICO_DENY, CILIUM_DB, DB, DENY, means

from npconv.ir.dimensions import Kind
from npconv.pipeline.diff import Diff, DiffOptions, Standing, diff
from npconv.pipeline.meaning import Meaning
from npconv.render.flow_text import decision_text, flow_text
from npconv.semantics.budget import NO_SOLVER
from npconv.semantics.compare import Change, Outcome

OPEN = DB.replace("app: web}}", "app: web}}\n          namespaceSelector: {}")
TELNET_ALLOWED = CALICO_DENY.replace("no-telnet", "telnet").replace("order: 10", "order: 5").replace("Deny", "Allow")


def groups(found: Diff) -> list[tuple[Change, str, Standing, int]]:
    return [(one.change, str(one.policy), one.standing, one.found) for one in found.groups]


def compared(old: Meaning, new: Meaning, **options: object) -> Diff:
    return diff(old, new, DiffOptions(**options))  # type: ignore[arg-type]


def test_a_set_is_equal_to_itself_and_to_its_order_of_files() -> None:
    found = compared(means(DB, DENY), means(DENY, DB))
    assert (found.outcome, found.groups, found.complete, found.assumptions) == (Outcome.EQUAL, (), True, ())


def test_what_a_policy_gains_is_found_with_both_deciding_rules() -> None:
    found = compared(means(DB, DENY, file="old.yaml"), means(OPEN, DENY, file="new.yaml"))
    assert groups(found) == [(Change.GAINED, "NetworkPolicy/shop/db", Standing.CHANGED, 1)]
    (flow,) = found.groups[0].flows
    assert (
        flow_text(flow.flow, flow.old, flow.new)
        == "pod with app=web in namespace other -> pod with app=db in namespace shop, port 5432/tcp (ingress)"
    )
    assert (
        decision_text(flow.old, flow.flow)
        == "denied: NetworkPolicy/shop/db isolates the pod, and no rule allows it (old.yaml:1)"
    )
    assert decision_text(flow.new, flow.flow) == "allowed by NetworkPolicy/shop/db, spec.ingress[0] (new.yaml:8)"


def test_what_is_gained_one_way_is_lost_the_other() -> None:
    found = compared(means(OPEN, DENY), means(DB, DENY))
    assert groups(found) == [(Change.LOST, "NetworkPolicy/shop/db", Standing.CHANGED, 1)]


def test_a_policy_that_went_is_the_cause_where_nothing_decides_any_more() -> None:
    found = compared(means(DB, DENY), means(DB))
    assert groups(found) == [(Change.GAINED, "NetworkPolicy/shop/default-deny", Standing.REMOVED, 1)]
    flow = found.groups[0].flows[0]
    assert decision_text(flow.new, flow.flow) == "allowed: no policy decides about ingress of the pod"


def test_a_policy_that_came_is_the_cause_where_an_old_one_decided() -> None:
    found = compared(means(CALICO_DENY, engine="calico"), means(CALICO_DENY, TELNET_ALLOWED, engine="calico"))
    assert groups(found)[0][:3] == (Change.GAINED, "GlobalNetworkPolicy/telnet", Standing.ADDED)


def test_an_order_that_changed_makes_its_policy_the_cause() -> None:
    later = TELNET_ALLOWED.replace("order: 5", "order: 20")
    found = compared(means(CALICO_DENY, TELNET_ALLOWED, engine="calico"), means(CALICO_DENY, later, engine="calico"))
    assert [one.change for one in found.groups] == [Change.LOST]
    assert found.groups[0].standing is Standing.KEPT


def test_each_peer_that_a_rule_gains_has_a_flow() -> None:
    more = DB.replace(
        "      ports:",
        "        - podSelector: {matchLabels: {app: cron}}\n        - namespaceSelector: {}\n      ports:",
    )
    found = compared(means(DB), means(more))
    (group,) = found.groups
    assert sorted(one.flow.peer.title for one in group.flows) == [
        "pod in namespace other",
        "pod with app=cron in namespace shop",
    ]


def test_gained_flows_come_before_lost_ones() -> None:
    narrower = DB.replace("5432", "5433")
    found = compared(means(DB, DENY), means(narrower))
    assert [one.change for one in found.groups] == [Change.GAINED, Change.GAINED, Change.LOST]


def test_flows_are_kept_up_to_the_limit_and_counted_beyond() -> None:
    wide = DB.replace(
        "ports: [{port: 5432}]", "ports: [{port: 1}, {port: 2}]\n    - ports: [{port: 3}]\n    - ports: [{port: 4}]"
    )
    found = compared(means(DB), means(wide), limit=1)
    (gained, lost) = found.groups
    assert (len(gained.flows), gained.found) == (1, 3)
    assert (len(lost.flows), lost.found) == (1, 1)


def test_engines_are_compared_by_what_they_enforce() -> None:
    assert compared(means(DB), means(CILIUM_DB, engine="cilium")).outcome is Outcome.EQUAL
    other = CILIUM_DB.replace("app: web", "app: cart")
    found = compared(means(DB), means(other, engine="cilium"))
    assert groups(found) == [
        (Change.GAINED, "CiliumNetworkPolicy/shop/db", Standing.TRANSLATED, 1),
        (Change.LOST, "CiliumNetworkPolicy/shop/db", Standing.TRANSLATED, 1),
    ]


BLOCK = DB.replace("- podSelector: {matchLabels: {app: web}}", "- ipBlock: {cidr: 10.0.0.0/8}")


def test_where_an_address_means_the_same_nothing_is_assumed() -> None:
    found = compared(means(BLOCK, engine="calico"), means(BLOCK, engine="calico=3.29"))
    assert (found.outcome, found.assumptions) == (Outcome.EQUAL, ())


def test_where_an_address_means_something_else_the_assumption_is_told() -> None:
    found = compared(means(BLOCK, engine="calico"), means(BLOCK, engine="cilium"))
    assert found.outcome is Outcome.EQUAL
    (told,) = found.assumptions
    assert told.message == "no CIDR of the policies cuts through the addresses of the pods and nodes"


def test_where_the_addresses_are_given_nothing_is_assumed_and_the_difference_found() -> None:
    found = compared(
        means(BLOCK, engine="calico"),
        means(BLOCK, engine="cilium"),
        pod_cidrs=("10.244.0.0/16",),
        node_cidrs=("192.168.0.0/24",),
    )
    assert found.assumptions == ()
    assert groups(found) == [(Change.LOST, "NetworkPolicy/shop/db", Standing.TRANSLATED, 1)]
    flow = found.groups[0].flows[0]
    assert flow_text(flow.flow, flow.old, flow.new) == (
        "pod in namespace other -> pod with app=db in namespace shop, port 5432/tcp (ingress), "
        "the source has 10.244.0.2"
    )


def test_where_only_what_is_outside_is_asked_for_an_address_nothing_is_assumed() -> None:
    found = compared(means(BLOCK), means(BLOCK, engine="cilium"))
    assert (found.outcome, found.assumptions) == (Outcome.EQUAL, ())


def test_where_an_installation_matches_nodes_by_address_that_is_told_or_found() -> None:
    old, new = means(BLOCK, engine="cilium"), means(BLOCK, engine="cilium,policy-cidr-match-mode=nodes")
    assumed = compared(old, new)
    assert assumed.outcome is Outcome.EQUAL
    assert [one.message for one in assumed.assumptions] == [
        "no CIDR of the policies cuts through the addresses of the pods and nodes"
    ]
    found = compared(old, new, node_cidrs=("10.0.0.0/16",))
    assert [one.change for one in found.groups] == [Change.GAINED]
    assert found.groups[0].flows[0].flow.peer.kind in (Kind.REMOTE_NODE, Kind.HOST)


def test_without_a_solver_what_takes_no_formula_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)  # type: ignore[arg-type]
    found = compared(means(DB), means(DB))
    assert (found.outcome, found.complete, found.unproven) == (Outcome.EQUAL, True, ())


def test_without_a_solver_the_rest_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)  # type: ignore[arg-type]
    found = compared(means(DB), means(f"{DB}---\n{DENY}"))
    assert found.outcome is Outcome.INCONCLUSIVE and found.unproven
    assert {one.why for one in found.unproven} == {NO_SOLVER}
