"""IR -> NetworkPolicies that Azure NPM enforces as a whole: nothing that it refuses, nothing that it gets wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from npconv.diagnostics.codes import kubernetes_losses as codes
from npconv.diagnostics.effect import Effect
from npconv.dialects.azure_npm.profile import AzureNpmProfile, System
from npconv.dialects.azure_npm.say import wording
from npconv.dialects.k8s.lower import PIECES, Lowered
from npconv.dialects.k8s.lower import lower as lower_kubernetes
from npconv.ir.condition import family
from npconv.ir.dimensions import Family
from npconv.ir.policy import Action, Direction, PolicyName, PolicySet, TierEnd
from npconv.lowering import namespaces as spaces
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.losses import Loss, Reach
from npconv.source.object_meta import ObjectMeta


def lower(
    policies: PolicySet,
    profile: AzureNpmProfile,
    plan: AddressPlan,
    *,
    names: Mapping[PolicyName, ObjectMeta],
    namespaces: spaces.Namespaces = (),
    cluster: str = "default",
    pieces: int = PIECES,
) -> Lowered:
    """Say a policy set in NetworkPolicies for this NPM, exactly where these can, narrower elsewhere.

    On Windows, peers that exclude namespaces become those that are left, if the namespaces are known.
    """
    meant = spaces.settled(policies, namespaces, peers=profile.system is System.WINDOWS)
    lowered = lower_kubernetes(meant, plan, names=names, cluster=cluster, wording=wording(profile), pieces=pieces)
    if plan.only_v4:
        return lowered
    return replace(lowered, losses=(*lowered.losses, *_open(meant)))


def _open(policies: PolicySet) -> Iterator[Loss]:
    """A loss for every policy that denies anything, or isolates: not over IPv6."""
    for tier in policies.tiers:
        for policy in tier.policies:
            for section in policy.sections:
                denies = any(rule.action in (Action.DENY, Action.PASS) for rule in section.rules)
                if not denies and not (section.isolates and tier.end is TierEnd.DENY):
                    continue
                yield Loss(
                    code=codes.IPV6_OPEN,
                    effect=Effect.WIDENS,
                    policy=policy,
                    direction=section.direction,
                    rule=None,
                    message=f"{_whom(section.direction)} its pods over IPv6 passes: Azure NPM does not filter it",
                    reach=(Reach(subject=policy.subject, traffic=family(Family.V6)),),
                )


def _whom(direction: Direction) -> str:
    return "traffic to" if direction is Direction.INGRESS else "traffic from"
