"""Cilium entities -> conditions (pkg/policy/api/entity.go; facts 2.4)."""

from __future__ import annotations

from npconv.dialects.cilium.lift_selectors import CLUSTER, reserved
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.condition import ALWAYS, Condition, either, kind, within
from npconv.ir.dimensions import API_SERVER, Kind
from npconv.ir.values import PRESENT, Values, one_of


def condition(entity: str, profile: CiliumProfile) -> Condition:
    """The endpoints that an entity stands for. An unknown one stands for none; `validate` has refused it."""
    match entity:
        case "all":
            return ALWAYS
        case "cluster":
            return _cluster(one_of(profile.cluster_name))
        case "cluster-mesh":
            return _cluster(PRESENT)
        case _:
            return reserved(entity, profile)


def _cluster(names: Values) -> Condition:
    """Pods of the clusters so named, and all that is no pod but belongs to some cluster.

    So the nodes of other clusters are in it, and an API server outside (oracle cases 14, 48).
    """
    inner = kind(Kind.HOST, Kind.REMOTE_NODE, Kind.INIT, Kind.INGRESS, Kind.HEALTH, Kind.UNMANAGED)
    return either(inner, within(API_SERVER, PRESENT), within(CLUSTER, names))
