"""What policies mean -> a cluster with endpoints of every kind that they tell apart, and the flows between them."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from golden_flows import PORTED, Wish, World

from npconv.ir.addresses import Addresses
from npconv.ir.condition import Within
from npconv.ir.dimensions import API_SERVER, Attribute, Axis, Family, Kind, Scope
from npconv.ir.policy import Direction, PolicySet
from npconv.ir.values import Values
from npconv.lowering.addresses import AddressPlan
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, Address, Endpoint, Flow

PODS, SUBJECTS, OUTSIDE, TRAFFICS = 10, 7, 4, 10
API_AT = {Family.V4: "203.0.113.77", Family.V6: "2001:db8:77::77"}
IMPOSSIBLE = ("io.kubernetes.pod.", "io.cilium.")
"""Labels of pods that Cilium takes for its own: no pod has them in its eyes."""
SPOKEN = (TCP, UDP, SCTP, ICMP)
"""The protocols that every referee is asked about."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is sent, whoever sends it."""

    protocol: int
    port: int = 0
    source_port: int = 0
    icmp_type: int = 0
    icmp_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A cluster and what is sent in it. All pods are on the node that is the host; every title is another."""

    endpoints: tuple[Endpoint, ...]
    traffics: tuple[Traffic, ...]
    family: Family = Family.V4

    def flows(self) -> tuple[Flow, ...]:
        """Every flow of some pods with everybody, in both directions."""
        return tuple(self._flows())

    def _flows(self) -> Iterator[Flow]:
        subjects = [one for one in self.endpoints if one.kind is Kind.POD][:SUBJECTS]
        for direction in Direction:
            for subject in subjects:
                for peer in self.endpoints:
                    if peer is subject:
                        continue
                    for one in self.traffics:
                        yield Flow(
                            direction=direction,
                            subject=subject,
                            peer=peer,
                            protocol=ICMPV6 if self.family is Family.V6 and one.protocol == ICMP else one.protocol,
                            port=one.port,
                            source_port=one.source_port,
                            icmp_type=one.icmp_type,
                            icmp_code=one.icmp_code,
                            family=self.family,
                        )


def scene(
    policies: PolicySet,
    plan: AddressPlan,
    namespaces: Mapping[str, Mapping[str, str]],
    seed: str,
    family: Family = Family.V4,
) -> Scene:
    """A cluster in which the rules of the policies have somebody to match, and somebody not to."""
    world = World(sets=(policies,), plan=plan, namespaces=namespaces, random=random.Random(seed))
    return Scene(endpoints=tuple(_endpoints(world, family)), traffics=tuple(_traffics(world)), family=family)


def _endpoints(world: World, family: Family) -> Iterator[Endpoint]:
    taken: set[Address] = set()
    labels: dict[str, dict[Attribute, str]] = {}
    rules = list(world.rules)
    world.random.shuffle(rules)
    subjects = [world._wish(policy.subject, *((rule.subject,) if rule else ())) for policy, _, rule in rules]
    peers = [world._wish(rule.peer) for _, _, rule in rules if rule]
    wishes = [one for pair in zip(subjects, [*peers, *map(_anybody, subjects)], strict=False) for one in pair]
    pods = [one for one in wishes if one.values.get(Axis.KIND, Kind.POD) is Kind.POD][: PODS - 2]
    pods += [Wish() for _ in range(PODS - len(pods))]
    found = [(world._endpoint(Kind.POD, one, labels, "pod"), f"pod-{number}") for number, one in enumerate(pods)]
    found += [(world._endpoint(Kind.HOST, Wish(), labels, "host"), "node-0")]
    found += [(world._endpoint(Kind.REMOTE_NODE, Wish(), labels, "node"), f"node-{number}") for number in (1, 2)]
    found += [(one, f"outside-{number}") for number, one in enumerate(_outside(world, family))]
    nodes = _node_labels(world)
    for endpoint, title in found:
        if endpoint is None:
            continue
        placed = _placed(endpoint, world, taken, family)
        if placed is not None:
            own = nodes if title == "node-1" else {}
            kept = {key: value for key, value in placed.attributes.items() if not key.key.startswith(IMPOSSIBLE)}
            yield replace(placed, title=title, attributes={**kept, **own})


def _anybody(_: Wish) -> Wish:
    return Wish()


def _outside(world: World, family: Family) -> Iterator[Endpoint]:
    """Addresses on either side of the boundaries of CIDRs; one of them is the API server's."""
    here = world.plan.pods.addresses | world.plan.nodes.addresses
    known = [one for one in world.addresses if one.version == family.value and one not in here]
    chosen = world.random.sample(known, min(OUTSIDE, len(known)))
    for address in chosen:
        yield Endpoint(kind=Kind.OUTSIDE, addresses=(address,))
    yield Endpoint(kind=Kind.OUTSIDE, attributes={API_SERVER: ""}, addresses=(ipaddress.ip_address(API_AT[family]),))


