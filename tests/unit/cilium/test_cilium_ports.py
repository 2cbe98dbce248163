"""How Cilium reads the text of a port, and the name of an ICMP type."""

from __future__ import annotations

import pytest

from npconv.dialects.cilium.model_ports import ICMPField, PortProtocol, is_service_name, port_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("80", 80), ("65535", 65535), ("65536", None), ("0100", 64), ("0o17", 15), ("0b11", 3), ("0x1F", 31),
        ("8_0", 80), ("0x_50", 80), ("080", None), ("", None), ("+80", None), ("-1", None), ("80 ", None),
        ("8__0", None), ("1" * 5000, None), ("٣", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_go_reads_them(text: str, number: int | None) -> None:
    assert port_number(text) == number


@pytest.mark.parametrize(
    ("text", "name"),
    [("http", True), ("0x50", True), ("a1", True), ("a-b", True), ("80", False), ("a--b", False), ("-a", False),
     ("a" * 15, True), ("a" * 16, False), ("", False), ("a_b", False)],
)  # fmt: skip
def test_names(text: str, *, name: bool) -> None:
    assert is_service_name(text) is name


def test_a_port_is_a_number_or_a_name() -> None:
    assert (PortProtocol(port="HTTP").name, PortProtocol(port="HTTP").number) == ("http", None)
    assert (PortProtocol(port="0x50").name, PortProtocol(port="0x50").number) == ("0x50", None)
    assert (PortProtocol(port="0100").name, PortProtocol(port="0100").number) == (None, 64)
    assert (PortProtocol().name, PortProtocol().number) == (None, None)


def test_icmp_types_have_the_numbers_of_their_family() -> None:
    assert ICMPField(type="EchoRequest").number == 8
    assert ICMPField(type="EchoRequest", family="IPv6").number == 128
    assert ICMPField(type="PacketTooBig").number is None
    assert ICMPField(type="8").number == 8
    assert ICMPField(type=3).number == 3
