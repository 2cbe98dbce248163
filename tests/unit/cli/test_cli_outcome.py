"""Exit codes and what is written, from what a translation found and what the user accepts (design, section 6)."""

from __future__ import annotations

from collections import Counter

import pytest

from npconv.cli.accepted import Accepted, suggestion
from npconv.cli.exits import Exit
from npconv.cli.outcome import Outcome, judge
from npconv.diagnostics.codes import Code, Severity, internal, reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir.condition import ALWAYS
from npconv.ir.policy import Policy, PolicyName, PolicySet, Tier, TierEnd
from npconv.pipeline.check import Proof
from npconv.pipeline.model import Conversion
from npconv.render.owners import losses
from npconv.render.summary import summary
from npconv.source.document import Document
from npconv.source.positions import Written
from npconv.source.text import Chunk, Text

LOSS = Code("NPC399", Severity.LOSS, "a loss", "")
OTHER = Code("NPC398", Severity.LOSS, "another loss", "")
WEB = PolicyName("NetworkPolicy", "shop", "web")
DENY = PolicyName("GlobalNetworkPolicy", "", "deny")


def place(name: PolicyName) -> Document:
    data = {"kind": name.kind, "metadata": {"name": name.name}}
    return Document(file="a.yaml", index=0, data=data, written=Written(Chunk(source=Text("a.yaml", ""))))


PROVEN = Proof(unowned=(), unproven=(), complete=True)
CUT_SHORT = Proof(unowned=(), unproven=(), complete=False)
PLACES = {WEB: place(WEB), DENY: place(DENY)}


def loss(effect: Effect, policy: PolicyName | None = WEB, code: Code = LOSS) -> Diagnostic:
    origin = Origin(PLACES[policy], ("spec",)) if policy else None
    return Diagnostic(code=code, message="lost", origin=origin, effect=effect)


def conversion(
    *diagnostics: Diagnostic,
    policies: tuple[PolicyName, ...] = (WEB, DENY),
    refused: tuple[PolicyName, ...] = (),
    proof: Proof | None = PROVEN,
) -> Conversion:
    effects = dict.fromkeys(policies, Effect.INERT)
    for one in diagnostics:
        for name, document in PLACES.items():
            if one.effect and one.origin and one.origin.place is document:
                effects[name] |= one.effect
    found = tuple(Policy(name=one, subject=ALWAYS, sections=(), origin=Origin(PLACES[one], ())) for one in policies)
    source = PolicySet(tiers=(Tier(name="default", end=TierEnd.DENY, policies=found),))
    return Conversion(
        outputs=(),
        diagnostics=diagnostics,
        effects=effects,
        refused=frozenset(refused),
        skipped=Counter(),
        engine=CalicoProfile(),
        source=source,
        meant=source,
        proof=proof,
    )


def end(
    result: Conversion, *accepted: Accepted, fail_on: str = "any", skip_invalid: bool = False, allow_empty: bool = False
) -> Outcome:
    return judge(result, accepted=accepted, fail_on=fail_on, skip_invalid=skip_invalid, allow_empty=allow_empty)


UNREADABLE = Diagnostic(code=reading.UNREADABLE_FILE, message="cannot read")
BUG = Diagnostic(code=internal.OUTPUT_INVALID, message="not valid")


def test_without_loss() -> None:
    assert end(conversion()) == Outcome(exit=Exit.DONE, writes=True)


@pytest.mark.parametrize(
    ("fail_on", "effect", "fails"),
    [
        ("any", Effect.INERT, False),
        ("any", Effect.NARROWS, True),
        ("narrows", Effect.NARROWS, True),
        ("narrows", Effect.INERT, False),
        ("widens", Effect.NARROWS, False),
        ("none", Effect.NARROWS, False),
    ],
)
def test_fail_on(fail_on: str, effect: Effect, fails: bool) -> None:
    found = end(conversion(loss(effect)), fail_on=fail_on)
    assert found == Outcome(exit=Exit.CHANGED if fails else Exit.DONE, writes=True)


@pytest.mark.parametrize("effect", [Effect.WIDENS, Effect.SHIFTS])
@pytest.mark.parametrize("fail_on", ["none", "widens", "narrows", "any"])
def test_nothing_but_acceptance_writes_a_wider_output(effect: Effect, fail_on: str) -> None:
    result = conversion(loss(effect))
    refused = end(result, fail_on=fail_on)
    assert (refused.exit, refused.writes, len(refused.wider)) == (Exit.CHANGED, False, 1)
    assert end(result, Accepted(code="NPC399"), fail_on=fail_on) == Outcome(exit=Exit.DONE, writes=True)


