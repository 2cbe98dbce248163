"""CIDRs with exceptions hold exactly the addresses of a set, and are as few as a person would write."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npconv.ir.addresses import EVERY_ADDRESS, Addresses

numbers = st.integers(0, 255)
blocks = st.builds(
    lambda number, length: str(ipaddress.ip_network(f"10.0.0.{number}/{length}", strict=False)),
    numbers,
    st.integers(20, 32),
)


@given(st.lists(blocks, max_size=5), st.lists(blocks, max_size=4))
def test_the_ranges_hold_the_same_addresses(inside: list[str], outside: list[str]) -> None:
    asked = Addresses.of(inside) & ~Addresses.of(outside)
    said = [Addresses.of([cidr]) & ~Addresses.of(excepted) for cidr, excepted in asked.ranges()]
    union = Addresses.of([])
    for one in said:
        union |= one
    assert union == asked
    for cidr, excepted in asked.ranges():
        network = ipaddress.ip_network(cidr)
        assert all(ipaddress.ip_network(one).subnet_of(network) for one in excepted)  # type: ignore[arg-type]


@given(st.lists(blocks, max_size=5), st.lists(blocks, max_size=4))
def test_never_more_texts_than_plain_cidrs(inside: list[str], outside: list[str]) -> None:
    asked = Addresses.of(inside) & ~Addresses.of(outside)
    assert sum(1 + len(excepted) for _, excepted in asked.ranges()) <= len(asked.cidrs())


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Addresses.of([]), ()),
        (Addresses.of(["10.0.0.0/8"]), (("10.0.0.0/8", ()),)),
        (Addresses.of(["10.0.0.0/9", "10.128.0.0/9"]), (("10.0.0.0/8", ()),)),
        (
            Addresses.of(["0.0.0.0/0"]) & ~Addresses.of(["10.0.0.0/8", "192.168.0.0/16"]),
            (("0.0.0.0/0", ("10.0.0.0/8", "192.168.0.0/16")),),
        ),
        (Addresses.of(["8.8.8.8", "9.9.9.9"]), (("8.8.8.8/32", ()), ("9.9.9.9/32", ()))),
        (EVERY_ADDRESS, (("0.0.0.0/0", ()), ("::/0", ()))),
        (
            Addresses.of(["2001:db8::/32"]) & ~Addresses.of(["2001:db8:1::/48"]),
            (("2001:db8::/32", ("2001:db8:1::/48",)),),
        ),
    ],
)
def test_sets_are_written_as_people_do(asked: Addresses, expected: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    assert asked.ranges() == expected
