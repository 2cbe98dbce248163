"""Cilium's model -> what the API server and Cilium object to, for one installation. Nothing is changed."""

from __future__ import annotations

from npconv.diagnostics.codes import cilium as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model import (
    CiliumCIDRGroup,
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    CiliumObject,
    CiliumPolicy,
    EgressRule,
)
from npconv.dialects.cilium.profile import CiliumProfile, Platform
from npconv.dialects.cilium.prune import prune
from npconv.dialects.cilium.validate_findings import Faultless, Findings
from npconv.dialects.cilium.validate_rules import entries_of, policy, rules_of
from npconv.dialects.cilium.validate_schema import schema
from npconv.source.refusals import Refusals


class Judge:
    """Says what is wrong with the objects of one installation; what it has found right in one, it knows in the next."""

    def __init__(self, profile: CiliumProfile) -> None:
        self.profile = profile
        self._faultless = Faultless()

    def validate(self, obj: CiliumObject) -> list[Diagnostic]:
        """As `validate`."""
        policy = None if isinstance(obj, CiliumCIDRGroup) else obj
        known = policy is not None and self._faultless.has(policy)
        # An entry that is known to be right has nothing that would be dropped.
        bare = known and policy is not None and all(rule.log is None for rule in policy.rules)
        pruned, dropped = (obj, []) if bare else prune(obj, self.profile)
        findings = Findings(
            self.profile,
            Refusals(obj.origin),
            self._faultless,
            ignored=frozenset(one.path[:-1] for one in dropped if one.path[-1] != "log"),
            entries=not known,
        )
        for one in dropped:
            findings.add(codes.NOT_IN_VERSION, one.path, one.text)
        _sanitize(pruned, findings)
        schema(pruned, findings)
        _platform(obj, findings)
        if policy is not None and not known and not findings.count:
            self._faultless.keep(policy)
        return findings.refusals.diagnostics


def validate(obj: CiliumObject, profile: CiliumProfile) -> list[Diagnostic]:
    """Everything that is wrong with the object: fields that the release lacks, what Cilium's own check and the
    CRD refuse, and what the platform does not offer. Without an error among them, the object is in force.

    Findings of objects that npconv built have no origin; their message names the path.
    """
    return Judge(profile).validate(obj)


def sanitize(obj: CiliumObject, profile: CiliumProfile) -> list[Diagnostic]:
    """What Cilium's own check alone refuses (`CiliumNetworkPolicy.Parse`), as if no API server had looked before.

    Fields that the release lacks are dropped in silence, as its decoder drops them.
    """
    findings = _findings(obj, profile)
    _sanitize(prune(obj, profile)[0], findings)
    return findings.refusals.diagnostics


def check_schema(obj: CiliumObject, profile: CiliumProfile) -> list[Diagnostic]:
    """What the API server alone refuses, with the CRD of the release, before Cilium sees the object."""
    findings = _findings(obj, profile)
    schema(prune(obj, profile)[0], findings)
    return findings.refusals.diagnostics


def _findings(obj: CiliumObject, profile: CiliumProfile) -> Findings:
    return Findings(profile, Refusals(obj.origin), Faultless())


def _sanitize(obj: CiliumObject, findings: Findings) -> None:
    if not isinstance(obj, CiliumCIDRGroup):
        policy(obj, findings)


def _platform(obj: CiliumObject, findings: Findings) -> None:
    platform = findings.profile.platform
    if isinstance(obj, CiliumCIDRGroup) or platform is Platform.GENERIC:
        return
    if platform is Platform.GKE and isinstance(obj, CiliumNetworkPolicy):
        help = "use a CiliumClusterwideNetworkPolicy or a Kubernetes NetworkPolicy"
        findings.add(codes.NOT_ON_PLATFORM, ("kind",), "is not offered by GKE Dataplane V2", help=help)
        return
    name = {Platform.AKS: "AKS without ACNS", Platform.AKS_ACNS: "AKS", Platform.GKE: "GKE Dataplane V2"}[platform]
    l7_offered = platform is Platform.AKS_ACNS and not isinstance(obj, CiliumClusterwideNetworkPolicy)
    _layers(obj, findings, name, l7=l7_offered, names=platform is Platform.AKS_ACNS)


def _layers(obj: CiliumPolicy, findings: Findings, name: str, *, l7: bool, names: bool) -> None:
    """Report layer 7 rules and DNS names where they are not offered. DNS rules come with DNS names."""
    for rule, path in rules_of(obj):
        for entry, at in entries_of(rule, path, findings):
            if isinstance(entry, EgressRule) and entry.to_fqdns and not names:
                findings.add(codes.NOT_ON_PLATFORM, (*at, "toFQDNs"), f"is not offered by {name}")
            for index, one in enumerate(entry.to_ports or ()):
                rules = getattr(one, "rules", None)
                offered = rules is None or (names if rules.dns else l7)
                if not offered:
                    scope = " in clusterwide policies" if name == "AKS" else ""
                    where: Path = (*at, "toPorts", index, "rules")
                    findings.add(codes.NOT_ON_PLATFORM, where, f"is not offered by {name}{scope}")
