"""Cilium denies without any allow: they isolate, so all is denied (facts/cilium.md 2.1, case 24d)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint_set as codes
from npconv.dialects.cilium.model import CiliumCIDRGroup
from npconv.dialects.cilium.model import Rule as CiliumRule
from npconv.ir.policy import Action, Direction
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.written import Key, key_of

_SECTIONS: Final = ((Direction.INGRESS, "ingress"), (Direction.EGRESS, "egress"))


def deny_alone(context: Context) -> Iterator[Finding]:
    """Rules with denies and no allows in a direction, whose pods no other policy allows anything there."""
    written: dict[Key, tuple[CiliumRule, tuple[Direction, ...]]] = {}
    for policy in context.found.cilium:
        for rule in () if isinstance(policy, CiliumCIDRGroup) else policy.rules:
            alone = tuple(direction for direction, key in _SECTIONS if _is_alone(rule, key))
            origin = rule.origin or policy.origin
            if alone and origin is not None:
                written[key_of(origin)] = (rule, alone)
    if not written:
        return
    for one in context.policies:
        if one.origin is None or key_of(one.origin) not in written:
            continue
        rule, alone = written.pop(key_of(one.origin))
        for direction in alone:
            near = (other.section(direction) for other in context.subjects.near(one) if other.origin is not None)
            if any(rule.action is Action.ALLOW for section in near if section for rule in section.rules):
                continue
            key = f"{direction.value}Deny"
            yield finding(
                codes.DENY_ALONE,
                rule.origin.at(key) if rule.origin is not None else one.origin,
                f"all {direction.value} of these pods is denied: `{key}` isolates them, and nothing allows anything",
                help=f"add `enableDefaultDeny: {{{direction.value}: false}}`, or an allow for the rest",
            )


def _is_alone(rule: CiliumRule, key: str) -> bool:
    denies = rule.ingress_deny if key == "ingress" else rule.egress_deny
    allows = rule.ingress if key == "ingress" else rule.egress
    asked = None if rule.enable_default_deny is None else getattr(rule.enable_default_deny, key)
    return bool(denies) and not allows and asked is None


RULES: Final = (Rule(codes=(codes.DENY_ALONE,), check=deny_alone, needs_all=True),)
