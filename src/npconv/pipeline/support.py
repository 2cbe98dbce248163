"""An engine -> its total table: what it says of every feature as a target, and which features it has as a source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from npconv.dataclass import dataclass
from npconv.dialects.azure_npm import support as azure_npm
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.calico import support as calico
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium import support as cilium
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s import support as k8s
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api import support as policy_api
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.ir.features import Feature
from npconv.ir.policy import Direction
from npconv.ir.support import Entry, Table
from npconv.pipeline.engines import Engine, parse_engine, reads_policies_as

COLUMNS: Final = ("k8s", "calico", "cilium", "azure-npm=linux", "azure-npm=windows", "policy-api")
"""The targets that a matrix has if nobody names one, as `parse_engine` takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """What targets say of the features that a source has (or of all, if no source is given)."""

    source: Engine | None
    features: tuple[Feature, ...]
    targets: tuple[Engine, ...]

    def entry(self, feature: Feature, target: Engine) -> Entry:
        """What a target says of a feature."""
        return table(target)[feature]


def matrix(source: Engine | None, targets: Sequence[Engine]) -> Matrix:
    """The matrix of these targets; of the usual ones, if none is given."""
    features = tuple(one for one in Feature if source is None or one in says(source))
    return Matrix(source=source, features=features, targets=tuple(targets) or tuple(map(parse_engine, COLUMNS)))


def table(engine: Engine) -> Table:
    """What the engine as the target says of each feature."""
    match engine:
        case CalicoProfile():
            return calico.table(engine)
        case CiliumProfile():
            return cilium.table(engine)
        case AzureNpmProfile():
            return azure_npm.table(engine)
        case PolicyApiProfile():
            return policy_api.table(engine.channel)
        case KubernetesProfile():
            return k8s.table(engine)
        case _:
            assert_never(engine)


def says(engine: Engine) -> frozenset[Feature]:
    """What the engine's policies, with the Kubernetes policies that it enforces beside them, can say as the source."""
    is_open = Direction.EGRESS in reads_policies_as(engine).own_node
    other = Feature.OWN_NODE_CLOSED if is_open else Feature.OWN_NODE_OPEN
    return (_written(engine) | {Feature.OWN_NODE_CLOSED, Feature.OWN_NODE_OPEN}) - {other}


def _written(engine: Engine) -> frozenset[Feature]:
    match engine:
        case CalicoProfile():
            return calico.SAYS
        case CiliumProfile():
            api = policy_api.SAYS if engine.k8s_cluster_network_policy else frozenset[Feature]()
            return cilium.says(engine) | api | (k8s.SAYS if engine.k8s_networkpolicy else frozenset())
        case AzureNpmProfile():
            return azure_npm.SAYS
        case PolicyApiProfile():
            return policy_api.SAYS | k8s.SAYS
        case KubernetesProfile():
            return k8s.SAYS
        case _:
            assert_never(engine)
