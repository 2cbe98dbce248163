"""What a condition can ask of a flow: the dimensions of the flow space, and facts with no set behind them."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from npconv.dataclass import dataclass
from npconv.hashed import Hashed
from npconv.ir.addresses import Addresses
from npconv.ir.intervals import Intervals
from npconv.ir.values import Values


class Kind(Enum):
    """What stands at one end of a flow."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    POD = "pod"
    """A pod with an address of its own (host-network pods are their node)."""
    HOST = "host"
    """The node that the other end's pod runs on; as a subject, any node under host policy."""
    REMOTE_NODE = "remote-node"
    """Any other node of the cluster."""
    OUTSIDE = "outside"
    """An address that is neither a pod's nor a node's."""
    HEALTH = "health"
    """Cilium's health endpoints."""
    INGRESS = "ingress"
    """Cilium's Ingress and Gateway proxies."""
    INIT = "init"
    """A pod under Cilium whose labels are not known yet."""
    UNMANAGED = "unmanaged"
    """A pod that the engine does not manage."""


class Family(Enum):
    """The IP family of a flow."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    V4 = 4
    V6 = 6


@dataclass(frozen=True, slots=True)
class Kinds(Hashed):
    """A set of kinds of endpoint."""

    members: frozenset[Kind]

    @property
    def is_empty(self) -> bool:
        """Whether no kind is in it."""
        return not self.members

    @property
    def is_full(self) -> bool:
        """Whether every kind is in it."""
        return len(self.members) == len(Kind)

    def __contains__(self, kind: object) -> bool:
        return kind in self.members

    def __and__(self, other: Kinds) -> Kinds:
        return Kinds(self.members & other.members)

    def __or__(self, other: Kinds) -> Kinds:
        return Kinds(self.members | other.members)

    def __invert__(self) -> Kinds:
        return Kinds(_EVERY_KIND - self.members)

    def __str__(self) -> str:
        return "|".join(kind.value for kind in Kind if kind in self.members) or "nobody"


_EVERY_KIND: Final = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Families(Hashed):
    """A set of IP families."""

    members: frozenset[Family]

    @property
    def is_empty(self) -> bool:
        """Whether no family is in it."""
        return not self.members

    @property
    def is_full(self) -> bool:
        """Whether both families are in it."""
        return len(self.members) == len(Family)

    def __contains__(self, family: object) -> bool:
        return family in self.members

    def __and__(self, other: Families) -> Families:
        return Families(self.members & other.members)

    def __or__(self, other: Families) -> Families:
        return Families(self.members | other.members)

    def __invert__(self) -> Families:
        return Families(frozenset(Family) - self.members)

    def __str__(self) -> str:
        return "|".join(f"IPv{family.value}" for family in Family if family in self.members)


class Scope(Enum):
    """What an attribute is an attribute of."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    POD = "pod"
    """A label of the pod."""
    NAMESPACE = "namespace"
    """A label of the pod's namespace; every namespace has `kubernetes.io/metadata.name`."""
    SERVICE_ACCOUNT = "serviceaccount"
    """A label of the pod's service account; its name is the key `NAME`."""
    NODE = "node"
    """A label of the node."""
    HOST_ENDPOINT = "hostendpoint"
    """A label of a Calico HostEndpoint."""
    CLUSTER = "cluster"
    """The name of the pod's cluster, in a cluster mesh (key `NAME`)."""
    CIDR_GROUP = "cidrgroup"
    """A label of a Cilium CIDR group that the address belongs to."""
    RESERVED = "reserved"
    """A mark that the engine puts on endpoints, such as `kube-apiserver`."""
    OTHER = "other"
    """A label from a source of its own that no Kubernetes object has (Cilium's `container:x`); the key keeps it."""


NAME = "@name"
"""The key of the name itself; `@` is no legal label key."""

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label by which Kubernetes puts every namespace's name on it (kube-apiserver, since 1.21)."""


_SCOPES: Final = {one.value: one for one in Scope}


class Attribute(NamedTuple):
    """A property of an endpoint that is a text or absent: a label, a name."""

    scope_name: str
    key: str

    @classmethod
    @lru_cache(maxsize=1 << 12)
    def of(cls, scope: Scope, key: str) -> Attribute:
        """The attribute `key` of `scope`."""
        return cls(scope.value, key)

    @property
    def scope(self) -> Scope:
        """What it is an attribute of."""
        return _SCOPES[self.scope_name]

    def __str__(self) -> str:
        return f"{self.scope_name}[{self.key}]"


