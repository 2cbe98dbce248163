"""Policies and a cluster -> endpoints that stand for the others: real pods, or pods made up to fit the policies.

Pods that differ in nothing a policy asks for are alike, so one of them is enough.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from npconv.ir.addresses import Addresses
from npconv.ir.condition import Condition
from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, Axis, Family, Kind, Kinds, Scope
from npconv.ir.policy import Direction, Policy, PolicySet
from npconv.ir.values import Values
from npconv.lowering.cube import Cube, TooManyError, cubes
from npconv.report.flows import NODES, OUTSIDE
from npconv.report.pods import Pods
from npconv.semantics.flow import Address, Endpoint, Flow
from npconv.semantics.mentions import Mentions, SideMentions
from npconv.semantics.namespaces import namespaces
from npconv.semantics.space import CLUSTER_NAME
from npconv.semantics.titles import title
from npconv.semantics.verdict import meets

_LIMIT: Final = 64
_OTHER: Final = "other"
_PLAIN: Final = tuple(ipaddress.ip_address(text) for text in ("10.244.0.0", "100.72.0.0", "172.31.0.0", "192.168.77.0"))
"""Where pods that are made up get an address, if no policy names it."""


def kept_apart(policies: Iterable[PolicySet]) -> tuple[Attribute, ...]:
    """Every attribute that some policy asks for."""
    mentions = Mentions()
    for one in policies:
        for tier in one.tiers:
            for direction in Direction:
                mentions.add(tier.policies, direction)
    sides: tuple[SideMentions, ...] = (mentions.subject, mentions.peer)
    return tuple(sorted({attribute for side in sides for attribute in side.values}))


def standing_for(endpoints: Iterable[Endpoint], asked: Iterable[Attribute]) -> list[Endpoint]:
    """The first of each sort of endpoint: those with the same values of what is asked, and the same named ports."""
    keys = tuple(asked)
    found: dict[object, Endpoint] = {}
    for one in endpoints:
        sort = (one.kind, tuple(one.attributes.get(key) for key in keys), one.named_ports)
        found.setdefault(sort, one)
    return list(found.values())


def samples(
    policies: PolicySet, other: PolicySet, pods: Pods, made_up: MadeUp, wanted: Collection[str]
) -> Mapping[str, list[Endpoint]]:
    """Endpoints by namespace; `outside` and `nodes` have one each.

    Where the cluster's pods are known it is these, else there is a pod for whatever a policy selects or names, and one
    without labels in each namespace; only policies that can select pods of the wanted namespaces are gone through.
    """
    near = _about(policies, wanted)
    asked = kept_apart((near, _about(other, wanted)))
    found: dict[str, list[Endpoint]] = {}
    if pods:
        for namespace in wanted:
            found[namespace] = standing_for((one.endpoint for one in pods.by_namespace.get(namespace, ())), asked)
    else:
        made: defaultdict[str, list[Endpoint]] = defaultdict(list)
        for one in made_up.all(near):
            made[one.attributes[NAMESPACE]].append(one)
        found = {namespace: standing_for(several, asked) for namespace, several in sorted(made.items())}
    found[OUTSIDE] = [outside()]
    found[NODES] = [Endpoint(kind=Kind.REMOTE_NODE, addresses=(ipaddress.ip_address("192.0.2.20"),), title="a node")]
    return found


def _about(policies: PolicySet, names: Collection[str]) -> PolicySet:
    """The policies that can select pods of some namespaces."""

    def is_near(policy: Policy) -> bool:
        where = namespaces(policy.subject)
        return where.cofinite or not where.named.isdisjoint(names)

    tiers = (replace(tier, policies=tuple(one for one in tier.policies if is_near(one))) for tier in policies.tiers)
    return PolicySet(tiers=tuple(tiers))


def outside() -> Endpoint:
    """An address that is nobody's in the cluster (RFC 5737)."""
    return Endpoint(
        kind=Kind.OUTSIDE, addresses=(ipaddress.ip_address("203.0.113.10"),), title="an address outside of the cluster"
    )


