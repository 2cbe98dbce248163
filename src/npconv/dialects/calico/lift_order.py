"""Lifted policies with their tiers and orders -> tiers in the order in which Calico asks them.

Source: felix/calc/policy_sorter.go, libcalico-go/lib/clientv3/client.go (EnsureInitialized); facts 1.8, 3.12, 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import calico_lift as codes
from npconv.dialects.calico.defaults import DEFAULT_TIER, DEFAULT_TIER_ORDER, default_action_of, order_of, tier_of
from npconv.dialects.calico.lift_findings import Findings
from npconv.dialects.calico.model import Policy
from npconv.dialects.calico.model_sets import Tier, TierDefault
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir import policy as ir
from npconv.ir.policy import TierEnd

KUBERNETES_ORDER: Final = 1000.0
"""The order of every Kubernetes NetworkPolicy, in tier `default` (libcalico-go/lib/backend/k8s/conversion)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A policy and what decides its place."""

    policy: ir.Policy
    tier: str
    order: float | None
    """None is after every order."""
    tie: bytes
    """Compared bytewise where orders are equal."""

    @property
    def key(self) -> tuple[bool, float, bytes]:
        """What to sort by in a tier."""
        return (*_nil_last(self.order), self.tie)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    order: float | None
    end: TierEnd


def place(policy: Policy, lifted: ir.Policy, profile: CalicoProfile) -> Placed:
    """The place of a Calico policy.

    From 3.32 ties are broken by `<name>/<namespace>/<kind>`, before by the key under which the policy is stored,
    whose name carries the tier.
    """
    tier = tier_of(policy, profile)
    metadata = policy.metadata
    namespace = lifted.name.namespace
    stored = metadata.stored_name or metadata.name
    if profile.names_carry_tier:
        if not stored.startswith((f"{tier}.", "knp.default.", "ossg.default.")):
            stored = f"{tier}.{stored}"
        tie = f"{namespace}/{stored}" if namespace else stored
    else:
        tie = f"{stored}/{namespace}/{lifted.name.kind}"
    return Placed(policy=lifted, tier=tier, order=policy.order, tie=tie.encode())


def place_kubernetes(lifted: ir.Policy, profile: CalicoProfile) -> Placed:
    """The place of a Kubernetes NetworkPolicy under Calico."""
    name = lifted.name
    if profile.names_carry_tier:
        tie = f"{name.namespace}/knp.default.{name.name}"
    else:
        tie = f"{name.name}/{name.namespace}/KubernetesNetworkPolicy"
    return Placed(policy=lifted, tier=DEFAULT_TIER, order=KUBERNETES_ORDER, tie=tie.encode())


def tiers_of(
    placed: Sequence[Placed], tiers: Sequence[Tier], profile: CalicoProfile, findings: Findings
) -> tuple[ir.Tier, ...]:
    """The tiers that hold policies: by order, without an order last, those without a Tier object after all others."""
    known = _known(tiers, profile)
    for one in placed:
        if one.tier not in known:
            findings.share(
                codes.MISSING_TIER,
                f"tier `{one.tier}` is not in the input: it is taken to come last and to deny at its end",
                who=str(one.policy.name),
                origin=one.policy.origin.at("spec", "tier") if one.policy.origin else None,
                help="include the Tier object",
            )
    names = sorted({one.tier for one in placed}, key=lambda name: _tier_key(name, known))
    return tuple(
        ir.Tier(
            name=name,
            end=known[name].end if name in known else TierEnd.DENY,
            policies=tuple(
                one.policy for one in sorted((one for one in placed if one.tier == name), key=lambda one: one.key)
            ),
        )
        for name in names
    )


def _known(tiers: Sequence[Tier], profile: CalicoProfile) -> dict[str, _Place]:
    found = dict(_built_in(profile))
    for tier in tiers:
        name = tier.metadata.name
        order = order_of(tier, profile)
        if tier.order is None and name in found:
            order = found[name].order
        end = TierEnd.PASS if default_action_of(tier) is TierDefault.PASS else TierEnd.DENY
        found[name] = _Place(order=order, end=end)
    return found


def _built_in(profile: CalicoProfile) -> Mapping[str, _Place]:
    """The tiers that Calico makes itself; which they are changed with AdminNetworkPolicy's end in 3.32."""
    admin, baseline = ("kube-admin", "kube-baseline")
    if profile.version < (3, 32):
        admin, baseline = ("adminnetworkpolicy", "baselineadminnetworkpolicy")
    return {
        admin: _Place(order=1_000.0, end=TierEnd.PASS),
        DEFAULT_TIER: _Place(order=DEFAULT_TIER_ORDER, end=TierEnd.DENY),
        baseline: _Place(order=10_000_000.0, end=TierEnd.PASS),
    }


def _tier_key(name: str, known: Mapping[str, _Place]) -> tuple[bool, bool, float, bytes]:
    found = known.get(name)
    return (found is None, *_nil_last(None if found is None else found.order), name.encode())


def _nil_last(order: float | None) -> tuple[bool, float]:
    return (order is None, 0.0 if order is None else order)