NAMESPACE = Attribute.of(Scope.NAMESPACE, NAMESPACE_NAME)
SERVICE_ACCOUNT = Attribute.of(Scope.SERVICE_ACCOUNT, NAME)
API_SERVER = Attribute.of(Scope.RESERVED, "kube-apiserver")


class Axis(Enum):
    """The dimensions that are not attributes."""

    __hash__ = object.__hash__  # members are compared by identity; Enum's own hash runs in Python

    KIND = "kind"
    ADDRESS = "address"
    PROTOCOL = "protocol"
    DST_PORT = "port"
    """0 for protocols without ports."""
    SRC_PORT = "source-port"
    ICMP_TYPE = "icmp-type"
    """0 for protocols other than ICMP and ICMPv6, as is the code."""
    ICMP_CODE = "icmp-code"
    FAMILY = "family"


Dimension: TypeAlias = Axis | Attribute
Members: TypeAlias = Values | Intervals | Addresses | Kinds | Families


class TextTest(Enum):
    """Tests on a label's text that are not about whole values."""

    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"


class PathTest(Enum):
    """How an HTTP path is compared."""

    EXACT = "exact"
    PREFIX = "prefix"
    """On whole segments: `/a` matches `/a` and `/a/b`, not `/ab` (Calico from 3.31.6 and 3.32.0)."""
    TEXT_PREFIX = "text-prefix"
    """On plain text: `/a` matches `/ab` too (Calico before)."""
    REGEX = "regex"
    """A full match of path and query (Envoy `safe_regex`)."""


@dataclass(frozen=True, slots=True, order=True)
class LabelText(Hashed):
    """The attribute is present and its text passes the test."""

    attribute: Attribute
    test: str
    text: str

    def __str__(self) -> str:
        return f'{self.attribute} {self.test} "{self.text}"'


@dataclass(frozen=True, slots=True, order=True)
class DstPortNamed(Hashed):
    """The destination endpoint declares a port of this name, with the flow's protocol and port number."""

    name: str

    def __str__(self) -> str:
        return f'port named "{self.name}"'


@dataclass(frozen=True, slots=True, order=True)
class SrcPortNamed(Hashed):
    """The source endpoint declares a port of this name, with the flow's protocol and source port number."""

    name: str

    def __str__(self) -> str:
        return f'source port named "{self.name}"'


@dataclass(frozen=True, slots=True, order=True)
class BackendOf(Hashed):
    """The endpoint is a backend of a service; `with_port`: at the flow's protocol and destination port."""

    namespace: str
    name: str
    with_port: bool

    def __str__(self) -> str:
        return f"backend of {self.namespace}/{self.name}" + (" at its port" if self.with_port else "")


@dataclass(frozen=True, slots=True, order=True)
class Named(Hashed):
    """The address was learnt from a DNS answer for a name that matches this pattern (Cilium `toFQDNs`)."""

    pattern: str

    def __str__(self) -> str:
        return f'name "{self.pattern}"'


@dataclass(frozen=True, slots=True, order=True)
class HttpMethod(Hashed):
    """The request's HTTP method is exactly this text, or matches it as a regular expression."""

    method: str
    regex: bool = False

    def __str__(self) -> str:
        return f"method {'~ ' if self.regex else ''}{self.method}"


@dataclass(frozen=True, slots=True, order=True)
class HttpPath(Hashed):
    """The request's path passes the test (a `PathTest` value)."""

    test: str
    text: str

    def __str__(self) -> str:
        return f'path {self.test} "{self.text}"'


AUTHENTICATION: Final = "authentication"
"""The protocol of requests that are no requests: who is at the other end has to prove it, whatever is sent."""


@dataclass(frozen=True, slots=True, order=True)
class Request(Hashed):
    """Any other layer 7 condition, named by its protocol and its text; two are equal only if they read the same."""

    protocol: str
    text: str

    def __str__(self) -> str:
        return f"{self.protocol} {self.text}"


Fact: TypeAlias = LabelText | DstPortNamed | SrcPortNamed | BackendOf | Named | HttpMethod | HttpPath | Request
"""A statement about a flow that is true or false, with no algebra of its own."""
