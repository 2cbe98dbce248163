"""Peers that Azure NPM gets wrong -> whom it lets through by mistake, and whether Cilium still will.

B1, B2 and B3 of facts/azure_npm.md 1.4: `NotIn` of several values lets every namespace through; a peer that only says
what it is not also lets nodes and the outside through; on Windows the excluded namespaces are let out, and no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import kubernetes_losses as losses
from npconv.diagnostics.origin import Origin
from npconv.dialects.azure_npm.faults import Fault, fault
from npconv.dialects.k8s.model import SelectorPeer
from npconv.dialects.k8s.placed import PlacedRule, counting
from npconv.ir.dimensions import Attribute, Scope
from npconv.ir.policy import Direction
from npconv.report.aks import say
from npconv.report.aks.model import Effect, Item, Repair, Witness
from npconv.report.aks.parties import ask, example, flows, outside, remote_node, selected, strangers, titles
from npconv.report.aks.party import Party, sorts, together
from npconv.report.aks.prepared import is_negative, keeping, rehearsing
from npconv.report.aks.world import Asked, OnePolicy, World
from npconv.semantics.flow import Endpoint
from npconv.source.label_selector import LabelSelector, Operator


def of_leaks(world: World) -> Iterator[Item]:
    """Every peer of a policy in force that NPM gets wrong, or Cilium, and that makes a difference."""
    for one in world.policies:
        if one.refused:
            continue
        for rule in counting(one.stored):
            for peer, place in rule.peers():
                if not isinstance(peer, SelectorPeer):
                    continue
                wrong = fault(peer, rule.direction, world.npm)
                if wrong is not None:
                    yield from _item(world, _Wrong(one, rule, place, peer, wrong))
                elif is_negative(peer):
                    yield from _leaking(world, one, rule, place)


def _leaking(world: World, one: OnePolicy, rule: PlacedRule, place: Origin | None) -> Iterator[Item]:
    """What is only negative in a NetworkPolicy covers nodes and the outside in Cilium (facts/cilium.md 2.11)."""
    opened: dict[str, None] = {}
    subjects: dict[int, Party] = {}
    witness: Witness | None = None
    for subject in selected(world, one):
        for who, what in ((outside(), _OUTSIDE), (remote_node(), _NODES)):
            for sent, own, other in flows(rule.rule.ports, rule.direction, subject, who):
                asked = ask(world, rule.direction, own, other, sent)
                if asked.opens:
                    opened[what] = None
                    subjects[id(subject)] = subject
                    witness = witness or say.witness(rule.direction, own, other, sent, asked)
    ready = keeping(world, one)
    if witness is not None:
        yield Item(
            thing=say.of_policy(one.tomorrow, place),
            npm="a peer that only says what it is not covers pods alone",
            cilium=f"it covers whatever is not in these namespaces: {say.listed(opened)} "
            f"{_verb(opened, 'passes', 'pass')}, too",
            effect=Effect.OPENS,
            witness=witness,
            pods=titles(subjects.values()),
            repairs=(
                Repair(
                    what=f"before the change, apply the policy {ready.says}: to Azure NPM it means the same",
                    manifest=ready.manifest,
                    changes_today=ready.changes_today,
                ),
            )
            if ready is not None
            else (),
        )


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A peer, and what NPM takes it for."""

    one: OnePolicy
    rule: PlacedRule
    place: Origin | None
    peer: SelectorPeer
    fault: Fault


def _item(world: World, wrong: _Wrong) -> Iterator[Item]:
    one, rule = wrong.one, wrong.rule
    closed: dict[str, None] = {}
    opened: dict[str, None] = {}
    kept: dict[str, None] = {}
    subjects: dict[int, Party] = {}
    witness: Witness | None = None
    for subject in selected(world, one):
        for who, what in _probes(world, one, wrong.peer, wrong.fault):
            for sent, own, other in flows(rule.rule.ports, rule.direction, subject, who):
                asked = ask(world, rule.direction, own, other, sent)
                if asked.closes or asked.opens:
                    (closed if asked.closes else opened)[what] = None
                    subjects[id(subject)] = subject
                    witness = witness or say.witness(rule.direction, own, other, sent, asked)
                elif _still(asked, one) and who.tomorrow.attributes.get(_NAMESPACE) is None:
                    kept[what] = None
    if not closed and not opened and not kept:
        return
    effect = (
        Effect.SHIFTS if closed and opened else Effect.OPENS if opened else Effect.CLOSES if closed else Effect.NONE
    )
    way = "in" if rule.direction is Direction.INGRESS else "out"
    said = []
    if closed:
        said.append(f"{say.listed(closed)} {_verb(closed, 'is', 'are')} denied")
    if opened:
        said.append(f"{say.listed(opened)} {_verb(opened, 'passes', 'pass')}")
    if kept:
        said.append(
            f"{say.listed(kept)} still {_verb(kept, 'passes', 'pass')} as long as it reads the "
            "NetworkPolicy: a "
            "peer that is only negative covers nodes and the outside there, too"
        )
    yield Item(
        thing=say.of_policy(one.tomorrow, wrong.place),
        npm=f"{_what(wrong.fault)}{_passing((*closed, *kept), way)}",
        cilium="; ".join(said),
        effect=effect,
        witness=witness,
        pods=titles(subjects.values()),
        repairs=tuple(_repairs(world, one, kept=bool(kept))),
    )


