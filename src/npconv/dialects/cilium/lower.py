"""IR -> Cilium model: one document per policy, allows and denies without order, isolation by default deny."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import Final, TypeVar

from npconv.dataclass import dataclass
from npconv.dialects.cilium.cidr_match import Matched
from npconv.dialects.cilium.forms import extended, splitter
from npconv.dialects.cilium.lower_own_node import keep_out
from npconv.dialects.cilium.lower_said import Writer
from npconv.dialects.cilium.lower_selectors import Writing, halved
from npconv.dialects.cilium.model import (
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    CiliumPolicy,
    EgressRule,
    EnableDefaultDeny,
    IngressRule,
    Rule,
)
from npconv.dialects.cilium.profile import AllowLocalhost, CiliumProfile
from npconv.dialects.cilium.say import target
from npconv.ir import policy as ir
from npconv.ir.addresses import Addresses
from npconv.ir.policy import Direction, PolicySet
from npconv.lowering import closing
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube, covers
from npconv.lowering.denies import Unordered
from npconv.lowering.isolate import Isolated, isolated
from npconv.lowering.tiers import Bounds, Isolation, Ordered, join
from npconv.source.object_meta import ObjectMeta

PIECES = 256
"""The most pieces that one rule may be cut into (`--max-pieces`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """Cilium policies, each with the source policy it comes from, and what happened on the way, per direction.

    The policies are made one by one as somebody takes them, once: all of them at once are several times their text.
    """

    objects: Iterator[tuple[CiliumPolicy, ir.Policy]]
    joined: Mapping[Direction, Ordered]
    settled: Mapping[Direction, Unordered]


def lower(
    policies: PolicySet,
    profile: CiliumProfile,
    plan: AddressPlan,
    *,
    names: Mapping[ir.PolicyName, ObjectMeta],
    groups: Mapping[Addresses, str] = MappingProxyType({}),
    pieces: int = PIECES,
) -> Lowered:
    """Say a policy set in Cilium's words, exactly where these can, narrower elsewhere (design, section 4).

    `groups` names CIDR groups that may stand for what they hold; the caller writes those that are used.
    `names` gives every policy that is to be written its metadata; policies without one are built into the source's
    engine, and Cilium has the same behaviour built in (the own node reaches its pods).
    """
    joined: dict[Direction, Ordered] = {}
    settled: dict[Direction, Unordered] = {}
    matched = Matched.of(profile, plan)
    for direction in Direction:
        split = splitter(plan, direction, extended(profile), matched)
        bounds = Bounds(split, target(profile, matched), pieces, is_about_others=True)
        found = join(policies, direction, bounds)
        found = found if profile.non_default_deny else isolated(found, bounds)
        joined[direction], settled[direction] = closing.settled(found, bounds)
        if direction is Direction.INGRESS and profile.allow_localhost is AllowLocalhost.ALWAYS:
            keep_out(joined[direction], settled[direction], bounds.target, pieces)
        if not profile.non_default_deny:
            settled[direction].allows = _where_isolated(settled[direction].allows, joined[direction].isolations)
    own = {
        direction: _Own(
            _by_policy(settled[direction].allows),
            _by_policy(settled[direction].denies),
            _by_policy(joined[direction].isolations),
        )
        for direction in Direction
    }
    named: dict[ir.PolicyName, list[ir.Policy]] = {}
    for tier in policies.tiers:
        for policy in tier.policies:
            named.setdefault(policy.name, []).append(policy)  # denies and allows of one object, or its several rules
    cluster = profile.cluster_name if profile.scopes_to_local_cluster else ""
    writer = Writer(Writing("", groups, cluster, halved(profile), matched))
    written = (
        (document, parts[0])
        for name, parts in named.items()
        if (metadata := names.get(name)) is not None
        and (document := _document(parts, metadata, own, writer, profile)) is not None
    )
    return Lowered(objects=written, joined=joined, settled=settled)


_Item = TypeVar("_Item", Clause, Isolation)


@dataclass(slots=True)
class _Part:
    """One direction of a rule of the output."""

    isolates: bool = False
    allows: list[Clause] = field(default_factory=list)
    denies: list[Clause] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Whether it only isolates: an empty entry says so, and allows nothing."""
        return self.isolates and not self.allows and not self.denies

    @property
    def enables(self) -> bool | None:
        """What it has to say of default deny: False where it isolates nobody and has entries, else nothing."""
        return None if self.isolates or not (self.allows or self.denies) else False


@dataclass(slots=True)
class _Parts:
    """What is said of a subject; None for a direction of which nothing is."""

    ingress: _Part | None = None
    egress: _Part | None = None

    def of(self, direction: Direction) -> _Part:
        """The part of a direction, from now on."""
        if direction is Direction.INGRESS:
            part = self.ingress = self.ingress or _Part()
        else:
            part = self.egress = self.egress or _Part()
        return part

    def isolate(self, direction: Direction) -> None:
        """Isolate the subject in a direction of which something is said."""
        part = self.ingress if direction is Direction.INGRESS else self.egress
        if part is not None:
            part.isolates = True


@dataclass(frozen=True, slots=True)
class _Own:
    """What belongs to each policy in one direction, by the policy's identity; let go once a document is made of it."""

    allows: dict[int, list[Clause]]
    denies: dict[int, list[Clause]]
    isolations: dict[int, list[Isolation]]


def _by_policy(items: Iterable[_Item]) -> dict[int, list[_Item]]:
    found: dict[int, list[_Item]] = {}
    for one in items:
        found.setdefault(id(one.policy), []).append(one)
    return found


def _document(
    policies: Sequence[ir.Policy],
    metadata: ObjectMeta,
    own: Mapping[Direction, _Own],
    writer: Writer,
    profile: CiliumProfile,
) -> CiliumPolicy | None:
    parts: dict[Cube, _Parts] = {}
    for policy in policies:
        key = id(policy)
        for direction, found in own.items():
            for clause in found.allows.pop(key, ()):
                _parts(parts, clause.box.subject).of(direction).allows.append(clause)
            for clause in found.denies.pop(key, ()):
                _parts(parts, clause.box.subject).of(direction).denies.append(clause)
    for policy in policies:
        key = id(policy)
        for direction, found in own.items():
            for isolation in found.isolations.pop(key, ()):
                _parts(parts, isolation.subject).of(direction).isolates = True
                for cube, by in parts.items():
                    if covers(isolation.subject, cube):
                        by.isolate(direction)
    if not profile.non_default_deny:  # every rule isolates, and is about isolated subjects alone
        for by in parts.values():
            for direction in Direction:
                by.isolate(direction)
    rules = tuple(rule for cube, by in parts.items() for rule in _rules(cube, by, metadata.namespace, writer))
    if not rules:
        return None
    kind = CiliumNetworkPolicy if metadata.namespace else CiliumClusterwideNetworkPolicy
    if len(rules) == 1:
        return kind(metadata=metadata, spec=rules[0])
    return kind(metadata=metadata, specs=rules)


def _where_isolated(allows: Iterable[Clause], isolations: list[Isolation]) -> list[Clause]:
    """Allows for the subjects that need one: where `enableDefaultDeny` has no effect, an Allow for others isolates."""
    known = Isolated(isolations, PIECES)
    return [
        clause.over(clause.box.having("subject", subject))
        for clause in allows
        for subject in known.parts(clause.box.subject)
    ]


def _parts(parts: dict[Cube, _Parts], subject: Cube) -> _Parts:
    found = parts.get(subject)
    if found is None:
        found = parts[subject] = _Parts()
    return found


_ENABLED: Final = {
    (ingress, egress): None if ingress is egress is None else EnableDefaultDeny(ingress=ingress, egress=egress)
    for ingress in (None, False)
    for egress in (None, False)
}
"""What `enableDefaultDeny` says, by what is said of each direction."""
_NOTHING: Final = _Part()
_BARE_INGRESS: Final = (IngressRule(),)
_BARE_EGRESS: Final = (EgressRule(),)


def _rules(subject: Cube, by: _Parts, namespace: str, writer: Writer) -> Iterable[Rule]:
    ingress, egress = by.ingress or _NOTHING, by.egress or _NOTHING
    enabled = _ENABLED[ingress.enables, egress.enables]
    allowed_in = writer.ingress(ingress.allows, namespace) if ingress.allows else ()
    denied_in = writer.ingress_deny(ingress.denies, namespace) if ingress.denies else ()
    allowed_out = writer.egress(egress.allows, namespace) if egress.allows else ()
    denied_out = writer.egress_deny(egress.denies, namespace) if egress.denies else ()
    for selector in writer.subjects(subject, namespace):
        yield writer.rule(
            selector,
            enabled,
            ingress=_BARE_INGRESS if ingress.is_bare else allowed_in,
            ingress_deny=denied_in,
            egress=_BARE_EGRESS if egress.is_bare else allowed_out,
            egress_deny=denied_out,
        )
