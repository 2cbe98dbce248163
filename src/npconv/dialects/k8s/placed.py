"""A NetworkPolicy -> its rules, peers and ports, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Key, Origin, below
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule
from npconv.ir.policy import Direction

PEERS: Final = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
"""The field of a rule that holds its peers."""

_TYPES: Final = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRule:
    """A rule and its place in a policy."""

    policy: NetworkPolicy
    direction: Direction
    index: int
    rule: Rule

    @property
    def origin(self) -> Origin | None:
        """Where it stands; None if npconv built the policy."""
        return self.at()

    @property
    def is_inert(self) -> bool:
        """Whether `policyTypes`, as the API server stores them, do not list its direction."""
        return _TYPES[self.direction] not in (self.policy.policy_types or ())

    def at(self, *path: Key) -> Origin | None:
        """Where something in it stands."""
        return below(self.policy.origin, "spec", self.direction.value, self.index, *path)

    def peers(self) -> Iterator[tuple[Peer, Origin | None]]:
        """Its peers; none for everybody."""
        key = PEERS[self.direction]
        return ((peer, self.at(key, index)) for index, peer in enumerate(self.rule.peers or ()))

    def blocks(self) -> Iterator[tuple[IPBlock, Origin | None]]:
        """Its peers by address."""
        return ((peer, place) for peer, place in self.peers() if isinstance(peer, IPBlock))

    def ports(self) -> Iterator[tuple[Port, Origin | None]]:
        """Its ports; none for all."""
        return ((port, self.at("ports", index)) for index, port in enumerate(self.rule.ports or ()))


def rules(policy: NetworkPolicy) -> Iterator[PlacedRule]:
    """Every rule, ingress first, also those of directions that the policy does not list."""
    for direction, listed in ((Direction.INGRESS, policy.ingress), (Direction.EGRESS, policy.egress)):
        for index, rule in enumerate(listed or ()):
            yield PlacedRule(policy=policy, direction=direction, index=index, rule=rule)


def counting(stored: NetworkPolicy) -> Iterator[PlacedRule]:
    """The rules of the directions that a policy lists, as the API server stores it."""
    return (one for one in rules(stored) if not one.is_inert)