_OUTSIDE = "what is outside the cluster"
_NODES = "other nodes"
_NAMESPACE = Attribute.of(Scope.NAMESPACE, "kubernetes.io/metadata.name")


def _passing(whom: Sequence[str], way: str) -> str:
    return f": {say.listed(whom)} {_verb(whom, 'passes', 'pass')} {way}" if whom else ""


def _verb(whom: Collection[str], one: str, several: str) -> str:
    """The verb for some of the parties, of which only the outside is one."""
    return one if list(whom) == [_OUTSIDE] else several


def _still(asked: Asked, one: OnePolicy) -> bool:
    after = asked.tomorrow
    return asked.today.allowed and after.policy is not None and after.policy.name == one.name


def _what(wrong: Fault) -> str:
    said = {
        losses.NPM_NOT_IN: "NotIn of several values lets every namespace through",
        losses.NPM_LEAK: "a peer that only says what it is not covers nodes and addresses outside, too",
        losses.NPM_FLIPPED: "the excluded namespaces are let out, and no others",
    }
    return " and ".join(said[code] for code in wrong.codes)


def _probes(world: World, of: OnePolicy, peer: SelectorPeer, wrong: Fault) -> Iterator[tuple[Party, str]]:
    """Pods of the namespaces that the peer excludes (those that are there, or made-up ones), nodes and the outside."""
    asked = (peer.namespace_selector or LabelSelector()).requirements
    selector = peer.pod_selector or LabelSelector()
    labels = example(selector)
    positive = example(LabelSelector(match_expressions=tuple(o for o in asked if o.operator is Operator.IN)))
    for one in asked:
        if one.operator not in (Operator.NOT_IN, Operator.DOES_NOT_EXIST):
            continue
        for value in one.values or ("x",):
            shown = f"namespaces with {one.key}={value}" if one.values else f"namespaces with the label {one.key}"
            found = False
            for namespace in world.cluster.namespaces:
                if one.key in namespace.labels and (not one.values or namespace.labels[one.key] == value):
                    for several in sorts(world.pods.of(namespace.name)):
                        found = True
                        yield together(several), f"pods of namespace {namespace.name} ({one.key}={value})"
            for unknown in strangers(world, of, labels) if not found else ():
                yield _labelled(unknown, {**positive, one.key: value}), f"pods of {shown}"
    if losses.NPM_FLIPPED in wrong.codes:
        for unknown in strangers(world, of, labels):
            yield _labelled(unknown, positive), "pods of the other namespaces"
    yield outside(), _OUTSIDE
    yield remote_node(), _NODES


def _labelled(party: Party, labels: dict[str, str]) -> Party:
    """A made-up pod in a namespace with these labels."""
    given = {Attribute.of(Scope.NAMESPACE, key): value for key, value in labels.items()}

    def having(one: Endpoint) -> Endpoint:
        return replace(one, attributes={**one.attributes, **given})

    said = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
    title = f"a pod of a namespace with {said}" if said else party.title
    return replace(party, today=having(party.today), tomorrow=having(party.tomorrow), title=title)


def _repairs(world: World, one: OnePolicy, *, kept: bool) -> Iterator[Repair]:
    ready = rehearsing(world, one)
    if ready is not None:
        yield Repair(
            what=f"to close it on a day of your choosing, apply the policy {ready.says} before the change: a NotIn for "
            "each value, beside a label that every namespace has, is what all engines get right",
            manifest=ready.manifest,
            changes_today=True,
        )
    text = say.converted(world, one.name)
    if kept and text:
        yield Repair(what="or, after the change, apply what the policy becomes, and delete the original", manifest=text)
    yield Repair(what="to keep open what passes by mistake and is needed, add a peer for it, or a rule without peers")
