"""The answer to `npconv why` -> text for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.ir.condition import ALWAYS
from npconv.ir.policy import Action, Direction
from npconv.pipeline.engines import name
from npconv.pipeline.meaning import Meaning
from npconv.pipeline.trace import PolicyStep, RuleStep, TierOutcome, TierStep, Trace
from npconv.pipeline.why import Answer, Side
from npconv.render.condition_text import mismatch_texts
from npconv.render.flow_json import Json, findings_json, flow_json, place_json, policy_json, verdict_json
from npconv.render.flow_text import connection_text, decision_text, place_text, policy_place
from npconv.render.summary import plural
from npconv.version import __version__

FORMAT: Final = 1

_DID: Final = {
    Action.ALLOW: "allows it",
    Action.DENY: "denies it",
    Action.PASS: "passes it on to the next tier",
    Action.LOG: "logs it",
}


def as_text(answer: Answer, request: str = "") -> str:
    """The connection, both sides with everything that was asked, and the verdict; `request` is what the user typed."""
    traces = [side.trace for side in (answer.egress, answer.ingress) if side.trace is not None]
    connection = connection_text(replace(answer.flow, request=None), [(one.flow, one.verdict) for one in traces])
    lines = [f"{connection}, {request}" if request else connection, ""]
    for side in (answer.egress, answer.ingress):
        lines += [*_side(side), ""]
    return "\n".join([*lines, conclusion(answer)]) + "\n"


def as_json(answer: Answer, meaning: Meaning, said: Iterable[Diagnostic]) -> str:
    """The same as data; schemas/why.schema.json says what it looks like."""
    data: Json = {
        "format": FORMAT,
        "npconv": __version__,
        "engine": name(meaning.engine),
        "allowed": answer.allowed,
        "flow": flow_json(answer.flow),
        "egress": _side_json(answer.egress),
        "ingress": _side_json(answer.ingress),
        "findings": findings_json(said),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def conclusion(answer: Answer) -> str:
    """`denied: the destination's ingress does not let it pass`."""
    if answer.allowed:
        return "allowed: both sides let it pass"
    stops = [
        what
        for side, what in ((answer.egress, "the source's egress"), (answer.ingress, "the destination's ingress"))
        if not side.allowed
    ]
    if len(stops) > 1:
        return "denied: neither side lets it pass"
    return f"denied: {stops[0]} does not let it pass"


def _side(side: Side) -> Iterator[str]:
    whose = "egress of the source" if side.direction is Direction.EGRESS else "ingress of the destination"
    if side.trace is None:
        yield f"{whose}: allowed: {side.reason}, so no policy is asked"
        return
    yield f"{whose}: {decision_text(side.trace.verdict, side.trace.flow)}{_only_some(side.trace)}"
    for tier in side.trace.tiers:
        yield from _tier(tier, side.trace)


def _only_some(trace: Trace) -> str:
    """A remark where a rule is for some requests only, and none was given."""
    rule = trace.verdict.rule
    if trace.flow.request is not None or rule is None or rule.request == ALWAYS:
        return ""
    return f", but only requests with: {rule.request}"


def _tier(tier: TierStep, trace: Trace) -> Iterator[str]:
    others = plural(tier.others, "other policy does not apply", "other policies do not apply")
    yield f"  tier {tier.name}: {_end(tier)}" + (f" ({others})" if tier.others else "")
    for step in tier.policies:
        yield from _policy(step, trace)


def _end(tier: TierStep) -> str:
    match tier.outcome:
        case TierOutcome.DECIDED:
            return "a rule decides"
        case TierOutcome.ENDED:
            return "no rule decides, so it denies what is isolated"
        case TierOutcome.PASSED:
            return "a rule passes it on"
        case TierOutcome.NEXT:
            return "nothing decides" if tier.policies else "nothing applies"


def _policy(step: PolicyStep, trace: Trace) -> Iterator[str]:
    isolates = ", isolates" if step.isolates else ""
    yield f"    {step.policy.name} ({policy_place(step.policy)}){isolates}"
    for rule in step.rules:
        yield f"      {_rule(rule, trace)}"
    if not step.rules:
        yield "      no rules"


def _rule(step: RuleStep, trace: Trace) -> str:
    origin = step.rule.origin
    where = f"{origin.dotted} ({place_text(origin)})" if origin is not None and origin.path else "its rule"
    if step.matches:
        return f"{where} {_DID[step.rule.action]}"
    reasons = "; ".join(mismatch_texts(step.mismatches, trace.flow))
    return f"{where} does not match: {reasons}"


def _side_json(side: Side) -> dict[str, Json]:
    if side.trace is None:
        return {"allowed": side.allowed, "policed": False, "reason": side.reason, "verdict": None, "tiers": []}
    trace = side.trace
    return {
        "allowed": side.allowed,
        "policed": True,
        "reason": decision_text(trace.verdict, trace.flow),
        "verdict": verdict_json(trace.verdict, trace.flow),
        "tiers": [_tier_json(tier, trace) for tier in trace.tiers],
    }


def _tier_json(tier: TierStep, trace: Trace) -> dict[str, Json]:
    return {
        "name": tier.name,
        "outcome": tier.outcome.value,
        "notApplying": tier.others,
        "policies": [
            {
                "policy": policy_json(step.policy.name),
                "place": place_json(step.policy.origin) if step.policy.origin is not None else None,
                "isolates": step.isolates,
                "rules": [
                    {
                        "action": rule.rule.action.value,
                        "place": place_json(rule.rule.origin) if rule.rule.origin is not None else None,
                        "matches": rule.matches,
                        "mismatches": list(mismatch_texts(rule.mismatches, trace.flow)),
                    }
                    for rule in step.rules
                ],
            }
            for step in tier.policies
        ],
    }
