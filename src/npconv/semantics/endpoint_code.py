"""One end of a flow as literals: its kind, its labels as one-hot values, its address as a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from npconv.dataclass import dataclass
from npconv.ir.addresses import V6_TOP, Addresses
from npconv.ir.dimensions import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    BackendOf,
    Kind,
    Kinds,
    LabelText,
    Named,
    Scope,
    TextTest,
)
from npconv.ir.values import Values
from npconv.semantics.gates import FALSE, TRUE, Gates
from npconv.semantics.groups import Group
from npconv.semantics.mentions import V6_START, SideMentions, address_boundaries, address_spans
from npconv.semantics.number_line import NumberLine
from npconv.semantics.space import BEARERS, CLUSTER_NAME, MANDATORY, Space
from npconv.semantics.texts import passes

PAIRWISE = 6
"""Up to so many literals, "at most one" is said pair by pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCode:
    """One attribute: a literal for each mentioned value, and one for any other value; absent is none of them."""

    values: dict[str, int]
    other: int
    present: int
    texts: dict[LabelText, int]
    """Whether the value passes a text test; for the other values these are free."""


class EndpointCode:
    """The literals of one endpoint, and the clauses that make them an endpoint of the space."""

    def __init__(self, gates: Gates, space: Space, mentions: SideMentions, kinds: Sequence[Kind]) -> None:
        self._gates = gates
        self.space = space
        self.kinds = {kinds[0]: TRUE} if len(kinds) == 1 else {kind: gates.variable() for kind in kinds}
        lines = set(mentions.addresses)
        for kind in kinds:
            allowed = space.addresses(kind)
            if isinstance(allowed, Addresses):
                lines |= address_boundaries(allowed)
        self.address = NumberLine(gates, V6_START + V6_TOP, lines)
        self.labels: dict[Attribute, LabelCode] = {}
        self.facts: dict[BackendOf | Named, int] = {}
        for fact in sorted(mentions.facts, key=str):
            self._add_fact(fact)
        self._mentions = mentions

    def add_labels(self, group: Group | None) -> None:
        """Make the literals of the attributes; the group, if any, settles the namespace's name."""
        for attribute in sorted(self._mentions.values):
            if attribute == CLUSTER_NAME:
                continue
            texts = sorted(self._mentions.texts.get(attribute, ()))
            values = sorted(self._mentions.values[attribute])
            settled = group.namespaces if group is not None and attribute == NAMESPACE else None
            self.labels[attribute] = self._label(attribute, values, texts, settled)

    def is_kind(self, kinds: Iterable[Kind]) -> int:
        """The literal for "the endpoint is of one of these kinds"."""
        return self._gates.any_of(self.kinds[kind] for kind in self.kinds if kind in frozenset(kinds))

    def among(self, attribute: Attribute, members: Values) -> int:
        """The literal for "the attribute's value, or its absence, is among the members"."""
        if attribute == CLUSTER_NAME:
            inside = TRUE if self.space.cluster in members else FALSE
            return self._gates.choose(self.is_kind({Kind.POD}), inside, TRUE if members.absent else FALSE)
        label = self.labels[attribute]
        named = self._gates.any_of(label.values[name] for name in sorted(members.named))
        if members.cofinite:
            return -named if members.absent else self._gates.all_of((label.present, -named))
        return self._gates.any_of((named, -label.present)) if members.absent else named

    def passing(self, fact: LabelText) -> int:
        """The literal for "the attribute is present, and its value passes the test"."""
        if fact.attribute == CLUSTER_NAME:
            passed = passes(TextTest(fact.test), self.space.cluster, fact.text)
            return self.is_kind({Kind.POD}) if passed else FALSE
        return self.labels[fact.attribute].texts[fact]

    def of_kinds(self, kinds: Kinds) -> int:
        """The literal for "the kind is among these"."""
        return self.is_kind(kinds.members)

    def at(self, addresses: Addresses) -> int:
        """The literal for "the address is among these"."""
        return self.address.inside(address_spans(addresses))

    def clauses(self) -> Iterator[tuple[int, ...]]:
        """What makes the literals an endpoint."""
        yield from exactly_one(self._gates, list(self.kinds.values()))
        yield from self.address.clauses()
        for kind, literal in self.kinds.items():
            allowed = self.space.addresses(kind)
            if isinstance(allowed, Addresses):
                yield (-literal, self.at(allowed))
        for attribute, label in self.labels.items():
            yield from self._label_clauses(attribute, label)
        for fact, literal in self.facts.items():
            kinds = self.space.backend_kinds if isinstance(fact, BackendOf) else self.space.named_kinds
            yield (-literal, self.is_kind(kinds))
            if isinstance(fact, BackendOf) and fact.with_port:
                yield (-literal, self.facts[BackendOf(fact.namespace, fact.name, False)])

    def _add_fact(self, fact: BackendOf | Named) -> None:
        if isinstance(fact, BackendOf) and fact.with_port:
            whole = BackendOf(fact.namespace, fact.name, False)
            if whole not in self.facts:
                self.facts[whole] = self._gates.variable()
        if fact not in self.facts:
            self.facts[fact] = self._gates.variable()

    def _label(
        self, attribute: Attribute, names: list[str], texts: list[LabelText], settled: Values | None
    ) -> LabelCode:
        gates = self._gates
        if settled is None:
            values = {name: gates.variable() for name in names}
            other = gates.variable()
            if attribute in MANDATORY and set(self.kinds) == {Kind.POD}:
                present = TRUE
            elif not any(kind in BEARERS[attribute.scope] for kind in self.kinds):
                values, other, present = dict.fromkeys(names, FALSE), FALSE, FALSE
            else:
                present = gates.any_of((*values.values(), other))
        else:
            asked = {*names, *(() if settled.cofinite else settled.named)}
            inside = TRUE if len(settled.named) == 1 else None  # of several namespaces it is one or another
            values = {
                name: FALSE if settled.cofinite or name not in settled else inside or gates.variable()
                for name in sorted(asked)
            }
            other = TRUE if settled.cofinite else FALSE
            present = FALSE if settled.absent else TRUE
        found: dict[LabelText, int] = {}
        for text in texts:
            free = gates.all_of((other, gates.variable()))
            named = (literal for name, literal in values.items() if passes(TextTest(text.test), name, text.text))
            found[text] = gates.any_of((free, *named))
        return LabelCode(values=values, other=other, present=present, texts=found)

    def _label_clauses(self, attribute: Attribute, label: LabelCode) -> Iterator[tuple[int, ...]]:
        choices = [*label.values.values(), label.other]
        yield from at_most_one(self._gates, choices)
        yield (-label.present, *choices)
        yield (-label.present, self.is_kind(BEARERS[attribute.scope]))
        if attribute in MANDATORY:
            yield (label.present, -self.is_kind({Kind.POD}))


