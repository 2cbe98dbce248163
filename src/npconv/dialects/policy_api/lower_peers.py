"""IR conditions on a peer -> peers of the policy API: pods by labels, and on egress addresses, whoever holds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.dialects.policy_api.forms import CLUSTER
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.lower_selectors import selected
from npconv.dialects.policy_api.model import DomainNames, Namespaces, Networks, Peer
from npconv.dialects.policy_api.say import all_unsayable, freed
from npconv.ir.addresses import ALL_V4, ALL_V6, EVERY_ADDRESS, Addresses
from npconv.ir.condition import NEVER, Condition, Either, Holds, both, either
from npconv.ir.dimensions import Axis, Family, Kind, Kinds, Named
from npconv.ir.policy import Action, Direction
from npconv.lowering.addresses import NODES, PODS, AddressPlan, Relation
from npconv.lowering.cube import Cube, cubes
from npconv.lowering.outside import without
from npconv.lowering.sayable import Unsayable
from npconv.lowering.views import seen_as
from npconv.source.label_selector import LabelSelector

EVERYTHING = Networks(cidrs=("0.0.0.0/0", "::/0"))
EVERY_POD = Namespaces(selector=LabelSelector())


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the words of a rule depend on."""

    plan: AddressPlan
    direction: Direction
    action: Action
    channel: Channel
    cluster: str
    pieces: int
    families: frozenset[Family] = frozenset(Family)
    closed_behind: bool = False
    networks_outside: bool = False
    """Whether `networks` are for what is outside the cluster alone, as Cilium reads them (facts/cilium.md 3.3)."""
    named_ports: bool = False
    """Whether the ports are named: no addresses may stand beside them."""

    @property
    def by_address(self) -> bool:
        """Whether `networks` may be written for pods."""
        return self.direction is Direction.EGRESS and not (self.named_ports or self.networks_outside)

    @property
    def widest(self) -> bool:
        """Whether what cannot be said is to be covered, as a Deny needs it; else it is left out."""
        return self.action is Action.DENY


@dataclass(slots=True)
class Found:
    """The peers, and why they are not the whole (or more than the) truth.

    `stays_open`: the rule denies ingress from what no `from` can name.
    """

    peers: list[Peer] = field(default_factory=list)
    unsaid: list[Unsayable] = field(default_factory=list)
    stays_open: bool = False


def peers(condition: Condition, scene: Scene) -> Found:
    """The peers of a rule. Raises TooManyError if there are too many."""
    found = Found()
    pod, host, remote, outside = (
        seen_as(condition, one, scene.cluster) for one in (Kind.POD, Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE)
    )
    if scene.direction is Direction.INGRESS:
        # What comes from elsewhere than pods goes on: to accept it needs no words unless NetworkPolicies deny it then
        # (but never what comes from the own node), and to deny it there are none.
        found.stays_open = scene.widest and (host, remote, outside) != (NEVER, NEVER, NEVER)
        if scene.closed_behind and scene.action is Action.ALLOW and (remote, outside) != (NEVER, NEVER):
            why = "`from` selects pods only, and the NetworkPolicies behind deny the rest"
            found.unsaid.append(Unsayable("peer", Axis.KIND, codes.PEER, why))
        _pods(pod, scene, found)
    else:
        node = _nodes(host, remote, scene, found)
        _egress(pod, node, outside, scene, found)
    found.peers = list(dict.fromkeys(found.peers))
    return found


def _egress(pod: Condition, node: Condition, outside: Condition, scene: Scene, found: Found) -> None:
    if scene.networks_outside:
        if node != NEVER:
            found.unsaid.append(Unsayable("peer", Axis.KIND, codes.NODES, "`networks` are for no node there"))
        _networks(outside, (), scene, found)
        _pods(pod, scene, found)
        return
    parts = set(_parts(outside))
    if node == outside != NEVER and parts <= set(_parts(pod)):
        _networks(outside, (), scene, found)
        pod = either(*(one for one in _parts(pod) if one not in parts))
    elif node == outside:
        _networks(outside, (PODS,), scene, found)
    else:
        _node_networks(node, scene, found)
        _networks(outside, (PODS, NODES), scene, found)
    _pods(pod, scene, found)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, Either) else (condition,)


def _nodes(host: Condition, remote: Condition, scene: Scene, found: Found) -> Condition:
    if host == remote:
        return host
    found.unsaid.append(Unsayable("peer", Axis.KIND, codes.NODES, "addresses do not tell a pod's own node from others"))
    return either(host, remote) if scene.widest else both(host, remote)


