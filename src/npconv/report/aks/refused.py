"""Policies that Azure NPM drops without a word -> what Cilium will start to enforce (facts/azure_npm.md 1.3).

A policy with anything that NPM does not take (an IPv6 block, a `/0` that is not `0.0.0.0/0`; on Windows port names,
SCTP, `except`, negations) is not there at all: no event, no status, and its pods are open. Cilium takes all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dialects.azure_npm.profile import System
from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import NAMESPACE
from npconv.ir.policy import Direction
from npconv.report.aks import say
from npconv.report.aks.model import Certainty, Effect, Item, Repair, Witness
from npconv.report.aks.parties import ANYTHING, ask, outside, remote_node, selected, strangers, titles
from npconv.report.aks.party import Party
from npconv.report.aks.prepared import rehearsing
from npconv.report.aks.world import OnePolicy, World
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import meets


def of_refused(world: World) -> Iterator[Item]:
    """Every policy that NPM drops."""
    for one in world.policies:
        if not one.refused:
            continue
        closed, isolated, witness = _closed(world, one)
        why = say.listed((each.why.replace("`", "") for each in one.refused), 2)
        first = one.written.origin.at(*one.refused[0].path) if one.written.origin is not None else None
        ways = " and ".join(section.direction.value for section in one.tomorrow.sections)
        effect, then, because = _effect(one, closed=bool(closed), isolated=isolated)
        yield Item(
            thing=say.of_policy(one.tomorrow, first),
            npm=f"the policy is not there: NPM on {_system(world)} drops all of it for {why}, without an event or a "
            "status; if it was edited, its last good version may still be in force",
            cilium=f"the whole policy is in force for {ways} of its pods: {then}",
            effect=effect,
            certainty=Certainty.POSSIBLE if because else Certainty.CERTAIN,
            because=because,
            witness=witness,
            pods=titles(closed),
            repairs=tuple(_repairs(world, one)),
        )


def _effect(one: OnePolicy, *, closed: bool, isolated: bool) -> tuple[Effect, str, str]:
    """What it does that the policy is enforced, in words, and what that depends on."""
    if closed:
        return Effect.CLOSES, "what its rules do not allow is denied from then on", ""
    if isolated and any(section.rules for section in one.tomorrow.sections):
        then = "other policies isolate these pods already, and its rules add to what they allow"
        return Effect.OPENS, then, "it depends on whom its rules allow beside the other policies"
    if isolated:
        return Effect.NONE, "other policies deny the same already", ""
    if all(any(rule.peer == rule.traffic == ALWAYS for rule in section.rules) for section in one.tomorrow.sections):
        return Effect.NONE, "its rules allow everything, so that nothing changes", ""
    then = "what its rules do not allow is denied from then on"
    return Effect.CLOSES, then, "it depends on whether its rules leave anybody out"


def _isolates(world: World, subject: Party, direction: Direction) -> bool:
    """Whether a policy isolates the pod today, or may: a made-up pod may have labels that it selects by."""
    probe = Flow(direction=direction, subject=subject.today, peer=subject.today)
    near = world.near(subject.today.attributes.get(NAMESPACE, "")).today
    for tier in near.tiers:
        for policy in tier.policies:
            section = policy.section(direction)
            if section is None or not section.isolates:
                continue
            if not subject.pods or meets(policy.subject, probe, subject.today):
                return True
    return False


def _closed(world: World, one: OnePolicy) -> tuple[list[Party], bool, Witness | None]:
    """The pods that are shut off by it, whether anything isolates them today, and one connection that ends."""
    found: dict[int, Party] = {}
    isolated = False
    witness: Witness | None = None
    for subject in selected(world, one):
        for section in one.tomorrow.sections:
            isolated = isolated or _isolates(world, subject, section.direction)
            for peer in (*strangers(world, one), outside(), remote_node()):
                asked = ask(world, section.direction, subject, peer, ANYTHING)
                if asked.closes:
                    found[id(subject)] = subject
                    witness = witness or say.witness(section.direction, subject, peer, ANYTHING, asked)
    return list(found.values()), isolated, witness


def _repairs(world: World, one: OnePolicy) -> Iterator[Repair]:
    name, namespace = one.name.name, one.name.namespace
    ready = rehearsing(world, one)
    if ready is not None:
        yield Repair(
            what="to have it enforced, rehearse it before the change: apply it in a form that NPM takes "
            f"({ready.says}), and see what stops; the original, which says more, is for after the change",
            manifest=ready.manifest,
            changes_today=True,
        )
    yield Repair(
        what="to keep what passes today, delete it before the change",
        command=f"kubectl delete networkpolicy {name} -n {namespace}",
    )


def _system(world: World) -> str:
    return "Windows" if world.npm.system is System.WINDOWS else "Linux"
