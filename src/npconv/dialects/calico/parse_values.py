"""JSON values -> ports and protocols, decoded as Calico's `numorstring` package decodes them.

Source: api/pkg/lib/numorstring/{port,protocol,uint8orstring}.go, Calico 3.29 to 3.34-dev.
"""

from __future__ import annotations

import re
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.calico.model_rule import NamedPort, Port, PortRange, Protocol
from npconv.pattern import pattern
from npconv.source.fields import Value, type_name

_NUMBER: Final = pattern(r"[0-9]+")
_RANGE: Final = pattern(r"([0-9]+):([0-9]+)")
_NAME: Final = pattern(r"[a-zA-Z0-9_.-]{1,128}")


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Why Calico's decoder refuses the value, and what to write."""

    message: str
    help: str = ""


def port(value: Value) -> Port | Undecodable:
    """A port: a number, text that is a number, `first:last`, or a name. Null is the number 0, as in Go."""
    match value:
        case None:
            return PortRange(0, 0)
        case bool() | float():
            return Undecodable(f"unexpected {_shown(value)} (expected a port number, a range or a name)")
        case int():
            return _range(value, value)
        case str():
            return _port_text(value)
        case _:
            return Undecodable(f"unexpected {type_name(value)} (expected a port number, a range or a name)")


def protocol(value: Value) -> Protocol | Undecodable:
    """A protocol: a number of one byte, or text; text that is such a number becomes one. Null is the number 0."""
    match value:
        case None:
            return 0
        case bool() | float():
            return Undecodable(f"unexpected {_shown(value)} (expected a protocol name or number)")
        case int():
            if 0 <= value <= 255:
                return value
            return Undecodable(f"protocol number `{value}` out of range (expected 1 to 255)")
        case str():
            # Text out of range stays text, and fails as a name later on.
            number = int(value) if _NUMBER.fullmatch(value) and len(value) < 20 else None
            return value if number is None or number > 255 else number
        case _:
            return Undecodable(f"unexpected {type_name(value)} (expected a protocol name or number)")


def _port_text(text: str) -> Port | Undecodable:
    if _NUMBER.fullmatch(text):
        number = _number(text)
        return _range(number, number)
    written = _RANGE.fullmatch(text)
    if written is not None:
        first, last = _number(written[1]), _number(written[2])
        if first > last:
            return Undecodable(f"port range `{text}` ends before it starts", f'write `"{written[2]}:{written[1]}"`')
        return _range(first, last)
    if _NAME.fullmatch(text):
        return NamedPort(text)
    return Undecodable(f"invalid port `{text}` (expected a number, a range `first:last` or a name)", _port_help(text))


def _range(first: int, last: int) -> Port | Undecodable:
    for number in (first, last):
        if not 0 <= number <= 65535:
            return Undecodable(f"port `{number}` out of range (expected 1 to 65535)")
    return PortRange(first, last)


def _number(text: str) -> int:
    """The number, cut at ten digits: Python would refuse to read one of thousands."""
    return int(text) if len(text) <= 10 else 10**10


def _port_help(text: str) -> str:
    if text in ("*", ""):
        return "leave `ports` out to match every port"
    numbers = re.fullmatch(r"\s*([0-9]+)\s*[-–:]\s*([0-9]+)\s*", text)
    if numbers is not None:
        return f'write the range as `"{numbers[1]}:{numbers[2]}"`'
    return "write one item for each port" if "," in text else ""


def _shown(value: bool | float) -> str:
    return f"`{str(value).lower()}`"
