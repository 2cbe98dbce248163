"""Calico objects -> IR: the exact meaning of a set of policies, in the order in which Calico asks them.

Not in the IR, as in Calico's own policy: reply packets, which follow the verdict of their connection, and the packet
paths of a host other than its own traffic. Facts: section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import calico_lift as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.dialects.calico import lift_builtin as builtin
from npconv.dialects.calico.lift_context import Context, Ends, Rules
from npconv.dialects.calico.lift_findings import Findings
from npconv.dialects.calico.lift_objects import holders_of
from npconv.dialects.calico.lift_order import Placed, place, place_kubernetes, tiers_of
from npconv.dialects.calico.lift_policy import name_of, policy_of
from npconv.dialects.calico.lift_policy_api import assume_labels, place_policy_api
from npconv.dialects.calico.model import (
    CalicoObject,
    GlobalNetworkPolicy,
    NetworkPolicy,
    Policy,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from npconv.dialects.calico.model_kubernetes import StagedKubernetesNetworkPolicy
from npconv.dialects.calico.model_sets import HostEndpoint, Profile, Tier
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir import policy as ir
from npconv.ir.policy import PolicyName, PolicySet

KNP_PREFIX: Final = "knp.default."
"""Up to 3.31, a Kubernetes NetworkPolicy shows as a Calico one with this before its name."""

_NO_PRIORITIES: Final[Mapping[PolicyName, int]] = {}

_MADE_PROFILES: Final = ("kns.", "ksa.", builtin.DEFAULT_ALLOW)
"""The names of profiles that Calico makes itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """What a set of policies means, and what there is to say about that."""

    policies: PolicySet
    diagnostics: tuple[Diagnostic, ...]


def lift(
    objects: Sequence[CalicoObject],
    profile: CalicoProfile,
    *,
    kubernetes: Sequence[ir.Policy] = (),
    admin: Sequence[ir.Policy] = (),
    baseline: Sequence[ir.Policy] = (),
    priorities: Mapping[PolicyName, int] = _NO_PRIORITIES,
    namespaces: Mapping[str, Mapping[str, str]] | None = None,
) -> Lifted:
    """What Calico enforces when it is given these objects and these policies of the Kubernetes APIs.

    `kubernetes`, `admin` and `baseline` (the tiers of the policy API, with `priorities`) are lifted already, as Calico
    reads them (`lift_policy_api.meaning`), and of kinds that it reads (`reads_policy_api`). `namespaces` are the labels
    of the namespaces that are known; they decide which NetworkSets a `namespaceSelector` matches. The world is closed:
    there are no network sets, tiers and host endpoints but those given, and where that matters an assumption says so.
    Objects must be valid (`validate`); a selector that is none raises ValueError.
    """
    findings = Findings()
    holders = holders_of(objects, namespaces or {})
    unlabelled = tuple(one for one in holders if one.namespace)
    rules: Rules = {}
    ends: Ends = {}
    hosts = [one for one in objects if isinstance(one, HostEndpoint)]
    derived = {(one.name.namespace, one.name.name) for one in kubernetes}
    placed = [place_kubernetes(one, profile) for one in kubernetes]
    for tier, is_last in ((admin, False), (baseline, True)):
        placed += [place_policy_api(one, priorities.get(one.name, 0), baseline=is_last) for one in tier]
    assume_labels((*admin, *baseline), holders, findings)
    for one in objects:
        match one:
            case NetworkPolicy() | GlobalNetworkPolicy():
                if not _is_copy(one, derived):
                    context = Context(
                        profile=profile,
                        holders=holders,
                        findings=findings,
                        policy=name_of(one),
                        unlabelled=unlabelled,
                        rules=rules,
                        ends=ends,
                    )
                    placed += _place(one, hosts, context)
            case StagedNetworkPolicy() | StagedGlobalNetworkPolicy() | StagedKubernetesNetworkPolicy():
                _leave_out_staged(one, findings)
            case Profile():
                _leave_out_profile(one, findings)
            case _:
                pass
    tiers = tiers_of(placed, [one for one in objects if isinstance(one, Tier)], profile, findings)
    return Lifted(policies=PolicySet(tiers=_around(tiers, hosts, profile)), diagnostics=findings.all())


def policy_name(one: CalicoObject) -> PolicyName | None:
    """How the IR calls an object that is an enforced policy; None for every other object."""
    match one:
        case NetworkPolicy() | GlobalNetworkPolicy():
            return name_of(one)
        case _:
            return None


def _around(tiers: tuple[ir.Tier, ...], hosts: Sequence[HostEndpoint], profile: CalicoProfile) -> tuple[ir.Tier, ...]:
    """The tiers, between those of what Calico does by itself."""
    if not hosts:
        return (builtin.own_node(profile), *tiers)
    return (builtin.own_node(profile), builtin.failsafes(hosts), *tiers, builtin.host_profiles(hosts))


def _place(policy: Policy, hosts: Sequence[HostEndpoint], context: Context) -> list[Placed]:
    lifted = policy_of(policy, hosts, context)
    return [] if lifted is None else [place(policy, lifted, context.profile)]


def _is_copy(policy: Policy, derived: set[tuple[str, str]]) -> bool:
    """Whether a policy is how Calico shows a Kubernetes NetworkPolicy that is in the input too."""
    name = policy.metadata.name
    return name.startswith(KNP_PREFIX) and (policy.metadata.namespace, name.removeprefix(KNP_PREFIX)) in derived


def _leave_out_staged(
    policy: StagedNetworkPolicy | StagedGlobalNetworkPolicy | StagedKubernetesNetworkPolicy, findings: Findings
) -> None:
    findings.add(
        codes.STAGED,
        policy.origin.at("kind") if policy.origin else None,
        f"staged policy `{policy.metadata.name}` is left out: it never changes traffic",
        effect=Effect.INERT,
    )


def _leave_out_profile(profile: Profile, findings: Findings) -> None:
    if not profile.metadata.name.startswith(_MADE_PROFILES):
        findings.add(
            codes.PROFILE_UNUSED,
            profile.origin.at("kind") if profile.origin else None,
            f"profile `{profile.metadata.name}` has no effect with the Kubernetes datastore",
            help="write its rules as policies if it comes from an etcd datastore",
        )
