"""`ipBlock`s -> those that let pods or nodes through in Azure NPM, which Cilium never takes for an address.

Azure NPM compares addresses, whoever holds them; to Cilium pods and nodes are identities, and no CIDR covers them
(facts/azure_npm.md 2.1 point 4, 2.3; facts/cilium.md 2.5; on AKS `policy-cidr-match-mode` cannot be set, 4.1).
A block is named only where both engines, asked about a pod or node that it covers, say different things.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.k8s.model import IPBlock
from npconv.dialects.k8s.placed import PlacedRule, counting
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction
from npconv.pipeline.endpoints import parsed
from npconv.report.aks import say
from npconv.report.aks.additions import addition
from npconv.report.aks.model import Certainty, Effect, Item, Repair, Witness
from npconv.report.aks.parties import ask, first_address, flows, nobody, remote_node, selected, titles, traffic_text
from npconv.report.aks.party import Party
from npconv.report.aks.places import Cover, addresses_of
from npconv.report.aks.prepared import Prepared
from npconv.report.aks.world import OnePolicy, World

_ENOUGH: Final = 4
"""How many peers are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    """What a block lets through today and not after: to or from whom, and where."""

    peers: tuple[Party, ...]
    ports: tuple[str, ...]
    subjects: tuple[Party, ...]
    witness: Witness


def of_pods(world: World, prepared: dict[str, Prepared]) -> Iterator[Item]:
    """The blocks that cover pods."""
    for one, rule, block, place in _blocks(world):
        asked = addresses_of(block)
        cover = world.places.pods.cover(asked)
        if cover is Cover.NONE:
            continue
        lost = _lost(world, one, rule, tuple(_pods(world, asked)))
        if lost is None:
            continue
        ready = prepared.get(str(one.name))
        yield Item(
            thing=say.of_policy(one.tomorrow, place),
            npm=f"{_shown(block)} also means the pods that have such addresses: "
            f"{_whose(lost, cover)} {_reach(rule.direction, lost)}",
            cilium=f"an ipBlock never means a pod, and no other rule lets {_them(rule.direction)}",
            effect=Effect.CLOSES,
            certainty=Certainty.POSSIBLE if cover is Cover.UNKNOWN else Certainty.CERTAIN,
            because="where pods have their addresses is not known: say it with --pod-cidr" * (cover is Cover.UNKNOWN),
            witness=lost.witness,
            pods=titles(lost.subjects),
            repairs=_for_pods(ready),
        )


def of_nodes(world: World) -> Iterator[Item]:
    """The blocks that cover nodes, and with them pods of the host network."""
    for one, rule, block, place in _blocks(world):
        asked = addresses_of(block)
        cover = world.places.nodes.cover(asked)
        if cover is Cover.NONE:
            continue
        lost = _lost(world, one, rule, tuple(_nodes(world, asked)))
        if lost is None:
            continue
        own = say.converted(world, one.name)
        hosted = _hosted(world, asked)
        what = "what comes from" if rule.direction is Direction.INGRESS else "the way to"
        yield Item(
            thing=say.of_policy(one.tomorrow, place),
            npm=f"{_shown(block)} also means the nodes that have such addresses, and pods of the host network on them"
            f"{f' ({say.listed(hosted)})' if hosted else ''}: {what} them passes at {say.listed(lost.ports)}",
            cilium=f"an ipBlock never means a node: {what} another node is denied, until a policy names remote-node",
            effect=Effect.CLOSES,
            certainty=Certainty.POSSIBLE if cover is Cover.UNKNOWN else Certainty.CERTAIN,
            because="where nodes have their addresses is not known: say it with --node-cidr" * (cover is Cover.UNKNOWN),
            witness=lost.witness,
            pods=titles(lost.subjects),
            repairs=(
                Repair(
                    what="a NetworkPolicy has no words for nodes in Cilium, so nothing can be done before the change; "
                    "right after it, apply what the policy becomes, if nodes are meant to pass",
                    manifest=own
                    if "remote-node" in own
                    else addition(rule, f"{one.name.name}-nodes", ("remote-node",)),
                ),
            ),
        )


