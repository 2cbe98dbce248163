"""The output against the source over what exists in a cluster: a narrower question than `check`, asked on request."""

from __future__ import annotations

from collections.abc import Sequence

from npconv.dialects.cluster.model import Cluster
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.losses import Loss
from npconv.pipeline.check import Proof, read_back, space
from npconv.pipeline.engines import Engine
from npconv.pipeline.existing import differences
from npconv.pipeline.owners import Owners


def check_existing(
    source: PolicySet,
    outputs: Sequence[str],
    *,
    losses: Sequence[Loss],
    engines: tuple[Engine, Engine],
    plan: AddressPlan,
    cluster: Cluster,
) -> Proof:
    """Compare source and output on every flow between the pods and nodes of a cluster, and with what is outside.

    A loss that changes none of these flows is idle here, whatever it may change elsewhere.
    """
    output = read_back(outputs, engines[1])
    found = tuple(differences(source, output, cluster, space(plan, engines)))
    owners = Owners(losses)
    pairs = [(one, owners.of(one)) for one in found]
    owned = tuple((one, several) for one, several in pairs if several)
    seen = {id(loss) for _, several in owned for loss in several}
    return Proof(
        unowned=tuple(one for one, several in pairs if not several),
        unproven=(),
        complete=True,
        idle=tuple(loss for loss in losses if loss.reach and id(loss) not in seen),
        output=output,
        examples=lambda: owned,
    )
