"""Cilium policies -> IR: everything that Cilium enforces, as one set of tiers.

Cilium asks for denies, then allows, then default deny. With ClusterNetworkPolicies there is a tier before, and one
between the allows and default deny: Cilium asks the Baseline tier for isolated pods, too (facts 3.3, cases 80e, 80o).

    admin | deny | allow (ends in deny for isolated subjects)
    admin | deny | allow | baseline | default (ends in deny for isolated subjects)      if there is a Baseline tier

The second form only moves the isolation of every policy, and what is allowed from the own node, behind Baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import engines as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin, below
from npconv.dialects.cilium.lift_addresses import CIDRGroups
from npconv.dialects.cilium.lift_context import Contexts, Installation
from npconv.dialects.cilium.lift_merge import Allow, Merged, merge
from npconv.dialects.cilium.lift_rule import SettledRule, allowing, denying, settle
from npconv.dialects.cilium.lift_services import NO_SERVICES, Services
from npconv.dialects.cilium.model import CiliumCIDRGroup, CiliumObject
from npconv.dialects.cilium.profile import AllowLocalhost, CiliumProfile, Enforcement
from npconv.dialects.cilium.remarks import remarks
from npconv.ir.condition import ALWAYS, Condition, both, either, kind, negate
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import meets

BUILT_IN: Final = "Cilium"
"""The kind of policies that nobody wrote: Cilium acts as if they were there."""

ISOLATED: Final = PolicyName(BUILT_IN, "", "enable-policy-always")
"""What `enable-policy=always` does: it isolates every endpoint both ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """What the policies mean, and what Cilium cannot do with them."""

    policies: PolicySet
    diagnostics: tuple[Diagnostic, ...] = ()


def lift(
    objects: Sequence[CiliumObject],
    profile: CiliumProfile,
    *,
    kubernetes: Sequence[Policy] = (),
    admin: Sequence[Policy] = (),
    baseline: Sequence[Policy] = (),
    services: Services = NO_SERVICES,
) -> Lifted:
    """What an installation enforces when it is given these objects, all of them valid.

    `kubernetes`, `admin` and `baseline` are NetworkPolicies and ClusterNetworkPolicies as Cilium reads them
    (`lift_kubernetes.meaning`), the latter two in order. Leave out what the installation is told to ignore.
    """
    if profile.enforcement is Enforcement.NEVER:
        return Lifted(policies=PolicySet(tiers=()), diagnostics=tuple(remarks(objects, profile)))
    groups = CIDRGroups.of([one for one in objects if isinstance(one, CiliumCIDRGroup)])
    contexts = Contexts(Installation(profile=profile, groups=groups, services=services))
    rules = _settled(objects, contexts)
    merged = merge((allow for rule in rules for allow in rule.demanding), profile)
    normal = [*kubernetes, *(one for rule in rules if (one := allowing(rule, merged)) is not None)]
    denies = [one for rule in rules if (one := denying(rule)) is not None]
    return Lifted(
        policies=_tiers(normal, denies, admin, baseline, profile),
        diagnostics=(*remarks(objects, profile), *_requiring(objects), *merged.conflicts),
    )


class Lifting:
    """Policies lifted part by part, so that nobody has to hold the models of all of them."""

    def __init__(self, profile: CiliumProfile, services: Services) -> None:
        self._profile = profile
        self._services = services
        self._normal: list[Policy] = []
        self._denies: list[Policy] = []
        self._demanding: list[Allow] = []

    def add(self, policies: Sequence[CiliumObject]) -> None:
        """Lift some policies, which refer to no CIDR group that is known."""
        # What is remembered of parts goes by their identity, so that it must not outlive them.
        contexts = Contexts(Installation(profile=self._profile, groups=CIDRGroups(), services=self._services))
        alone = Merged()
        for rule in _settled(policies, contexts):
            self._demanding += rule.demanding
            if (allows := allowing(rule, alone)) is not None:
                self._normal.append(allows)
            if (denies := denying(rule)) is not None:
                self._denies.append(denies)

    def policies(self) -> PolicySet | None:
        """What all of them mean, as `lift` says it. None if some change what others say: lift all at once."""
        if self._profile.enforcement is Enforcement.NEVER or merge(self._demanding, self._profile).replacing:
            return None
        return _tiers(self._normal, self._denies, (), (), self._profile)


def _settled(objects: Sequence[CiliumObject], contexts: Contexts) -> list[SettledRule]:
    return [
        settled
        for policy in objects
        if not isinstance(policy, CiliumCIDRGroup)
        for rule in policy.rules
        if (settled := settle(policy, rule, contexts)) is not None
    ]


def _tiers(
    normal: Sequence[Policy],
    denies: Sequence[Policy],
    admin: Sequence[Policy],
    baseline: Sequence[Policy],
    profile: CiliumProfile,
) -> PolicySet:
    tiers = (
        Tier(name="admin", end=TierEnd.PASS, policies=tuple(admin)),
        Tier(
            name="deny",
            end=TierEnd.PASS,
            policies=tuple(denies),
        ),
        *_allows_and_default(normal, _built_in(normal, [*denies, *admin, *baseline], profile), baseline),
    )
    return PolicySet(tiers=tuple(tier for tier in tiers if tier.policies))


