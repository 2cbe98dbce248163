"""Policies that are called by the contrary of what they do: `deny-all` with a rule that allows everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.dialects.cilium.model import CiliumCIDRGroup
from npconv.dialects.k8s import placed
from npconv.dialects.k8s.model import Rule as KubernetesRule
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.pattern import pattern

DENIES: Final = pattern(r"(^|[-.])(deny|denied|block|blocked|isolate|isolated|isolation|lockdown)([-.]|$)")
"""A word in the name of a policy that says it denies."""
_ALLOWS: Final = pattern(r"(^|[-.])(allow|allowed|open|permit)([-.]|$)")
_EXCEPT: Final = pattern(r"(^|[-.])(but|except|unless|and|not|non|no|other|external)([-.]|$)")


def of_kubernetes(context: Context) -> Iterator[Finding]:
    """A NetworkPolicy that is called a deny, and whose only rule is `{}`."""
    for policy in context.found.kubernetes:
        if not _says(policy.metadata.name, DENIES, _ALLOWS):
            continue
        rules = list(placed.rules(policy))
        only = rules[0] if len(rules) == 1 else None
        if only is not None and _is_everything(only.rule):
            yield finding(
                codes.NAME_CONTRADICTS,
                only.origin,
                f"`{policy.metadata.name}` allows everything: `{{}}` is a rule for everybody",
                help="to deny, leave the rule out, and keep the direction in `policyTypes`",
            )


def of_cilium(context: Context) -> Iterator[Finding]:
    """A Cilium policy that is called an allow, and whose only entry is `{}`."""
    for policy in context.found.cilium:
        if isinstance(policy, CiliumCIDRGroup) or not _says(policy.metadata.name, _ALLOWS, DENIES):
            continue
        entries = [
            (entry, rule.at(key, index))
            for rule in policy.rules
            for key, listed in (("ingress", rule.ingress), ("egress", rule.egress))
            for index, entry in enumerate(listed or ())
        ]
        denies = any(rule.ingress_deny or rule.egress_deny for rule in policy.rules)
        only, origin = entries[0] if len(entries) == 1 and not denies else (None, None)
        if only is not None and origin is not None and only == type(only)():
            yield finding(
                codes.NAME_CONTRADICTS,
                origin,
                f"`{policy.metadata.name}` denies everything: `{{}}` is an entry for nobody",
                help="to allow everything, write `fromEntities: [all]` or `toEntities: [all]`",
            )


def _says(name: str, word: re.Pattern[str], other: re.Pattern[str]) -> bool:
    name = name.lower()
    return bool(word.search(name)) and not other.search(name) and not _EXCEPT.search(name)


def _is_everything(rule: KubernetesRule) -> bool:
    return not rule.peers and not rule.ports


RULES: Final = (
    Rule(codes=(codes.NAME_CONTRADICTS,), check=of_kubernetes),
    Rule(codes=(codes.NAME_CONTRADICTS,), check=of_cilium),
)
