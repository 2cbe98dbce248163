"""Cilium CIDRs, CIDR groups and DNS names -> conditions. Decides which endpoints an address can be of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cilium.model import CiliumCIDRGroup
from npconv.dialects.cilium.model_peers import AWSGroup, CIDRRule, FQDNSelector, Groups
from npconv.dialects.cilium.profile import CIDRMatch, CiliumProfile
from npconv.ir.addresses import Addresses
from npconv.ir.condition import NEVER, Condition, both, either, holds, kind, within
from npconv.ir.dimensions import Attribute, Axis, Kind, Kinds, Named, Scope
from npconv.ir.values import PRESENT
from npconv.semantics.selectors import values
from npconv.source import cidr as cidrs
from npconv.source.label_selector import LabelSelector

GROUP_NAME: Final = "io.cilium.policy.cidrgroupname/"
"""What begins the key of the label that names a CIDR group (pkg/policy/api/cidr.go, LabelForCIDRGroupRef)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CIDRGroups:
    """The CIDR groups that are known. Of an unknown one, only its labels on addresses can be asked for."""

    known: tuple[CiliumCIDRGroup, ...] = ()
    by_name: dict[str, CiliumCIDRGroup] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, groups: Sequence[CiliumCIDRGroup]) -> CIDRGroups:
        """The groups by their names."""
        return cls(known=tuple(groups), by_name={group.metadata.name: group for group in groups})


def matched_kinds(profile: CiliumProfile, *, whole_family: bool) -> Kinds:
    """What a CIDR matches besides the outside (`policy-cidr-match-mode`); less, if it is `/0`.

    Cilium reads `/0` as the entity `world`, which `nodes` alone does not change (oracle case 56; issue 47827).
    With `pods` it matches whatever has a CIDR label, and every pod has one, as nodes have with both
    (pkg/policy/types/selector.go, matchesCIDRWildcard; pkg/endpoint/endpoint.go, computeCIDRLabelsRLocked, 1.20.1).
    """
    kinds = {Kind.OUTSIDE}
    by_pods = CIDRMatch.PODS in profile.cidr_match
    if by_pods:
        kinds.add(Kind.POD)
    if CIDRMatch.NODES in profile.cidr_match and (by_pods or not whole_family):
        kinds |= {Kind.HOST, Kind.REMOTE_NODE}
    return Kinds(frozenset(kinds))


def cidr(text: str, profile: CiliumProfile, excepted: Sequence[str] = ()) -> Condition:
    """The endpoints whose address is in the CIDR: never pods or nodes, unless the profile says so (facts 2.5)."""
    found = cidrs.strict(text)
    if found is None:
        return NEVER
    addresses = Addresses.of([str(found.network)]) & ~_union(excepted)
    kinds = matched_kinds(profile, whole_family=found.network.prefixlen == 0)
    return both(within(Axis.KIND, kinds), within(Axis.ADDRESS, addresses))


def cidr_rule(rule: CIDRRule, profile: CiliumProfile, groups: CIDRGroups) -> Condition:
    """The endpoints of an entry of `fromCIDRSet` or `toCIDRSet`; `except` also cuts into groups (oracle case 88b)."""
    excepted = rule.except_ or ()
    if rule.cidr is not None:
        if _is_world(rule.cidr, profile):
            return both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, ~_union(excepted)))
        return cidr(rule.cidr, profile, excepted)
    if rule.cidr_group_ref is not None:
        group = groups.by_name.get(rule.cidr_group_ref)
        if group is not None:
            return _group(group, profile, excepted)
        label = Attribute.of(Scope.CIDR_GROUP, GROUP_NAME + rule.cidr_group_ref)
        return _labelled(within(label, PRESENT), excepted)
    if rule.cidr_group_selector is not None:
        return _selected(rule.cidr_group_selector, profile, groups, excepted)
    return NEVER


def world_versions(profile: CiliumProfile) -> frozenset[int]:
    """The IP versions whose `/0` in a set of CIDRs is the whole world: those that a Cilium 1.18 does not have.

    `CIDRRuleSlice.GetAsEndpointSelectors` of 1.18.6 takes any `/0` for `reserved:world` unless both versions are on.
    """
    if not (1, 17) <= profile.version < (1, 19):
        return frozenset()
    return frozenset(version for version, enabled in ((4, profile.ipv4), (6, profile.ipv6)) if not enabled)


def _is_world(text: str, profile: CiliumProfile) -> bool:
    found = cidrs.strict(text)
    return found is not None and not found.network.prefixlen and found.network.version in world_versions(profile)


def cloud_group(group: Groups) -> Condition:
    """The addresses that the operator finds for a group of cloud instances: known to no one but the operator."""
    if group.aws is None:
        return NEVER
    label = Attribute.of(Scope.CIDR_GROUP, _aws(group.aws))
    return both(kind(Kind.OUTSIDE), within(label, PRESENT))


def dns_name(selector: FQDNSelector, profile: CiliumProfile) -> Condition:
    """Outside endpoints whose address was learnt for a name; addresses of pods and nodes never are (facts 2.8)."""
    return both(kind(Kind.OUTSIDE), holds(Named(pattern(selector, profile))))


def pattern(selector: FQDNSelector, profile: CiliumProfile) -> str:
    """The name or pattern in one spelling: lower case, no dot at the end, `*` for all names, `**.` for any depth.

    Facts: pkg/fqdn/matchpattern/matchpattern.go. `**` means `*` everywhere but in front (before 1.19: there, too).
    """
    if selector.match_name:
        return selector.match_name.lower().removesuffix(".")
    text = (selector.match_pattern or "").lower().removesuffix(".")
    deep = profile.version >= (1, 19)
    if text and (not text.strip("*") if deep else text in ("*", "**")):
        return "*"
    front = "**." if deep and text.startswith("**.") else ""
    rest = text.removeprefix(front)
    while "**" in rest:
        rest = rest.replace("**", "*")
    return front + rest


def _group(group: CiliumCIDRGroup, profile: CiliumProfile, excepted: Sequence[str]) -> Condition:
    listed = group.spec.external_cidrs if group.spec is not None else None
    return either(*(cidr(text, profile, excepted) for text in listed or ()))


def _selected(
    selector: LabelSelector, profile: CiliumProfile, groups: CIDRGroups, excepted: Sequence[str]
) -> Condition:
    """The groups whose own labels the selector selects; without any known group, whatever carries such labels."""
    if groups.known:
        chosen = [group for group in groups.known if selector.matches(group.metadata.labels or {})]
        return either(*(_group(group, profile, excepted) for group in chosen))
    return _labelled(_on_group_labels(selector), excepted)


def _on_group_labels(selector: LabelSelector) -> Condition:
    return both(*(within(Attribute.of(Scope.CIDR_GROUP, one.key), values(one)) for one in selector.requirements))


def _labelled(condition: Condition, excepted: Sequence[str]) -> Condition:
    return both(kind(Kind.OUTSIDE), condition, within(Axis.ADDRESS, ~_union(excepted)))


def _union(texts: Sequence[str]) -> Addresses:
    found = [one for text in texts if (one := cidrs.strict(text)) is not None]
    return Addresses.of(str(one.network) for one in found)


def _aws(group: AWSGroup) -> str:
    parts = [
        *(f"label {key}={value}" for key, value in group.labels or ()),
        *(f"security group {text}" for text in group.security_groups_ids or ()),
        *(f"security group named {text}" for text in group.security_groups_names or ()),
    ]
    return "aws: " + ", ".join(sorted(parts))
