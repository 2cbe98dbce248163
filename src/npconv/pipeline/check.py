"""The output, read back with the target's own front end, against the source: equal, or whose loss each flow is.

The text that was emitted is parsed again, so that everything from lowering to quoting is inside the proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.dimensions import Family, Kind
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import NODES, PODS, AddressPlan
from npconv.lowering.losses import Loss
from npconv.pipeline.engines import Engine, cluster_name, same_addresses
from npconv.pipeline.meaning import in_parts, of_objects
from npconv.pipeline.owners import Owners, beyond, owns, within_reach
from npconv.pipeline.read import read, read_in_parts
from npconv.semantics.compare import Change, Comparison, Counterexample, Unproven, compare
from npconv.semantics.solver import Budget, Counters, Watch
from npconv.semantics.space import Space
from npconv.source.blocks import Blocks
from npconv.source.document import Document
from npconv.source.load import parse
from npconv.source.nodes import collector_paused
from npconv.source.write import stream

_AT_ONCE: Final = 100
_LIFTED_AT_ONCE: Final = 1000
"""Many, for what policies have in common is worked out once for each part of them."""
_REMEMBERED: Final = 8_000_000
"""Bytes of what is read back, for what comes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What comparing source and output found.

    `owned` are flows that differ, each with the losses that own it; `unowned` differ and nobody said so: a bug.
    `unproven` is what the budget or undecidable conditions left open. `idle` are losses that change no flow.
    """

    owned: tuple[tuple[Counterexample, tuple[Loss, ...]], ...]
    unowned: tuple[Counterexample, ...]
    unproven: tuple[Unproven, ...]
    complete: bool
    idle: tuple[Loss, ...] = ()
    plan_is_used: bool = True
    """Whether the proof stands on what is known or assumed of the cluster's addresses."""
    output: PolicySet = field(default_factory=lambda: PolicySet(tiers=()), repr=False)
    """What the target enforces: the output, read back."""
    space: Space | None = field(default=None, repr=False)
    """The flows that were compared; None: those between what exists in the cluster."""
    cost: Counters = field(default_factory=Counters, compare=False, repr=False)
    """What all comparisons behind it took: numbers that depend on the input alone, never on the machine."""

    @property
    def is_conclusive(self) -> bool:
        """Whether nothing was left open."""
        return self.complete and not self.unproven


def check(
    source: PolicySet,
    outputs: Sequence[str],
    *,
    losses: Sequence[Loss],
    engines: tuple[Engine, Engine],
    plan: AddressPlan,
    seconds: float,
    watch: Watch | None = None,
) -> Proof:
    """Compare the meaning of the source with that of the emitted objects, over all flows.

    `engines` enforce the source and the output; `seconds` bounds the time; `watch` is told how far it is. Where an
    address means the same to both, nothing is assumed of the cluster's addresses, if it can be proven so.
    """
    target = read_back(outputs, engines[1])
    until = time.monotonic() + seconds
    cost = Counters()
    if same_addresses(*engines) and plan.pods.assumed and plan.nodes.assumed:
        free = _compared(source, target, losses, _anywhere(engines), cost, until=until, watch=watch)
        if free.is_conclusive and not free.unowned:
            return replace(free, plan_is_used=False)
    return _compared(source, target, losses, space(plan, engines), cost, until=until, watch=watch)


def witness(loss: Loss, source: PolicySet, proof: Proof, seconds: float = 2.0) -> Counterexample | None:
    """A flow that differs and that this loss owns, looked for on its own: a proof keeps one for each pair of rules."""
    if proof.space is None or not loss.reach:
        return None
    found = compare(
        within_reach(source, [loss]),
        within_reach(proof.output, [loss]),
        assumptions=proof.space,
        budget=Budget(seconds=seconds, counterexamples=1),
    )
    return next((one for one in found.counterexamples if owns(loss, one)), None)


