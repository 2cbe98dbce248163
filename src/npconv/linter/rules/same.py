"""Policies that say the same as another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from npconv.diagnostics.codes import lint_set as codes
from npconv.diagnostics.diagnostic import Label
from npconv.diagnostics.origin import Origin
from npconv.ir.condition import Condition
from npconv.ir.policy import Section
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.subjects import is_never

_Said: TypeAlias = "tuple[int, Condition, tuple[Section, ...]]"


def same(context: Context) -> Iterator[Finding]:
    """Objects of which every policy is in the same tier, for the same pods, with the same rules."""
    objects: dict[int, list[_Said]] = {}
    origins: dict[int, Origin] = {}
    for at, tier in enumerate(context.meaning.policies.tiers):
        for policy in tier.policies:
            if policy.origin is not None and not is_never(policy.subject):
                sections = tuple(sorted(policy.sections, key=lambda one: one.direction.value))
                objects.setdefault(id(policy.origin.place), []).append((at, policy.subject, sections))
                origins.setdefault(id(policy.origin.place), policy.origin)
    first: dict[tuple[_Said, ...], int] = {}
    for number, said in objects.items():
        if not any(sections for _, _, sections in said):
            continue
        one = first.setdefault(tuple(said), number)
        if one != number:
            name = Origin(origins[number].place, ("metadata", "name"))
            other = Origin(origins[one].place, ("metadata", "name"))
            yield finding(
                codes.SAME_POLICY,
                name,
                f"this says the same as {other.place.label}",
                also=(Label(origin=other, text="for the same pods, with the same rules"),),
                help="remove one of them",
            )


RULES: Final = (Rule(codes=(codes.SAME_POLICY,), check=same),)
