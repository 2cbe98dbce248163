"""Selectors and rules that contradict themselves: nothing can meet them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import calico_lift, engines
from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.origin import Origin, Path, below
from npconv.dialects.cilium.model import CiliumCIDRGroup
from npconv.dialects.k8s import placed as placed_kubernetes
from npconv.dialects.k8s.model import SelectorPeer
from npconv.ir import policy as ir
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, within
from npconv.ir.dimensions import Attribute, Scope
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.subjects import is_never
from npconv.linter.written import Key, key_of
from npconv.source.label_selector import LabelSelector, Operator, Requirement

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
        if policy.name.kind.startswith("Cilium") or is_never(policy.subject):
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


def peers_that_contradict(context: Context) -> Iterator[Finding]:
    """Peers selected by labels that exclude each other, of which nothing is left once the policy is lifted."""
    for policy in context.found.kubernetes:
        for rule in placed_kubernetes.rules(policy):
            for peer, origin in rule.peers():
                if isinstance(peer, SelectorPeer):
                    selectors = {"podSelector": peer.pod_selector, "namespaceSelector": peer.namespace_selector}
                    for key, asked in selectors.items():
                        if asked is not None:
                            yield from _contradictory(asked, below(origin, key))
    for one in context.found.cilium:
        for each in () if isinstance(one, CiliumCIDRGroup) else one.rules:
            for selector, path in each.endpoints():
                yield from _contradictory(selector, each.at(*path))


def _contradictory(selector: LabelSelector, origin: Origin | None) -> Iterator[Finding]:
    if both(*map(_condition, selector.requirements)) == NEVER:
        yield finding(
            codes.NEVER_MATCHES,
            origin,
            "nothing can have the labels that this selector asks for: the peer is nobody",
        )


def _condition(one: Requirement) -> Condition:
    values = one.values or ()
    match one.operator:
        case Operator.IN:
            members = one_of(*values)
        case Operator.NOT_IN:
            members = none_of(*values)
        case Operator.EXISTS:
            members = PRESENT
        case Operator.DOES_NOT_EXIST:
            members = ABSENT
        case _:
            return ALWAYS
    return within(Attribute.of(Scope.POD, one.key), members)


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
    Rule(codes=(codes.NEVER_MATCHES,), check=peers_that_contradict),
)
