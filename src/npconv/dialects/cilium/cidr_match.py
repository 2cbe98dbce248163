"""What a CIDR matches in the cluster, beside the outside (`policy-cidr-match-mode`), and which words match less."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.dataclass import dataclass
from npconv.dialects.cilium.profile import CIDRMatch, CiliumProfile
from npconv.ir.addresses import ALL_V4, ALL_V6, NO_ADDRESS, Addresses
from npconv.lowering.addresses import NODES, PODS, AddressPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What the CIDRs of one Cilium match, where pods and nodes have certain addresses."""

    addresses: Addresses = NO_ADDRESS
    """Addresses in the cluster that CIDRs match, as far as it is known which there are (facts/cilium.md 2.5)."""
    by_pods: bool = False
    """Whether a `/0` is for pods, too, whatever their addresses: see `lift_addresses.matched_kinds`."""
    only_v4: bool = True
    """Whether the cluster has no addresses but those of IPv4."""

    @classmethod
    def of(cls, profile: CiliumProfile, plan: AddressPlan) -> Matched:
        """What a Cilium with this profile matches."""
        found = NO_ADDRESS
        for mode, kinds in ((CIDRMatch.PODS, PODS), (CIDRMatch.NODES, NODES)):
            if mode in profile.cidr_match:
                found |= plan.region(kinds).addresses
        return cls(
            addresses=found,
            by_pods=CIDRMatch.PODS in profile.cidr_match,
            only_v4=plan.only_v4,
        )

    def is_world(self, asked: Addresses) -> bool:
        """Whether the entity `world` is written for these addresses outside, as their CIDRs would match pods, too."""
        return self.by_pods and asked.v4.is_full and (asked.v6.is_full or (self.only_v4 and asked.v6.is_empty))

    def has_more(self, asked: Addresses) -> bool:
        """Whether what is written for these addresses matches pods or nodes, too.

        The outside of one family has no entity: the API server refuses `world-ipv4` and `world-ipv6` (facts 1.5).
        """
        if is_whole(asked):
            return self.by_pods and not self.is_world(asked) and not (self.only_v4 and asked.v4.is_empty)
        return not (asked & self.addresses).is_empty

    def cut(self, asked: Addresses) -> Iterator[Addresses]:
        """Addresses outside, cut into those that are matched alone and those that are with pods or nodes."""
        if self.by_pods and (asked.v4.is_full or asked.v6.is_full) and not is_whole(asked):
            for family in (ALL_V4, ALL_V6):
                yield from self.cut(asked & family)
        elif is_whole(asked) or (asked & self.addresses).is_empty:
            yield asked
        else:
            yield from (part for part in (asked & ~self.addresses, asked & self.addresses) if not part.is_empty)


def is_whole(asked: Addresses) -> bool:
    """Whether all addresses of one family or both are asked for: only where CIDRs match pods is a `/0` not outside."""
    return all(part.is_empty or part.is_full for part in (asked.v4, asked.v6))
