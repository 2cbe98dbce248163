"""Cubes -> Cilium's selectors, entities and CIDR sets: whom a rule is about.

Keys carry their source (`k8s:`), and every selector over namespaces asks that there is one, so that a negative
requirement never matches nodes or addresses outside (facts/cilium.md 2.11 and 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cilium import lower_names
from npconv.dialects.cilium.cidr_match import Matched
from npconv.dialects.cilium.forms import CILIUMS, NOTHING_MATCHED
from npconv.dialects.cilium.labels import CLUSTER, NAMESPACE_LABELS, POD_NAMESPACE, SERVICE_ACCOUNT
from npconv.dialects.cilium.lift_addresses import GROUP_NAME
from npconv.dialects.cilium.model_peers import CIDRRule, FQDNSelector
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import API_SERVER, NAMESPACE, Attribute, Axis, Kind, Kinds, Named, Scope
from npconv.ir.values import PRESENT, Values, one_of
from npconv.lowering.addresses import WORLD
from npconv.lowering.cube import Cube
from npconv.lowering.label_requirements import requirements
from npconv.source.label_selector import LabelSelector, Operator, Requirement

NAMESPACE_KEY = f"k8s:{POD_NAMESPACE}"


@dataclass(frozen=True, slots=True)
class Writing:
    """What is being written: a policy of a namespace (empty: a clusterwide one), with groups for some addresses."""

    namespace: str
    groups: Mapping[Addresses, str]
    """CiliumCIDRGroups by what they hold."""
    cluster: str = ""
    """The cluster that peers are of where no other is said (`policy-default-local-cluster`); empty: any."""
    halved: tuple[int, ...] = ()
    """The IP versions whose `/0` is written as two halves in CIDR sets (see `halved`)."""
    matched: Matched = NOTHING_MATCHED
    """What CIDRs match in the cluster: where these are pods, `world` is written for all that is outside."""


@dataclass(frozen=True, slots=True)
class Peers:
    """What one entry of a rule may name: one of these, never two (facts/cilium.md 1.5)."""

    endpoints: tuple[LabelSelector, ...] = ()
    entities: tuple[str, ...] = ()
    cidrs: tuple[CIDRRule, ...] = ()
    names: tuple[FQDNSelector, ...] = ()


def subjects(cube: Cube, namespace: str) -> tuple[LabelSelector, ...]:
    """The endpoint selectors of a subject; together they select what the cube does.

    A policy of a namespace selects in that namespace by itself. A clusterwide one would also select Cilium's own
    health and ingress endpoints, which have no namespace: it asks for one.
    """
    return _selectors(cube, implied=namespace, anchored=not namespace)


def halved(profile: CiliumProfile) -> tuple[int, ...]:
    """The IP versions whose `/0` in a CIDR set would be the whole world to an agent.

    Before 1.19 an agent of one family reads the `/0` of either as `reserved:world`: on IPv4 alone, `::/0` matches every
    IPv4 address (pkg/policy/api/cidr.go, CIDRRuleSlice.GetAsEndpointSelectors, 1.18.6; not 1.19.4 or 1.20.1).
    """
    if profile.version >= (1, 19):
        return ()
    return tuple(version for version, enabled in ((4, profile.ipv4), (6, profile.ipv6)) if not enabled)


def peers(cubes: Sequence[Cube], writing: Writing) -> tuple[Peers, ...]:
    """The peers of a rule as entries, one kind of peer each: pods, entities, addresses outside, names."""
    if any(_is_anyone(cube) for cube in cubes):
        return (Peers(entities=("all",)),)
    endpoints: list[LabelSelector] = []
    entities: set[str] = set()
    outside: list[Addresses] = []
    names: list[str] = []
    groups: list[str] = []
    for cube in cubes:
        if is_api_server(cube):
            entities.add(API_SERVER.key)
            continue
        group = group_of(cube)
        if group:
            groups.append(group)
            continue
        kinds = cube.members(Axis.KIND)
        members = (kinds if isinstance(kinds, Kinds) else WORLD).members
        if Kind.OUTSIDE not in members:  # else they are left over: see `forms`
            entities |= {kind.value for kind in members & CILIUMS.members}
        if Kind.POD in members:
            endpoints += _selectors(cube, implied=writing.namespace, anchored=True, cluster=writing.cluster)
        entities |= {kind.value for kind in (Kind.HOST, Kind.REMOTE_NODE) if kind in members}
        if named := [one.fact.pattern for one in cube.facts if isinstance(one.fact, Named)]:
            names += named
        elif Kind.OUTSIDE in members:
            asked = cube.members(Axis.ADDRESS)
            if isinstance(asked, Addresses) and not writing.matched.is_world(asked):
                outside.append(asked)
            else:
                entities.add("world")
    by_name = tuple(CIDRRule(cidr_group_ref=one) for one in groups)
    listed = tuple(rule for asked in outside for rule in _cidr_rules(asked, writing))
    cidrs = () if "world" in entities else (*listed, *by_name)
    found = (
        Peers(endpoints=tuple(dict.fromkeys(endpoints))),
        Peers(entities=tuple(one for one in _ENTITIES if one in entities)),
        Peers(cidrs=tuple(dict.fromkeys(cidrs))),
        Peers(names=() if "world" in entities else tuple(lower_names.selector(one) for one in dict.fromkeys(names))),
    )
    return tuple(one for one in found if one != Peers())


_ENTITIES: Final = ("host", "remote-node", "world", API_SERVER.key, "health", "ingress", "init", "unmanaged")
"""The entities that are written, in this order."""


def is_api_server(cube: Cube) -> bool:
    """Whether a peer is the API server, wherever it runs: entity `kube-apiserver` (facts/cilium.md 2.4)."""
    return cube.sets == ((API_SERVER, PRESENT),) and not cube.facts


def group_of(cube: Cube) -> str:
    """The CIDR group that a peer is in, if that is all that is asked of it; the input does not say what it holds."""
    match cube.sets:
        case ((Axis.KIND, Kinds(members)), (Attribute() as label, Values() as there)) | (
            (Attribute() as label, Values() as there),
            (Axis.KIND, Kinds(members)),
        ) if not cube.facts and members == {Kind.OUTSIDE} and there == PRESENT and label.scope is Scope.CIDR_GROUP:
            return label.key.removeprefix(GROUP_NAME) if label.key.startswith(GROUP_NAME) else ""
        case _:
            return ""


def _is_anyone(cube: Cube) -> bool:
    kinds = cube.members(Axis.KIND)
    everywhere = not isinstance(kinds, Kinds) or WORLD.members <= kinds.members
    return everywhere and not cube.facts and all(dimension is Axis.KIND for dimension, _ in cube.sets)


def _cidr_rules(asked: Addresses, writing: Writing) -> Iterable[CIDRRule]:
    if asked in writing.groups:
        yield CIDRRule(cidr_group_ref=writing.groups[asked])
        return
    for cidr, excepted in asked.ranges():
        if cidr.endswith("/0") and (4 if "." in cidr else 6) in writing.halved:
            yield from _halves(cidr, excepted)
        else:
            yield CIDRRule(cidr=cidr, except_=excepted or None)


def _halves(whole: str, excepted: Sequence[str]) -> Iterable[CIDRRule]:
    """A `/0` with exceptions as two `/1`, each with its own exceptions; none where all of it is excepted."""
    from ipaddress import ip_network  # noqa: PLC0415 - few policies need it, and it is large

    for half in ip_network(whole).subnets():
        own = tuple(text for text in excepted if ip_network(text)[0] in half)
        if str(half) not in own:
            yield CIDRRule(cidr=str(half), except_=own or None)


def _selectors(cube: Cube, *, implied: str, anchored: bool, cluster: str = "") -> tuple[LabelSelector, ...]:
    """Selectors for the pods of a cube. `implied`, `cluster`: what Cilium adds where nothing else is said."""
    asked = [(one, members) for one, members in cube.sets if isinstance(one, Attribute) and isinstance(members, Values)]
    namespaces = next((members for one, members in asked if one == NAMESPACE), None)
    by_labels = any(one.scope is Scope.NAMESPACE and one != NAMESPACE for one, _ in asked)
    own = namespaces is not None and namespaces == Values(frozenset({implied}), False, False)
    options: list[tuple[tuple[Requirement, ...], ...]] = []
    for attribute, members in asked:
        if attribute == NAMESPACE and own and not by_labels:
            continue
        if attribute.scope is Scope.CLUSTER and cluster and members == one_of(cluster):
            continue
        options.append(requirements(key_of(attribute), members))
    positive = namespaces is not None and not namespaces.cofinite
    if not own and anchored and not positive:
        options.append(((Requirement(key=NAMESPACE_KEY, operator=Operator.EXISTS),),))
    return tuple(
        _selector(tuple(dict.fromkeys(requirement for option in chosen for requirement in option)))
        for chosen in product(*options)
    )


def key_of(attribute: Attribute) -> str:
    """The label of a Cilium identity that holds an attribute."""
    match attribute.scope:
        case Scope.NAMESPACE:
            return NAMESPACE_KEY if attribute == NAMESPACE else f"k8s:{NAMESPACE_LABELS}{attribute.key}"
        case Scope.SERVICE_ACCOUNT:
            return f"k8s:{SERVICE_ACCOUNT}"
        case Scope.CLUSTER:
            return f"k8s:{CLUSTER}"
        case _:
            return f"k8s:{attribute.key}"


def _selector(requirements: tuple[Requirement, ...]) -> LabelSelector:
    """Single values go to `matchLabels`, the rest to `matchExpressions`."""
    single = {
        one.key: one.values[0]
        for one in requirements
        if one.operator is Operator.IN and one.values and not one.values[1:]
    }
    rest = tuple(one for one in requirements if one.key not in single or one.operator is not Operator.IN)
    ordered = sorted(rest, key=lambda one: (one.key, str(one.operator)))
    return LabelSelector(
        match_labels=tuple(sorted(single.items())) or None,
        match_expressions=tuple(ordered) or None,
    )
