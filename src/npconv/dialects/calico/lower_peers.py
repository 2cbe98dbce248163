"""IR conditions on a peer -> the ways to be it, in Calico's words: labels, addresses, a service.

Calico matches addresses, whoever holds them. So a condition is looked at once for each kind of endpoint: what holds
for all of them alike is a plain `nets`, what holds for pods is a selector, and what holds for nodes or outside
endpoints alone is `nets` that the others' addresses are cut out of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Final, TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import calico_losses as codes
from npconv.dialects.calico.lower_selectors import Labels, alternatives, conjuncts, disjuncts
from npconv.dialects.calico.model_rule import ServiceMatch
from npconv.dialects.calico.say import all_unsayable
from npconv.ir.addresses import EVERY_ADDRESS, Addresses
from npconv.ir.condition import ALWAYS, NEVER, Condition, Holds, both, either, negate
from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, Axis, BackendOf, Kind, Kinds, LabelText, Scope
from npconv.ir.policy import Direction
from npconv.lowering.addresses import NODES, PODS, AddressPlan
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import Cube, cubes
from npconv.lowering.outside import without
from npconv.lowering.sayable import Unsayable
from npconv.lowering.views import seen_as
from npconv.source import names

_SERVICE: Final = "`services` stand alone, for one service, on the peer's side, and as a destination with its ports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """One way to be an end of a flow; everything that is given must hold. With nothing given: any address."""

    labels: Labels | None = None
    nets: Addresses | None = None
    not_pods: Condition | None = None
    """Pods that are not meant, by their own labels (`notSelector`, in a GlobalNetworkPolicy)."""
    service: ServiceMatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the words of a rule depend on: where it stands, and what is known of the cluster."""

    plan: AddressPlan
    namespace: str
    """Of the policy; empty for a GlobalNetworkPolicy."""
    direction: Direction
    cluster: str
    pieces: int
    widest: bool
    """Whether what cannot be said is to be covered, as a Deny needs it; else it is left out."""
    known: Known
    """What was found in scenes of this translation already."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways that were found, and the reasons why they are not the whole (or more than the) truth."""

    whos: tuple[Who, ...]
    unsaid: tuple[Unsayable, ...]


_Key: TypeAlias = tuple[str, Condition, Direction, bool, bool]
Known: TypeAlias = dict[_Key, Ways]
"""Ways by what they depend on: rules ask the same of an end again and again."""


@dataclass(slots=True)
class Found:
    """Ways, while they are looked for."""

    whos: list[Who] = field(default_factory=list)
    unsaid: list[Unsayable] = field(default_factory=list)


def peers(condition: Condition, scene: Scene) -> Ways:
    """The ways to be a peer. Raises TooManyError if there are too many."""
    return _remembered("peer", condition, scene, _peers)


def own_side(condition: Condition, scene: Scene) -> Ways:
    """The ways to be the pod that a policy selects, as a rule of it asks for."""
    return _remembered("subject", condition, scene, _own_side)


def _remembered(part: str, condition: Condition, scene: Scene, look: Callable[[Condition, Scene], Found]) -> Ways:
    """The ways depend on whether the policy is of a namespace, and not on which."""
    key = (part, condition, scene.direction, scene.widest, bool(scene.namespace))
    ways = scene.known.get(key)
    if ways is None:
        found = look(condition, scene)
        ways = scene.known[key] = Ways(tuple(found.whos), tuple(found.unsaid))
    return ways


def _peers(condition: Condition, scene: Scene) -> Found:
    found = Found()
    pod, host, remote, outside = (
        seen_as(condition, one, scene.cluster) for one in (Kind.POD, Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE)
    )
    node = _nodes(host, remote, scene, found)
    if node == outside:
        rest = _shared(pod, outside, scene, found)
        if rest is None:
            _beyond(outside, (PODS,), scene, found)
            rest = pod
        _pods(rest, "peer", scene, found)
        return found
    _pods(pod, "peer", scene, found)
    _node_nets(node, scene, found)
    _beyond(outside, (PODS, NODES), scene, found)
    return found


