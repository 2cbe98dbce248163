"""Cilium layer 7 rules as data: HTTP, DNS, and the Kafka and proxylib rules that 1.20 dropped."""

from __future__ import annotations

from npconv.dataclass import dataclass
from npconv.dialects.cilium.model_node import Node
from npconv.dialects.cilium.model_peers import FQDNSelector


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret(Node):
    """A Kubernetes secret."""

    name: str
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMatch(Node):
    """A header that must be there; with `mismatch` a request without it passes, rewritten or logged."""

    name: str
    mismatch: str | None = None
    secret: Secret | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRuleHTTP(Node):
    """A set of requests: all that is given must hold; with nothing given, any request (pkg/policy/api/http.go).

    `path` (matched with its query string), `method` and `host` are regular expressions over the whole value.
    """

    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: tuple[str, ...] | None = None
    header_matches: tuple[HeaderMatch, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRuleKafka(Node):
    """A set of Kafka requests (until 1.19)."""

    role: str | None = None
    api_key: str | None = None
    api_version: str | None = None
    client_id: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class L7Rules(Node):
    """The allow-list of a port: at most one kind of rule. There is no layer 7 deny (pkg/policy/api/l7.go)."""

    http: tuple[PortRuleHTTP, ...] | None = None
    dns: tuple[FQDNSelector, ...] | None = None
    kafka: tuple[PortRuleKafka, ...] | None = None
    l7proto: str | None = None
    l7: tuple[tuple[tuple[str, str], ...], ...] | None = None

    @property
    def is_absent(self) -> bool:
        """Whether Cilium takes this for no layer 7 rules at all (`L7Rules.IsEmpty`); `http: []` is not absent."""
        return self.http is None and self.dns is None and self.kafka is None and self.l7 is None