def _requiring(objects: Sequence[CiliumObject]) -> Iterator[Diagnostic]:
    for policy in objects:
        for rule in () if isinstance(policy, CiliumCIDRGroup) else policy.rules:
            for key, sources in (("ingress", rule.ingress), ("ingressDeny", rule.ingress_deny)):
                for index, arriving in enumerate(sources or ()):
                    if arriving.from_requires:
                        yield _required("fromRequires", rule.at(key, index))
            for key, destinations in (("egress", rule.egress), ("egressDeny", rule.egress_deny)):
                for index, leaving in enumerate(destinations or ()):
                    if leaving.to_requires:
                        yield _required("toRequires", rule.at(key, index))


def _required(key: str, origin: Origin | None) -> Diagnostic:
    return Diagnostic(
        code=codes.REQUIRES,
        message=f"`{key}` narrows every rule for the same pods, and is not translated",
        origin=below(origin, key),
        help="write what is required into the selectors that it applies to",
    )


def _allows_and_default(
    normal: Sequence[Policy], built_in: Sequence[Policy], baseline: Sequence[Policy]
) -> tuple[Tier, ...]:
    if not baseline:
        return (Tier(name="allow", end=TierEnd.DENY, policies=(*built_in, *normal)),)
    return (
        Tier(name="allow", end=TierEnd.PASS, policies=tuple(_parted(normal, isolation=False))),
        Tier(name="baseline", end=TierEnd.PASS, policies=tuple(baseline)),
        Tier(name="default", end=TierEnd.DENY, policies=(*built_in, *_parted(normal, isolation=True))),
    )


def _parted(policies: Iterable[Policy], *, isolation: bool) -> Iterable[Policy]:
    """The isolation of policies without their rules, or their rules without the isolation."""
    for policy in policies:
        sections = tuple(
            replace(section, rules=()) if isolation else replace(section, isolates=False)
            for section in policy.sections
            if (section.isolates if isolation else section.rules)
        )
        if sections:
            yield replace(policy, sections=sections)


def _built_in(normal: Sequence[Policy], others: Sequence[Policy], profile: CiliumProfile) -> tuple[Policy, ...]:
    """What holds without any policy: the own node comes in; endpoints without labels are isolated, and maybe all."""
    return (*_localhost(normal, others, profile), *_isolated(profile))


def _localhost(normal: Sequence[Policy], others: Sequence[Policy], profile: CiliumProfile) -> tuple[Policy, ...]:
    """The own node reaches its pods, if they are under policy at all (facts 2.2; cases 24b, 26, 27).

    From 1.19 on Cilium adds this beside rules only: where `enable-policy=always` isolates an endpoint without any
    ingress rule, its node is shut out, too (case 41). `others` isolate nobody, and are rules all the same
    (pkg/policy/repository.go, computePolicyEnforcementAndRules, 1.20.1: denies and every tier count).
    """
    if profile.allow_localhost is not AllowLocalhost.ALWAYS:
        return ()
    always = profile.enforcement is Enforcement.ALWAYS
    ruled = _ruled(normal)
    if not ruled and not always:
        return () if profile.version >= (1, 19) else (_host_to(kind(Kind.INIT)),)
    ruled += _ruled(others)
    subject: Condition = ALWAYS
    if profile.version >= (1, 19):
        if always:
            subject = either(*ruled)
        elif not any(_selects_init(one) for one in ruled):
            subject = negate(kind(Kind.INIT))
    return (_host_to(both(negate(kind(Kind.HOST)), subject)),)


def _host_to(subject: Condition) -> Policy:
    rule = Rule(action=Action.ALLOW, peer=kind(Kind.HOST))
    section = Section(direction=Direction.INGRESS, isolates=False, rules=(rule,))
    return Policy(name=PolicyName(BUILT_IN, "", "allow-localhost"), subject=subject, sections=(section,))


def _ruled(policies: Sequence[Policy]) -> list[Condition]:
    return [policy.subject for policy in policies if policy.section(Direction.INGRESS) is not None]


def _isolated(profile: CiliumProfile) -> tuple[Policy, ...]:
    sections = tuple(Section(direction=direction, isolates=True, rules=()) for direction in Direction)
    if profile.enforcement is Enforcement.ALWAYS:
        subject = ALWAYS if profile.host_firewall else negate(kind(Kind.HOST))
        return (Policy(name=ISOLATED, subject=subject, sections=sections),)
    return (Policy(name=PolicyName(BUILT_IN, "", "init"), subject=kind(Kind.INIT), sections=sections),)


def _selects_init(subject: Condition) -> bool:
    """Whether a subject holds for an endpoint whose labels are not known yet: it has none."""
    return meets(subject, _BETWEEN_BARE, _BARE)


_BARE: Final = Endpoint(kind=Kind.INIT)
_BETWEEN_BARE: Final = Flow(direction=Direction.INGRESS, subject=_BARE, peer=_BARE)
