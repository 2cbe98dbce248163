"""The output, read back with the target's own front end, against the source: equal, or whose loss each flow is.

The text that was emitted is parsed again, so that everything from lowering to quoting is inside the proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from npconv.dialects.cilium.lift import lift
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.dimensions import Family, Kind
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.losses import Loss
from npconv.pipeline.owners import owns
from npconv.semantics.compare import Counterexample, Unproven, compare
from npconv.semantics.solver import Budget
from npconv.semantics.space import Space
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
    losses: Sequence[Loss],
    profile: CiliumProfile,
    plan: AddressPlan,
    seconds: float,
) -> Proof:
    """Compare the meaning of the source with that of the emitted objects, over all flows.

    `seconds` bounds the time.
    """
    documents = read(write_yaml(outputs), "<output>").documents
    objects = [built for document in documents if (built := parse(document)[0]) is not None]
    target = lift(objects, profile, services=Services(complete=False)).policies
    found = compare(source, target, assumptions=space(plan, profile), budget=Budget(seconds=seconds))
    owned: list[tuple[Counterexample, tuple[Loss, ...]]] = []
    unowned: list[Counterexample] = []
    for example in found.counterexamples:
        owners = tuple(loss for loss in losses if owns(loss, example))
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
