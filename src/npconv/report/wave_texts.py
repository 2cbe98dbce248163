"""The steps of a roll-out -> what is printed of each: why it is there, what to paste, when to go on, how to go back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Final

from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.pipeline.engines import Engine
from npconv.report.model import Command
from npconv.report.wave_objects import WAVE


class Step(IntEnum):
    """What the waves are about, in their order."""

    SHARED = 0
    STAGED = 1
    OPEN = 2
    AUTOMATIC = 3
    REVIEW = 4
    REWRITE = 5
    DECIDE = 6
    LAST = 7


TITLES: Final[Mapping[Step, tuple[str, str, str]]] = {
    Step.SHARED: (
        "shared",
        "Objects that others refer to",
        "tiers, network sets and CIDR groups do nothing alone; without them, policies that name one are refused, or "
        "match nothing",
    ),
    Step.STAGED: (
        "staged",
        "All policies, staged",
        "staged policies enforce nothing: Calico's flow logs show what they would do with today's traffic",
    ),
    Step.OPEN: (
        "open",
        "All policies, isolating nothing yet",
        "every allow is in place before anything is shut, so that no later step shuts out what another policy allows",
    ),
    Step.AUTOMATIC: (
        "automatic",
        "Namespaces that translate exactly",
        "proven equal, and nothing is assumed about them",
    ),
    Step.REVIEW: (
        "review",
        "Namespaces to look at",
        "equal if the assumptions hold, or not proven: look at them, and test them",
    ),
    Step.REWRITE: (
        "rewrite",
        "Namespaces that lose flows",
        "some flows that pass today will not: rewrite these policies, or accept what is lost",
    ),
    Step.DECIDE: (
        "decide",
        "Namespaces that need a decision",
        "some of their policies cannot be said, or would let more through: see the decisions",
    ),
    Step.LAST: (
        "last",
        "Policies of the whole cluster, and default denies",
        "they shut what nobody allowed: by now everything that should pass is allowed, and was seen to pass",
    ),
}
"""Of each step: the name of its folder, its title, and why it is there."""

BEFORE_CLOSING: Final = (Step.SHARED, Step.STAGED, Step.OPEN)


def commands(
    step: Step, folder: str, target: Engine, *, shuts: bool, doors: Sequence[str], staged: str
) -> Iterator[Command]:
    """What to paste.

    `shuts`: doors of namespaces are taken away; `doors` are the names of others to delete, `staged` is the folder of
    the staged policies, if there is one.
    """
    if staged and step is Step.OPEN:
        yield Command(
            text=f"kubectl delete --ignore-not-found -f {staged}/",
            why="take the staged policies away: the real ones come now",
        )
    if folder:
        yield Command(
            text=f"kubectl apply --server-side --dry-run=server -f {folder}/",
            why="let the API server check all of it",
        )
        yield Command(text=f"kubectl apply -f {folder}/", why="apply")
    if doors:
        yield Command(
            text=f"kubectl delete globalnetworkpolicies.projectcalico.org --ignore-not-found {' '.join(doors)}",
            why="take the doors away that kept everything open",
        )
    if shuts and not isinstance(target, CalicoProfile):
        yield Command(
            text=f"kubectl delete networkpolicies.networking.k8s.io --all-namespaces -l {WAVE}={TITLES[step][0]}",
            why="take the doors of these namespaces away: from here on their policies isolate",
        )


def hold(step: Step, target: Engine) -> str:
    """What must be true before the next wave."""
    if step is Step.SHARED:
        return "every object is there: the command ends without an error"
    if step is Step.STAGED:
        return (
            "the flow logs (Whisker, or Goldmane's API) name no flow that a staged policy would deny and that should "
            "pass; at least one business day of traffic has been seen"
        )
    seen = {
        CiliumProfile: "`hubble observe --verdict DROPPED --last 1000` shows no drop that should not be",
        CalicoProfile: "the flow logs show no deny that should not be",
    }.get(type(target), "the applications report no new time-outs")
    if step is Step.OPEN:
        return f"`bash probes.sh allow` passes: what will be allowed gets through; {seen}"
    return f"`bash probes.sh` passes; {seen}; the owners of these namespaces agree"


def undo(step: Step, folder: str, opened: str, target: Engine, *, shuts: bool, added: bool) -> Iterator[Command]:
    """How to go back.

    `opened` is the folder in which everything is open; `shuts`: the wave took doors of namespaces away; `added`: it
    brought new objects.
    """
    if step in BEFORE_CLOSING:
        yield Command(text=f"kubectl delete --ignore-not-found -f {folder}/", why="take away what this wave brought")
        return
    if added and folder:
        yield Command(text=f"kubectl delete --ignore-not-found -f {folder}/", why="take away what this wave brought")
    if not opened:
        return
    why = "open again: the policies stay, and isolate nothing"
    if isinstance(target, CalicoProfile):
        yield Command(text=f"kubectl apply -f {opened}/cluster.yaml", why=why)
    elif shuts:
        yield Command(text=f"kubectl apply -f {opened}/ -l {WAVE}={TITLES[step][0]}", why=why)
    elif folder:
        again = f'for file in {folder}/*.yaml; do kubectl apply -f "{opened}/$(basename "$file")"; done'
        yield Command(text=again, why=why)