def _own_side(condition: Condition, scene: Scene) -> Found:
    found = Found()
    _pods(seen_as(condition, Kind.POD, scene.cluster), "subject", scene, found)
    return found


def _nodes(host: Condition, remote: Condition, scene: Scene, found: Found) -> Condition:
    """What a rule asks of nodes. The own node always comes in, so that ingress rules are about the others."""
    if scene.direction is Direction.INGRESS or host == remote:
        return remote
    why = "Calico cannot tell a pod's own node from other nodes"
    found.unsaid.append(Unsayable("peer", Axis.KIND, codes.OWN_NODE, why))
    return either(host, remote) if scene.widest else both(host, remote)


def _shared(pod: Condition, others: Condition, scene: Scene, found: Found) -> Condition | None:
    """Write what all have in common; what is left for pods alone, or None if nothing could be written."""
    if others == NEVER:
        return pod
    common = set(disjuncts(others))
    if common <= set(disjuncts(pod)):
        _anyone(others, None, scene, found)
        return either(*(one for one in disjuncts(pod) if one not in common))
    spared = None if scene.namespace else _spared(pod, others)
    if spared is None:
        return None
    _anyone(others, spared, scene, found)
    return NEVER


def _spared(pod: Condition, others: Condition) -> Condition | None:
    """The pods to except from what holds for all others, if their own labels (or none) tell them apart."""
    common = set() if others == ALWAYS else set(conjuncts(others))
    if pod == NEVER:
        return ALWAYS
    if not common <= set(conjuncts(pod)):
        return None
    spared = negate(both(*(one for one in conjuncts(pod) if one not in common)))
    asked = {one.attribute if isinstance(one, LabelText) else one for one in leaves(spared)}
    mine = all(
        isinstance(one, Attribute) and (one.scope is Scope.POD or one in (NAMESPACE, SERVICE_ACCOUNT)) for one in asked
    )
    return spared if mine and not all_unsayable("peer", spared) else None


def _anyone(condition: Condition, spared: Condition | None, scene: Scene, found: Found) -> None:
    for cube in _cubes(condition, scene):
        service = _service(cube, scene)
        if service is not None and spared is None:
            found.whos.append(Who(service=service))
            continue
        nets = _nets(cube, scene, found)
        if nets is not None:
            found.whos.append(Who(nets=None if nets.is_full else nets, not_pods=spared))


def _beyond(condition: Condition, others: Sequence[Kinds], scene: Scene, found: Found) -> None:
    """Endpoints that hold an address and are none of the others."""
    for cube in _cubes(condition, scene):
        asked = _nets(cube, scene, found)
        if asked is None:
            continue
        spared, excepted = None, list(others)
        if not scene.namespace and without(asked, (PODS,), scene.plan, widest=False).addresses != asked:
            # A GlobalNetworkPolicy can except pods as such, wherever they have their addresses.
            spared, excepted = ALWAYS, [one for one in others if one is not PODS]
        cut = without(asked, excepted, scene.plan, widest=scene.widest)
        if not cut.exact:
            who = "pods or nodes" if NODES in excepted else "pods"
            why = f"the range holds addresses that {who} may have"
            found.unsaid.append(Unsayable("peer", Axis.ADDRESS, codes.MAYBE_CLUSTER, why))
        if not cut.addresses.is_empty:
            found.whos.append(Who(nets=None if cut.addresses.is_full else cut.addresses, not_pods=spared))


