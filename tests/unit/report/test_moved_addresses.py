"""Addresses -> addresses that are nobody's, with what contains what as it was."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npconv.report.moved_addresses import addresses, moved, substituted

NOBODYS = [
    ip_network(one)
    for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "240.0.0.0/4", "2001:db8::/32")
]
V4 = st.builds(
    lambda base, length: IPv4Network((base, length), strict=False), st.integers(0, 2**32 - 1), st.integers(1, 32)
)
V6 = st.builds(
    lambda base, length: IPv6Network((base, length), strict=False), st.integers(0, 2**128 - 1), st.integers(1, 128)
)


def contains(outer: IPv4Network | IPv6Network, inner: IPv4Network | IPv6Network) -> bool:
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]


@given(st.lists(V4 | V6, max_size=30, unique=True))
def test_what_contains_what_stays(found: list[IPv4Network | IPv6Network]) -> None:
    places = moved(found)
    assert len({places[one] for one in found}) == len(found)
    gone = [one for one in found if places[one] != one]  # `::` and the like are everybody's, and stay
    for one in gone:
        for other in gone:
            assert contains(one, other) == contains(places[one], places[other])


@given(st.lists(V4 | V6, max_size=30, unique=True))
def test_they_are_nobodys(found: list[IPv4Network | IPv6Network]) -> None:
    for one, place in moved(found).items():
        if one in found and place != one:
            assert any(contains(home, place) for home in NOBODYS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.0.0.1:443/tcp", ["10.0.0.1"]),
        ("from 10.0.0.0/8 to 10.1.0.0/16", ["10.0.0.0/8", "10.1.0.0/16"]),
        ("10.0.0.1-10.0.0.9", ["10.0.0.1", "10.0.0.9"]),
        ("{192.0.2.0/24, fd00::/8}", ["192.0.2.0/24", "fd00::/8"]),
        ("[fd00::1]:443", ["fd00::1"]),
        ("fe80::1%eth0", ["fe80::1"]),
        ("::ffff:10.0.0.1", ["::ffff:10.0.0.1"]),
        ("cidr:10.0.0.1", ["10.0.0.1"]),
        ("spec.ingress[0].from", []),
        ("12:30:45", []),
        ("1.2.3", []),
        ("1.2.3.4.5", []),
        ("999.1.1.1", []),
        ("policies.yaml:12:5", []),
        ("ends with 10.0.0.1.", ["10.0.0.1"]),
    ],
)
def test_addresses_in_a_text(text: str, found: list[str]) -> None:
    assert list(addresses(text)) == found


def test_form_stays() -> None:
    made = dict(substituted(["10.0.0.0/8", "10.1.2.3", "10.1.2.3/32", "0.0.0.0/0", "169.254.169.254", "10.1.2.3/8"]))
    assert made == {
        "10.0.0.0/8": "192.0.2.0/31",
        "10.1.2.3": "192.0.2.0",
        "10.1.2.3/32": "192.0.2.0/32",
        "10.1.2.3/8": "192.0.2.0/31",
    }


def test_many_addresses_find_room() -> None:
    found = [ip_network(f"10.{number // 256}.{number % 256}.0/24") for number in range(20_000)]
    places = moved(found)
    assert len({places[one] for one in found}) == 20_000
