"""Losses -> the policies that have them, as users name policies."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Place
from npconv.ir.policy import PolicyName
from npconv.pipeline.model import Conversion


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A loss, and its policy: `namespace/name`, or `name` for a cluster-wide policy; empty if it has none."""

    diagnostic: Diagnostic
    policy: str


def losses(result: Conversion) -> tuple[Owned, ...]:
    """Every loss of a translation with its policy."""
    by_place = _by_place(result)
    return tuple(
        Owned(diagnostic=one, policy=_policy(one, by_place)) for one in result.diagnostics if one.effect is not None
    )


def with_losses(result: Conversion) -> frozenset[PolicyName]:
    """The policies that have any loss, also one that changes no flow."""
    by_place = _by_place(result)
    lost = {id(one.origin.place) for one in result.diagnostics if one.effect is not None and one.origin is not None}
    return frozenset(name for place, name in by_place.items() if place in lost)


def places(result: Conversion) -> tuple[Place, ...]:
    """Where each policy that takes part stands; those that npconv made of no document stand nowhere."""
    policies = (policy for tier in result.source.tiers for policy in tier.policies if policy.name in result.effects)
    return tuple(one.origin.place for one in policies if one.origin is not None)


def _by_place(result: Conversion) -> dict[int, PolicyName]:
    policies = (policy for tier in result.source.tiers for policy in tier.policies if policy.name in result.effects)
    return {id(one.origin.place): one.name for one in policies if one.origin is not None}


def _policy(loss: Diagnostic, by_place: dict[int, PolicyName]) -> str:
    if loss.origin is None:
        return ""
    name = by_place.get(id(loss.origin.place))
    if name is None:  # an object that is no policy, such as a tier
        return loss.origin.place.label.partition("/")[2]
    return called(name)


def called(name: PolicyName) -> str:
    """A policy without its kind."""
    return "/".join(_present((name.namespace, name.name)))


def _present(parts: Iterable[str]) -> list[str]:
    return [part for part in parts if part]
