"""What differs between the kinds of the policy API: a row a kind.

Source: the CRDs of kubernetes-sigs/network-policy-api v0.2.0 (v1alpha2) and v0.1.8 (v1alpha1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, assert_never

from npconv.dataclass import dataclass
from npconv.dialects.policy_api.kinds import GROUP, Channel
from npconv.dialects.policy_api.model import (
    Action,
    AdminNetworkPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
    Policy,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one kind is written."""

    kind: str
    version: str
    actions: Mapping[str, Action]
    ports: str
    """The field that holds a rule's ports."""
    limit: int
    """How many rules, peers and ports there may be (of each)."""
    namespaces_of_pods: bool
    """Whether `pods` needs a `namespaceSelector`."""
    standard_peers: tuple[str, ...] = ("namespaces", "pods", "networks")
    """The peers of `to` in the standard channel (`from` has the first two, in every channel)."""
    experimental_peers: tuple[str, ...] = ("nodes", "domainNames")
    standard_named_ports: bool = False

    @property
    def api_version(self) -> str:
        """`apiVersion` of an object of this kind."""
        return f"{GROUP}/{self.version}"

    def egress_peers(self, channel: Channel) -> tuple[str, ...]:
        """The fields that an item of `to` may have."""
        return self.standard_peers + (self.experimental_peers if channel is Channel.EXPERIMENTAL else ())

    def named_ports(self, channel: Channel) -> bool:
        """Whether a port may be given by name."""
        return self.standard_named_ports or channel is Channel.EXPERIMENTAL

    def word(self, action: Action) -> str:
        """The action in this kind's word."""
        return next(word for word, meaning in self.actions.items() if meaning is action)


CLUSTER: Final = Form(
    kind="ClusterNetworkPolicy",
    version="v1alpha2",
    actions={"Accept": Action.ACCEPT, "Deny": Action.DENY, "Pass": Action.PASS},
    ports="protocols",
    limit=25,
    namespaces_of_pods=False,
    standard_named_ports=True,
)
ADMIN: Final = Form(
    kind="AdminNetworkPolicy",
    version="v1alpha1",
    actions={"Allow": Action.ACCEPT, "Deny": Action.DENY, "Pass": Action.PASS},
    ports="ports",
    limit=100,
    namespaces_of_pods=True,
)
BASELINE: Final = Form(
    kind="BaselineAdminNetworkPolicy",
    version="v1alpha1",
    actions={"Allow": Action.ACCEPT, "Deny": Action.DENY},
    ports="ports",
    limit=100,
    namespaces_of_pods=True,
    experimental_peers=("nodes",),
)

FORMS: Final = {form.kind: form for form in (CLUSTER, ADMIN, BASELINE)}
"""Every kind, by name."""


def form_of(policy: Policy) -> Form:
    """The row of this policy's kind."""
    match policy:
        case ClusterNetworkPolicy():
            return CLUSTER
        case AdminNetworkPolicy():
            return ADMIN
        case BaselineAdminNetworkPolicy():
            return BASELINE
        case _:
            assert_never(policy)
