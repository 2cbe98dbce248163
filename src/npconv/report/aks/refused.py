"""Policies that Azure NPM drops without a word -> what Cilium will start to enforce (facts/azure_npm.md 1.3).

A policy with anything that NPM does not take (an IPv6 block, a `/0` that is not `0.0.0.0/0`; on Windows port names,
SCTP, `except`, negations) is not there at all: no event, no status, and its pods are open. Cilium takes all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dialects.azure_npm.profile import System
from npconv.report.aks import say
from npconv.report.aks.model import Certainty, Effect, Item, Repair, Witness
from npconv.report.aks.parties import ANYTHING, ask, nobody, outside, remote_node, selected, titles
from npconv.report.aks.party import Party
from npconv.report.aks.prepared import rehearsing
from npconv.report.aks.world import OnePolicy, World


def of_refused(world: World) -> Iterator[Item]:
    """Every policy that NPM drops."""
    for one in world.policies:
        if not one.refused:
            continue
        closed, isolated, witness = _closed(world, one)
        why = say.listed((each.why for each in one.refused), 2)
        first = one.written.origin.at(*one.refused[0].path) if one.written.origin is not None else None
        lets = any(section.rules for section in one.tomorrow.sections)
        ways = " and ".join(section.direction.value for section in one.tomorrow.sections)
        if closed:
            effect, then = Effect.CLOSES, "what its rules do not allow is denied from then on"
        elif isolated and lets:
            effect, then = (
                Effect.OPENS,
                "other policies isolate these pods already, and its rules add to what they allow",
            )
        else:
            effect, then = Effect.NONE, "other policies deny the same already"
        yield Item(
            thing=say.of_policy(one.tomorrow, first),
            npm=f"the policy is not there: NPM on {_system(world)} drops all of it for {why}, without an event or a "
            "status; if it was edited, its last good version may still be in force",
            cilium=f"the whole policy is in force for {ways} of its pods: {then}",
            effect=effect,
            certainty=Certainty.CERTAIN if effect is not Effect.OPENS else Certainty.POSSIBLE,
            because=""
            if effect is not Effect.OPENS
            else "it depends on whom its rules allow beside the other policies",
            witness=witness,
            pods=titles(closed),
            repairs=tuple(_repairs(world, one)),
        )


def _closed(world: World, one: OnePolicy) -> tuple[list[Party], bool, Witness | None]:
    """The pods that are shut off by it, whether anything isolates them today, and one connection that ends."""
    found: dict[int, Party] = {}
    isolated = False
    witness: Witness | None = None
    for subject in selected(world, one):
        for section in one.tomorrow.sections:
            for peer in (nobody(world), outside(), remote_node()):
                asked = ask(world, section.direction, subject, peer, ANYTHING)
                isolated = isolated or not asked.today.allowed
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
