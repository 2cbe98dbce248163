"""Any request of a protocol as any traffic: elsewhere there are no words for it."""

from __future__ import annotations

from npconv.ir.condition import ALWAYS, Condition, both, either, holds, negate
from npconv.ir.dimensions import AUTHENTICATION, HttpMethod, Request
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.lowering.spoken import without_any

DNS, HTTP = holds(Request("dns", "*")), holds(Request("http", "any"))
GET, PROVEN = holds(HttpMethod("GET")), holds(Request(AUTHENTICATION, "required"))


def policies(request: Condition) -> PolicySet:
    """One policy with one rule that asks for requests."""
    rule = Rule(action=Action.ALLOW, request=request)
    section = Section(direction=Direction.EGRESS, isolates=True, rules=(rule,))
    policy = Policy(name=PolicyName("Policy", "shop", "a"), subject=ALWAYS, sections=(section,))
    return PolicySet(tiers=(Tier(name="a", end=TierEnd.DENY, policies=(policy,)),))


def asked(found: PolicySet) -> Condition:
    """What the rule asks for."""
    return found.tiers[0].policies[0].sections[0].rules[0].request


def test_any_request_becomes_any_traffic_and_the_protocol_is_named() -> None:
    for request, protocol in ((DNS, "DNS"), (HTTP, "HTTP")):
        found, spoken = without_any(policies(request))
        assert asked(found) == ALWAYS
        assert [name for _, name in spoken] == [protocol]


def test_what_is_asked_beside_it_stays() -> None:
    found, spoken = without_any(policies(both(HTTP, PROVEN)))
    assert asked(found) == PROVEN
    assert len(spoken) == 1
    found, _ = without_any(policies(either(HTTP, GET)))
    assert asked(found) == ALWAYS


def test_certain_requests_and_their_negation_stay_as_they_are() -> None:
    for request in (ALWAYS, GET, PROVEN, negate(DNS), holds(Request("dns", "a.example"))):
        before = policies(request)
        assert without_any(before) == (before, ())
