"""Rules and subjects -> what is written of them, worked out once for all policies that say the same.

Policies repeat each other from namespace to namespace. What is written of a peer depends on the policy's namespace only
where that is the peer's own, which then goes without saying: such a peer is looked up as one of the `OWN` namespace.
What is equal is one object, so that whoever works on it next needs to look at it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias, TypeVar

from npconv.dialects.cilium import lower_entries as entries
from npconv.dialects.cilium.lower_entries import Said
from npconv.dialects.cilium.lower_selectors import Writing, subjects
from npconv.dialects.cilium.model import (
    EgressDenyRule,
    EgressRule,
    EnableDefaultDeny,
    IngressDenyRule,
    IngressRule,
    Rule,
)
from npconv.ir.condition import REMEMBERED
from npconv.ir.dimensions import NAMESPACE, Attribute
from npconv.ir.values import Values, one_of
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.source.label_selector import LabelSelector

OWN: Final = "\0own"
"""Stands for the namespace of the policy; no namespace is called so."""
_OWN: Final = one_of(OWN)

_Key: TypeAlias = tuple[str, tuple[tuple[Cube, Cube, Cube], ...]]
_K = TypeVar("_K")
_V = TypeVar("_V")
_Rule: TypeAlias = tuple[tuple[Said, ...], dict[str, Any]]
"""What is said of the clauses of a rule, and what was made of that."""
_Entry = TypeVar("_Entry", IngressRule, IngressDenyRule, EgressRule, EgressDenyRule)


class Writer:
    """Writes entries, selectors and rules of one run, of which it remembers the last thousands."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._said: dict[_Key, _Rule] = {}
        self._subjects: dict[tuple[Cube, str], tuple[LabelSelector, ...]] = {}
        self._of_own: dict[tuple[Cube, str], Cube | None] = {}
        self._parts: dict[tuple[int, ...], Any] = {}
        self._rules: dict[tuple[int, ...], Rule] = {}

    def ingress(self, clauses: Sequence[Clause], namespace: str) -> tuple[IngressRule, ...]:
        """Allow clauses as entries of `ingress`."""
        rules = self._of_rules(clauses, namespace)
        return self._joined([_made(rule, "ingress", entries.ingress) for rule in rules])

    def ingress_deny(self, clauses: Sequence[Clause], namespace: str) -> tuple[IngressDenyRule, ...]:
        """Deny clauses as entries of `ingressDeny`."""
        rules = self._of_rules(clauses, namespace)
        return self._joined([_made(rule, "ingressDeny", entries.ingress_deny) for rule in rules])

    def egress(self, clauses: Sequence[Clause], namespace: str) -> tuple[EgressRule, ...]:
        """Allow clauses as entries of `egress`: see `lower_entries.egress` on those that stand beside names."""
        rules = self._of_rules(clauses, namespace)
        if any(one.names for said, _ in rules for one, _, _ in said):
            return self._joined([_made(rule, "egress beside names", entries.egress_beside_names) for rule in rules])
        return self._joined([_made(rule, "egress", entries.egress) for rule in rules])

    def egress_deny(self, clauses: Sequence[Clause], namespace: str) -> tuple[EgressDenyRule, ...]:
        """Deny clauses as entries of `egressDeny`."""
        rules = self._of_rules(clauses, namespace)
        return self._joined([_made(rule, "egressDeny", entries.egress_deny) for rule in rules])

    def subjects(self, cube: Cube, namespace: str) -> tuple[LabelSelector, ...]:
        """See `lower_selectors.subjects`."""
        own = self._relative(cube, namespace) if namespace else None
        key = (cube, namespace) if own is None else (own, OWN)
        found = self._subjects.get(key)
        if found is None:
            found = _kept(self._subjects, key, subjects(*key))
        return found

    def rule(
        self,
        selector: LabelSelector,
        enable_default_deny: EnableDefaultDeny | None,
        *,
        ingress: tuple[IngressRule, ...],
        ingress_deny: tuple[IngressDenyRule, ...],
        egress: tuple[EgressRule, ...],
        egress_deny: tuple[EgressDenyRule, ...],
    ) -> Rule:
        """A rule of these parts: the same one for the same objects, which it keeps alive."""
        key = (id(selector), id(enable_default_deny), id(ingress), id(ingress_deny), id(egress), id(egress_deny))
        found = self._rules.get(key)
        if found is None:
            rule = Rule(
                endpoint_selector=selector,
                enable_default_deny=enable_default_deny,
                ingress=ingress or None,
                ingress_deny=ingress_deny or None,
                egress=egress or None,
                egress_deny=egress_deny or None,
            )
            found = _kept(self._rules, key, rule)
        return found

    def _of_rules(self, clauses: Sequence[Clause], namespace: str) -> list[_Rule]:
        """What is said of the clauses, by the rules that they are of."""
        if len(clauses) < 2:
            return [self._of_rule(clauses, namespace)] if clauses else []
        rules: dict[int, list[Clause]] = {}
        for clause in clauses:
            rules.setdefault(id(clause.rule), []).append(clause)
        return [self._of_rule(one, namespace) for one in rules.values()]

    def _of_rule(self, clauses: Sequence[Clause], namespace: str) -> _Rule:
        key = self._key(clauses, namespace)
        found = self._said.get(key)
        if found is None:
            said = entries.said_of(key[1], replace(self._writing, namespace=key[0]))
            found = _kept(self._said, key, (tuple(said), {}))
        return found

    def _key(self, clauses: Sequence[Clause], namespace: str) -> _Key:
        if namespace:
            own: list[tuple[Cube, Cube, Cube]] = []
            for clause in clauses:
                box = clause.box
                peer = self._relative(box.peer, namespace)
                if peer is None:
                    break
                own.append((peer, box.traffic, box.request))
            else:
                return (OWN, tuple(own))
        return (namespace, tuple((one.box.peer, one.box.traffic, one.box.request) for one in clauses))

    def _relative(self, cube: Cube, namespace: str) -> Cube | None:
        """The cube as one that says `OWN` for the namespace; None if it says something of it that would be lost so."""
        key = (cube, namespace)
        if key not in self._of_own:
            return _kept(self._of_own, key, _relative(cube, namespace))
        return self._of_own[key]

    def _joined(self, parts: Sequence[tuple[_Entry, ...]]) -> tuple[_Entry, ...]:
        """The entries of several rules; the same object for the same rules."""
        if len(parts) == 1:
            return parts[0]
        key = tuple(map(id, parts))
        found: tuple[tuple[_Entry, ...], object] | None = self._parts.get(key)
        if found is None:
            found = _kept(self._parts, key, (tuple(one for part in parts for one in part), parts))
        return found[0]


