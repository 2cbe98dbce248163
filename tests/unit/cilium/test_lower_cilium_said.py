"""What policies say alike is written once, and nothing that a namespace has to itself gets lost so."""

from __future__ import annotations

from typing import Any

import pytest

from npconv.dialects.cilium.lower_entries import said_of
from npconv.dialects.cilium.lower_said import OWN, Writer
from npconv.dialects.cilium.lower_selectors import Writing, subjects
from npconv.ir.condition import ALWAYS, Holds
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, DstPortNamed, Kind, Kinds, Named, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Policy, PolicyName, Rule
from npconv.ir.values import Values, none_of, one_of
from npconv.lowering.box import Box, Clause
from npconv.lowering.cube import FULL, Cube
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.source.load import parse

PODS = FULL.having(Axis.KIND, Kinds(frozenset({Kind.POD})))
APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
TCP = FULL.having(Axis.PROTOCOL, protocols(6))
POLICY = Policy(name=PolicyName("P", "", "p"), subject=ALWAYS, sections=())


def inside(namespace: Values, app: str = "web", **more: Values) -> Cube:
    """Pods of some namespaces."""
    found = PODS.having(NAMESPACE, namespace).having(APP, one_of(app))
    return found.having(TEAM, more["team"]) if more else found


def clauses(*peers: Cube, traffic: Cube = TCP) -> list[Clause]:
    """The clauses of one rule."""
    rule = Rule(action=Action.ALLOW)
    return [Clause(Box(FULL, peer, traffic), Action.ALLOW, POLICY, rule) for peer in peers]


def alone(namespace: str, *peers: Cube) -> object:
    """What is written where nothing was before."""
    return Writer(Writing(namespace, {})).ingress(clauses(*peers), namespace)


def test_what_is_said_of_the_own_namespace_is_one_object() -> None:
    writer = Writer(Writing("", {}))
    first = writer.ingress(clauses(inside(one_of("a"))), "a")
    assert writer.ingress(clauses(inside(one_of("b"))), "b") is first
    (selector,) = first[0].from_endpoints or ()
    assert selector.match_labels == (("k8s:app", "web"),)
    assert writer.ingress(clauses(inside(one_of("a"))), "b") != first


NAMESPACES = (
    one_of("a"),
    one_of("b"),
    one_of("a", "b"),
    none_of("a"),
    Values(frozenset({"a"}), True, False),
    Values(frozenset(), True, False),
)


@pytest.mark.parametrize("namespace", ["a", "b", ""])
@pytest.mark.parametrize("of", NAMESPACES)
@pytest.mark.parametrize("beside", NAMESPACES)
def test_nothing_depends_on_what_was_written_before(namespace: str, of: Values, beside: Values) -> None:
    writer = Writer(Writing("", {}))
    for before in ("b", "", "a"):
        for one in NAMESPACES:
            writer.ingress(clauses(inside(one), inside(beside)), before)
            writer.ingress(clauses(inside(one), inside(beside, team=one_of("x"))), before)
            writer.subjects(inside(one), before)
    for peers in (
        (inside(of),),
        (inside(of), inside(beside)),
        (inside(of, team=one_of("x")),),
        (inside(of), inside(beside, "db", team=one_of("x"))),
    ):
        found = writer.ingress(clauses(*peers), namespace)
        assert found == alone(namespace, *peers)
        assert OWN not in repr(found)
    assert writer.subjects(inside(of), namespace) == subjects(inside(of), namespace)


def test_a_rule_is_one_object_for_the_same_parts_alone() -> None:
    writer = Writer(Writing("", {}))
    (web,), (db,) = (writer.subjects(inside(one_of("a"), app), "a") for app in ("web", "db"))
    allowed = writer.ingress(clauses(inside(one_of("a"))), "a")
    given: dict[str, Any] = {"ingress": allowed, "ingress_deny": (), "egress": (), "egress_deny": ()}
    first = writer.rule(web, None, **given)
    assert writer.rule(web, None, **given) is first
    assert writer.rule(db, None, **given) != first
    assert writer.rule(web, None, **(given | {"ingress": ()})) != first


