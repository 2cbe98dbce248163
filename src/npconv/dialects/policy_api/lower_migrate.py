"""AdminNetworkPolicy and BaselineAdminNetworkPolicy (v1alpha1) -> ClusterNetworkPolicy (v1alpha2), field by field.

The way from the policy API to itself, where `lower` comes from everywhere else: nothing has to be said in other words.
Names, labels, subjects, peers and rule names stay. Words change (Allow to Accept, ports to protocols), and so do
limits: 25 rules, peers and ports where there were 100. Peers and ports beyond go to further rules of the same action,
rules beyond to further policies at the next priorities. Facts: facts/k8s_np.md 6.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, pairwise, zip_longest
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.dialects.policy_api.lift import priority_of, tier_of
from npconv.dialects.policy_api.lower import LAST_PRIORITY, STEP
from npconv.dialects.policy_api.lower_ports import NAMES
from npconv.dialects.policy_api.lower_rules import chunks
from npconv.dialects.policy_api.model import (
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
    NamedPort,
    Policy,
    Port,
    PortNumber,
    PortRange,
    Rule,
    Tier,
)
from npconv.source.carried import kept_annotations, kept_labels
from npconv.source.object_meta import ObjectMeta

BASELINE_PRIORITY = 100
"""Where the one BaselineAdminNetworkPolicy of a cluster goes in tier Baseline: there is room before and after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What policies became, each with its source, and what there is to say about it.

    `left_out` are policies for which, or for parts of which, no priority is left.
    """

    objects: tuple[tuple[ClusterNetworkPolicy, Policy], ...]
    diagnostics: tuple[Diagnostic, ...]
    left_out: tuple[Policy, ...] = ()


def migrate(policy: Policy) -> Migrated:
    """One policy by itself: one ClusterNetworkPolicy, or several at consecutive priorities.

    A ClusterNetworkPolicy stays as it is.
    """
    if isinstance(policy, ClusterNetworkPolicy):
        return Migrated(objects=((replace(policy, metadata=_metadata(policy.metadata, 0)), policy),), diagnostics=())
    said: list[Diagnostic] = []
    ingress = [new for rule in policy.ingress or () for new in _rules(rule, said)]
    egress = [new for rule in policy.egress or () for new in _rules(rule, said)]
    parts = list(zip_longest(chunks(ingress), chunks(egress), fillvalue=())) or [((), ())]
    first = BASELINE_PRIORITY if isinstance(policy, BaselineAdminNetworkPolicy) else priority_of(policy)
    objects = tuple(
        (
            ClusterNetworkPolicy(
                metadata=_metadata(policy.metadata, number),
                tier=tier_of(policy),
                priority=first + number,
                subject=policy.subject,
                ingress=some_in or None,
                egress=some_out or None,
                origin=policy.origin,
            ),
            policy,
        )
        for number, (some_in, some_out) in enumerate(parts)
    )
    return Migrated(objects=objects, diagnostics=tuple(said))


def migrate_all(policies: Sequence[Policy]) -> Migrated:
    """A whole set: names stay unique over both old kinds, and the order of all policies stays what it was.

    Priorities are kept unless the parts of a split policy would run into (or past) those of others; then the tier is
    numbered anew, ten apart. Policies that share a priority keep sharing it for as long as that is so: which of
    them comes first is left open in v1alpha1; where it has to be settled, the name decides.
    """
    ordered = sorted(policies, key=lambda one: (tier_of(one) is Tier.BASELINE, priority_of(one), one.metadata.name))
    each = [migrate(policy) for policy in ordered]
    taken: set[str] = set()
    objects: list[tuple[ClusterNetworkPolicy, Policy]] = []
    for tier in Tier:
        groups = [_renamed(one.objects, taken) for one in each if one.objects[0][0].tier is tier]
        for group, first in zip(groups, _first_priorities(groups), strict=True):
            objects += ((replace(built, priority=first + number), one) for number, (built, one) in enumerate(group))
    return Migrated(
        objects=tuple(one for one in objects if one[0].priority <= LAST_PRIORITY),
        diagnostics=tuple(finding for one in each for finding in one.diagnostics),
        left_out=tuple({id(one): one for built, one in objects if built.priority > LAST_PRIORITY}.values()),
    )


_Group: TypeAlias = tuple[tuple[ClusterNetworkPolicy, Policy], ...]
"""What one policy became."""


def _renamed(group: _Group, taken: set[str]) -> _Group:
    names = [_free(built.metadata.name, taken) for built, _ in group]
    return tuple(
        (replace(built, metadata=replace(built.metadata, name=name)), one)
        for (built, one), name in zip(group, names, strict=True)
    )


def _first_priorities(groups: Sequence[_Group]) -> list[int]:
    wanted = [group[0][0].priority for group in groups]
    if all(_stays_before(one, following) for one, following in pairwise(groups)) and (
        not groups or groups[-1][-1][0].priority <= LAST_PRIORITY
    ):
        return wanted
    sizes = [len(group) for group in groups]
    if all(size <= STEP for size in sizes) and STEP * len(sizes) <= LAST_PRIORITY:
        return [STEP * number for number in range(1, len(sizes) + 1)]
    return [sum(sizes[:index]) for index in range(len(sizes))]


def _stays_before(one: _Group, following: _Group) -> bool:
    """Whether the order of two policies is as it was; among those of one priority names decide."""
    last, first = one[-1][0], following[0][0]
    return last.priority < first.priority or (
        one[0][0].priority == last.priority == first.priority and last.metadata.name < first.metadata.name
    )


def _rules(rule: Rule, said: list[Diagnostic]) -> Iterator[Rule]:
    """The rule within the limits. One whose ports all match nothing is left out."""
    ports = None if rule.ports is None else [new for port in rule.ports if (new := _port(port, said)) is not None]
    if rule.ports is not None and not ports:
        said.append(_nothing(rule, "rule left out: none of its ports matches anything"))
        return
    listed: list[tuple[Port, ...] | None] = [None] if ports is None else list(chunks(list(dict.fromkeys(ports))))
    for peers in chunks(rule.peers):
        for some in listed:
            yield replace(rule, peers=peers, ports=some)


def _port(port: Port, said: list[Diagnostic]) -> Port | None:
    if isinstance(port, NamedPort):
        return port
    if port.protocol is None:  # the schema of v1alpha1 fills in TCP
        return _port(replace(port, protocol="TCP"), said)
    match port:
        case PortNumber(protocol=protocol) if protocol in NAMES.values():
            return port
        case PortRange(protocol=protocol, start=start, end=end) if protocol in NAMES.values() and start <= end:
            if start == end:
                return PortNumber(protocol=protocol, number=start, origin=port.origin)
            return port
        case PortRange(start=start, end=end) if start > end:
            said.append(_nothing(port, f"port range left out: it ends before it starts (`{start}` to `{end}`)"))
        case _:
            said.append(_nothing(port, f"port left out: no flow has the protocol `{port.protocol}` there"))
    return None


def _nothing(what: Port | Rule, message: str) -> Diagnostic:
    return Diagnostic(code=codes.MATCHES_NOTHING, origin=what.origin, message=message, effect=Effect.INERT)


def _metadata(source: ObjectMeta, number: int) -> ObjectMeta:
    name = source.name if number == 0 else f"{source.name}-{number + 1}"
    return ObjectMeta(name=name, labels=kept_labels(source.labels), annotations=kept_annotations(source.annotations))


def _free(name: str, taken: set[str]) -> str:
    found = next(one for number in count(1) if (one := name if number == 1 else f"{name}-{number}") not in taken)
    taken.add(found)
    return found
