"""What an address means, crossed from engines that match IPs to engines that match identities.

Calico and Azure NPM match IP addresses: a CIDR also matches the pods and nodes that hold one of its addresses.
Cilium matches identities: a CIDR never matches a pod or a node (facts/cilium.md 2.5). A condition on an address is
therefore cut by what the endpoint is, and what is asked of a pod's or node's address is settled by where pods and
nodes have their addresses: known from `--pod-cidr` and `--node-cidr`, or else assumed, and said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from npconv.dataclass import dataclass
from npconv.ir.addresses import ALL_V4, ALL_V6, NO_ADDRESS, Addresses
from npconv.ir.condition import Both, Condition, Either, Within
from npconv.ir.dimensions import Axis, Families, Family, Kind, Kinds
from npconv.ir.intervals import Intervals
from npconv.ir.policy import PolicySet
from npconv.lowering.box import Box, Clause
from npconv.lowering.conditions import Once
from npconv.lowering.cube import Cube

PRIVATE = Addresses.of(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"])
"""Where clusters have their IPv4 addresses (RFC 1918, RFC 6598)."""

PODS = Kinds(frozenset({Kind.POD}))
NODES = Kinds(frozenset({Kind.HOST, Kind.REMOTE_NODE}))
OUTSIDE = Kinds(frozenset({Kind.OUTSIDE}))
WORLD = Kinds(frozenset({Kind.POD, Kind.HOST, Kind.REMOTE_NODE, Kind.OUTSIDE}))
"""The endpoints that an engine of IP addresses knows."""


LEAST_RANGE = 256
"""How many addresses a set must hold to be taken for a range of all pods."""


class Relation(Enum):
    """How a set of addresses stands to those of all pods (or all nodes)."""

    COVERS = "covers"
    APART = "apart"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Where all pods (or all nodes) have their IPv4 addresses.

    `assumed`: chosen by npconv, not told. `is_uncut`: so chosen that no set of the policies holds a part of it only.
    """

    addresses: Addresses
    assumed: bool
    is_uncut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPlan:
    """What a translation knows or assumes of the cluster's addresses.

    `only_v4`: pods and nodes are reached over IPv4 alone; False where the user said that the cluster is dual-stack.
    """

    pods: Region
    nodes: Region
    only_v4: bool

    def region(self, kinds: Kinds) -> Region:
        """The region of pods or of nodes."""
        return self.pods if Kind.POD in kinds else self.nodes

    @property
    def told(self) -> Addresses:
        """Where pods or nodes are known to be, so that nothing outside has these addresses."""
        found = NO_ADDRESS
        for one in (self.pods, self.nodes):
            found |= NO_ADDRESS if one.assumed else one.addresses
        return found

    def places(self, kinds: Kinds) -> Addresses:
        """Where pods or nodes may be: anywhere in IPv6, if the cluster is dual-stack and nothing was said of that."""
        found = self.region(kinds).addresses
        return found if self.only_v4 or not found.v6.is_empty else found | ALL_V6

    def relation(self, kinds: Kinds, asked: Addresses) -> Relation:
        """How a set of addresses stands to those of the pods or nodes."""
        region, places = self.region(kinds), self.places(kinds)
        if region.is_uncut:  # nor does what is made of the policies' sets: one address tells
            first = places.v4.spans[0][0] in asked.v4
            found = Relation.COVERS if first else Relation.APART
        else:
            found = _relation(places.v4, asked.v4)
        if self.only_v4 or found is _relation(places.v6, asked.v6):
            return found
        return Relation.PARTLY


def _relation(places: Intervals, asked: Intervals) -> Relation:
    inside = asked & places
    if inside.is_empty:
        return Relation.APART
    return Relation.COVERS if inside == places else Relation.PARTLY


def plan(
    policies: PolicySet,
    *,
    pod_cidrs: Sequence[str] = (),
    node_cidrs: Sequence[str] = (),
    nodes_at: Iterable[str] = (),
    pods_seen: Iterable[str] = (),
    nodes_seen: Iterable[str] = (),
    only_v4: bool = True,
) -> AddressPlan:
    """What is known of pod and node addresses, completed by assumptions that fit these policies.

    Without `pod_cidrs` (or `node_cidrs`), all pods (nodes) are assumed to have their addresses in parts of the private
    ranges that no condition of the policies cuts: where those are that were seen (`pods_seen`, `nodes_seen`), or else
    in one: see `_home`. `nodes_at` are addresses that some nodes are known to have, wherever the others are. Where only
    the nodes' (or the pods') are told, the others are assumed elsewhere.
    """
    told = tuple(Addresses.of(one) for one in (pod_cidrs, node_cidrs) if one)
    asked = tuple(dict.fromkeys((*mentioned(policies), *told)))
    home = Addresses(_home(asked, tuple(dict.fromkeys(_asked_of_pods(policies)))), ALL_V4.v6)
    return AddressPlan(
        pods=_region(tuple(pod_cidrs), Addresses.of(pods_seen), asked, home),
        nodes=_region(tuple(node_cidrs), Addresses.of(nodes_seen), asked, home, Addresses.of(nodes_at)),
        only_v4=only_v4,
    )


