"""A NetworkPolicy -> its rules that count, each with its direction, and its peers and ports with where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.k8s.model import IPBlock, NetworkPolicy, Peer, Port, Rule
from npconv.ir.policy import Direction

DIRECTIONS: Final = {"Ingress": Direction.INGRESS, "Egress": Direction.EGRESS}
PEERS: Final = {Direction.INGRESS: "from", Direction.EGRESS: "to"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRule:
    """A rule of a stored policy. `is_inert`: `policyTypes` does not list its direction."""

    policy: NetworkPolicy
    direction: Direction
    index: int
    rule: Rule
    is_inert: bool

    @property
    def ports(self) -> tuple[Port, ...]:
        """Its ports; none for all."""
        return self.rule.ports or ()

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Its peers; none for everybody."""
        return self.rule.peers or ()

    def blocks(self) -> Iterator[tuple[int, IPBlock]]:
        """Its peers by address, with their places."""
        return ((number, one) for number, one in enumerate(self.peers) if isinstance(one, IPBlock))

    def at(self, *path: str | int) -> Origin | None:
        """Where the rule, or something in it, stands."""
        origin = self.policy.origin
        if origin is None:
            return None
        return origin.at("spec", self.direction.value, self.index, *path)

    def at_peer(self, number: int) -> Origin | None:
        """Where one of its peers stands."""
        return self.at(PEERS[self.direction], number)


def rules(stored: NetworkPolicy) -> Iterator[OneRule]:
    """All rules of a policy as the API server stores it, also those of directions that it does not list."""
    for name, listed in (("Ingress", stored.ingress or ()), ("Egress", stored.egress or ())):
        for index, rule in enumerate(listed):
            yield OneRule(
                policy=stored,
                direction=DIRECTIONS[name],
                index=index,
                rule=rule,
                is_inert=name not in (stored.policy_types or ()),
            )


def counting(stored: NetworkPolicy) -> Iterator[OneRule]:
    """The rules of the directions that a policy lists."""
    return (one for one in rules(stored) if not one.is_inert)
