"""How sets of addresses are written for a Cilium that reads `/0` as the world."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npconv.dialects.cilium.lower_selectors import Writing, halved, peers
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.addresses import Addresses
from npconv.ir.condition import both, kind, within
from npconv.ir.dimensions import Axis, Kind
from npconv.lowering.cube import cubes

OLD = CiliumProfile(version=(1, 18))


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (OLD, (6,)),
        (replace(OLD, ipv6=True), ()),
        (replace(OLD, ipv4=False, ipv6=True), (4,)),
        (replace(OLD, version=(1, 19)), ()),
    ],
)
def test_the_family_that_is_off_is_written_in_halves(profile: CiliumProfile, expected: tuple[int, ...]) -> None:
    assert halved(profile) == expected


def test_halves_have_their_own_exceptions_and_go_where_nothing_is_left() -> None:
    asked = Addresses.of(["::/0"]) & ~Addresses.of(["2001:db8::/32", "8000::/1"])
    found = _written(asked, halved(OLD))
    assert found == [("::/1", ("2001:db8::/32",))]
    some = Addresses.of(["0.0.0.0/0", "::/0"]) & ~Addresses.of(["8.8.8.0/24", "fd00::/8"])
    assert _written(some, halved(OLD)) == [
        ("0.0.0.0/0", ("8.8.8.0/24",)),
        ("::/1", None),
        ("8000::/1", ("fd00::/8",)),
    ]
    assert _written(some, ()) == [("0.0.0.0/0", ("8.8.8.0/24",)), ("::/0", ("fd00::/8",))]


def _written(asked: Addresses, versions: tuple[int, ...]) -> list[tuple[str | None, tuple[str, ...] | None]]:
    condition = both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, asked))
    written = peers(cubes(condition, 100), Writing("a", {}, "", versions))
    return [(one.cidr, tuple(one.except_) if one.except_ else None) for entry in written for one in entry.cidrs]


def test_the_whole_of_ipv4_is_the_world_where_cidrs_match_pods() -> None:
    condition = both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, Addresses.of(["0.0.0.0/0"])))
    entity, cidr = (peers(cubes(condition, 100), Writing("a", {}, by_pods=by_pods)) for by_pods in (True, False))
    assert [one.entities for one in entity] == [("world",)]
    assert [one.cidr for entry in cidr for one in entry.cidrs] == ["0.0.0.0/0"]