def _region(
    told: tuple[str, ...], seen: Addresses, asked: tuple[Addresses, ...], home: Addresses, some: Addresses = NO_ADDRESS
) -> Region:
    known = (seen & ALL_V4) | some
    if told:
        return Region(addresses=Addresses.of(told) | known, assumed=False, is_uncut=False)
    if (seen & ALL_V4).is_empty:
        return Region(addresses=home | some, assumed=True, is_uncut=some.is_empty)
    around = [part.members for part in _parts(_cutting(asked), known.v4) if not (part.members & known.v4).is_empty]
    spans = [span for members in around for span in members.spans]
    found = Addresses(Intervals.of(PRIVATE.v4.top, spans), some.v6)
    return Region(addresses=found, assumed=True, is_uncut=len(around) == 1)


def mentioned(policies: PolicySet) -> Iterator[Addresses]:
    """Every set of addresses that a condition of the policies asks for."""
    asked = Once(lambda condition: tuple(_within(condition)))
    for tier in policies.tiers:
        for policy in tier.policies:
            yield from asked[policy.subject]
            for section in policy.sections:
                for rule in section.rules:
                    yield from asked[rule.peer]
                    yield from asked[rule.subject]


def split(clause: Clause, known: AddressPlan) -> tuple[Clause, ...]:
    """The clause cut so that addresses are asked of outside endpoints only, wherever the plan settles the rest."""
    return tuple(
        clause.over(piece)
        for subject in by_subject(clause.box, known)
        for box in _families(subject, known)
        for piece in _peer(box, known)
    )


def _within(condition: Condition) -> Iterator[Addresses]:
    todo = [condition]
    while todo:
        one = todo.pop()
        if type(one) is Within:
            if isinstance(one.members, Addresses):
                yield one.members
        elif type(one) is Both or type(one) is Either:
            todo.extend(reversed(one.parts))


def _cutting(asked: Iterable[Addresses]) -> list[Intervals]:
    return [one.v4 for one in asked if not one.v4.is_empty and not one.v4.is_full]


def _home(asked: tuple[Addresses, ...], of_pods: tuple[Addresses, ...]) -> Intervals:
    """The part of the private ranges to assume all pods and nodes in: one that no mentioned set cuts.

    Among the parts, one in the most sets that rules ask pods for (such a rule means something only there), then one
    that the fewest sets of "nearly everything" hold (what is cut out of the internet is usually the cluster), then one
    that the fewest other sets hold, then the largest, then the lowest.
    """
    parts = _parts(_cutting(asked))
    ranges = [one.v4 for one in of_pods if len(one.v4) >= LEAST_RANGE]

    def rank(part: _Part) -> tuple[int, int, int, int, tuple[tuple[int, int], ...]]:
        missed = sum((members & part.members).is_empty for members in ranges)
        return (missed, part.wide, part.narrow, -len(part.members), part.members.spans)

    return min(parts, key=rank).members


def _asked_of_pods(policies: PolicySet) -> Iterator[Addresses]:
    """The sets of addresses that rules ask of pods alone: of their own side, or beside labels of pods."""
    own = Once(lambda condition: tuple(_within(condition)))
    beside = Once(lambda condition: tuple(_beside_pods(condition)))
    for tier in policies.tiers:
        for policy in tier.policies:
            yield from own[policy.subject]
            for section in policy.sections:
                for rule in section.rules:
                    yield from own[rule.subject]
                    yield from beside[rule.peer]


def _beside_pods(condition: Condition) -> Iterator[Addresses]:
    match condition:
        case Both(parts) if Within(Axis.KIND, PODS) in parts:
            yield from _within(condition)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from _beside_pods(part)
        case _:
            return


@dataclass(frozen=True, slots=True)
class _Part:
    """Addresses that the same sets hold: how many wide ones (half of all addresses or more), how many others."""

    members: Intervals
    wide: int
    narrow: int


