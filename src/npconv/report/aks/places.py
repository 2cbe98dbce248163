"""The cluster and what was said of it -> where pods and nodes have their addresses, and who of them a block covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from enum import Enum
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.k8s.model import IPBlock
from npconv.ir.addresses import ALL_V4, NO_ADDRESS, Addresses
from npconv.pipeline.endpoints import node_addresses, pod_addresses
from npconv.source import cidr

_CLUSTERS: Final = Addresses.of(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
"""Where pods and nodes are if nobody says where (RFC 1918)."""
_SHARED: Final = Addresses.of(["100.64.0.0/10"])
"""AKS also takes this for pods (RFC 6598), but a block that holds it with all else is rarely about pods."""


class Cover(Enum):
    """Whom a block covers of all pods (or nodes)."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"
    """Nothing says where they are, and the block has addresses that clusters use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where the pods (or nodes) are: ranges that were told, and addresses that were seen."""

    told: Addresses
    seen: Addresses
    _known: dict[Addresses, Cover] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_known(self) -> bool:
        """Whether anything is known."""
        return not (self.told.is_empty and self.seen.is_empty)

    def cover(self, asked: Addresses) -> Cover:
        """Whom a set of IPv4 addresses covers."""
        if asked not in self._known:
            self._known[asked] = self._cover(asked & ALL_V4)
        return self._known[asked]

    def _cover(self, asked: Addresses) -> Cover:
        if asked.is_empty:
            return Cover.NONE
        if asked == ALL_V4:
            return Cover.ALL
        if not self.is_known:
            return Cover.UNKNOWN if _may_be_clusters(asked) else Cover.NONE
        places = (self.told | self.seen) & ALL_V4
        inside = asked & places
        if inside.is_empty:
            return Cover.NONE
        return Cover.ALL if inside == places else Cover.SOME


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where pods and nodes have their addresses."""

    pods: Ground
    nodes: Ground


def places(cluster: Cluster, *, pod_cidrs: Sequence[str], node_cidrs: Sequence[str]) -> Places:
    """What is known: what the user said, what nodes hand out to their pods, and the addresses that were seen."""
    handed_out = tuple(one for node in cluster.nodes for one in node.pod_cidrs)
    return Places(
        pods=Ground(told=_of((*pod_cidrs, *handed_out)), seen=_of(pod_addresses(cluster))),
        nodes=Ground(told=_of(node_cidrs), seen=_of(node_addresses(cluster))),
    )


def addresses_of(block: IPBlock) -> Addresses:
    """The addresses of a block: none of what cannot be read."""
    outer = cidr.lenient(block.cidr)
    if outer is None:
        return NO_ADDRESS
    inner = [found for text in block.except_ or () if (found := cidr.lenient(text)) is not None]
    return Addresses.of([cidr.usual_form(outer)]) & ~Addresses.of(cidr.usual_form(one) for one in inner)


def _of(cidrs: Sequence[str]) -> Addresses:
    read = (cidr.lenient(one if "/" in one else cidr.single(one)) for one in cidrs)
    return Addresses.of(cidr.usual_form(one) for one in read if one is not None)


def _may_be_clusters(asked: Addresses) -> bool:
    return not (asked & _CLUSTERS).is_empty or (asked & ~_SHARED).is_empty