def _pods(condition: Condition, scene: Scene, found: Found) -> None:
    for cube in cubes(condition, scene.pieces):
        reasons = all_unsayable("peer", cube.condition)
        found.unsaid += reasons
        if reasons and not scene.widest:
            continue
        said = _in_family(freed(cube, reasons), scene, found)
        if said is None:
            continue
        asked = said.members(Axis.ADDRESS)
        labels = said.having(Axis.ADDRESS, None)
        if not isinstance(asked, Addresses):
            found.peers += selected(labels, anchored=True)
            continue
        match scene.plan.relation(PODS, asked):
            case Relation.COVERS:
                found.peers += selected(labels, anchored=True)
            case Relation.APART:
                pass
            case Relation.PARTLY if scene.by_address and labels.is_full and not scene.plan.pods.assumed:
                found.peers += _listed(asked & scene.plan.pods.addresses)
            case Relation.PARTLY:
                why = "the range holds some of the pods, and pods are selected by labels"
                found.unsaid.append(Unsayable("peer", Axis.ADDRESS, codes.PEER, why))
                found.peers += selected(labels, anchored=True) if scene.widest else ()


def _in_family(cube: Cube, scene: Scene, found: Found) -> Cube | None:
    """Pods have one family, if that is known; else it cannot be asked for."""
    if len(scene.families) == len(Family):
        return cube
    if scene.plan.only_v4:
        return cube if Family.V4 in scene.families else None
    found.unsaid.append(Unsayable("traffic", Axis.FAMILY, codes.TRAFFIC, "the families of pods are not told apart"))
    return cube if scene.widest else None


def _networks(condition: Condition, others: Sequence[Kinds], scene: Scene, found: Found) -> None:
    """Addresses of endpoints that are none of the others."""
    for asked in _addresses(condition, scene, found):
        cut = without(asked, others, scene.plan, widest=scene.widest)
        if not cut.exact:
            why = "the range holds addresses that pods or nodes may have"
            found.unsaid.append(Unsayable("peer", Axis.ADDRESS, codes.MAYBE_CLUSTER, why))
        found.peers += _listed(cut.addresses)


def _node_networks(condition: Condition, scene: Scene, found: Found) -> None:
    for asked in _addresses(condition, scene, found):
        known, places = scene.plan.nodes.addresses, scene.plan.places(NODES)
        if not scene.plan.nodes.assumed:
            found.peers += _listed(asked & (places if scene.widest else known))
        if not scene.plan.nodes.assumed and (asked & places & ~known).is_empty:
            continue
        found.unsaid.append(Unsayable("peer", Axis.KIND, codes.NODES, "the addresses of the nodes are not known"))
        found.peers += [EVERYTHING] if scene.widest and scene.plan.nodes.assumed else []


def _addresses(condition: Condition, scene: Scene, found: Found) -> Iterator[Addresses]:
    for cube in cubes(condition, scene.pieces):
        names = _names(cube, scene)
        if names is not None:
            found.peers.append(names)
            continue
        reasons = all_unsayable("peer", cube.condition)
        found.unsaid += reasons
        if reasons and not scene.widest:
            continue
        asked = freed(cube, reasons).members(Axis.ADDRESS)
        meant = asked if isinstance(asked, Addresses) else EVERY_ADDRESS
        if len(scene.families) < len(Family):
            meant &= ALL_V4 if Family.V4 in scene.families else ALL_V6
        yield meant


def _names(cube: Cube, scene: Scene) -> DomainNames | None:
    """A DNS name of the experimental channel: `*.` is what others write `**.`."""
    match tuple(cube.facts):
        case (Holds(Named(pattern), False),) if not cube.sets and scene.action is Action.ALLOW:
            plain = pattern.removeprefix("**.")
            if scene.channel is Channel.STANDARD or "*" in plain or "." not in plain:
                return None
            return DomainNames(names=(f"*.{plain}" if pattern != plain else plain,))
        case _:
            return None


def _listed(asked: Addresses) -> Iterator[Networks]:
    """The addresses as `networks`, which know no exceptions, and hold 25 at most."""
    cidrs = asked.cidrs()
    for start in range(0, len(cidrs), CLUSTER.limit):
        yield Networks(cidrs=cidrs[start : start + CLUSTER.limit])
