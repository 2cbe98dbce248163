"""What Azure NPM makes of a peer that it gets wrong: the conditions that its rules really have.

B1, B2 and B3 of facts/azure_npm.md 1.4, up to v1.6.48; mended in September 2026.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import kubernetes_losses as codes
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Fixes, System
from npconv.dialects.k8s.model import SelectorPeer
from npconv.ir.condition import ALWAYS, Condition, both, either
from npconv.ir.policy import Direction
from npconv.semantics import selectors
from npconv.source.label_selector import LabelSelector, Operator, Requirement

_TURNED = {Operator.NOT_IN: Operator.IN, Operator.DOES_NOT_EXIST: Operator.EXISTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A peer that is enforced as something else: who passes instead, and the codes that say why."""

    condition: Condition
    codes: tuple[Code, ...]


def fault(peer: SelectorPeer, direction: Direction, profile: AzureNpmProfile) -> Fault | None:
    """What is enforced for a peer; None if it is what Kubernetes means."""
    namespaces = peer.namespace_selector
    if profile.fixes is not Fixes.NONE or namespaces is None:
        return None
    asked = namespaces.requirements
    if not any(one.operator in _TURNED for one in asked):
        return None
    found: list[Code] = []
    if any(one.operator is Operator.NOT_IN and len(set(one.values or ())) > 1 for one in asked):
        found.append(codes.NPM_NOT_IN)
    turned = profile.system is System.WINDOWS and direction is Direction.EGRESS
    if turned:
        found.append(codes.NPM_FLIPPED)
    pods = peer.pod_selector or LabelSelector()
    every = (*asked, *pods.requirements)
    leaks = not turned and all(one.operator in _TURNED for one in every)
    if leaks:
        found.append(codes.NPM_LEAK)
    if not found:
        return None
    meaning = profile.meaning
    labels = selectors.pods(pods, meaning)
    # A bare negation has no set of pods beside it: whatever is in none of the excluded sets meets it.
    who = ALWAYS if leaks else both(meaning.pod_peers, selectors.in_some_namespace())
    flattened = (_all(group, turned=turned) for group in product(*(_flattened(one) for one in asked)))
    return Fault(condition=both(who, either(*flattened), labels), codes=tuple(found))


def _flattened(requirement: Requirement) -> tuple[Requirement, ...]:
    """`flattenNameSpaceSelector`: one rule for each value, which is right for `In` and wrong for `NotIn`."""
    if requirement.operator in (Operator.IN, Operator.NOT_IN):
        return tuple(replace(requirement, values=(value,)) for value in requirement.values or ())
    return (requirement,)


def _all(group: tuple[Requirement, ...], *, turned: bool) -> Condition:
    said = tuple(_turned(one) for one in group) if turned else group
    return selectors.namespaces(LabelSelector(match_expressions=said))


def _turned(requirement: Requirement) -> Requirement:
    for negative, positive in _TURNED.items():
        if requirement.operator is negative:
            return replace(requirement, operator=positive)
    return requirement
