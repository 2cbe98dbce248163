"""The comparison of two policy sets: each kind of condition, what is found, and what is left unproven."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, either, family, holds, kind, negate, within
from npconv.ir.dimensions import (
    NAMESPACE,
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Family,
    HttpMethod,
    HttpPath,
    Kind,
    LabelText,
    Named,
    PathTest,
    Request,
    Scope,
    TextTest,
)
from npconv.ir.intervals import icmp, ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, Values, none_of, one_of
from npconv.semantics.budget import Budget
from npconv.semantics.compare import Change, Comparison, EncodingError, Outcome, compare
from npconv.semantics.flow import ICMP, SCTP, TCP, UDP
from npconv.semantics.space import CLUSTER_NAME, HTTP_ANY, Space

APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
ZONE = Attribute.of(Scope.NODE, "zone")
HTTP = both(within(Axis.PROTOCOL, protocols(TCP)), within(Axis.DST_PORT, ports((80, 80))))


def allow(peer: Condition = ALWAYS, traffic: Condition = ALWAYS, request: Condition = ALWAYS) -> Rule:
    return Rule(action=Action.ALLOW, peer=peer, traffic=traffic, request=request)


def policy(*rules: Rule, name: str = "web", subject: Condition = ALWAYS, isolates: bool = True) -> Policy:
    section = Section(direction=Direction.INGRESS, isolates=isolates, rules=rules)
    return Policy(name=PolicyName("NetworkPolicy", "shop", name), subject=subject, sections=(section,))


def the(*policies: Policy, end: TierEnd = TierEnd.DENY) -> PolicySet:
    return PolicySet(tiers=(Tier(name="default", end=end, policies=policies),))


def peers(condition: Condition) -> PolicySet:
    return the(policy(allow(condition)))


def traffic(condition: Condition) -> PolicySet:
    return the(policy(allow(traffic=condition)))


def requests(*conditions: Condition) -> PolicySet:
    return the(policy(*(allow(traffic=HTTP, request=condition) for condition in conditions)))


def changes(found: Comparison) -> set[Change]:
    return {each.change for each in found.counterexamples}


EQUAL = [
    (
        peers(within(APP, one_of("a", "b"))),
        the(policy(allow(within(APP, one_of("b"))), allow(within(APP, one_of("a"))))),
    ),
    (peers(within(APP, one_of("a"))), the(policy(allow(within(APP, one_of("a")))), policy(name="more"))),
    (peers(kind(Kind.POD)), peers(within(NAMESPACE, PRESENT))),
    (peers(within(APP, PRESENT)), peers(both(kind(Kind.POD), within(APP, PRESENT)))),
    (
        peers(within(Axis.ADDRESS, Addresses.of(["10.0.0.0/8"]))),
        the(
            policy(allow(within(Axis.ADDRESS, Addresses.of(["10.0.0.0/9"])))),
            policy(allow(within(Axis.ADDRESS, Addresses.of(["10.128.0.0/9"])))),
        ),
    ),
    (peers(within(Axis.ADDRESS, Addresses.of(["0.0.0.0/0"]))), peers(family(Family.V4))),
    (traffic(within(Axis.DST_PORT, ports((1, 9)))), traffic(within(Axis.DST_PORT, ports((1, 4), (5, 9))))),
    (
        traffic(both(within(Axis.DST_PORT, ports((80, 80))), within(Axis.PROTOCOL, protocols(ICMP)))),
        the(policy()),
    ),
    (
        traffic(within(Axis.PROTOCOL, protocols(ICMP))),
        traffic(both(family(Family.V4), within(Axis.PROTOCOL, protocols(1)))),
    ),
    (
        traffic(both(holds(DstPortNamed("web")), within(Axis.PROTOCOL, protocols(50)))),
        the(policy()),
    ),
    (
        peers(both(holds(BackendOf("shop", "db", True)), holds(BackendOf("shop", "db", False)))),
        peers(holds(BackendOf("shop", "db", True))),
    ),
    (
        peers(either(holds(Named("*.example.com")), holds(Named("a.example.com")))),
        peers(holds(Named("*.example.com"))),
    ),
    (
        peers(both(holds(LabelText(APP, TextTest.STARTS_WITH.value, "web")), within(APP, one_of("web-1", "db")))),
        peers(within(APP, one_of("web-1"))),
    ),
    (
        peers(
            either(
                holds(LabelText(APP, TextTest.CONTAINS.value, "e")),
                holds(LabelText(APP, TextTest.STARTS_WITH.value, "web")),
            )
        ),
        peers(holds(LabelText(APP, TextTest.CONTAINS.value, "e"))),
    ),
    (
        requests(holds(HttpMethod("GET")), holds(HttpMethod("PUT"))),
        requests(holds(HttpMethod("GET|PUT", regex=True))),
    ),
    (
        requests(either(holds(HttpPath(PathTest.EXACT.value, "/a")), holds(HttpPath(PathTest.PREFIX.value, "/a")))),
        requests(holds(HttpPath(PathTest.REGEX.value, "/a([/?].*)?"))),
    ),
    (
        requests(both(holds(HttpMethod("GET")), holds(HttpPath(PathTest.REGEX.value, ".*")))),
        requests(holds(HttpMethod("GET"))),
    ),
    (requests(holds(HTTP_ANY)), requests(holds(HTTP_ANY), holds(HttpMethod("GET")))),
    (
        requests(both(holds(Request("dns", "a.com")), holds(HttpMethod("GET"))), holds(HTTP_ANY)),
        requests(holds(HTTP_ANY)),
    ),
    (peers(holds(LabelText(CLUSTER_NAME, TextTest.STARTS_WITH.value, "def"))), peers(kind(Kind.POD))),
    (the(policy(), policy(name="late"), end=TierEnd.PASS), the()),
    (the(policy(allow(), isolates=False)), the()),
]


@pytest.mark.parametrize(("old", "new"), EQUAL)
def test_equal_although_written_differently(old: PolicySet, new: PolicySet) -> None:
    assert compare(old, new).outcome is Outcome.EQUAL


DIFFERENT = [
    (peers(within(APP, one_of("a"))), peers(within(APP, one_of("a", "b"))), {Change.GAINED}),
    (peers(within(APP, none_of("a"))), peers(both(kind(Kind.POD), within(APP, none_of("a")))), {Change.LOST}),
    (peers(within(APP, none_of("a"))), peers(within(APP, Values(frozenset({"a"}), True, False))), {Change.LOST}),
    (peers(within(TEAM, one_of("red"))), peers(within(TEAM, ABSENT)), {Change.GAINED, Change.LOST}),
    (peers(within(ZONE, PRESENT)), peers(kind(Kind.HOST, Kind.REMOTE_NODE)), {Change.GAINED}),
    (
        peers(within(Axis.ADDRESS, Addresses.of(["10.0.0.0/8"]))),
        peers(within(Axis.ADDRESS, Addresses.of(["10.0.0.0/9"]))),
        {Change.LOST},
    ),
    (traffic(family(Family.V4)), traffic(ALWAYS), {Change.GAINED}),
    (
        traffic(within(Axis.PROTOCOL, protocols(TCP, UDP))),
        traffic(within(Axis.PROTOCOL, protocols(TCP, SCTP))),
        set(Change),
    ),
    (traffic(within(Axis.ICMP_TYPE, icmp(8))), traffic(within(Axis.ICMP_TYPE, icmp(8, 13))), {Change.GAINED}),
    (traffic(within(Axis.SRC_PORT, ports((53, 53)))), traffic(within(Axis.SRC_PORT, ports((53, 54)))), {Change.GAINED}),
    (traffic(holds(DstPortNamed("web"))), traffic(HTTP), set(Change)),
    (peers(holds(Named("*.example.com"))), peers(holds(Named("a.example.com"))), {Change.LOST}),
    (peers(holds(BackendOf("shop", "db", False))), peers(holds(BackendOf("shop", "db", True))), {Change.LOST}),
    (
        peers(holds(LabelText(APP, TextTest.ENDS_WITH.value, "-db"))),
        peers(holds(LabelText(APP, TextTest.CONTAINS.value, "-db"))),
        {Change.GAINED},
    ),
    (requests(holds(HttpMethod("GET"))), requests(holds(HttpMethod("GET")), holds(HttpMethod("PUT"))), {Change.GAINED}),
    (
        requests(holds(HttpPath(PathTest.TEXT_PREFIX.value, "/a"))),
        requests(holds(HttpPath(PathTest.PREFIX.value, "/a"))),
        {Change.LOST},
    ),
    (requests(holds(HTTP_ANY)), requests(ALWAYS), {Change.GAINED}),
    (requests(holds(Request("kafka", "topic=a"))), requests(ALWAYS), {Change.GAINED}),
    (the(policy()), the(policy(isolates=False)), {Change.GAINED}),
    (the(policy(), end=TierEnd.PASS), the(policy()), {Change.LOST}),
]


@pytest.mark.parametrize(("old", "new", "expected"), DIFFERENT)
def test_different(old: PolicySet, new: PolicySet, expected: set[Change]) -> None:
    found = compare(old, new)
    assert found.outcome is Outcome.DIFFERENT
    assert changes(found) == expected
    assert not found.unproven
    assert found.complete


def test_both_directions_are_looked_at_apart() -> None:
    ingress = policy(allow(within(APP, one_of("a"))))
    egress = replace(ingress, sections=(replace(ingress.sections[0], direction=Direction.EGRESS),))
    found = compare(the(ingress), the(egress))
    assert [(each.flow.direction, each.change) for each in found.counterexamples] == [
        (Direction.INGRESS, Change.GAINED),
        (Direction.EGRESS, Change.LOST),
    ]


def test_one_counterexample_for_each_pair_of_rules() -> None:
    many = [allow(within(APP, one_of(f"v{number}"))) for number in range(10)]
    found = compare(the(policy(*many)), the(policy(many[0])))
    assert sorted(each.flow.peer.attributes[APP] for each in found.counterexamples) == [f"v{n}" for n in range(1, 10)]
    assert len({id(each.old.rule) for each in found.counterexamples}) == 9
    assert found.complete


def test_more_causes_than_asked_for_are_not_silent() -> None:
    many = [allow(within(APP, one_of(f"v{number}"))) for number in range(10)]
    found = compare(the(policy(*many)), the(policy()), budget=Budget(per_question=3))
    assert len(found.counterexamples) == 3
    assert not found.complete


def test_each_isolation_that_is_lost_is_named() -> None:
    one, other = policy(name="one", subject=within(APP, one_of("a"))), policy(name="two", subject=within(TEAM, PRESENT))
    found = compare(the(one, other), the())
    assert {each.old.policy.name.name for each in found.counterexamples if each.old.policy} == {"one", "two"}


WEB_PODS = within(APP, one_of("web"))
WHOLE = the(policy(allow(within(TEAM, one_of("a", "b"))), subject=WEB_PODS))
"""The same in one rule and in two: it takes a formula to know that it is."""
IN_PARTS = the(policy(allow(within(TEAM, one_of("a"))), allow(within(TEAM, one_of("b"))), subject=WEB_PODS))


def test_no_time_is_no_proof() -> None:
    found = compare(WHOLE, IN_PARTS, budget=Budget(seconds=0))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert [str(each) for each in found.unproven] == [
        "ingress flows gained by pods of any namespace: the budget ran out",
        "ingress flows lost by pods of any namespace: the budget ran out",
    ]


def test_no_conflicts_are_no_proof_but_need_none_where_the_formulas_are_one() -> None:
    found = compare(WHOLE, IN_PARTS, budget=Budget(conflicts=0))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert [str(each) for each in found.unproven] == [
        "ingress flows gained by pods of any namespace: the budget ran out",
        "ingress flows lost by pods of any namespace: the budget ran out",
    ]
    assert compare(WHOLE, IN_PARTS).outcome is Outcome.EQUAL


def test_the_same_needs_no_search() -> None:
    found = compare(peers(within(APP, one_of("a", "b"))), the(policy(*(allow(within(APP, one_of(x))) for x in "ab"))))
    assert found.outcome is Outcome.EQUAL
    counters = found.counters
    assert (counters.alike, counters.searches, counters.by_structure, counters.questions) == (0, 0, 1, 1)


def test_the_same_rules_in_another_order_need_no_formula() -> None:
    old = the(policy(allow(within(APP, one_of("a"))), allow(within(APP, one_of("b")))))
    new = the(policy(allow(within(APP, one_of("b"))), allow(within(APP, one_of("a"))), allow(within(APP, one_of("a")))))
    found = compare(old, new, budget=Budget(seconds=0, conflicts=0))
    assert found.outcome is Outcome.EQUAL
    assert (found.counters.groups, found.counters.alike, found.counters.questions) == (1, 1, 0)


def test_expressions_that_cannot_be_read_are_equal_only_to_themselves() -> None:
    unread = holds(HttpPath(PathTest.REGEX.value, "(?i)/a"))
    assert compare(requests(unread), requests(unread, unread)).outcome is Outcome.EQUAL
    found = compare(requests(unread), requests(holds(HttpPath(PathTest.EXACT.value, "/a"))))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert str(found.unproven[0]) == (
        'ingress flows gained by pods of any namespace: undecided: how HTTP paths overlap with `path regex "(?i)/a"`'
    )


def test_opaque_layer_7_rules_are_equal_only_to_themselves() -> None:
    one, other = holds(Request("kafka", "topic=a")), holds(Request("kafka", "topic=b"))
    assert compare(requests(one, other), requests(other, one)).outcome is Outcome.EQUAL
    assert compare(requests(one), requests(other)).outcome is Outcome.INCONCLUSIVE
    assert compare(requests(one), requests(ALWAYS)).outcome is Outcome.DIFFERENT


def test_two_headers_are_independent_of_each_other() -> None:
    one, other = holds(Request("http header", "X-A 1")), holds(Request("http header", "X-B 1"))
    assert changes(compare(requests(one), requests(both(one, other)))) == {Change.LOST}
    assert changes(compare(requests(one), requests(holds(Request("http header", "X-A"))))) == {Change.GAINED}


def test_one_namespace_has_one_set_of_labels() -> None:
    red, blue = within(TEAM, one_of("red")), within(TEAM, one_of("blue"))
    own = within(NAMESPACE, one_of("shop"))
    other = the(policy(allow(both(own, blue)), subject=both(own, red)), policy(name="all", subject=own))
    none = the(policy(name="all", subject=own))
    assert compare(other, none).outcome is Outcome.EQUAL
    elsewhere = the(
        policy(allow(both(within(NAMESPACE, one_of("ops")), blue)), subject=both(own, red)), none.tiers[0].policies[0]
    )
    assert changes(compare(elsewhere, none)) == {Change.LOST}


def test_labels_that_one_side_does_not_ask_for_are_shared_in_a_namespace() -> None:
    own, red = within(NAMESPACE, one_of("shop")), within(TEAM, one_of("red"))
    found = compare(the(policy(allow(own), subject=both(own, red))), the(policy(subject=both(own, red))))
    flow = found.counterexamples[0].flow
    assert flow.peer.attributes[TEAM] == "red"


@pytest.mark.parametrize(
    ("space", "old", "new"),
    [
        (
            Space(pod_addresses=Addresses.of(["10.1.0.0/16"])),
            peers(both(kind(Kind.POD), within(Axis.ADDRESS, Addresses.of(["10.0.0.0/8"])))),
            peers(kind(Kind.POD)),
        ),
        (
            Space(pod_addresses=Addresses.of(["10.1.0.0/16"]), node_addresses=Addresses.of(["10.2.0.0/16"])),
            peers(both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, Addresses.of(["10.1.0.0/16", "10.2.0.0/16"])))),
            the(policy()),
        ),
        (Space(cluster_families=frozenset({Family.V4})), peers(family(Family.V4)), peers(ALWAYS)),
        (Space(peer_kinds=frozenset({Kind.POD})), peers(kind(Kind.POD)), peers(ALWAYS)),
        (
            Space(named_kinds=frozenset({Kind.OUTSIDE})),
            peers(both(holds(Named("a.com")), kind(Kind.POD))),
            the(policy()),
        ),
        (Space(named_port_kinds=frozenset()), traffic(holds(DstPortNamed("web"))), the(policy())),
        (
            Space(cluster="far"),
            peers(within(CLUSTER_NAME, one_of("far"))),
            peers(kind(Kind.POD)),
        ),
    ],
)
def test_equal_only_under_assumptions(space: Space, old: PolicySet, new: PolicySet) -> None:
    assert compare(old, new, assumptions=space).outcome is Outcome.EQUAL
    assert compare(old, new).outcome is Outcome.DIFFERENT


def test_nodes_are_subjects_where_the_engine_polices_them() -> None:
    old, new = the(policy(subject=kind(Kind.HOST))), the()
    assert compare(old, new).outcome is Outcome.EQUAL
    found = compare(old, new, assumptions=Space(subject_kinds=frozenset({Kind.POD, Kind.HOST})))
    assert [each.flow.subject.kind for each in found.counterexamples] == [Kind.HOST]
    assert all(each.flow.peer.kind is not Kind.HOST for each in found.counterexamples)


def test_policies_of_other_namespaces_do_not_meet() -> None:
    def some(names: list[str]) -> PolicySet:
        return the(*(policy(name=name, subject=within(NAMESPACE, one_of(name))) for name in names))

    names = [f"ns{number}" for number in range(20)]
    found = compare(some(names), some(names[:-1]))
    assert found.counters.groups == 21
    assert found.counters.identical == 20
    assert [each.flow.subject.attributes[NAMESPACE] for each in found.counterexamples] == ["ns19"]


def test_a_namespace_that_nobody_mentions_is_not_one_that_policies_are_in() -> None:
    own = policy(name="own", subject=within(NAMESPACE, one_of("other")))
    found = compare(the(own), the(own, policy(name="everywhere")))
    assert changes(found) == {Change.LOST}
    assert {one.flow.subject.attributes[NAMESPACE] for one in found.counterexamples} == {"other-2"}


def test_a_rule_counts_the_namespaces_that_it_names() -> None:
    rule = replace(allow(), subject=within(NAMESPACE, one_of("shop")))
    found = compare(the(policy(rule)), the(policy()))
    assert [each.flow.subject.attributes[NAMESPACE] for each in found.counterexamples] == ["shop"]


def test_many_values_of_one_label() -> None:
    many = one_of(*(f"v{number}" for number in range(30)))
    old = peers(within(APP, many))
    assert compare(old, peers(both(*(negate(within(APP, none_of(*many.named))),)))).outcome is Outcome.EQUAL
    found = compare(old, peers(within(APP, Values(many.named - {"v7"}, False, False))))
    assert [each.flow.peer.attributes[APP] for each in found.counterexamples] == ["v7"]


def test_the_same_twice() -> None:
    old, new = peers(within(APP, one_of("a", "b"))), traffic(HTTP)
    assert compare(old, new) == compare(old, new)


def test_a_contradiction_of_verdicts_and_encoding_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    from npconv.semantics import question as module

    right = module.verdict
    monkeypatch.setattr(module, "verdict", lambda *args: replace(right(*args), allowed=True))
    with pytest.raises(EncodingError, match="encoded as denied, but"):
        compare(the(policy()), the())