def at_most_one(gates: Gates, literals: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Clauses that let at most one literal hold (the sequential encoding of Sinz, CP 2005, when there are many)."""
    free = [literal for literal in literals if literal != FALSE]
    if len(free) <= PAIRWISE:
        for one, other in combinations(free, 2):
            yield (-one, -other)
        return
    before = free[0]
    for literal in free[1:-1]:
        yield (-before, -literal)
        after = gates.variable()
        yield (-before, after)
        yield (-literal, after)
        before = after
    yield (-before, -free[-1])


def exactly_one(gates: Gates, literals: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Clauses that let exactly one literal hold."""
    yield tuple(literals)
    yield from at_most_one(gates, literals)


def same_labels(gates: Gates, subject: EndpointCode, peer: EndpointCode) -> Iterator[tuple[int, ...]]:
    """Two pods of one namespace see the same namespace labels; of one service account too, the same of its labels."""
    pods = gates.all_of((subject.is_kind({Kind.POD}), peer.is_kind({Kind.POD})))
    together = gates.all_of((pods, _same_name(gates, subject, peer, NAMESPACE)))
    account = gates.all_of((together, _same_name(gates, subject, peer, SERVICE_ACCOUNT)))
    for attribute in sorted(set(subject.labels) & set(peer.labels)):
        if attribute.scope is Scope.NAMESPACE and attribute != NAMESPACE:
            yield from _equal(together, subject.labels[attribute], peer.labels[attribute])
        elif attribute.scope is Scope.SERVICE_ACCOUNT and attribute != SERVICE_ACCOUNT:
            yield from _equal(account, subject.labels[attribute], peer.labels[attribute])


def _same_name(gates: Gates, subject: EndpointCode, peer: EndpointCode, name: Attribute) -> int:
    one, other = subject.labels.get(name), peer.labels.get(name)
    if one is None or other is None:
        return FALSE
    both = sorted(set(one.values) & set(other.values))
    return gates.any_of(gates.all_of((one.values[each], other.values[each])) for each in both)


def _equal(condition: int, one: LabelCode, other: LabelCode) -> Iterator[tuple[int, ...]]:
    """If the condition holds, both have the same value: each value that either mentions, or both another."""
    for name in sorted(set(one.values) | set(other.values)):
        left, right = one.values.get(name), other.values.get(name)
        if left is not None and right is not None:
            yield (-condition, -left, right)
            yield (-condition, left, -right)
        elif left is not None:
            yield (-condition, -left, other.other)
        elif right is not None:
            yield (-condition, -right, one.other)
    yield (-condition, -one.present, other.present)
    yield (-condition, one.present, -other.present)
    for text in sorted(set(one.texts) & set(other.texts)):
        yield (-condition, -one.texts[text], other.texts[text])
        yield (-condition, one.texts[text], -other.texts[text])