@pytest.mark.parametrize(
    ("accepted", "covers"),
    [("", True), ("shop/web", True), ("web", False), ("shop/web2", False), ("deny", False)],
)
def test_acceptance_names_a_policy(accepted: str, covers: bool) -> None:
    one = Accepted(code="NPC399", policy=accepted)
    found = end(conversion(loss(Effect.WIDENS)), one)
    assert found.writes is covers
    assert found.unused == (() if covers else (one,))


def test_acceptance_of_a_cluster_wide_policy_has_no_namespace() -> None:
    assert end(conversion(loss(Effect.WIDENS, DENY)), Accepted(code="NPC399", policy="deny")).writes


def test_acceptance_of_one_loss_leaves_the_others() -> None:
    result = conversion(loss(Effect.WIDENS), loss(Effect.WIDENS, DENY), loss(Effect.NARROWS, code=OTHER))
    first = end(result, Accepted(code="NPC399", policy="shop/web"))
    assert [one.policy for one in first.wider] == ["deny"]
    assert end(result, Accepted(code="NPC399")) == Outcome(exit=Exit.CHANGED, writes=True)


def test_errors_come_first() -> None:
    assert end(conversion(UNREADABLE, loss(Effect.WIDENS))) == Outcome(exit=Exit.INVALID, writes=False)
    assert end(conversion(BUG, UNREADABLE)) == Outcome(exit=Exit.BUG, writes=False)
    assert end(conversion(BUG), skip_invalid=True) == Outcome(exit=Exit.BUG, writes=False)


def test_invalid_input_may_be_left_out() -> None:
    assert end(conversion(UNREADABLE), skip_invalid=True) == Outcome(exit=Exit.CHANGED, writes=True)
    assert end(conversion(UNREADABLE), skip_invalid=True, fail_on="none").exit is Exit.CHANGED
    assert end(conversion(UNREADABLE, policies=()), skip_invalid=True) == Outcome(exit=Exit.INVALID, writes=False)
    assert not end(conversion(UNREADABLE, loss(Effect.WIDENS)), skip_invalid=True).writes


def test_no_policy() -> None:
    assert end(conversion(policies=())) == Outcome(exit=Exit.EMPTY, writes=False)
    assert end(conversion(policies=()), allow_empty=True) == Outcome(exit=Exit.DONE, writes=True)
    assert end(conversion(UNREADABLE, policies=()), allow_empty=True).exit is Exit.INVALID


@pytest.mark.parametrize("proof", [None, CUT_SHORT])
def test_what_is_not_proven_is_not_done(proof: Proof | None) -> None:
    assert end(conversion(proof=proof)) == Outcome(exit=Exit.CHANGED, writes=True)
    assert end(conversion(proof=proof), fail_on="widens") == Outcome(exit=Exit.CHANGED, writes=True)
    assert end(conversion(proof=proof), fail_on="none") == Outcome(exit=Exit.DONE, writes=True)


@pytest.mark.parametrize(
    ("proof", "equal", "words"),
    [
        (PROVEN, "proven equal", "nothing is assumed"),
        (CUT_SHORT, "without a loss that changes flows", "not all of it is proven"),
        (None, "without a loss that changes flows", "nothing is proven: not compared with the source"),
    ],
)
def test_summary_claims_no_more_than_was_proven(proof: Proof | None, equal: str, words: str) -> None:
    printed = summary(conversion(proof=proof), target="Cilium 1.19", written=True, stored="")
    assert printed == f"converted 2 of 2 policies to Cilium 1.19: 2 {equal}, 0 narrower, 0 wider, 0 shifted; {words}"


def test_suggestion_names_policies_while_they_are_few() -> None:
    few = losses(conversion(loss(Effect.WIDENS), loss(Effect.WIDENS, DENY), loss(Effect.WIDENS)))
    assert suggestion(few) == "--accept NPC399:deny --accept NPC399:shop/web"
    assert suggestion(losses(conversion(loss(Effect.WIDENS), loss(Effect.WIDENS, None)))) == "--accept NPC399"


def test_summary_counts_policies() -> None:
    result = conversion(loss(Effect.NARROWS), loss(Effect.INERT, DENY), UNREADABLE)
    result.skipped.update({"Service": 2, "Deployment": 3})
    assert summary(result, target="Cilium 1.19", written=True, stored="1 file changed") == (
        "converted 2 of 2 policies to Cilium 1.19: 1 proven equal (1 with an inert loss), "
        "1 narrower, 0 wider, 0 shifted; 1 unreadable; nothing is assumed; "
        "5 documents are no policy (Deployment 3, Service 2); 1 file changed"
    )


def test_summary_counts_what_was_refused() -> None:
    result = conversion(loss(Effect.WIDENS), refused=(WEB,))
    assert summary(result, target="Cilium 1.20", written=False, stored="nothing is written") == (
        "can convert 1 of 2 policies to Cilium 1.20: 1 proven equal, 0 narrower, 0 wider, 0 shifted; 1 refused; "
        "nothing is assumed; nothing is written"
    )
