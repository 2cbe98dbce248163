"""NetworkPolicies -> what Azure NPM really lets through (`--as enforced`), or means to (`--as intent`).

Enforced, a policy with anything that NPM refuses is not there, some negative namespace selectors are something else,
and IPv6 passes (facts/azure_npm.md 1.3, 1.4, 2.1). Either way a pod's own node passes where NPM never sees it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import kubernetes_losses as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import below
from npconv.dialects.azure_npm.faults import fault
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading, System
from npconv.dialects.azure_npm.refuse import refusals
from npconv.dialects.k8s.defaults import with_defaults
from npconv.dialects.k8s.lift import lift_all as lift_kubernetes
from npconv.dialects.k8s.lift_set import lift_set
from npconv.dialects.k8s.model import NetworkPolicy, SelectorPeer
from npconv.ir.condition import Condition, family, kind
from npconv.ir.dimensions import Family, Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd

_THEN = {
    Reading.INTENT: "what it isolates is open today, and will not be where the output is enforced",
    Reading.ENFORCED: "it is not in the output: what it isolates is open there, too",
}
_INSTEAD = {
    Reading.INTENT: "the output is for whom Kubernetes means",
    Reading.ENFORCED: "the output is for whom Azure NPM takes it",
}
_WHAT = {
    codes.NPM_NOT_IN: "`NotIn` of several values lets every namespace through",
    codes.NPM_LEAK: "a peer that only says what it is not also lets nodes and addresses outside the cluster through",
    codes.NPM_FLIPPED: "the excluded namespaces are allowed, and no others",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """What NPM enforces, and where that differs from what Kubernetes says."""

    policies: PolicySet
    diagnostics: tuple[Diagnostic, ...]


def lift(policies: Sequence[NetworkPolicy], profile: AzureNpmProfile) -> Lifted:
    """The reading of the policies that the profile asks for."""
    match profile.reading:
        case Reading.INTENT:
            return intent(policies, profile)
        case Reading.ENFORCED:
            return enforced(policies, profile)
        case _:
            assert_never(profile.reading)


def intent(policies: Sequence[NetworkPolicy], profile: AzureNpmProfile) -> Lifted:
    """What the policies mean in Kubernetes, where an `ipBlock` is for whoever has the address."""
    meaning = profile.meaning
    lifted = lift_set(lift_kubernetes(policies, meaning), meaning=meaning)
    return Lifted(policies=lifted, diagnostics=tuple(differences(policies, profile)))


def enforced(policies: Sequence[NetworkPolicy], profile: AzureNpmProfile) -> Lifted:
    """What NPM lets through: refused policies are not there, and its mistakes are made.

    IPv6 passes whatever policies say; where pods have none, that changes nothing.
    """

    def reading(peer: SelectorPeer, direction: Direction) -> Condition | None:
        found = fault(peer, direction, profile)
        return None if found is None else found.condition

    kept = [one for one in policies if not refusals(one, profile)]
    meaning = profile.meaning
    lifted = lift_set(lift_kubernetes(kept, meaning, reading=reading), meaning=meaning)
    tiers = (_unfiltered(), *lifted.tiers)
    return Lifted(policies=PolicySet(tiers=tiers), diagnostics=tuple(differences(policies, profile)))


def differences(policies: Sequence[NetworkPolicy], profile: AzureNpmProfile) -> Iterator[Diagnostic]:
    """A note for every policy that NPM drops, and for every peer that it gets wrong in one that it does not."""
    system = "Windows" if profile.system is System.WINDOWS else "Linux"
    for policy in policies:
        refused = refusals(policy, profile)
        for one in refused:
            yield Diagnostic(
                code=codes.NPM_DROPPED,
                message=f"Azure NPM on {system} drops the whole policy for {one.why}",
                origin=below(policy.origin, *one.path),
                notes=(
                    f"its log says `{one.error}`",
                    "if the policy was changed, its last good version may still be in force",
                ),
                help=_THEN[profile.reading],
            )
        if not refused:
            yield from _mistakes(policy, profile)


def _mistakes(policy: NetworkPolicy, profile: AzureNpmProfile) -> Iterator[Diagnostic]:
    stored = with_defaults(policy)
    for direction, name, rules, peers in (
        (Direction.INGRESS, "Ingress", stored.ingress, "from"),
        (Direction.EGRESS, "Egress", stored.egress, "to"),
    ):
        if name not in (stored.policy_types or ()):
            continue
        for index, rule in enumerate(rules or ()):
            for place, peer in enumerate(rule.peers or ()):
                found = fault(peer, direction, profile) if isinstance(peer, SelectorPeer) else None
                for code in found.codes if found is not None else ():
                    yield Diagnostic(
                        code=code,
                        message=f"in Azure NPM {_WHAT[code]}",
                        origin=policy.origin.at("spec", direction.value, index, peers, place)
                        if policy.origin
                        else None,
                        help=f"{_INSTEAD[profile.reading]}; npconv explain {code}",
                    )


def _unfiltered() -> Tier:
    """NPM writes no rules for IPv6 (`ip6tables`), so what is sent over it passes."""
    rule = Rule(action=Action.ALLOW, traffic=family(Family.V6))
    sections = tuple(Section(direction=one, isolates=False, rules=(rule,)) for one in Direction)
    policy = Policy(name=PolicyName("Azure NPM", "", "ipv6"), subject=kind(Kind.POD), sections=sections)
    return Tier(name="ipv6", end=TierEnd.PASS, policies=(policy,))
