"""IR -> NetworkPolicies: allow rules without order, isolation, and a namespace of their own.

Denies are cut out of the Allows, and what denies on its own isolates its subject and allows the rest. A policy stays
one document where its subject is one selector of one namespace; otherwise it becomes several, with stable names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.dialects.k8s.forms import passes_anyway, passing, splitter
from npconv.dialects.k8s.lower_losses import built_in, losses, of_nothing, own_node
from npconv.dialects.k8s.lower_names import Namer
from npconv.dialects.k8s.lower_rules import rules
from npconv.dialects.k8s.lower_selectors import pods
from npconv.dialects.k8s.model import NetworkPolicy, Rule
from npconv.dialects.k8s.say import target
from npconv.dialects.k8s.wording import KUBERNETES, Wording
from npconv.ir import policy as ir
from npconv.ir.dimensions import NAMESPACE
from npconv.ir.policy import Direction, PolicySet
from npconv.ir.values import Values
from npconv.lowering import endpoints
from npconv.lowering import namespaces as spaces
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.lowering.denies import Unordered
from npconv.lowering.isolate import Isolated, isolated, only_allows
from npconv.lowering.losses import Loss
from npconv.lowering.tiers import Bounds, Ordered, join
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta

PIECES = 256
"""The most pieces that one rule may be cut into (`--max-pieces`)."""

TYPES = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """NetworkPolicies, each with the source policy it comes from, and what was lost on the way.

    `meant` is the policy set that was said: the given one, with what is known of the cluster settled. Compare with it.
    """

    objects: tuple[tuple[NetworkPolicy, ir.Policy], ...]
    meant: PolicySet
    losses: tuple[Loss, ...]
    joined: Mapping[Direction, Ordered]
    settled: Mapping[Direction, Unordered]


def lower(
    policies: PolicySet,
    plan: AddressPlan,
    *,
    names: Mapping[ir.PolicyName, ObjectMeta],
    namespaces: spaces.Namespaces = (),
    cluster: str = "default",
    wording: Wording = KUBERNETES,
    pieces: int = PIECES,
) -> Lowered:
    """Say a policy set in NetworkPolicies, exactly where these can, narrower elsewhere (design, section 4).

    `namespaces` are all that the cluster has, if they are known: policies that are not of one namespace need them.
    `cluster` is its name where the source knows a mesh of them.
    `names` gives every policy that is to be written its metadata. Subjects must be pods (`lowering.hosts`).
    """
    meant = spaces.settled(endpoints.settled(policies, cluster), namespaces)
    joined: dict[Direction, Ordered] = {}
    settled: dict[Direction, Unordered] = {}
    lost = list(of_nothing(meant))
    for direction in Direction:
        free = passing(wording, direction)
        bounds = Bounds(splitter(plan, direction, wording), target(wording, direction), pieces, is_about_others=True)
        found = join(meant, direction, bounds)
        found.clauses = [one for one in found.clauses if not passes_anyway(one, free)]
        found.unsaid = [one for one in found.unsaid if not passes_anyway(one.clause, free)]
        closed = isolated(found, bounds)
        joined[direction] = closed
        settled[direction] = only_allows(closed.clauses, bounds)
        settled[direction].allows = [one for one in settled[direction].allows if not passes_anyway(one, free)]
        lost += (one for one in losses(direction, closed, settled[direction]) if one.policy.name in names)
        lost += built_in(meant, names, free, plan, direction, isolates=bool(closed.isolations))
        lost += own_node(meant, direction, free, plan, pieces)
    namer, parts = Namer(names.values()), _parts(joined, settled, pieces)
    written = [
        (document, policy)
        for tier in meant.tiers
        for policy in tier.policies
        if (metadata := names.get(policy.name)) is not None
        for document in _documents(metadata, namer, parts.get(id(policy), {}), wording)
    ]
    return Lowered(objects=tuple(written), meant=meant, losses=tuple(lost), joined=joined, settled=settled)


@dataclass(slots=True)
class _Part:
    """What a policy does for one subject: the directions that it isolates, and what it allows there."""

    allows: dict[Direction, list[Clause]] = field(default_factory=dict)


_Parts: TypeAlias = dict[Cube, _Part]
"""By subject: a policy's own subjects come first, then parts of these for which it says more."""


def _parts(
    joined: Mapping[Direction, Ordered], settled: Mapping[Direction, Unordered], pieces: int
) -> dict[int, _Parts]:
    """The parts of each policy, by its identity."""
    found: dict[int, _Parts] = {}
    for direction in Direction:
        for one in joined[direction].isolations:
            part = found.setdefault(id(one.policy), {}).setdefault(one.subject, _Part())
            part.allows.setdefault(direction, [])
    for direction in Direction:
        isolations = Isolated(joined[direction].isolations, pieces)
        for clause in settled[direction].allows:
            for subject in isolations.parts(clause.box.subject):
                part = found.setdefault(id(clause.policy), {}).setdefault(subject, _Part())
                part.allows.setdefault(direction, []).append(clause)
    return found


def _documents(metadata: ObjectMeta, namer: Namer, parts: _Parts, wording: Wording) -> list[NetworkPolicy]:
    found: dict[tuple[str, LabelSelector], dict[Direction, tuple[Rule, ...]]] = {}
    for subject, part in parts.items():
        members = subject.members(NAMESPACE)
        for namespace in spaces.names(members if isinstance(members, Values) else None) or ():
            said = {
                direction: rules(clauses, namespace if namespace == metadata.namespace else "", wording)
                for direction, clauses in part.allows.items()
            }
            for selector in pods(subject):
                merged = found.setdefault((namespace, selector), {})
                for direction, more in said.items():
                    first = merged.get(direction)
                    merged[direction] = tuple(dict.fromkeys((*first, *more))) if first else more
    return [
        _document(_named(metadata, namespace, namer), selector, said) for (namespace, selector), said in found.items()
    ]


def _named(metadata: ObjectMeta, namespace: str, namer: Namer) -> ObjectMeta:
    name = namer.name(metadata, namespace)
    if (metadata.namespace, metadata.name) == (namespace, name):
        return metadata
    return replace(metadata, namespace=namespace, name=name)


def _document(
    metadata: ObjectMeta, selector: LabelSelector, said: Mapping[Direction, tuple[Rule, ...]]
) -> NetworkPolicy:
    return NetworkPolicy(
        metadata=metadata,
        pod_selector=selector,
        policy_types=tuple(name for direction, name in TYPES.items() if direction in said),
        ingress=said.get(Direction.INGRESS) or None,
        egress=said.get(Direction.EGRESS) or None,
    )
