"""Cubes -> label selectors and peers of NetworkPolicies: whom a policy and a rule are about."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from itertools import product
from typing import TypeAlias

from npconv.dialects.k8s.model import IPBlock, Peer, SelectorPeer
from npconv.dialects.k8s.wording import Wording
from npconv.ir.addresses import EVERY_ADDRESS, NO_ADDRESS, Addresses
from npconv.ir.condition import REMEMBERED
from npconv.ir.dimensions import (
    NAMESPACE,
    NAMESPACE_NAME,
    Attribute,
    Axis,
    Dimension,
    Kind,
    Kinds,
    Members,
    Scope,
)
from npconv.ir.values import PRESENT, Values, one_of
from npconv.lowering.cube import Cube
from npconv.source.label_selector import LabelSelector, Operator, Requirement

_Group: TypeAlias = tuple[Requirement, ...]
_Asked: TypeAlias = tuple[tuple[Dimension, Members], ...]
"""The labels of a scope that a cube asks for."""
_NEGATIVE = (Operator.NOT_IN, Operator.DOES_NOT_EXIST)
_NAMED = Requirement(key=NAMESPACE_NAME, operator=Operator.EXISTS)
"""True of every namespace, and of nothing else."""


def pods(cube: Cube) -> tuple[LabelSelector, ...]:
    """Selectors for the pod labels of a cube; together they select what it does."""
    return _of_pods(_asked(cube, Scope.POD))


@lru_cache(maxsize=REMEMBERED)
def _of_pods(labels: _Asked) -> tuple[LabelSelector, ...]:
    return tuple(selector(group) for group in _groups(labels, guarded=False))


def peers(cubes: Sequence[Cube], namespace: str, wording: Wording) -> tuple[Peer, ...] | None:
    """The peers of a rule as items of `from` or `to`; None, which is for everybody, if one of them is anybody.

    `namespace` is the policy's own if people wrote it for that one; its pods need no namespace selector.
    """
    selected: list[Peer] = []
    asked_of: list[Addresses] = []
    for cube in cubes:
        kinds, asked = cube.members(Axis.KIND), cube.members(Axis.ADDRESS)
        if isinstance(kinds, Kinds) and Kind.POD in kinds:
            selected += _selected(cube, namespace, guarded=wording.guarded)
        elif isinstance(asked, Addresses):
            asked_of.append(asked & wording.addresses)
        elif kinds is None:
            return None
        elif isinstance(kinds, Kinds) and Kind.OUTSIDE in kinds:
            asked_of.append(EVERY_ADDRESS & wording.addresses)
    found = tuple(selected) if len(selected) < 2 else tuple(dict.fromkeys(selected))
    return (*found, *_blocks(asked_of, exceptions=wording.exceptions)) if asked_of else found


def selector(requirements: Iterable[Requirement]) -> LabelSelector:
    """Single values go to `matchLabels`, the rest to `matchExpressions`."""
    single: dict[str, str] = {}
    rest: list[Requirement] = []
    for one in dict.fromkeys(requirements):
        if one.operator is Operator.IN and one.values is not None and len(one.values) == 1:
            single[one.key] = one.values[0]
        else:
            rest.append(one)
    rest.sort(key=lambda one: (one.key, str(one.operator), one.values or ()))
    return LabelSelector(
        match_labels=tuple(sorted(single.items())) or None,
        match_expressions=tuple(rest) or None,
    )


def is_negative(requirements: Iterable[Requirement]) -> bool:
    """Whether nothing is asked for but what labels are not."""
    return all(one.operator in _NEGATIVE for one in requirements)


def _selected(cube: Cube, namespace: str, *, guarded: bool) -> tuple[SelectorPeer, ...]:
    spaces, labels = _asked(cube, Scope.NAMESPACE), _asked(cube, Scope.POD)
    if namespace and len(spaces) == 1 and spaces[0] == (NAMESPACE, one_of(namespace)):
        return _of_own(labels)
    return _of_any(spaces, labels, guarded)


@lru_cache(maxsize=REMEMBERED)
def _of_own(labels: _Asked) -> tuple[SelectorPeer, ...]:
    """Peers in the policy's own namespace."""
    return tuple(SelectorPeer(pod_selector=selector(group)) for group in _groups(labels, guarded=False))


@lru_cache(maxsize=REMEMBERED)
def _of_any(spaces: _Asked, labels: _Asked, guarded: bool) -> tuple[SelectorPeer, ...]:
    """Peers in the namespaces that are asked for."""
    found: list[SelectorPeer] = []
    for namespaces, pods in product(_groups(spaces, guarded=guarded), _groups(labels, guarded=False)):
        guard = guarded and bool(namespaces) and is_negative((*namespaces, *pods))
        found.append(
            SelectorPeer(
                namespace_selector=selector((*namespaces, _NAMED) if guard else namespaces),
                pod_selector=selector(pods) if pods else None,
            )
        )
    return tuple(found)


def _asked(cube: Cube, scope: Scope) -> _Asked:
    name = scope.value
    return tuple([one for one in cube.sets if isinstance(one[0], Attribute) and one[0].scope_name == name])


def _groups(asked: _Asked, *, guarded: bool) -> tuple[_Group, ...]:
    """Ways to ask for the labels of a scope: what meets any one of these groups of requirements is selected."""
    options = [
        _requirements(one, members, guarded=guarded)
        for one, members in asked
        if isinstance(one, Attribute) and isinstance(members, Values)
    ]
    return tuple(tuple(one for group in chosen for one in group) for chosen in product(*options))


def _requirements(attribute: Attribute, members: Values, *, guarded: bool) -> tuple[_Group, ...]:
    key, named = attribute.key, tuple(sorted(members.named))
    if attribute == NAMESPACE and members == PRESENT:  # as in every namespace: `{}` says the same
        return ((),)
    if members.cofinite:
        # Azure NPM takes `NotIn [a, b]` for "not a, or not b", and two of one value for what they are.
        lists = [(name,) for name in named] if guarded else [named] if named else []
        excluded = tuple(Requirement(key=key, operator=Operator.NOT_IN, values=one) for one in lists)
        # No namespace lacks its name.
        anyhow = members.absent or attribute == NAMESPACE
        present = () if anyhow else (Requirement(key=key, operator=Operator.EXISTS),)
        return ((*present, *excluded),)
    listed = ((Requirement(key=key, operator=Operator.IN, values=named),),) if named else ()
    has_absent = members.absent and attribute != NAMESPACE
    absent = ((Requirement(key=key, operator=Operator.DOES_NOT_EXIST),),) if has_absent else ()
    return listed + absent


def _blocks(asked: Sequence[Addresses], *, exceptions: bool) -> tuple[IPBlock, ...]:
    """The addresses set by set as the source has them, unless they are said in fewer words together."""
    if len(asked) == 1:
        return _of(asked[0], exceptions)
    apart = tuple(dict.fromkeys(block for one in asked for block in _of(one, exceptions)))
    together = _of(reduce(operator.or_, asked, NO_ADDRESS), exceptions)
    return min((apart, together), key=lambda blocks: sum(1 + len(one.except_ or ()) for one in blocks))


@lru_cache(maxsize=REMEMBERED)
def _of(addresses: Addresses, exceptions: bool) -> tuple[IPBlock, ...]:
    if exceptions:
        return tuple(IPBlock(cidr=cidr, except_=without or None) for cidr, without in addresses.ranges())
    return tuple(IPBlock(cidr=cidr) for cidr in addresses.cidrs())