def _node_labels(world: World) -> dict[Attribute, str]:
    found: dict[Attribute, str] = {}
    for leaf in world.leaves:
        if not (isinstance(leaf, Within) and isinstance(leaf.dimension, Attribute)):
            continue
        if leaf.dimension.scope is Scope.NODE and isinstance(leaf.members, Values):
            found.setdefault(leaf.dimension, next(iter(sorted(leaf.members.named)), "other"))
    return found


def _placed(endpoint: Endpoint, world: World, taken: set[Address], family: Family) -> Endpoint | None:
    """The endpoint at an address of its own, which the same CIDRs hold."""
    first = endpoint.address(family)
    if first is None:
        return None
    plan = world.plan
    sets = [one.members for one in world.leaves if isinstance(one, Within) and isinstance(one.members, Addresses)]
    sets += [plan.pods.addresses, plan.nodes.addresses]
    for step in (*range(64), *range(-1, -64, -1)):
        number = int(first) + step
        if not 0 < number < 2**first.max_prefixlen - 1:
            continue
        address = type(first)(number)
        if address not in taken and all((address in one) == (first in one) for one in sets):
            taken.add(address)
            return replace(endpoint, addresses=(address,))
    return None


def _traffics(world: World) -> list[Traffic]:
    """Some of what rules speak of, and some that perhaps none does."""
    found = dict.fromkeys(
        (Traffic(TCP, 80, 40000), Traffic(UDP, 53, 40001), Traffic(ICMP, icmp_type=8), Traffic(SCTP, 9999, 40002))
    )
    rules = [rule for _, _, rule in world.rules if rule]
    for number in world.named.values():
        found[Traffic(TCP, number, 40000)] = None
    for _ in range(40 if rules else 0):
        wish = world._wish(world.random.choice(rules).traffic)
        drawn = _drawn(world, wish)
        if drawn is not None and len(found) < TRAFFICS:
            found[drawn] = None
    spare: Sequence[int] = world.ports
    while len(found) < TRAFFICS:
        port = world.random.choice(spare) if world.random.random() < 0.5 else world.random.randrange(1, 65536)
        found[Traffic(world.random.choice((TCP, UDP)), port, 40000)] = None
    return list(found)[:TRAFFICS]


def _drawn(world: World, wish: Wish) -> Traffic | None:
    protocol = world._pick(Axis.PROTOCOL, wish, list(SPOKEN))
    if protocol not in SPOKEN:
        return None
    if protocol in PORTED:
        port, source = world._pick(Axis.DST_PORT, wish, world.ports), world._pick(Axis.SRC_PORT, wish, [40000])
        return Traffic(protocol, port or 1, source or 1)
    return Traffic(
        protocol,
        icmp_type=world._pick(Axis.ICMP_TYPE, wish, world.icmp) or 8,
        icmp_code=world._pick(Axis.ICMP_CODE, wish, [0]),
    )
