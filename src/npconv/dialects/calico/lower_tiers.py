"""IR tiers -> Calico's: which tier a policy stands in, in what order, and who must not be isolated there.

In Calico every policy of a tier isolates: a flow that no rule of the tier decides meets the tier's end. The IR also has
policies that do not isolate (Cilium's `enableDefaultDeny: false`, denies before the allows). Where others isolate their
pods anyway, nothing is to be done. For the rest a last policy of the tier passes on what nothing decided: it leaves the
order of all other rules as it is, which a tier of its own before (or after) this one would not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.calico.defaults import DEFAULT_TIER, DEFAULT_TIER_ORDER
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir.condition import NEVER, Condition, both, either, kind, negate
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, Rule, Section, Tier, TierEnd
from npconv.lowering.subjects import Subjects, View, covered, may_meet
from npconv.lowering.together import DENIES

KUBERNETES_ORDER: Final = 1000.0
"""Where Calico itself puts Kubernetes policies: the place of policies whose order does not matter."""

STEP: Final = 100.0
BASELINE: Final = "baseline"
"""The tier for what the policies of namespaces may override: it stands after theirs, even if there are none yet."""

REST: Final = "pass-the-rest"
"""The name of the policies that pass on what a tier did not decide for pods that nothing isolates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A policy in a tier of Calico. `source` is the policy that it stands for."""

    policy: Policy
    source: Policy
    tier: str
    order: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A tier of the output. `order` is None for a tier that Calico makes itself."""

    name: str
    order: float | None
    end: TierEnd
    placed: tuple[Placed, ...]


def arrange(tiers: Sequence[Tier], profile: CalicoProfile, on_pods: View, limit: int) -> tuple[Row, ...]:
    """The tiers of the output. Real tiers stay, in their order; one that denies at its end becomes `default`."""
    kept = _merged([_settled(tier) for tier in tiers if tier.policies], on_pods, limit)
    if not kept:
        return ()
    names = _names(kept, profile)
    orders = _orders(names, profile)
    return tuple(
        Row(name=name, order=orders[name], end=tier.end, placed=tuple(_placed(tier, name, on_pods, limit)))
        for name, tier in zip(names, kept, strict=True)
    )


def _settled(tier: Tier) -> Tier:
    """A tier in which nothing isolates never ends in Deny."""
    isolates = any(section.isolates for policy in tier.policies for section in policy.sections)
    return tier if isolates else replace(tier, end=TierEnd.PASS)


def _merged(tiers: Sequence[Tier], on_pods: View, limit: int) -> list[Tier]:
    """Denies before the allows become the first policies of the tier after them, unless they would isolate there."""
    kept: list[Tier] = []
    for tier in tiers:
        before = kept[-1] if kept else None
        if before is not None and before.name == DENIES and before.end is TierEnd.PASS and not _passes(before):
            together = replace(tier, policies=(*before.policies, *tier.policies))
            if tier.end is TierEnd.PASS or not _strays(together, before.policies, on_pods, limit):
                kept[-1] = together
                continue
        kept.append(tier)
    return kept


def _passes(tier: Tier) -> bool:
    return any(
        rule.action is Action.PASS for policy in tier.policies for section in policy.sections for rule in section.rules
    )


def _strays(
    tier: Tier, policies: Iterable[Policy], on_pods: View, limit: int
) -> tuple[tuple[Policy, Direction, Condition], ...]:
    """Policies that do not isolate, per direction, with those of their pods that no other policy isolates."""
    found: list[tuple[Policy, Direction, Condition]] = []
    isolating = {direction: Subjects(limit) for direction in Direction}
    for policy in tier.policies:
        for section in policy.sections:
            if section.isolates:
                isolating[section.direction].add(on_pods(policy.subject))
    said = {direction: Subjects(limit) for direction in Direction}
    for policy in policies:
        for section in policy.sections:
            if section.isolates or not section.rules:
                continue
            others, before = isolating[section.direction], said[section.direction]
            subject = on_pods(policy.subject)
            near = others.near(subject)
            if not covered(subject, [*near, *before.near(subject)], limit):
                before.add(subject)
                meeting = (one for one in near if may_meet(subject, one, limit))
                left = both(subject, negate(either(*meeting)))
                if left != NEVER:
                    found.append((policy, section.direction, left))
    return tuple(found)


