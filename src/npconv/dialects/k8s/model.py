"""Kubernetes NetworkPolicy in its own words, as it was written.

None stands for "not written" and is what an absent or null field becomes; an empty tuple for an empty list. To
Kubernetes the two mean the same everywhere but in a peer's selectors, and `defaults.with_defaults` removes the
difference; the model keeps it, so that what was read can be written again.

Only a policy knows its place in a document. Its parts are values that policies share, in the order in which they are
written: the second peer of the first ingress rule stands at `spec.ingress[0].from[1]`.
Source: k8s.io/api/networking/v1/types.go, Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import field
from typing import Final, TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.hashed import Hashed
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta

API_VERSION: Final = "networking.k8s.io/v1"
LEGACY_API_VERSION: Final = "extensions/v1beta1"


@dataclass(frozen=True, slots=True, kw_only=True)
class IPBlock(Hashed):
    """Addresses: those of `cidr` without those of `except`. Text, as written; `validate` says whether it is CIDRs."""

    cidr: str
    except_: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorPeer(Hashed):
    """Pods. Without `namespace_selector`: of the policy's own namespace; without `pod_selector`: all of a namespace.

    At least one of them is there (`validate` refuses a peer with neither); an empty selector selects everything.
    """

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None


Peer: TypeAlias = SelectorPeer | IPBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Hashed):
    """An item of `ports`. Without `port` it is every port of the protocol; without `protocol` that is TCP."""

    protocol: str | None = None
    port: int | str | None = None
    end_port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Hashed):
    """An allow rule. `peers` is `from` or `to`; without peers it is for everybody, without ports for everything."""

    peers: tuple[Peer, ...] | None = None
    ports: tuple[Port, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPolicy:
    """A NetworkPolicy. `spec` needs no class of its own: an object without one is `spec: {}` to Kubernetes."""

    metadata: ObjectMeta
    pod_selector: LabelSelector | None = None
    policy_types: tuple[str, ...] | None = None
    ingress: tuple[Rule, ...] | None = None
    egress: tuple[Rule, ...] | None = None
    api_version: str = API_VERSION
    origin: Origin | None = field(default=None, compare=False, repr=False)