def _blocks(world: World) -> Iterator[tuple[OnePolicy, PlacedRule, IPBlock, Origin | None]]:
    for one in world.policies:
        if not one.refused:  # what NPM drops lets nobody through by its rules
            for rule in counting(one.stored):
                for block, place in rule.blocks():
                    yield one, rule, block, place


def _lost(world: World, one: OnePolicy, rule: PlacedRule, peers: Sequence[Party]) -> _Lost | None:
    """Ask both engines about those whom the block covers, at each port of the rule, until enough is lost to tell."""
    lost_peers: dict[int, Party] = {}
    ports: dict[str, None] = {}
    subjects: dict[int, Party] = {}
    witness: Witness | None = None
    for subject in selected(world, one):
        for peer in peers:
            if peer.nodes and peer.nodes == subject.nodes and peer.today.kind is not Kind.POD:
                continue  # their own node, which always reaches them
            for sent, own, other in flows(rule.rule.ports, rule.direction, subject, peer):
                asked = ask(world, rule.direction, own, other, sent)
                if asked.closes:
                    lost_peers[id(peer)] = peer
                    subjects[id(subject)] = subject
                    ports[traffic_text(sent)] = None
                    witness = witness or say.witness(rule.direction, own, other, sent, asked)
            if id(subject) in subjects and len(lost_peers) > _ENOUGH:
                break
    if witness is None:
        return None
    return _Lost(
        peers=tuple(lost_peers.values()), ports=tuple(ports), subjects=tuple(subjects.values()), witness=witness
    )


def _pods(world: World, asked: Addresses) -> Iterator[Party]:
    """The sorts of pods that the addresses are of; somebody unknown where pods may be there without being seen."""
    found = world.pods.sorts_having(asked)
    yield from found
    told = asked & world.places.pods.told
    address = first_address(asked if told.is_empty else told)
    if not found and address is not None:
        yield nobody(world, address)


def _nodes(world: World, asked: Addresses) -> Iterator[Party]:
    """The nodes that the addresses are of, then one that is not known."""
    places = world.places.nodes
    for node in world.cluster.nodes:
        address = next((one for one in parsed(node.addresses) if one in asked), None)
        if address is not None:
            yield remote_node(address, node.name)
    known = asked & (places.told if not places.told.is_empty else places.seen)
    address = first_address(asked if known.is_empty else known)
    if address is not None:
        yield remote_node(address)


def _hosted(world: World, asked: Addresses) -> list[str]:
    """The pods of the host network that have such addresses."""
    return [
        f"{pod.namespace}/{pod.name}"
        for pod in world.cluster.pods
        if pod.host_network and not pod.has_ended and any(one in asked for one in parsed(pod.ips))
    ]


def _shown(block: IPBlock) -> str:
    return f"ipBlock {block.cidr}" + (f" except {', '.join(block.except_)}" if block.except_ else "")


def _whose(lost: _Lost, cover: Cover) -> str:
    named = titles(lost.peers)
    if cover is Cover.ALL and not named:
        return "all pods"
    if not named:
        return "pods that have one"
    return say.listed(named, _ENOUGH)


def _reach(direction: Direction, lost: _Lost) -> str:
    ports = say.listed(lost.ports)
    if direction is Direction.INGRESS:
        return f"reach the policy's pods at {ports}"
    return f"{'is' if len(lost.peers) == 1 and lost.peers[0].pods else 'are'} reached from the policy's pods at {ports}"


def _them(direction: Direction) -> str:
    return "them in" if direction is Direction.INGRESS else "what is sent to them through"


def _for_pods(ready: Prepared | None) -> tuple[Repair, ...]:
    if ready is None or not ready.opens_pods:
        return (
            Repair(
                what="if pods are meant, add a namespaceSelector or podSelector peer for these beside the ipBlock, "
                "before the change: it changes nothing in Azure NPM as long as their addresses are covered",
            ),
        )
    return (
        Repair(
            what=f"before the change, apply the policy with peers for these pods beside the ipBlock: {ready.says}; to "
            "Azure NPM it means the same",
            manifest=ready.manifest,
            changes_today=ready.changes_today,
        ),
    )
