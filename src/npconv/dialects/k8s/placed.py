"""A NetworkPolicy -> its rules, peers and ports, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Key, Origin
from npconv.dialects.k8s.model import NetworkPolicy, Peer, Port, Rule
from npconv.ir.policy import Direction

PEERS: Final = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
"""The field of a rule that holds its peers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRule:
    """A rule and its place; None if npconv built the policy."""

    rule: Rule
    direction: Direction
    origin: Origin | None

    def at(self, *path: Key) -> Origin | None:
        """Where something in it stands."""
        return None if self.origin is None else self.origin.at(*path)

    def peers(self) -> Iterator[tuple[Peer, Origin | None]]:
        """Its peers."""
        key = PEERS[self.direction]
        return ((peer, self.at(key, index)) for index, peer in enumerate(self.rule.peers or ()))

    def ports(self) -> Iterator[tuple[Port, Origin | None]]:
        """Its ports."""
        return ((port, self.at("ports", index)) for index, port in enumerate(self.rule.ports or ()))


def rules(policy: NetworkPolicy) -> Iterator[PlacedRule]:
    """Every rule, ingress first."""
    for direction, listed in ((Direction.INGRESS, policy.ingress), (Direction.EGRESS, policy.egress)):
        for index, rule in enumerate(listed or ()):
            origin = None if policy.origin is None else policy.origin.at("spec", direction.value, index)
            yield PlacedRule(rule=rule, direction=direction, origin=origin)
