"""A rule of a Calico policy, in Calico's words: action, matches, and what each side must be.

None stands for "not written"; an empty list is another thing, and is kept. Meaning is decided at the lift.
Rules are values that policies share, so they do not know where they stand: their policy does (`placed`).
Source: api/pkg/apis/projectcalico/v3/policy_common.go, Calico 3.29 to 3.32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import Final, Literal, TypeAlias

from npconv.dataclass import dataclass
from npconv.hashed import Hashed

Side: TypeAlias = Literal["source", "destination"]
"""The two entities of a rule, by their field names."""

SIDES: tuple[Side, Side] = ("source", "destination")


class Action(Enum):
    """What a rule does with the traffic that it matches."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    ALLOW = "Allow"
    DENY = "Deny"
    LOG = "Log"
    """Goes on to the next rule."""
    PASS = "Pass"
    """Goes on to the next tier."""


@dataclass(frozen=True, slots=True)
class PortRange:
    """The ports from `first` to `last`, both included; a single number is a range of one."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}:{self.last}"


@dataclass(frozen=True, slots=True)
class NamedPort:
    """The port that the endpoint itself calls by this name."""

    name: str

    def __str__(self) -> str:
        return self.name


Port: TypeAlias = PortRange | NamedPort

Protocol: TypeAlias = int | str
"""A number, or a name as written: case decides whether Calico's validator takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Icmp:
    """`icmp` or `notICMP`. Without a type it matches every ICMP packet of the rule's protocol."""

    type: int | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPath:
    """A path to match: one of the two is written."""

    exact: str | None = None
    prefix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpMatch:
    """`http`: methods and paths must both match, each list by any of its items."""

    methods: tuple[str, ...] | None = None
    paths: tuple[HttpPath, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMatch:
    """`services`: the endpoints of one Kubernetes Service."""

    name: str | None = None
    namespace: str | None = None
    """Taken literally: an absent one is *not* the policy's namespace (felix/calc/rule_scanner.go)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountMatch:
    """`serviceAccounts`: any of the names, and the selector over labels of service accounts."""

    names: tuple[str, ...] | None = None
    selector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRule(Hashed):
    """`source` or `destination`: everything that is written must match."""

    nets: tuple[str, ...] | None = None
    not_nets: tuple[str, ...] | None = None
    selector: str | None = None
    not_selector: str | None = None
    namespace_selector: str | None = None
    services: ServiceMatch | None = None
    service_accounts: ServiceAccountMatch | None = None
    ports: tuple[Port, ...] | None = None
    not_ports: tuple[Port, ...] | None = None


NO_ENTITY: Final = EntityRule()
"""Restricts nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Hashed):
    """A rule: an action for the traffic that matches everything that is written."""

    action: Action
    ip_version: int | None = None
    protocol: Protocol | None = None
    not_protocol: Protocol | None = None
    icmp: Icmp | None = None
    not_icmp: Icmp | None = None
    source: EntityRule | None = None
    destination: EntityRule | None = None
    http: HttpMatch | None = None
    annotations: Mapping[str, str] | None = field(default=None, hash=False)
    """`metadata.annotations`: comments without meaning."""

    def entity(self, side: Side) -> EntityRule:
        """The entity on this side; an absent one restricts nothing, as an empty one."""
        return (self.source if side == "source" else self.destination) or NO_ENTITY
