"""A rule that names a service becomes a rule per backend where the service is known."""

from __future__ import annotations

from small_sets import APP, policy

from npconv.ir.condition import ALWAYS, both, either, holds, kind, negate, within
from npconv.ir.dimensions import Axis, BackendOf, Kind
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, PolicySet, Rule, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.lowering.services import Backend, Backends, resolved

CART = BackendOf("shop", "cart", with_port=True)
WEB = both(kind(Kind.POD), within(APP, one_of("web")))
ON_8080 = within(Axis.DST_PORT, ports((8080, 8080)))
ON_53 = within(Axis.DST_PORT, ports((53, 53)))
KNOWN: Backends = {("shop", "cart"): (Backend(WEB, ON_8080), Backend(WEB, ON_53))}


def rules_of(rule: Rule, known: Backends) -> tuple[list[str], int]:
    source = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy("p", rule),)),))
    found, named = resolved(source, known)
    return [
        f"{one.action.value}: {one.peer}; {one.traffic}" for one in found.tiers[0].policies[0].sections[0].rules
    ], len(named)


def test_a_known_service_becomes_its_backends() -> None:
    assert rules_of(Rule(action=Action.DENY, peer=holds(CART)), KNOWN) == (
        ['deny: pod & pod[app] in {"web"}; port 8080', 'deny: pod & pod[app] in {"web"}; port 53'],
        1,
    )


def test_a_service_that_leads_nowhere_is_no_rule() -> None:
    assert rules_of(Rule(action=Action.ALLOW, peer=holds(CART)), {("shop", "cart"): ()}) == ([], 1)


def test_a_service_that_is_not_known_is_left_alone() -> None:
    assert rules_of(Rule(action=Action.ALLOW, peer=holds(CART)), {}) == (
        ["allow: backend of shop/cart at its port; any"],
        0,
    )


def test_without_ports_the_backends_are_meant_at_any() -> None:
    anywhere = holds(BackendOf("shop", "cart", with_port=False))
    assert rules_of(Rule(action=Action.ALLOW, peer=anywhere), KNOWN)[0] == ['allow: pod & pod[app] in {"web"}; any'] * 2


def test_what_a_rule_asks_beside_the_service_stays() -> None:
    rule = Rule(action=Action.ALLOW, peer=both(holds(CART), within(APP, one_of("web", "db"))))
    assert rules_of(rule, KNOWN)[0][0] == 'allow: pod & pod[app] in {"web"}; port 8080'


def test_rules_without_a_service_are_left_alone() -> None:
    assert rules_of(Rule(action=Action.ALLOW), KNOWN) == (["allow: any; any"], 0)
    for peer in (negate(holds(CART)), either(holds(CART), WEB)):
        rule = Rule(action=Action.ALLOW, peer=peer, traffic=ALWAYS)
        assert rules_of(rule, KNOWN) == ([f"allow: {peer}; any"], 0)
