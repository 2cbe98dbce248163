"""Services by name -> the pods and ports behind them, where the Service object is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.condition import ALWAYS, Both, Condition, Holds, both
from npconv.ir.dimensions import BackendOf
from npconv.ir.policy import Policy, PolicySet, Rule


@dataclass(frozen=True, slots=True)
class Backend:
    """Endpoints behind a service, and the traffic on which they serve it."""

    peer: Condition
    traffic: Condition


Backends: TypeAlias = Mapping[tuple[str, str], tuple[Backend, ...]]
"""By namespace and name of the service. No backends: the service is known to lead nowhere."""


def resolved(policies: PolicySet, backends: Backends) -> tuple[PolicySet, tuple[tuple[Policy, Rule], ...]]:
    """The policy set with every known service replaced by its backends, and the rules that named one."""
    if not backends:
        return policies, ()
    named: list[tuple[Policy, Rule]] = []

    def rules(policy: Policy, old: tuple[Rule, ...]) -> tuple[Rule, ...]:
        new: list[Rule] = []
        for rule in old:
            found = _backends(rule, backends)
            if found is None:
                new.append(rule)
                continue
            named.append((policy, rule))
            new += found
        return tuple(new)

    tiers = tuple(
        replace(
            tier,
            policies=tuple(
                replace(
                    policy,
                    sections=tuple(replace(one, rules=rules(policy, one.rules)) for one in policy.sections),
                )
                for policy in tier.policies
            ),
        )
        for tier in policies.tiers
    )
    return PolicySet(tiers=tiers), tuple(named)


def _backends(rule: Rule, backends: Backends) -> list[Rule] | None:
    """The rules that a rule becomes: one per backend, with the same action; None if it names no known service."""
    parts = rule.peer.parts if isinstance(rule.peer, Both) else (rule.peer,)
    for part in parts:
        if not (isinstance(part, Holds) and isinstance(part.fact, BackendOf) and not part.negated):
            continue
        found = backends.get((part.fact.namespace, part.fact.name))
        if found is None:
            return None
        rest = both(*(one for one in parts if one != part))
        return [
            replace(
                rule,
                peer=both(rest, backend.peer),
                traffic=both(rule.traffic, backend.traffic if part.fact.with_port else ALWAYS),
            )
            for backend in found
        ]
    return None
