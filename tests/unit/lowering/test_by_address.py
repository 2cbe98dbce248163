"""Kinds of endpoint as addresses, for engines that match whoever holds one."""

from __future__ import annotations

import pytest

from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, Condition, both, family, kind, within
from npconv.ir.dimensions import Attribute, Axis, Family, Kind, Kinds, Scope
from npconv.ir.policy import PolicySet
from npconv.ir.values import one_of
from npconv.lowering.addresses import AddressPlan, plan
from npconv.lowering.box import Box
from npconv.lowering.by_address import by_address, over_family
from npconv.lowering.cube import cubes

NOBODY = Kinds(frozenset())
HOST = Kinds(frozenset({Kind.HOST}))
EMPTY = PolicySet(tiers=())
KNOWN = plan(EMPTY, pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"])
DUAL = plan(EMPTY, pod_cidrs=["10.244.0.0/16"], node_cidrs=["10.0.0.0/24"], only_v4=False)
ASSUMED = plan(EMPTY)
APP = within(Attribute.of(Scope.POD, "app"), one_of("web"))


def at(*cidrs: str) -> Condition:
    return within(Axis.ADDRESS, Addresses.of(cidrs))


def cut(peer: Condition, known: AddressPlan = KNOWN, passing: Kinds = HOST) -> list[str]:
    (cube,) = cubes(peer, 1)
    return [str(box.peer) for box in by_address(Box(peer=cube), known, passing)]


@pytest.mark.parametrize(
    ("peer", "found"),
    [
        (ALWAYS, ["any"]),
        (at("10.0.0.0/8"), ["address {10.0.0.0/8}"]),
        (at("0.0.0.0/0"), ["any"]),
        (at("2001:db8::/32"), []),
        (kind(Kind.POD), ["pod"]),
        (both(kind(Kind.POD), APP), ['pod & pod[app] in {"web"}']),
        (both(kind(Kind.POD), at("10.0.0.0/8")), ["pod"]),
        (both(kind(Kind.POD), at("192.0.2.0/24")), []),
        (both(kind(Kind.POD), at("10.244.1.0/24")), ["address {10.244.1.0/24}"]),
        (both(kind(Kind.POD), APP, at("10.0.0.0/8")), ['pod & pod[app] in {"web"}']),
        (both(kind(Kind.POD), APP, at("192.0.2.0/24")), []),
        (
            both(kind(Kind.POD), APP, at("10.244.1.0/24")),
            ['address {10.244.1.0/24} & pod & pod[app] in {"web"}'],
        ),
        (both(kind(Kind.OUTSIDE), at("192.0.2.0/24")), ["address {192.0.2.0/24}"]),
        (both(kind(Kind.OUTSIDE), at("10.0.0.0/8")), ["address {10.0.0.0/8 except 10.0.0.0/24, 10.244.0.0/16}"]),
        (kind(Kind.HOST, Kind.REMOTE_NODE), ["host", "address {10.0.0.0/24}"]),
        (kind(Kind.POD, Kind.REMOTE_NODE), ["pod", "address {10.0.0.0/24}"]),
        (kind(Kind.POD, Kind.OUTSIDE, Kind.REMOTE_NODE), ["any"]),
        (kind(Kind.HEALTH), []),
    ],
)
def test_where_pods_and_nodes_are_known(peer: Condition, found: list[str]) -> None:
    assert cut(peer) == found


def test_the_own_node_counts_where_it_is_judged() -> None:
    assert cut(kind(Kind.POD, Kind.OUTSIDE, Kind.REMOTE_NODE), passing=NOBODY) == [
        "pod",
        "address {0.0.0.0/0 except 10.0.0.0/24}",
        "address {10.0.0.0/24} & remote-node",
    ]


def test_where_nothing_is_known_the_private_ranges_have_no_words() -> None:
    private = "10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16"
    assert cut(kind(Kind.OUTSIDE), ASSUMED) == [
        f"address {{0.0.0.0/0 except {private}}}",
        f"address {{{private}}} & outside",
    ]
    assert cut(kind(Kind.REMOTE_NODE), ASSUMED) == [f"address {{{private}}} & remote-node"]


def test_families_are_addresses() -> None:
    (v4,) = cubes(family(Family.V4), 1)
    assert [str(one) for one in over_family(Box(traffic=v4), KNOWN)] == ["any"]
    assert [str(one) for one in over_family(Box(traffic=v4), DUAL)] == ["peer: address {0.0.0.0/0}"]
    (v6,) = cubes(family(Family.V6), 1)
    assert [str(one) for one in over_family(Box(traffic=v6), DUAL)] == ["peer: address {::/0}"]
    assert [str(one) for one in over_family(Box(), DUAL)] == ["any"]


def test_in_a_dual_stack_cluster_every_ipv6_address_may_be_a_pods() -> None:
    assert cut(both(kind(Kind.OUTSIDE), at("2001:db8::/32")), DUAL) == ["address {2001:db8::/32} & outside"]