class MadeUp:
    """Pods that are made up so that conditions hold of them."""

    def __init__(self, policies: PolicySet, pod_cidrs: Iterable[str], cluster: str) -> None:
        self._cluster = cluster
        self._spaces: dict[tuple[tuple[Attribute, str], ...], str] = {}
        self._base = _base(policies, pod_cidrs)
        self._names = sorted(_names(policies))
        self._count = 0

    def all(self, policies: PolicySet) -> Iterator[Endpoint]:
        """A pod for each subject and each peer of the policies, and one without labels in each of their namespaces."""
        for tier in policies.tiers:
            for policy in tier.policies:
                yield from self.fitting(policy.subject)
                for section in policy.sections:
                    for rule in section.rules:
                        yield from self.fitting(rule.peer)
        for name in sorted(_names(policies)):
            yield self._pod({NAMESPACE: name})

    def fitting(self, condition: Condition) -> Iterator[Endpoint]:
        """A pod for each way in which the condition can hold of one, as far as one can be made up."""
        try:
            parts = cubes(condition, _LIMIT)
        except TooManyError:
            return
        for cube in parts:
            attributes = self._attributes(cube)
            if attributes is not None:
                made = self._pod(attributes)
                if holds(condition, made):
                    yield made

    @property
    def names(self) -> list[str]:
        """The namespaces that policies are for."""
        return self._names

    def stranger(self, namespace: str) -> Endpoint:
        """A pod without labels in another namespace."""
        return self._pod({NAMESPACE: next((name for name in self._names if name != namespace), _OTHER)})

    def _attributes(self, cube: Cube) -> dict[Attribute, str] | None:
        found: dict[Attribute, str] = {}
        for dimension, members in cube.sets:
            if isinstance(members, Kinds) and Kind.POD not in members:
                return None
            if isinstance(dimension, Attribute) and isinstance(members, Values):
                value = self._value(dimension, members)
                if value is not None:
                    found[dimension] = value
        if any(not fact.negated for fact in cube.facts):
            return None
        if NAMESPACE not in found:
            found[NAMESPACE] = self._space(found)
        return found

    def _space(self, attributes: Mapping[Attribute, str]) -> str:
        """A namespace for a pod that may be in any: one that is named, or one for each choice of its labels."""
        labels = tuple(sorted((key, value) for key, value in attributes.items() if key.scope is Scope.NAMESPACE))
        if not labels:
            return self._names[0] if self._names else _OTHER
        return self._spaces.setdefault(labels, f"{_OTHER}-{len(self._spaces) + 1}")

    def _value(self, dimension: Attribute, members: Values) -> str | None:
        if members.absent and dimension not in (NAMESPACE, SERVICE_ACCOUNT):
            return None
        if not members.cofinite:
            return min(members.named, default=None)
        choices = (*self._names, _OTHER) if dimension == NAMESPACE else ("default", "yes", _OTHER)
        return next((one for one in choices if one in members), f"{_OTHER}-{len(members.named)}")

    def _pod(self, attributes: dict[Attribute, str]) -> Endpoint:
        self._count += 1
        given = {
            CLUSTER_NAME: self._cluster,
            SERVICE_ACCOUNT: "default",
            **attributes,
            NAMESPACE: attributes.get(NAMESPACE, _OTHER),
        }
        addresses = (self._base + 4 + self._count % 200,)
        made = Endpoint(kind=Kind.POD, attributes=given, addresses=addresses)
        return replace(made, title=title(made))


def holds(condition: Condition, endpoint: Endpoint) -> bool:
    """Whether a condition that is about an endpoint alone holds for it."""
    return meets(condition, Flow(direction=Direction.INGRESS, subject=endpoint, peer=endpoint), endpoint)


def family_of(one: Endpoint, other: Endpoint) -> Family:
    """The IP family in which two ends reach each other: IPv4 if both have it, or if nothing is known."""
    return next((each for each in Family if all(end.address(each) is not None for end in (one, other))), Family.V4)


def _names(policies: PolicySet) -> set[str]:
    found: set[str] = set()
    for tier in policies.tiers:
        for policy in tier.policies:
            where = namespaces(policy.subject)
            found |= set() if where.cofinite else set(where.named)
    return found


def _base(policies: PolicySet, pod_cidrs: Iterable[str]) -> Address:
    """Where pods that are made up have their addresses: in what was given, else where no policy names addresses."""
    given = [ipaddress.ip_network(text, strict=False).network_address for text in pod_cidrs]
    if given:
        return given[0]
    named = [one for one in _addresses(policies) if not one.v4.is_full]
    return next((one for one in _PLAIN if not any(one + 5 in each for each in named)), _PLAIN[0])


def _addresses(policies: PolicySet) -> Iterator[Addresses]:
    for tier in policies.tiers:
        for policy in tier.policies:
            for section in policy.sections:
                for rule in section.rules:
                    try:
                        parts = cubes(rule.peer, _LIMIT)
                    except TooManyError:
                        continue
                    for cube in parts:
                        members = cube.members(Axis.ADDRESS)
                        if isinstance(members, Addresses):
                            yield members
