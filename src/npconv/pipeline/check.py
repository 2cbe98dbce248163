"""The output, read back with the target's own front end, against the source: equal, or whose loss each flow is.

The text that was emitted is parsed again, so that everything from lowering to quoting is inside the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from functools import cache, partial
from typing import Final, TypeAlias

from npconv.dataclass import dataclass
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.dimensions import Family, Kind
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import NODES, PODS, AddressPlan
from npconv.lowering.losses import Loss
from npconv.pipeline.check_work import Work
from npconv.pipeline.engines import Engine, cluster_name, same_addresses
from npconv.pipeline.meaning import in_parts, of_objects
from npconv.pipeline.owners import Owners, beyond, owns, within_reach
from npconv.pipeline.read import read, read_in_parts
from npconv.semantics.budget import Budget, Counters, Watch
from npconv.semantics.compare import Change, Comparer, Counterexample, Outcome, Unproven, compare
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

Owned: TypeAlias = tuple[tuple[Counterexample, tuple[Loss, ...]], ...]
"""Flows that differ, each with the losses that own it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What comparing source and output found.

    `unowned` are flows that differ and nobody said so: a bug. `unproven` is what the budget or undecidable conditions
    left open. `idle` are losses that change no flow.
    """

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
    examples: Callable[[], Owned] = field(default=tuple, compare=False, repr=False)

    @property
    def owned(self) -> Owned:
        """Flows that differ, each with the losses that own it: looked for when they are first asked for.

        That all that differs is owned is proven without them, and for most losses that they change some flow.
        """
        return self.examples()

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
    work = Work(seconds, watch)
    changing = [one for one in losses if one.effect.changes_flows]
    opening = [one for one in changing if one.effect.opens]
    # Beyond the reach of losses nothing changes, and beyond the reach of those that open nothing is gained.
    asked = {Change.GAINED: beyond(opening), Change.LOST: beyond(changing)}
    planned = space(plan, engines)
    free = same_addresses(*engines) and plan.pods.assumed and plan.nodes.assumed
    for flows in (_anywhere(engines), planned) if free else (planned,):
        comparer = Comparer(source, target, flows)
        found = comparer.compare(budget=work.budget(), asked=asked)
        work.cost.add(found.counters)
        if found.outcome is Outcome.EQUAL:
            break
    return Proof(
        unowned=found.counterexamples,
        unproven=found.unproven,
        complete=found.complete,
        idle=_idle(changing, comparer, work),
        plan_is_used=flows is planned,
        output=target,
        space=flows,
        cost=work.cost,
        examples=cache(partial(_examples, source, target, losses, flows, seconds)),
    )


def witness(loss: Loss, source: PolicySet, proof: Proof, seconds: float = 2.0) -> Counterexample | None:
    """A flow that differs and that this loss owns, looked for on its own: a proof keeps one for each pair of rules."""
    if proof.space is None or not loss.reach:
        return None
    found = compare(
        source,
        proof.output,
        assumptions=proof.space,
        budget=Budget(seconds=seconds, counterexamples=1),
        asked=dict.fromkeys(Change, within_reach([loss])),
    )
    return next((one for one in found.counterexamples if owns(loss, one)), None)


def _idle(losses: Sequence[Loss], comparer: Comparer, work: Work) -> tuple[Loss, ...]:
    if not losses:
        return ()
    from npconv.pipeline.check_idle import idle  # few policies lose something

    return idle(losses, comparer, work)


def _examples(source: PolicySet, target: PolicySet, losses: Sequence[Loss], flows: Space, seconds: float) -> Owned:
    """Flows that differ, as many as are found in as much time as the proof had."""
    owners = Owners(losses)
    found = compare(source, target, assumptions=flows, budget=Budget(seconds=seconds))
    owned = ((one, owners.of(one)) for one in found.counterexamples)
    return tuple((one, several) for one, several in owned if several)


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
