"""What the meaning of a policy's parts depends on besides themselves; remembers what parts mean that policies share.

Equal parts are mostly one object (see `parse_fields`), so that they are known by identity. Whoever lifts a set of
policies holds them for longer than what is here.
"""

from __future__ import annotations

from dataclasses import field

from npconv.dataclass import dataclass
from npconv.dialects.cilium import labels, lift_selectors
from npconv.dialects.cilium.labels import Mentions
from npconv.dialects.cilium.lift_addresses import CIDRGroups
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.lift_settled import Entry, Part
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import Condition, both, kind, negate
from npconv.ir.dimensions import Kind
from npconv.source.label_selector import LabelSelector


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where a set of policies is in force."""

    profile: CiliumProfile
    groups: CIDRGroups
    services: Services
    parts: dict[int, Part] = field(default_factory=dict, compare=False, repr=False)
    """What port rules mean."""
    _selectors: dict[int, tuple[Condition, Mentions]] = field(default_factory=dict, compare=False, repr=False)

    def selector(self, one: LabelSelector) -> tuple[Condition, Mentions]:
        """What a selector asks by itself, and what decides what Cilium adds to it."""
        found = self._selectors.get(id(one))
        if found is None:
            found = lift_selectors.condition(one, self.profile), labels.mentions(one)
            self._selectors[id(one)] = found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an entry's meaning depends on besides the entry. `namespace` is empty for clusterwide policies."""

    namespace: str
    subject_has_init: bool
    where: Installation
    entries: dict[int, Entry] = field(default_factory=dict, compare=False, repr=False)
    """What entries mean here."""
    _peers: dict[int, Condition] = field(default_factory=dict, compare=False, repr=False)
    _subjects: dict[int, Condition] = field(default_factory=dict, compare=False, repr=False)
    _added: dict[Mentions | None, Condition] = field(default_factory=dict, compare=False, repr=False)

    def peer(self, one: LabelSelector) -> Condition:
        """What a selector of `fromEndpoints` or `toEndpoints` selects in truth."""
        found = self._peers.get(id(one))
        if found is None:
            own, said = self.where.selector(one)
            found = self._peers[id(one)] = both(own, self._to_peer(said))
        return found

    def subject(self, one: LabelSelector) -> Condition:
        """Whom an `endpointSelector` selects in truth (`labels.inject_subject`).

        A namespaced rule selects pods of its namespace; a clusterwide one all endpoints but nodes (40, 77, G7).
        """
        found = self._subjects.get(id(one))
        if found is None:
            own, said = self.where.selector(one)
            if said.namespace_match:
                own = lift_selectors.condition(labels.inject_subject(one, self.namespace), self.where.profile)
            found = self._subjects[id(one)] = both(own, self._to_subject())
        return found

    def _to_peer(self, said: Mentions) -> Condition:
        found = self._added.get(said)
        if found is None:
            profile = self.where.profile
            added = labels.added_to_peer(said, self.namespace, profile, subject_has_init=self.subject_has_init)
            found = self._added[said] = lift_selectors.condition(added, profile)
        return found

    def _to_subject(self) -> Condition:
        found = self._added.get(None)
        if found is None:
            added = lift_selectors.condition(labels.inject_subject(_ANYONE, self.namespace), self.where.profile)
            found = both(kind(Kind.POD) if self.namespace else negate(kind(Kind.HOST)), added)
            self._added[None] = found
        return found


@dataclass(frozen=True, slots=True)
class Contexts:
    """The contexts of an installation: beside it, for what knew each other in a circle would outlive the run."""

    where: Installation
    _known: dict[tuple[str, bool], Context] = field(default_factory=dict, compare=False, repr=False)

    def of(self, namespace: str, subject: LabelSelector | None) -> Context:
        """The context of the entries of a rule: it is of a namespace (empty: clusterwide), and has a subject."""
        has_init = subject is not None and self.where.selector(subject)[1].init
        found = self._known.get((namespace, has_init))
        if found is None:
            found = Context(namespace=namespace, subject_has_init=has_init, where=self.where)
            self._known[namespace, has_init] = found
        return found


_ANYONE = LabelSelector()
