"""Objects of the whole cluster -> what others depend on, and so is agreed upon before any namespace moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.model_sets import HostEndpoint, Tier
from npconv.ir.addresses import Addresses
from npconv.ir.condition import Both, Condition, Either, Within
from npconv.ir.policy import Policy
from npconv.pipeline.sets import NamedSet, named_sets
from npconv.report.facts import Facts, PolicyFacts, spot
from npconv.report.model import Names, SharedObject
from npconv.report.pods import Pods, names
from npconv.semantics.namespaces import namespaces

_ROLES: Final = {
    "policy": "it is part of what every namespace that it selects allows and denies",
    "tier": "its order decides which policies are asked first, its end what becomes of the rest",
    "set": "rules that select it mean its addresses",
    "host": "policies that select it guard a node",
}


def shared(facts: Facts, pods: Pods) -> tuple[SharedObject, ...]:
    """Policies without a namespace, tiers, sets, CIDR groups and host endpoints, each with who depends on it."""
    return (
        *_tiers(facts),
        *_sets(facts),
        *_hosts(facts),
        *(_policy(one, pods) for one in facts.policies if not one.namespace),
    )


def _tiers(facts: Facts) -> Iterator[SharedObject]:
    inside = {
        tier.name: [str(one.name) for one in tier.policies if one.origin is not None]
        for tier in facts.result.source.tiers
    }
    for one in facts.result.found.calico:
        if isinstance(one, Tier):
            name = one.metadata.name
            yield _object("Tier", name, one.origin, "tier", names(inside.get(name, ())))


def _sets(facts: Facts) -> Iterator[SharedObject]:
    policies = [one for tier in facts.result.source.tiers for one in tier.policies if one.origin is not None]
    sets = named_sets(facts.result.found)
    asked = [(str(one.name), tuple(each for each in _address_sets(one) if _is_made_of(each, sets))) for one in policies]
    for one in sets:
        users = [name for name, found in asked if any(_holds(each, one.addresses) for each in found)]
        called = "/".join(part for part in (one.name.namespace, one.name.name) if part)
        yield _object(one.name.kind, called, one.origin, "set", names(users))


def _hosts(facts: Facts) -> Iterator[SharedObject]:
    for one in facts.result.found.calico:
        if isinstance(one, HostEndpoint):
            node = Names(shown=(f"node {one.node}",), count=1) if one.node else Names()
            yield _object("HostEndpoint", one.metadata.name, one.origin, "host", node)


def _policy(one: PolicyFacts, pods: Pods) -> SharedObject:
    dependents = pods.of([one.name])
    if not dependents.count and one.policy is not None:
        where = namespaces(one.policy.subject)
        dependents = Names(shown=("every namespace",), count=1) if where.cofinite else names(where.named)
    return SharedObject(
        kind=one.name.kind,
        name=one.name.name,
        spot=one.spot,
        role=_ROLES["policy"],
        dependents=dependents,
        standing=one.standing,
    )


def _object(kind: str, name: str, origin: Origin | None, role: str, dependents: Names) -> SharedObject:
    return SharedObject(
        kind=kind, name=name, spot=spot(origin), role=_ROLES[role], dependents=dependents, standing=None
    )


def _is_made_of(addresses: Addresses, sets: Sequence[NamedSet]) -> bool:
    """Whether addresses are those of some sets together: then it is by these that a rule came to them."""
    inside = [one.addresses for one in sets if _holds(addresses, one.addresses)]
    return bool(inside) and reduce(or_, inside) == addresses


def _holds(addresses: Addresses, part: Addresses) -> bool:
    return addresses & part == part


def _address_sets(policy: Policy) -> Iterator[Addresses]:
    """The sets of addresses, short of all, that the rules of a policy ask for."""
    for section in policy.sections:
        for rule in section.rules:
            for side in (rule.subject, rule.peer):
                yield from _within(side)


def _within(condition: Condition) -> Iterator[Addresses]:
    match condition:
        case Within(_, Addresses() as found) if not found.is_full:
            yield found
        case Both(parts) | Either(parts):
            for part in parts:
                yield from _within(part)
        case _:
            return
