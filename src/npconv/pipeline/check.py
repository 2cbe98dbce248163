"""The output, read back with the target's own front end, against the source: equal, or whose loss each flow is.

The text that was emitted is parsed again, so that everything from lowering to quoting is inside the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from npconv.diagnostics.effect import Effect
from npconv.dialects.cilium.lift import lift
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.dimensions import Family, Kind
from npconv.ir.policy import PolicyName, PolicySet
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.losses import Loss
from npconv.semantics.compare import Change, Counterexample, Unproven, compare
from npconv.semantics.solver import Budget
from npconv.semantics.space import Space
from npconv.semantics.verdict import meets
from npconv.source.fields import Value
from npconv.source.load import parse as read
from npconv.source.write import write_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What comparing source and output found.

    `owned` are flows that differ, each with the losses that own it; `unowned` differ and nobody said so: a bug.
    `unproven` is what the budget or undecidable conditions left open.
    """

    owned: tuple[tuple[Counterexample, tuple[Loss, ...]], ...]
    unowned: tuple[Counterexample, ...]
    unproven: tuple[Unproven, ...]
    complete: bool

    @property
    def is_conclusive(self) -> bool:
        """Whether nothing was left open."""
        return self.complete and not self.unproven


def check(
    source: PolicySet,
    outputs: Sequence[Mapping[str, Value]],
    *,
    made_from: Mapping[PolicyName, PolicyName],
    losses: Sequence[Loss],
    profile: CiliumProfile,
    plan: AddressPlan,
    seconds: float,
) -> Proof:
    """Compare the meaning of the source with that of the emitted objects, over all flows.

    `made_from` names the source policy of each output. `seconds` bounds the time.
    """
    documents = read(write_yaml(outputs), "<output>").documents
    objects = [built for document in documents if (built := parse(document)[0]) is not None]
    target = lift(objects, profile, services=Services(complete=False)).policies
    found = compare(source, target, assumptions=space(plan, profile), budget=Budget(seconds=seconds))
    owned: list[tuple[Counterexample, tuple[Loss, ...]]] = []
    unowned: list[Counterexample] = []
    for example in found.counterexamples:
        owners = tuple(loss for loss in losses if _owns(loss, example, made_from))
        if owners:
            owned.append((example, owners))
        else:
            unowned.append(example)
    return Proof(owned=tuple(owned), unowned=tuple(unowned), unproven=found.unproven, complete=found.complete)


def space(plan: AddressPlan, profile: CiliumProfile) -> Space:
    """The flow space of a translation: what is known, or assumed and said, of the cluster.

    Only pods have named ports: in Calico a node has some as a HostEndpoint that lists them, in Cilium it has none
    (facts/calico.md 3.7, facts/cilium.md 2.6).
    """
    families = frozenset({Family.V4}) if plan.only_v4 else frozenset(Family)
    return Space(
        cluster_families=families,
        pod_addresses=plan.pods.addresses,
        node_addresses=plan.nodes.addresses,
        exclusive=not (plan.pods.assumed or plan.nodes.assumed),
        cluster=profile.cluster_name,
        named_port_kinds=frozenset({Kind.POD}),
    )


def witnessed(losses: Iterable[Loss], proof: Proof) -> tuple[Loss, ...]:
    """The losses with the effects that the proof found: one that no flow witnesses is inert.

    Losses of whole policies keep their effect (nodes are not compared), and so do all where something was left open.
    """
    seen = {id(loss): example.change for example, owners in proof.owned for loss in owners}
    said: list[Loss] = []
    for loss in losses:
        settled = loss.rule is not None and loss.effect.changes_flows and proof.is_conclusive
        said.append(replace(loss, effect=Effect.INERT) if settled and id(loss) not in seen else loss)
    return tuple(said)


def _owns(loss: Loss, example: Counterexample, made_from: Mapping[PolicyName, PolicyName]) -> bool:
    """Whether a loss accounts for a flow: it has the flow's direction and effect, and its rule or policy decides.

    A policy that is not in the output accounts for whatever changes for its subjects: what it passed, or allowed
    before a later deny, is decided by others now.
    """
    if loss.direction is not None and loss.direction is not example.flow.direction:
        return False
    if not (loss.effect.opens if example.change is Change.GAINED else loss.effect.changes_flows):
        return False
    if loss.refused:
        return meets(loss.policy.subject, example.flow, example.flow.subject)
    if loss.rule is not None and loss.rule in (example.old.rule, example.new.rule):
        return True
    deciding = {policy.name for verdict in (example.old, example.new) if (policy := verdict.policy) is not None}
    deciding |= {made_from[name] for name in deciding if name in made_from}
    return loss.policy.name in deciding
