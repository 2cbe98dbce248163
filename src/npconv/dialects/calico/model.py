"""Calico's policies as written, in Calico's words. None stands for "not written".

Source: api/pkg/apis/projectcalico/v3/{networkpolicy,globalnetworkpolicy,staged*}.go, Calico 3.29 to 3.32.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.model_kubernetes import StagedAction, StagedKubernetesNetworkPolicy
from npconv.dialects.calico.model_metadata import Form, Metadata
from npconv.dialects.calico.model_rule import Rule
from npconv.dialects.calico.model_sets import GlobalNetworkSet, HostEndpoint, NetworkSet, Profile, Tier


class PolicyType(Enum):
    """A direction that a policy governs."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    INGRESS = "Ingress"
    EGRESS = "Egress"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPolicy:
    """A policy for the pods of one namespace."""

    metadata: Metadata
    form: Form = Form.V3
    tier: str | None = None
    order: float | None = None
    """Not written: after all that have one."""
    ingress: tuple[Rule, ...] | None = None
    egress: tuple[Rule, ...] | None = None
    selector: str | None = None
    types: tuple[PolicyType, ...] | None = None
    """Not written or empty: what it means depends on the way to the datastore, see `defaults.types_of`."""
    service_account_selector: str | None = None
    performance_hints: tuple[str, ...] | None = None
    """Never change a verdict."""
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalNetworkPolicy:
    """A policy for pods of all namespaces and for host endpoints."""

    metadata: Metadata
    form: Form = Form.V3
    tier: str | None = None
    order: float | None = None
    ingress: tuple[Rule, ...] | None = None
    egress: tuple[Rule, ...] | None = None
    selector: str | None = None
    types: tuple[PolicyType, ...] | None = None
    service_account_selector: str | None = None
    namespace_selector: str | None = None
    performance_hints: tuple[str, ...] | None = None
    do_not_track: bool | None = None
    pre_dnat: bool | None = None
    apply_on_forward: bool | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedNetworkPolicy:
    """A NetworkPolicy that is only tried out: it changes no traffic."""

    policy: NetworkPolicy
    staged_action: StagedAction | None = None

    @property
    def metadata(self) -> Metadata:
        """That of the policy inside."""
        return self.policy.metadata

    @property
    def origin(self) -> Origin | None:
        """That of the policy inside."""
        return self.policy.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedGlobalNetworkPolicy:
    """A GlobalNetworkPolicy that is only tried out: it changes no traffic."""

    policy: GlobalNetworkPolicy
    staged_action: StagedAction | None = None

    @property
    def metadata(self) -> Metadata:
        """That of the policy inside."""
        return self.policy.metadata

    @property
    def origin(self) -> Origin | None:
        """That of the policy inside."""
        return self.policy.origin


Policy: TypeAlias = NetworkPolicy | GlobalNetworkPolicy
"""What is enforced."""

Staged: TypeAlias = StagedNetworkPolicy | StagedGlobalNetworkPolicy | StagedKubernetesNetworkPolicy

CalicoObject: TypeAlias = (
    NetworkPolicy
    | GlobalNetworkPolicy
    | StagedNetworkPolicy
    | StagedGlobalNetworkPolicy
    | StagedKubernetesNetworkPolicy
    | NetworkSet
    | GlobalNetworkSet
    | Tier
    | HostEndpoint
    | Profile
)
"""Every object that npconv reads from Calico."""
