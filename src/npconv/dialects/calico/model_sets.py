"""What Calico's policies refer to, as written: network sets, tiers, host endpoints, profiles.

Source: api/pkg/apis/projectcalico/v3/{networkset,globalnetworkset,tier,hostendpoint,profile}.go, Calico 3.29 to 3.32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.model_metadata import Form, Metadata
from npconv.dialects.calico.model_rule import Protocol, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSet:
    """Addresses that carry the labels of `metadata`, in one namespace."""

    metadata: Metadata
    form: Form = Form.V3
    nets: tuple[str, ...] | None = None
    """CIDRs or single addresses; bits beyond a prefix are masked off."""
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalNetworkSet:
    """Addresses that carry the labels of `metadata`, in no namespace."""

    metadata: Metadata
    form: Form = Form.V3
    nets: tuple[str, ...] | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


class TierDefault(Enum):
    """What happens to traffic that a tier's policies select and no rule of theirs matches."""

    DENY = "Deny"
    PASS = "Pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A group of policies, run through in `order`."""

    metadata: Metadata
    form: Form = Form.V3
    order: float | None = None
    default_action: TierDefault | None = None
    """Not written: Deny."""
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPort:
    """A port that a host endpoint gives a name to."""

    name: str
    protocol: Protocol
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEndpoint:
    """Interfaces of a node, under policy."""

    metadata: Metadata
    form: Form = Form.V3
    node: str | None = None
    interface_name: str | None = None
    expected_ips: tuple[str, ...] | None = None
    """The only addresses by which selectors of rules match it."""
    profiles: tuple[str, ...] | None = None
    ports: tuple[EndpointPort, ...] | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Rules and labels that endpoints take by name; asked after every tier."""

    metadata: Metadata
    form: Form = Form.V3
    ingress: tuple[Rule, ...] | None = None
    egress: tuple[Rule, ...] | None = None
    labels_to_apply: Mapping[str, str] | None = field(default=None, hash=False)
    origin: Origin | None = field(default=None, compare=False, repr=False)
