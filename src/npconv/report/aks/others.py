"""All flows of both engines -> the policies that change what passes and that no other step is about.

The steps ask about what is known to differ. This asks about everything: what Azure NPM enforces is compared with what
Cilium enforces of the same NetworkPolicies, over all flows, so that a difference nobody thought of is found, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from npconv.dataclass import dataclass
from npconv.lowering.labels import possible
from npconv.pipeline.diff import DiffOptions, Group, diff
from npconv.pipeline.existing import Traffic
from npconv.pipeline.meaning import Meaning
from npconv.report.aks import say
from npconv.report.aks.ipv6 import is_dual_stack
from npconv.report.aks.model import Effect, Item, Repair, Witness
from npconv.report.aks.parties import traffic_text
from npconv.report.aks.world import World
from npconv.semantics.compare import Change, Outcome
from npconv.semantics.flow import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What was found, and in a sentence what was compared."""

    items: tuple[Item, ...]
    compared: str


def of_others(
    source: Meaning,
    known: World,
    explained: Collection[str],
    *,
    pod_cidrs: tuple[str, ...],
    node_cidrs: tuple[str, ...],
    seconds: float,
) -> Others:
    """Compare, for at most some seconds. `explained` are the objects that other steps are about."""
    if not seconds or not known.policies:
        return Others(items=(), compared="")
    options = DiffOptions(
        pod_cidrs=pod_cidrs, node_cidrs=node_cidrs, dual_stack=is_dual_stack(known), seconds=seconds, limit=1
    )
    old = replace(source, engine=known.npm, policies=possible(known.sets.today))
    new = replace(source, engine=known.cilium, policies=possible(known.sets.alone))
    found = diff(old, new, options)
    items = tuple(item for group in found.groups for item in _items(known, group, explained))
    number = say.counted(len(known.policies), "policy", "policies")
    if found.outcome is Outcome.INCONCLUSIVE or not found.complete or found.unproven:
        return Others(items=items, compared=f"not every flow of {number} was compared: there may be other differences")
    every = f"every flow of {number} was compared between Azure NPM and Cilium"
    if items:
        return Others(items=items, compared=f"{every}: {len(items)} more change what passes")
    return Others(items=(), compared=f"{every}: no policy changes what passes but those of the steps")


def _items(known: World, group: Group, explained: Collection[str]) -> Iterator[Item]:
    for example in group.flows:
        deciding = [
            one for one in (example.new.policy, example.old.policy) if one is not None and one.origin is not None
        ]
        if not deciding or any(str(one.name) in explained for one in deciding):
            continue
        asked = known.ask(example.flow)
        if not asked.closes and not asked.opens:
            continue  # an object of Cilium's own that is there makes up for it
        policy = deciding[0]
        flow = example.flow
        closes = example.change is Change.LOST
        seen = Witness(
            source=_title(flow.source),
            destination=_title(flow.destination),
            traffic=traffic_text(Traffic(flow.protocol, port=flow.port)),
            before=say.outcome(example.old),
            after=say.outcome(example.new),
        )
        text = say.converted(known, policy.name)
        yield Item(
            thing=say.of_policy(policy),
            npm=f"{seen.source} to {seen.destination} at {seen.traffic} is {seen.before}",
            cilium=f"it is {seen.after}",
            effect=Effect.CLOSES if closes else Effect.OPENS,
            witness=seen,
            repairs=(Repair(what="after the change, apply what the policy becomes", manifest=text),) if text else (),
        )


def _title(endpoint: Endpoint) -> str:
    return endpoint.title or endpoint.kind.value


def explained_by(items: Collection[Item]) -> frozenset[str]:
    """The objects that some items say change what passes."""
    return frozenset(str(item.thing) for item in items if item.effect is not Effect.NONE)
