"""The output against the source over what exists in a cluster: a narrower question than `check`, asked on request."""

from __future__ import annotations

from collections.abc import Sequence

from npconv.dialects.cluster.model import Cluster
from npconv.ir.policy import PolicySet
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.losses import Loss
from npconv.pipeline.check import Emitted, Proof, read_back, space
from npconv.pipeline.engines import Engine
from npconv.pipeline.existing import differences
from npconv.pipeline.owners import owns


def check_existing(
    source: PolicySet,
    outputs: Sequence[Emitted],
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
    owned = tuple((one, owners) for one in found if (owners := tuple(loss for loss in losses if owns(loss, one))))
    seen = {id(loss) for _, owners in owned for loss in owners}
    return Proof(
        owned=owned,
        unowned=tuple(one for one in found if not any(owns(loss, one) for loss in losses)),
        unproven=(),
        complete=True,
        idle=tuple(loss for loss in losses if loss.reach and id(loss) not in seen),
        output=output,
    )
