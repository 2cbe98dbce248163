"""What happened while lowering becomes losses: each once, with its effect and the flows that it reaches."""

from __future__ import annotations

from small_policies import bounds, says_no_web_peer
from small_sets import APP, policy

from npconv.diagnostics.codes import losses as codes
from npconv.diagnostics.effect import Effect
from npconv.ir.condition import ALWAYS, within
from npconv.ir.dimensions import Axis
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Rule, Tier, TierEnd
from npconv.ir.values import one_of
from npconv.lowering.box import Box, Clause
from npconv.lowering.cube import Cube
from npconv.lowering.denies import Unordered, without_order
from npconv.lowering.losses import Loss, Reach, logs_of, losses_of
from npconv.lowering.sayable import Unsaid, Unsayable
from npconv.lowering.tiers import Bounds, Ordered, join

WEB = within(APP, one_of("web"))
ON_80 = within(Axis.DST_PORT, ports((80, 80)))
NO_WORD = Unsayable("peer", APP, codes.LABEL_TEXT, "no word for it")


def lost(*policies: Policy, end: TierEnd = TierEnd.DENY, limits: Bounds | None = None) -> list[Loss]:
    source = PolicySet(tiers=(Tier(name="t", end=end, policies=policies),))
    chosen = limits or bounds(says_no_web_peer)
    joined = join(source, Direction.INGRESS, chosen)
    return list(losses_of(Direction.INGRESS, joined, without_order(joined.clauses, joined.isolations, chosen)))


def said(found: list[Loss]) -> list[tuple[str, Effect, str]]:
    return [(one.code.id, one.effect, one.message) for one in found]


def test_what_can_be_said_is_no_loss() -> None:
    assert lost(policy("p", Rule(action=Action.ALLOW, traffic=ON_80))) == []


def test_an_allow_whose_flows_were_passed_before_is_unreached() -> None:
    passing = Rule(action=Action.PASS, traffic=ON_80)
    found = lost(policy("p", passing, Rule(action=Action.ALLOW, traffic=ON_80)), limits=bounds())
    assert said(found) == [("NPC339", Effect.INERT, "Allow rule left out: no flow reaches it")]
    assert lost(policy("p", passing, Rule(action=Action.ALLOW)), limits=bounds()) == []


def test_of_a_policy_that_is_refused_no_rule_is_named_besides() -> None:
    def says_no_web(clause: Clause) -> tuple[Unsayable, ...]:
        own = clause.box.subject.members(APP) == one_of("web")
        unsaid = Unsayable("subject", APP, codes.LABEL_TEXT, "no word for it")
        return (*says_no_web_peer(clause), *((unsaid,) if own else ()))

    refused = policy("p", Rule(action=Action.ALLOW, peer=WEB), subject=WEB)
    found = lost(refused, limits=bounds(says_no_web))
    assert said(found) == [("NPC330", Effect.SHIFTS, "policy left out: no word for it")]


def test_an_allow_left_out_narrows_where_something_isolates() -> None:
    found = lost(policy("p", Rule(action=Action.ALLOW, peer=WEB)))
    assert said(found) == [("NPC320", Effect.NARROWS, "Allow left out: no word for it")]
    assert found[0].reach == (Reach(subject=ALWAYS, peer=WEB),)


def test_an_allow_left_out_is_inert_where_nothing_denies() -> None:
    found = lost(policy("p", Rule(action=Action.ALLOW, peer=WEB), isolates=False))
    assert said(found) == [("NPC320", Effect.INERT, "Allow left out: no word for it")]


def test_an_allow_left_out_before_a_deny_narrows_without_isolation() -> None:
    rules = (Rule(action=Action.ALLOW, peer=WEB), Rule(action=Action.DENY, traffic=ON_80))
    found = lost(policy("p", *rules), end=TierEnd.PASS)
    assert said(found) == [("NPC320", Effect.NARROWS, "Allow left out: no word for it")]


def test_a_deny_that_loses_a_condition_narrows_and_reaches_what_it_denies_instead() -> None:
    found = lost(policy("p", Rule(action=Action.DENY, peer=WEB, traffic=ON_80)), end=TierEnd.PASS)
    assert said(found) == [("NPC320", Effect.NARROWS, "Deny covers more than in the source: no word for it")]
    assert found[0].reach == (Reach(subject=ALWAYS, traffic=ON_80),)


def test_a_rule_with_too_many_pieces_is_named() -> None:
    rule = Rule(action=Action.ALLOW, peer=WEB, traffic=ON_80)
    found = lost(policy("p", Rule(action=Action.PASS, peer=WEB), rule), limits=bounds(pieces=0))
    assert {one.code.id for one in found} == {"NPC330"}
    assert found[0].refused
    assert found[0].message == "policy left out: its subject needs too many pieces"


def test_a_policy_left_out_widens_and_also_narrows_if_it_let_anything_pass() -> None:
    joined = Ordered(refused=[(policy("p", Rule(action=Action.DENY)), None)])
    assert [one.effect for one in losses_of(Direction.INGRESS, joined, Unordered())] == [Effect.WIDENS]
    for action in (Action.ALLOW, Action.PASS):
        joined = Ordered(refused=[(policy("p", Rule(action=action), subject=WEB), Unsaid(clause(), NO_WORD))])
        found = list(losses_of(Direction.INGRESS, joined, Unordered()))
        assert said(found) == [("NPC330", Effect.SHIFTS, "policy left out: no word for it")]
        assert found[0].reach == (Reach(subject=WEB),)


def test_a_deny_over_an_allow_is_said() -> None:
    found = list(losses_of(Direction.INGRESS, Ordered(), Unordered(overriding=[(clause(Action.DENY), clause())])))
    assert said(found) == [("NPC334", Effect.NARROWS, "Deny also takes flows that P/p allows before it")]


def test_an_allow_that_no_flow_reaches_is_inert() -> None:
    rules = (
        Rule(action=Action.ALLOW, traffic=ON_80),
        Rule(action=Action.DENY),
        Rule(action=Action.ALLOW, traffic=ON_80),
    )
    found = lost(policy("p", *rules))
    assert said(found) == [("NPC339", Effect.INERT, "Allow rule left out: no flow reaches it")]


def test_pieces_of_one_rule_and_reason_are_one_loss() -> None:
    rule = Rule(action=Action.ALLOW)
    owner = policy("p", rule)
    parts = [
        Clause(Box(traffic=Cube(((Axis.DST_PORT, ports((port, port))),))), Action.ALLOW, owner, rule)
        for port in (80, 81)
    ]
    joined = Ordered(unsaid=[Unsaid(part, NO_WORD) for part in parts])
    found = list(losses_of(Direction.INGRESS, joined, Unordered()))
    assert len(found) == 1
    assert [str(one.traffic) for one in found[0].reach] == ["port 80", "port 81"]


def test_log_rules_are_inert() -> None:
    source = PolicySet(tiers=(Tier(name="t", end=TierEnd.DENY, policies=(policy("p", Rule(action=Action.LOG)),)),))
    assert said(list(logs_of(source))) == [("NPC336", Effect.INERT, "`Log` rule left out")]


def clause(action: Action = Action.ALLOW) -> Clause:
    rule = Rule(action=action, peer=WEB)
    return Clause(Box(), action, policy("p", rule), rule)