def _node_nets(condition: Condition, scene: Scene, found: Found) -> None:
    for cube in _cubes(condition, scene):
        asked = _nets(cube, scene, found)
        if asked is None:
            continue
        known, places = scene.plan.nodes.addresses, scene.plan.places(NODES)
        if not scene.plan.nodes.assumed:
            nets = asked & (places if scene.widest else known)
            found.whos += [] if nets.is_empty else [Who(nets=nets)]
        if not scene.plan.nodes.assumed and (asked & places & ~known).is_empty:
            continue
        why = "Calico knows nodes by their addresses, and these are not known"
        found.unsaid.append(Unsayable("peer", Axis.KIND, codes.NODES, why))
        if scene.widest and scene.plan.nodes.assumed:
            # Wherever nodes are, they are no pods, and a GlobalNetworkPolicy can except these.
            spared = None if scene.namespace else ALWAYS
            found.whos.append(Who(nets=None if asked.is_full else asked, not_pods=spared))


def _pods(condition: Condition, part: str, scene: Scene, found: Found) -> None:
    """Pods by labels: the formula as it is, or, where it also asks for other things, cube by cube."""
    if not any(isinstance(leaf, Axis | BackendOf) for leaf in leaves(condition)) and not all_unsayable(part, condition):
        found.whos += [Who(labels=one) for one in alternatives(condition, scene.pieces)]
        return
    groups: dict[tuple[Addresses | None, ServiceMatch | None], list[Condition]] = {}
    for cube in cubes(condition, scene.pieces):
        said = _said(cube, part, scene, found)
        if said is None:
            continue
        asked = said.members(Axis.ADDRESS)
        service = next((one for one in said.facts if isinstance(one.fact, BackendOf)), None)
        labels = said.having(Axis.ADDRESS, None).without(*([service] if service else []))
        match = _service(said, scene)
        if service is not None and (match is None or part == "subject"):
            found.unsaid.append(Unsayable(part, service, codes.SERVICE, _SERVICE))
            if not scene.widest:
                continue
            match = None
        groups.setdefault((asked if isinstance(asked, Addresses) else None, match), []).append(labels.condition)
    for (nets, match), formulas in groups.items():
        for one in alternatives(either(*formulas), scene.pieces):
            own = part == "subject" and one == Labels()
            found.whos.append(
                Who(service=match) if match is not None else Who(labels=None if own else one, nets=nets),
            )


def _said(cube: Cube, part: str, scene: Scene, found: Found) -> Cube | None:
    """The cube without what cannot be said, or None where it is to be left out for that."""
    reasons = all_unsayable(part, cube.condition)
    found.unsaid += reasons
    if not reasons:
        return cube
    if not scene.widest:
        return None
    for reason in reasons:
        cube = cube.without(reason.what) if isinstance(reason.what, Holds) else cube.having(reason.what, None)
        if isinstance(reason.what, Holds):
            cube = cube.without(Holds(reason.what.fact, negated=True))
    return cube


def _cubes(condition: Condition, scene: Scene) -> Iterator[Cube]:
    yield from cubes(condition, scene.pieces)


def _nets(cube: Cube, scene: Scene, found: Found) -> Addresses | None:
    """The addresses that a cube without labels asks for; None where it asks for more than can be said."""
    said = _said(cube, "peer", scene, found)
    if said is None:
        return None
    for literal in sorted(said.facts, key=str):
        found.unsaid.append(Unsayable("peer", literal, codes.SERVICE, _SERVICE))
        if not scene.widest:
            return None
    asked = said.members(Axis.ADDRESS)
    return asked if isinstance(asked, Addresses) else EVERY_ADDRESS


def _service(cube: Cube, scene: Scene) -> ServiceMatch | None:
    """The service that a cube is about, if it asks for nothing else.

    As a destination Calico takes a service with its ports, as a source without (facts 3.9).
    """
    with_port = scene.direction is Direction.EGRESS
    match tuple(cube.facts):
        case (Holds(BackendOf(namespace, name, ported), False),) if not cube.sets and ported is with_port:
            is_one = not (names.dns_label(namespace) or names.dns_label(name))
            return ServiceMatch(name=name, namespace=namespace) if is_one else None
        case _:
            return None
