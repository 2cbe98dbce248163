"""The pieces of the encoding: gates, numbers, groups, and the space that a flow is in."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from itertools import product

import pytest

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, both, either, kind, negate, within
from npconv.ir.dimensions import (
    API_SERVER,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    BackendOf,
    Family,
    HttpMethod,
    Kind,
    Named,
    Request,
    Scope,
)
from npconv.ir.policy import Direction, Policy, PolicyName, PolicySet, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, ANY_VALUE, none_of, one_of
from npconv.semantics.budget import Budget, BudgetError, Meter
from npconv.semantics.endpoint_code import at_most_one, exactly_one
from npconv.semantics.flow import ICMP, ICMPV6, UDP, Endpoint, Flow, NamedPort
from npconv.semantics.gates import FALSE, TRUE, Gates
from npconv.semantics.groups import tasks
from npconv.semantics.namespaces import namespaces
from npconv.semantics.number_line import NumberLine
from npconv.semantics.solver import Search
from npconv.semantics.space import CLUSTER_NAME, Space

APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
ROLE = Attribute.of(Scope.SERVICE_ACCOUNT, "role")


def test_equal_formulas_are_one_gate() -> None:
    gates = Gates()
    a, b, c = gates.variable(), gates.variable(), gates.variable()
    assert gates.all_of((a, b, c)) == gates.all_of((c, b, a, b, TRUE))
    assert gates.any_of((a, b)) == -gates.all_of((-a, -b))
    assert gates.all_of((a, -a)) == FALSE
    assert gates.any_of((a, -a)) == TRUE
    assert gates.all_of(()) == TRUE
    assert gates.any_of(()) == FALSE
    assert gates.choose(a, b, b) == b
    assert gates.gates == 2


def test_a_choice_chooses() -> None:
    gates = Gates()
    a, b, c = gates.variable(), gates.variable(), gates.variable()
    chosen = gates.choose(a, b, c)
    for truth in product((True, False), repeat=3):
        model = frozenset(one for one, true in zip((a, b, c), truth, strict=True) if true)
        assert gates.value(chosen, model) == (truth[1] if truth[0] else truth[2])


def models(gates: Gates, clauses: list[tuple[int, ...]], over: list[int]) -> set[frozenset[int]]:
    search = Search(gates, Meter(Budget()))
    search.require(clauses)
    found: set[frozenset[int]] = set()
    while (model := search.model([])) is not None:
        mine = model & set(over)
        found.add(mine)
        search.require([tuple(-one if one in mine else one for one in over)])
    search.close()
    return found


@pytest.mark.parametrize("count", [1, 2, 6, 7, 12])
def test_at_most_one_and_exactly_one(count: int) -> None:
    gates = Gates()
    some = [gates.variable() for _ in range(count)]
    single = {frozenset([one]) for one in some}
    assert models(gates, list(exactly_one(gates, some)), some) == single
    assert models(gates, list(at_most_one(gates, some)), some) == single | {frozenset()}


def test_a_number_is_in_one_segment() -> None:
    gates = Gates()
    line = NumberLine(gates, 100, [0, 10, 20, 20, 101])
    assert line.at_least(0) == TRUE
    assert line.at_least(101) == FALSE
    inside = line.inside([(10, 19)])
    some = [line.at_least(10), line.at_least(20)]
    found = models(gates, list(line.clauses()), some)
    assert sorted(line.segment(model) for model in found) == [(0, 9), (10, 19), (20, 100)]
    assert [line.segment(model) for model in found if gates.value(inside, model)] == [(10, 19)]
    assert line.inside([(0, 100)]) == TRUE


def test_the_budget_ends_a_search() -> None:
    gates = Gates()
    holes, pigeons = 8, 9
    sits = {(p, h): gates.variable() for p in range(pigeons) for h in range(holes)}
    clauses = [tuple(sits[p, h] for h in range(holes)) for p in range(pigeons)]
    clauses += [(-sits[p, h], -sits[q, h]) for h in range(holes) for p in range(pigeons) for q in range(p)]
    meter = Meter(Budget(conflicts=1000))
    search = Search(gates, meter)
    search.require(clauses)
    with pytest.raises(BudgetError):
        search.model([])
    assert meter.counters.conflicts >= 1000


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (ALWAYS, ANY_VALUE),
        (within(NAMESPACE, one_of("a", "b")), one_of("a", "b")),
        (both(within(NAMESPACE, one_of("a", "b")), within(APP, one_of("x"))), one_of("a", "b")),
        (either(within(NAMESPACE, one_of("a")), within(APP, one_of("x"))), ANY_VALUE),
        (
            either(both(within(NAMESPACE, one_of("a")), kind(Kind.POD)), within(NAMESPACE, one_of("b"))),
            one_of("a", "b"),
        ),
        (negate(within(NAMESPACE, one_of("a"))), none_of("a")),
        (within(NAMESPACE, ABSENT), ABSENT),
    ],
)
def test_where_a_subject_can_be(condition: object, expected: object) -> None:
    assert namespaces(condition) == expected  # type: ignore[arg-type]


def test_groups_hold_the_policies_that_can_select() -> None:
    def policy(name: str, subject: object) -> Policy:
        sections = (Section(direction=Direction.INGRESS, isolates=True, rules=()),)
        return Policy(name=PolicyName("P", "", name), subject=subject, sections=sections)  # type: ignore[arg-type]

    some = PolicySet(
        tiers=(
            Tier(
                name="t",
                end=TierEnd.DENY,
                policies=(
                    policy("everywhere", ALWAYS),
                    policy("shop", within(NAMESPACE, one_of("shop"))),
                    policy("not-shop", within(NAMESPACE, none_of("shop"))),
                    policy("nodes", within(NAMESPACE, ABSENT)),
                ),
            ),
        )
    )
    found = {
        str(task.group): [one.name.name for one in task.old.tiers[0].policies]
        for task in tasks(some, PolicySet(tiers=()), Space(subject_kinds=frozenset({Kind.POD, Kind.HOST})))
    }
    assert found == {
        "pods of namespace shop": ["everywhere", "shop"],
        "pods of any other namespace": ["everywhere", "not-shop"],
        "host subjects": ["everywhere", "not-shop", "nodes"],
    }


def pod(address: str = "10.0.0.5", namespace: str = "shop", **more: object) -> Endpoint:
    attributes = {NAMESPACE: namespace, SERVICE_ACCOUNT: "default", CLUSTER_NAME: "default"}
    plain = Endpoint(kind=Kind.POD, attributes=attributes, addresses=(ipaddress.ip_address(address),))
    return replace(plain, **more)  # type: ignore[arg-type]


def with_labels(**labels: str) -> Endpoint:
    keys = {"app": APP, "team": TEAM, "role": ROLE, "api": API_SERVER}
    return pod(attributes={**pod().attributes, **{keys[key]: value for key, value in labels.items()}})


FLOW = Flow(direction=Direction.INGRESS, subject=pod(), peer=pod("10.0.0.6", "ops"), port=80, source_port=40000)
OUTSIDE = Endpoint(kind=Kind.OUTSIDE, addresses=(ipaddress.ip_address("203.0.113.7"),))
HOST = Endpoint(kind=Kind.HOST, addresses=(ipaddress.ip_address("192.168.0.10"),))
V6 = Endpoint(kind=Kind.OUTSIDE, addresses=(ipaddress.ip_address("2001:db8::7"),))


def test_a_plain_flow_is_in_the_space() -> None:
    assert Space().objections(FLOW) == ()
    assert Space().objections(replace(FLOW, peer=OUTSIDE)) == ()
    assert Space().objections(replace(FLOW, peer=HOST, request=frozenset({HttpMethod("GET")}))) == ()


@pytest.mark.parametrize(
    ("flow", "objections"),
    [
        (replace(FLOW, subject=HOST), ("no subject is a host",)),
        (replace(FLOW, peer=replace(OUTSIDE, kind=Kind.HEALTH)), ("no peer is a health",)),
        (replace(FLOW, port=0), ("port 0 of protocol 6",)),
        (replace(FLOW, protocol=50), ("port 80 of protocol 50", "port 40000 of protocol 50")),
        (replace(FLOW, icmp_type=8), ("an ICMP type in protocol 6",)),
        (replace(FLOW, protocol=ICMPV6, port=0, source_port=0), ("ICMP of the other family",)),
        (replace(FLOW, protocol=ICMP, port=0, source_port=0, request=frozenset()), ("a request without a port",)),
        (
            replace(FLOW, protocol=UDP, request=frozenset({HttpMethod("GET")})),
            ("HTTP over another protocol than TCP",),
        ),
        (
            replace(FLOW, request=frozenset({HttpMethod("GET"), Request("dns", "a.com")})),
            ("one request of dns and http",),
        ),
        (replace(FLOW, subject=with_labels(api="")), ("subject: reserved[kube-apiserver] on a pod",)),
        (
            replace(FLOW, peer=replace(OUTSIDE, attributes={APP: "web"})),
            ("peer: pod[app] on a outside",),
        ),
        (
            replace(FLOW, peer=pod(attributes={NAMESPACE: "ops", CLUSTER_NAME: "far"})),
            ("peer: no serviceaccount[@name]", "peer: not in cluster default"),
        ),
        (
            replace(FLOW, family=Family.V6),
            ("subject: no address of the flow's family", "peer: no address of the flow's family"),
        ),
        (
            replace(FLOW, peer=replace(OUTSIDE, named_ports=(NamedPort("web", 6, 80),))),
            ("peer: named ports on a outside",),
        ),
        (
            replace(FLOW, peer=pod(namespace="ops", named_ports=(NamedPort("web", 50, 0),))),
            ("peer: a named port without a port",),
        ),
        (
            replace(FLOW, peer=pod(namespace="ops", facts=frozenset({BackendOf("shop", "db", True)}))),
            ("peer: backend of shop/db at its port, but no backend",),
        ),
        (replace(FLOW, peer=with_labels(team="red")), ("one namespace with two sets of labels",)),
        (replace(FLOW, peer=with_labels(role="r")), ("one service account with two sets of labels",)),
    ],
)
def test_what_is_not_in_the_space(flow: Flow, objections: tuple[str, ...]) -> None:
    assert Space().objections(flow) == objections


def test_assumptions_narrow_the_space() -> None:
    space = Space(
        pod_addresses=Addresses.of(["10.0.0.0/16"]),
        cluster_families=frozenset({Family.V4}),
        named_kinds=frozenset({Kind.OUTSIDE}),
        backend_kinds=frozenset({Kind.POD}),
    )
    assert space.objections(FLOW) == ()
    assert space.objections(replace(FLOW, peer=pod("10.1.0.6", "ops"))) == ("peer: 10.1.0.6 is no address of a pod",)
    inside = replace(OUTSIDE, addresses=(ipaddress.ip_address("10.0.9.9"),))
    assert space.objections(replace(FLOW, peer=inside)) == ("peer: 10.0.9.9 is no address of a outside",)
    assert replace(space, exclusive=False).objections(replace(FLOW, peer=inside)) == ()
    taken = replace(space, exclusive=False, taken=Addresses.of(["10.0.9.0/24"]))
    assert taken.objections(replace(FLOW, peer=inside)) == ("peer: 10.0.9.9 is no address of a outside",)
    far = replace(FLOW, subject=pod("fd00::5"), peer=V6, family=Family.V6)
    assert space.objections(far)[0] == "no pod has an IPv6 address"
    named = pod(namespace="ops", facts=frozenset({Named("a.com")}))
    assert space.objections(replace(FLOW, peer=named)) == ("peer: a name for a pod",)
    backend = replace(OUTSIDE, facts=frozenset({BackendOf("shop", "db", False)}))
    assert space.objections(replace(FLOW, peer=backend)) == ("peer: a outside as a backend",)
    assert Space().objections(replace(FLOW, peer=backend)) == ()
