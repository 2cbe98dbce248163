"""Policies of a tier -> what decides, in order: each written rule with its sets of flows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.ir.policy import Action, Direction, Policy, Rule, Tier
from npconv.linter.subjects import MOST
from npconv.linter.written import Key, key_of
from npconv.lowering.box import Box
from npconv.lowering.box import clauses as boxes_of
from npconv.lowering.cube import FULL, TooManyError


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A rule as the engine has it. `boxes` hold its flows exactly; None if they are too many to list."""

    policy: Policy
    rule: Rule
    at: int
    """The place of its policy in the tier."""
    boxes: tuple[Box, ...] | None


@dataclass(slots=True, eq=False)
class Written:
    """A rule as somebody wrote it, which an engine may make several of."""

    origin: Origin
    policy: Policy
    action: Action
    steps: list[Step] = field(default_factory=list)


def steps_of(tier: Tier, direction: Direction) -> Iterator[Step]:
    """What decides in a tier, in order; rules that only log decide nothing, and nobody wrote those without origin."""
    for at, policy in enumerate(tier.policies):
        section = policy.section(direction)
        for rule in section.rules if section is not None and policy.origin is not None else ():
            if rule.action is not Action.LOG and rule.origin is not None:
                yield Step(policy=policy, rule=rule, at=at, boxes=_boxes(policy, rule))


def written(steps: list[Step]) -> list[Written]:
    """The same by what was written."""
    found: dict[Key, Written] = {}
    for step in steps:
        origin = step.rule.origin
        assert origin is not None, "steps_of leaves out what nobody wrote"
        one = found.setdefault(key_of(origin), Written(origin, step.policy, step.rule.action))
        one.steps.append(step)
    return list(found.values())


def reach(step: Step) -> tuple[Box, ...]:
    """The boxes of a step; one box of everything where they are too many."""
    return (Box(FULL, FULL, FULL, FULL),) if step.boxes is None else step.boxes


def _boxes(policy: Policy, rule: Rule) -> tuple[Box, ...] | None:
    try:
        return tuple(one.box for one in boxes_of(policy, rule, MOST))
    except TooManyError:
        return None