def test_dns_stands_beside_names_only_where_there_are_names() -> None:
    dns = clauses(inside(one_of("kube-system"), "dns"), traffic=TCP.having(Axis.DST_PORT, ports((53, 53))))
    outside = FULL.having(Axis.KIND, Kinds(frozenset({Kind.OUTSIDE})))
    names = clauses(Cube(outside.sets, frozenset({Holds(Named("a.example"))})))
    writer = Writer(Writing("", {}))
    plain = writer.egress(dns, "a")
    beside = writer.egress([*dns, *names], "a")
    assert [one.to_ports and one.to_ports[0].rules for one in plain] == [None]
    assert [one.rules is not None for one in beside[0].to_ports or ()] == [False, True]
    assert writer.egress(dns, "b") is plain


def test_several_rules_are_several_entries() -> None:
    writer = Writer(Writing("", {}))
    web, db = clauses(inside(one_of("a"))), clauses(inside(one_of("a"), "db"))
    both = writer.ingress([*web, *db], "a")
    assert both == (*writer.ingress(web, "a"), *writer.ingress(db, "a"))
    assert writer.ingress([*clauses(inside(one_of("b"))), *clauses(inside(one_of("b"), "db"))], "b") is both
    assert writer.ingress((), "a") == ()


def _policy(namespace: str) -> str:
    return f"""\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: p, namespace: {namespace}}}
spec:
  selector: app == 'web'
  ingress:
  - action: Deny
    protocol: TCP
    source: {{selector: stage != 'prod'}}
    destination: {{ports: [http, 80]}}
  - action: Allow
    source: {{selector: app == 'db'}}
  - action: Allow
    source: {{namespaceSelector: "projectcalico.org/name in {{'a', 'b'}}"}}
"""


def test_alike_policies_of_many_namespaces_are_written_as_each_alone() -> None:
    options = Options(source=parse_engine("calico"), target=parse_engine("cilium"), check_seconds=0)
    names = ("a", "b", "c", "d")
    together = convert(parse("---\n".join(map(_policy, names)), "all.yaml"), options)
    apart = [convert(parse(_policy(name), "one.yaml"), options) for name in names]
    assert [one.data for one in together.outputs] == [one.data for each in apart for one in each.outputs]
    assert [one.message for one in together.losses] == [one.message for each in apart for one in each.losses]


def test_a_named_port_is_a_condition_of_its_own() -> None:
    named = Cube(TCP.sets, frozenset({Holds(DstPortNamed("http"))}))
    writer = Writer(Writing("", {}))
    for traffic in (named, TCP):
        writer.ingress(clauses(inside(one_of("a")), traffic=traffic), "a")
    (found,) = writer.ingress(clauses(inside(one_of("b")), traffic=named), "b")
    assert found.to_ports is not None and found.to_ports[0].ports is not None
    assert found.to_ports[0].ports[0].port == "http"


def test_what_is_forgotten_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("npconv.dialects.cilium.lower_said._MOST", 2)
    writer = Writer(Writing("", {}))
    for _ in range(3):
        for app in ("web", "db", "mail", "cache"):
            for namespace in ("a", "b"):
                peers = clauses(inside(one_of(namespace), app)), clauses(inside(one_of("a", "b"), app))
                allowed = writer.ingress([*peers[0], *peers[1]], namespace)
                assert allowed == Writer(Writing(namespace, {})).ingress([*peers[0], *peers[1]], namespace)
                (own,) = writer.subjects(inside(one_of(namespace), app), namespace)
                rule = writer.rule(own, None, ingress=allowed, ingress_deny=(), egress=(), egress_deny=())
                assert (rule.endpoint_selector, rule.ingress) == (own, allowed)
                assert own.match_labels == (("k8s:app", app),)


@pytest.mark.parametrize("count", [3, 12])
def test_the_same_rules_in_more_namespaces_are_cut_and_written_no_more_often(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def counted(meant: Any, writing: Writing) -> Any:
        nonlocal calls
        calls += 1
        return said_of(meant, writing)

    monkeypatch.setattr("npconv.dialects.cilium.lower_entries.said_of", counted)
    options = Options(source=parse_engine("calico"), target=parse_engine("cilium"), check_seconds=0)
    names = [f"n{number}" for number in range(count)]
    convert(parse("---\n".join(map(_policy, names)), "all.yaml"), options)
    assert calls == 3  # as many as there are rules