def _compared(
    source: PolicySet,
    target: PolicySet,
    losses: Sequence[Loss],
    flows: Space,
    cost: Counters,
    *,
    until: float,
    watch: Watch | None,
) -> Proof:
    def compared(
        old: PolicySet,
        new: PolicySet,
        *,
        changes: tuple[Change, ...] = tuple(Change),
        within: Comparison | None = None,
        readable: bool = True,
    ) -> Comparison:
        budget = Budget(seconds=max(0.0, until - time.monotonic()), watch=watch)
        made = compare(old, new, assumptions=flows, budget=budget, changes=changes, within=within, readable=readable)
        cost.add(made.counters)
        return made

    found = compared(source, target)
    owners = Owners(losses)
    owned = [(one, owners.of(one)) for one in found.counterexamples]
    unowned = [one for one, several in owned if not several]
    asked = [found]
    if found.counterexamples:
        # One flow is shown for each pair of deciding rules, and not all pairs: the others must be somebody's, too.
        # Beyond the reach of losses nothing changes, and beyond the reach of those that open nothing is gained.
        changing = [one for one in losses if one.effect.changes_flows]
        opening = [one for one in changing if one.effect.opens]
        asked = [compared(beyond(source, changing), beyond(target, changing), within=found)]
        if not found.complete or any(one.change is Change.GAINED for one in found.counterexamples):
            only = (Change.GAINED,)
            asked.append(compared(beyond(source, opening), beyond(target, opening), changes=only, within=found))
        unowned += [one for each in asked for one in each.counterexamples if one not in unowned]
    seen = {id(loss) for _, several in owned for loss in several}
    left = [one for one in losses if _is_open(one) and id(one) not in seen]
    looked = partial(compared, within=found, readable=False)
    idle = _idle(left, source, target, looked) if found.counterexamples or not found.complete else tuple(left)
    return Proof(
        owned=tuple((one, several) for one, several in owned if several),
        unowned=tuple(unowned),
        unproven=tuple(one for each in asked for one in each.unproven),
        complete=all(one.complete for one in asked),
        idle=idle,
        output=target,
        space=flows,
        cost=cost,
    )


def read_back(outputs: Sequence[str], engine: Engine) -> PolicySet:
    """What an engine enforces when it is given the emitted objects, by way of their text."""
    target = as_target(engine)
    with collector_paused():
        if isinstance(target, CiliumProfile):
            found = in_parts(read_in_parts(_documents(outputs), target, "default", _LIFTED_AT_ONCE), target)
            if found is not None:
                return found
        return of_objects(read(_documents(outputs), target, "default", once=True), target).policies


def _documents(outputs: Sequence[str]) -> Iterator[Document]:
    """The documents of some objects that were written and read again, so many at once that memory stays small."""
    blocks = Blocks(_REMEMBERED)
    for start in range(0, len(outputs), _AT_ONCE):
        texts = outputs[start : start + _AT_ONCE]
        loaded = parse(stream(texts), "<output>", blocks=blocks)
        yield from loaded.documents
        for text in loaded.texts:
            text.let_go(partial(stream, texts))  # the parts are there anyway, in the outputs


def as_target(engine: Engine) -> Engine:
    """An engine as it will enforce an output, mistakes and all."""
    return replace(engine, reading=Reading.ENFORCED) if isinstance(engine, AzureNpmProfile) else engine


def _is_open(loss: Loss) -> bool:
    """Whether it is open if a loss changes any flow. One that reaches none is about nodes, which are not compared."""
    return bool(loss.reach) and loss.effect.changes_flows


def _idle(
    losses: list[Loss], source: PolicySet, target: PolicySet, compared: Callable[[PolicySet, PolicySet], Comparison]
) -> tuple[Loss, ...]:
    """The losses, of those that own no flow yet, that own none at all; nothing if that cannot be proven."""
    left = losses
    while left:
        found = compared(within_reach(source, left), within_reach(target, left))
        owners = Owners(left)
        active = {id(loss) for one in found.counterexamples for loss in owners.of(one)}
        if not active:
            return tuple(left) if found.complete else ()
        left = [one for one in left if id(one) not in active]
    return ()


def space(plan: AddressPlan, engines: tuple[Engine, Engine]) -> Space:
    """The flow space of a translation: what is known, or assumed and said, of the cluster.

    Only pods have named ports: in Calico a node has some as a HostEndpoint that lists them, in Cilium it has none
    (facts/calico.md 3.7, facts/cilium.md 2.6).
    """
    families = frozenset({Family.V4}) if plan.only_v4 else frozenset(Family)
    return replace(
        _anywhere(engines),
        cluster_families=families,
        pod_addresses=plan.places(PODS),
        node_addresses=plan.places(NODES),
        exclusive=not (plan.pods.assumed or plan.nodes.assumed),
        taken=plan.told,
    )


def _anywhere(engines: tuple[Engine, Engine]) -> Space:
    """The same where nothing is known of addresses."""
    named = next((one for one in reversed(engines) if isinstance(one, CiliumProfile)), engines[0])
    return Space(cluster=cluster_name(named), named_port_kinds=frozenset({Kind.POD}))
