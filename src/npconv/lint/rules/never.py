"""Selectors and rules that contradict themselves: nothing can meet them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import calico_lift, engines
from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.origin import Origin, Path
from npconv.ir import policy as ir
from npconv.ir.condition import both
from npconv.lint.context import Context, Rule, finding
from npconv.lint.model import Finding
from npconv.lint.subjects import is_never
from npconv.lint.written import Key, key_of

_SAID: Final = (calico_lift.DEAD_RULE, calico_lift.SERVICE_NAMESPACE, engines.NO_EFFECT)


def selects_nothing(context: Context) -> Iterator[Finding]:
    """Policies whose own selector cannot be met."""
    seen: set[Key] = set()
    said = _said(context)
    for policy in context.policies:
        origin = policy.origin
        if origin is None or not is_never(policy.subject) or key_of(origin) in seen or _is_said(origin, said):
            continue
        seen.add(key_of(origin))
        yield finding(
            codes.NEVER_SELECTS,
            origin.at("spec") if not origin.path else origin,
            "no pod can have the labels that this policy selects",
        )


def matches_nothing(context: Context) -> Iterator[Finding]:
    """Rules that cannot be met. What is written as one rule is one, however many the engine makes of it."""
    alive: set[Key] = set()
    dead: dict[Key, tuple[Origin, ir.Rule]] = {}
    for policy in context.policies:
        if is_never(policy.subject):
            continue
        for section in policy.sections:
            for rule in section.rules:
                if rule.origin is None:
                    continue
                if _is_dead(policy, rule):
                    dead.setdefault(key_of(rule.origin), (rule.origin, rule))
                else:
                    alive.add(key_of(rule.origin))
    said = _said(context)
    for key, (origin, rule) in dead.items():
        if key in alive or _is_said(origin, said):
            continue
        what = "denies nothing" if rule.action is ir.Action.DENY else "allows nothing"
        what = what if rule.action in (ir.Action.DENY, ir.Action.ALLOW) else "does nothing"
        yield finding(codes.NEVER_MATCHES, origin, f"no flow can match this rule: it {what}")


def _is_dead(policy: ir.Policy, rule: ir.Rule) -> bool:
    subject = both(policy.subject, rule.subject)
    return any(is_never(one) for one in (subject, rule.peer, rule.traffic, rule.request))


def _said(context: Context) -> list[Origin]:
    """Where the front end has said so already."""
    codes_said = set(_SAID)
    return [one.origin for one in context.meaning.diagnostics if one.code in codes_said and one.origin is not None]


def _is_said(origin: Origin, said: list[Origin]) -> bool:
    return any(one.place is origin.place and _is_around(one.path, origin.path) for one in said)


def _is_around(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


RULES: Final = (
    Rule(codes=(codes.NEVER_SELECTS,), check=selects_nothing),
    Rule(codes=(codes.NEVER_MATCHES,), check=matches_nothing),
)
