"""A staged Kubernetes NetworkPolicy, and what staging does, as written.

Calico has its own model of it because it only stages it: nothing here ever reaches a verdict.
Source: api/pkg/apis/projectcalico/v3/stagedkubernetesnetworkpolicy.go, Calico 3.30 to 3.32.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.model_metadata import Form, Metadata
from npconv.source.label_selector import LabelSelector


class StagedAction(Enum):
    """What a staged policy would do to the enforced one of its name, once committed."""

    SET = "Set"
    DELETE = "Delete"
    LEARN = "Learn"
    IGNORE = "Ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class IpBlock:
    """`ipBlock` of a peer."""

    cidr: str | None = None
    excepts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesPeer:
    """An item of `from` or `to`."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IpBlock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesPort:
    """An item of `ports`."""

    protocol: str | None = None
    port: int | str | None = None
    end_port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesRule:
    """An item of `ingress` or `egress`; `peers` is its `from` or `to`."""

    ports: tuple[KubernetesPort, ...] | None = None
    peers: tuple[KubernetesPeer, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedKubernetesNetworkPolicy:
    """A Kubernetes NetworkPolicy that is only tried out: it changes no traffic."""

    metadata: Metadata
    form: Form = Form.V3
    staged_action: StagedAction | None = None
    pod_selector: LabelSelector | None = None
    ingress: tuple[KubernetesRule, ...] | None = None
    egress: tuple[KubernetesRule, ...] | None = None
    policy_types: tuple[str, ...] | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)