_MOST: Final = REMEMBERED


def _kept(known: dict[_K, _V], key: _K, value: _V) -> _V:
    """The value, remembered from now on. Whoever looks up by identity keeps what it looked at alive."""
    if len(known) >= _MOST:
        known.clear()
    known[key] = value
    return value


def _made(rule: _Rule, name: str, make: Callable[[Iterable[Said]], tuple[_Entry, ...]]) -> tuple[_Entry, ...]:
    said, made = rule
    found: tuple[_Entry, ...] | None = made.get(name)
    if found is None:
        found = made[name] = make(said)
    return found


def _relative(cube: Cube, namespace: str) -> Cube | None:
    """Only a peer that is in this namespace, and no other, changes; one that names it beside others cannot be told.

    Nor can one that asks for labels of namespaces, too: beside these the own one is written.
    """
    own, is_alone = -1, True
    for at, (dimension, members) in enumerate(cube.sets):
        if isinstance(dimension, Attribute) and dimension.scope_name == NAMESPACE.scope_name:
            if dimension != NAMESPACE:
                is_alone = False
            elif isinstance(members, Values) and namespace in members.named:
                if members.cofinite or members.absent or len(members.named) > 1:
                    return None
                own = at
    if own < 0:
        return cube
    return Cube((*cube.sets[:own], (NAMESPACE, _OWN), *cube.sets[own + 1 :]), cube.facts) if is_alone else None