def _names(tiers: Sequence[Tier], profile: CalicoProfile) -> list[str]:
    """One of the tiers that deny at their end is `default`: that of this name, else the last of them.

    Other names of tiers that Calico makes itself stay where these have their place, and end in Pass.
    """
    denying = [index for index, tier in enumerate(tiers) if tier.end is TierEnd.DENY]
    called = [index for index in denying if tiers[index].name == DEFAULT_TIER]
    main = called[0] if called else denying[-1] if denying else None
    first, last = _built_in(profile)
    names: list[str] = []
    for index, tier in enumerate(tiers):
        name = DEFAULT_TIER if index == main else re.sub(r"[^a-z0-9-]+", "-", tier.name.lower()).strip("-") or "tier"
        passes = tier.end is TierEnd.PASS
        own = {
            DEFAULT_TIER: index == main,
            first: passes and (main is None or index < main) and last not in names,
            last: passes and (main is None or index > main),
        }
        while name in names or not own.get(name, True):
            name += "-2"
        names.append(name)
    return names


def _built_in(profile: CalicoProfile) -> Mapping[str, float]:
    """The tiers around `default` that Calico makes itself for the policy API, first and last, with their orders."""
    if profile.names_carry_tier:
        return {"adminnetworkpolicy": 1_000.0, "baselineadminnetworkpolicy": 10_000_000.0}
    return {"kube-admin": 1_000.0, "kube-baseline": 10_000_000.0}


def _orders(names: Sequence[str], profile: CalicoProfile) -> dict[str, float | None]:
    """Orders that keep the tiers as they come, around those whose order Calico gives itself."""
    fixed = {**_built_in(profile), DEFAULT_TIER: DEFAULT_TIER_ORDER}
    orders: dict[str, float | None] = {}
    last = 0.0
    for index, name in enumerate(names):
        if name in fixed:
            orders[name], last = None, fixed[name]
            continue
        if name == BASELINE and DEFAULT_TIER not in names[index:]:
            last = max(last, DEFAULT_TIER_ORDER)
        above = next((fixed[one] for one in names[index + 1 :] if one in fixed), None)
        count = next((at for at, one in enumerate(names[index + 1 :], 1) if one in fixed), len(names))
        step = STEP if above is None else min(STEP, (above - last) / (count + 1))
        last += step
        orders[name] = last
    return orders


def _placed(tier: Tier, name: str, on_pods: View, limit: int) -> Iterator[Placed]:
    rest = list(_rest(tier, on_pods, limit)) if tier.end is TierEnd.DENY else []
    runs = [list(run) for _, run in groupby(tier.policies, key=_commutes_as)]
    runs = [part for run in runs for part in ([run] if _commutes_as(run[0]) else [[one] for one in run])]
    alone = len(runs) == 1 and not rest
    for number, run in enumerate(runs, 1):
        order = KUBERNETES_ORDER if alone else number * STEP
        for policy in run:
            yield Placed(policy=policy, source=policy, tier=name, order=order)
    for policy, source in rest:
        yield Placed(policy=policy, source=source, tier=name, order=(len(runs) + 1) * STEP)


def _commutes_as(policy: Policy) -> Action | None:
    """The one action of all rules: policies of one action may stand in any order among themselves."""
    actions = {rule.action for section in policy.sections for rule in section.rules} - {Action.LOG}
    if Action.PASS in actions or len(actions) > 1:
        return None
    return next(iter(actions), Action.ALLOW)


def _rest(tier: Tier, on_pods: View, limit: int) -> Iterator[tuple[Policy, Policy]]:
    """Policies that pass on what is undecided for pods that no policy isolates."""
    strays = _strays(tier, tier.policies, on_pods, limit)
    for direction in Direction:
        mine = [(policy, left) for policy, one, left in strays if one is direction]
        if mine:
            section = Section(direction=direction, isolates=True, rules=(Rule(action=Action.PASS),))
            made = Policy(
                name=PolicyName("GlobalNetworkPolicy", "", f"{REST}-{direction.value}"),
                subject=both(kind(Kind.POD), either(*(left for _, left in mine))),
                sections=(section,),
            )
            yield made, mine[0][0]
