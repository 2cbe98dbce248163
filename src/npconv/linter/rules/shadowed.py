"""Rules that never decide, by the checker: NPC640 where others decide otherwise, else NPC641 and NPC642."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from npconv.diagnostics.codes import lint_set as codes
from npconv.diagnostics.diagnostic import Label
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding, Fix, Remove
from npconv.linter.shadow.clauses import Step
from npconv.linter.shadow.find import Shadow, shadows
from npconv.linter.written import key_of
from npconv.pipeline.engines import cluster_name
from npconv.semantics.space import Space
from npconv.source.place_of import value_at

_ALWAYS_IN_ORDER: Final = ("admin", "baseline")
_SHOWN: Final = 3
_WORDS: Final = {Action.ALLOW: "allowed", Action.DENY: "denied", Action.PASS: "passed on"}


def shadowed(context: Context) -> Iterator[Finding]:
    """Every rule that never decides, with the first rules that decide before it."""
    policies = context.meaning.policies
    names = {tier.name for tier in policies.tiers}
    found = shadows(
        policies,
        in_order=frozenset(names if isinstance(context.engine, CalicoProfile) else names & set(_ALWAYS_IN_ORDER)),
        space=Space(
            subject_kinds=context.meaning.subject_kinds,
            cluster=cluster_name(context.engine),
            peer_kinds=frozenset(Kind),
            named_port_kinds=frozenset({Kind.POD}),
        ),
        seconds=context.options.seconds,
    )
    context.undecided += found.undecided
    for one in found.found:
        if one.otherwise or not _looks_inside(one):
            yield _finding(one)
    if found.undecided:
        yield finding(
            codes.UNDECIDED,
            None,
            f"of {found.undecided} rules it is not known whether they ever decide",
            help="give it more time with `--check-timeout`",
        )


def _looks_inside(one: Shadow) -> bool:
    """Whether a rule is there for what a proxy sees of requests, which tells nobody's flows apart: names, logs."""
    return any(step.rule.request != ALWAYS for step in one.rule.steps)


def _finding(one: Shadow) -> Finding:
    origin = one.rule.origin
    also = tuple(
        Label(origin=step.rule.origin, text=f"{_WORDS[step.rule.action]} here")
        for step in _distinct(one.by)[:_SHOWN]
        if step.rule.origin is not None
    )
    also += tuple(
        Label(origin=policy.origin, text="isolates, in a tier before this one")
        for policy in one.closed_by[:1]
        if policy.origin is not None
    )
    more = len(_distinct(one.by)) - _SHOWN
    notes = (f"and {more} more rules",) if more > 0 else ()
    if one.otherwise:
        by = _said_by(one)
        message = f"this rule never decides: all that it matches is {by} before"
        help = "put it before those, or remove it"
        return finding(codes.SHADOWED, origin, message, also=also, notes=notes, help=help)
    if one.within_policy:
        message = "this rule adds nothing: other rules of the policy say the same"
        help = "remove it, or the wider one"
        return finding(codes.REDUNDANT, origin, message, also=also, notes=notes, help=help, fix=_fix(one))
    message = "this rule is idle: other policies decide the same before"
    return finding(codes.COVERED, origin, message, also=also, notes=notes)


def _fix(one: Shadow) -> Fix | None:
    """A rule that stands there a second time, word for word, can go."""
    origin = one.rule.origin
    mine = value_at(origin)
    is_item = bool(origin.path) and isinstance(origin.path[-1], int)
    twins = [step.rule.origin for step in one.by if step.rule.origin is not None]
    if is_item and any(twin.path[:-1] == origin.path[:-1] and value_at(twin) == mine for twin in twins):
        return Remove(origin)
    return None


def _said_by(one: Shadow) -> str:
    actions = [step.rule.action for step in one.by]
    words = [_WORDS[action] for action in (Action.ALLOW, Action.DENY, Action.PASS) if action in actions]
    if one.closed_by and "denied" not in words:
        words.append("denied")
    return " or ".join(words)


def _distinct(steps: Sequence[Step]) -> list[Step]:
    """One step for each rule that was written."""
    found = {key_of(step.rule.origin): step for step in reversed(steps) if step.rule.origin is not None}
    return list(reversed(found.values()))


RULES: Final = (
    Rule(
        codes=(codes.SHADOWED, codes.REDUNDANT, codes.COVERED, codes.UNDECIDED),
        check=shadowed,
    ),
)