def _parts(sets: list[Intervals], seen: Intervals = NO_ADDRESS.v4) -> list[_Part]:
    """The private ranges and what was seen, cut along all sets: a sweep over where spans begin and end."""
    marks: dict[int, list[tuple[int, int]]] = {}
    for number, members in enumerate((PRIVATE.v4 | seen, *sets)):
        for low, high in members.spans:
            marks.setdefault(low, []).append((number, 1))
            marks.setdefault(high + 1, []).append((number, -1))
    is_wide = [False, *(len(members) >= 1 << 31 for members in sets)]
    inside = [0] * (len(sets) + 1)
    signature = wide = narrow = 0
    found: dict[int, tuple[list[tuple[int, int]], int, int]] = {}
    last = 0
    for at in sorted(marks):
        if inside[0] and at > last:
            found.setdefault(signature, ([], wide, narrow))[0].append((last, at - 1))
        for number, step in marks[at]:
            inside[number] += step
            if number:
                signature ^= _mark(number)
                wide += step * is_wide[number]
                narrow += step * (not is_wide[number])
        last = at
    return [_Part(Intervals.of(PRIVATE.v4.top, spans), wide, narrow) for spans, wide, narrow in found.values()]


def _mark(number: int) -> int:
    """A number per set such that the exclusive or of a few tells which they were."""
    import hashlib  # noqa: PLC0415 - few policies have sets that overlap, and OpenSSL is behind it

    return int.from_bytes(hashlib.blake2b(number.to_bytes(8, "big"), digest_size=16).digest(), "big")


def by_subject(box: Box, known: AddressPlan) -> Iterator[Box]:
    """The box without what it asks of the address of a policy's own side, where the plan settles that."""
    asked = box.subject.members(Axis.ADDRESS)
    if not isinstance(asked, Addresses):
        yield box
        return
    kinds = box.subject.members(Axis.KIND)
    match known.relation(kinds if isinstance(kinds, Kinds) else PODS, asked):
        case Relation.COVERS:
            yield box.having("subject", box.subject.having(Axis.ADDRESS, None))
        case Relation.PARTLY:
            yield box
        case Relation.APART:
            return


def _families(box: Box, known: AddressPlan) -> Iterator[Box]:
    """Say the family by the addresses of outside endpoints; pods and nodes have one family, if that is known."""
    families = box.traffic.members(Axis.FAMILY)
    if not isinstance(families, Families):
        yield box
        return
    free = box.having("traffic", box.traffic.having(Axis.FAMILY, None))
    own = _family_of(box.traffic)
    if own is not None:
        if own in families:
            yield free
        return
    over = ALL_V4 if Family.V4 in families else ALL_V6
    yield from _kinds(free, OUTSIDE, over)
    inside = WORLD & ~OUTSIDE
    if not known.only_v4:
        yield from _kinds(box, inside, None)
    elif Family.V4 in families:
        yield from _kinds(free, inside, None)


def _kinds(box: Box, kinds: Kinds, addresses: Addresses | None) -> Iterator[Box]:
    seen = box.peer.members(Axis.KIND)
    left = kinds & seen if isinstance(seen, Kinds) else kinds
    if left.is_empty:
        return
    peer = box.peer.having(Axis.KIND, left)
    if addresses is not None:
        asked = peer.members(Axis.ADDRESS)
        narrowed = addresses & asked if isinstance(asked, Addresses) else addresses
        if narrowed.is_empty:
            return
        peer = peer.having(Axis.ADDRESS, narrowed)
    yield box.having("peer", peer)


def _family_of(traffic: Cube) -> Family | None:
    """ICMP is IPv4 only and ICMPv6 is IPv6 only: these protocols say the family themselves. None: others do not."""
    numbers = traffic.members(Axis.PROTOCOL)
    if not isinstance(numbers, Intervals):
        return None
    return Family.V4 if numbers.spans == ((1, 1),) else Family.V6 if numbers.spans == ((58, 58),) else None


def _peer(box: Box, known: AddressPlan) -> Iterator[Box]:
    asked = box.peer.members(Axis.ADDRESS)
    if not isinstance(asked, Addresses):
        yield box
        return
    seen = box.peer.members(Axis.KIND)
    kinds = seen if isinstance(seen, Kinds) else WORLD
    covered = Kinds(frozenset())
    for group in (PODS, NODES):
        part = kinds & group
        if part.is_empty:
            continue
        match known.relation(group, asked):
            case Relation.COVERS:
                covered |= part
            case Relation.PARTLY:
                yield box.having("peer", box.peer.having(Axis.KIND, part))
            case Relation.APART:
                pass
    if not covered.is_empty:
        yield box.having("peer", box.peer.having(Axis.ADDRESS, None).having(Axis.KIND, covered))
    outside = kinds & OUTSIDE
    if not outside.is_empty:
        yield box.having("peer", box.peer.having(Axis.KIND, outside))
