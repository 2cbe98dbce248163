"""Scalar text -> JSON value, by the rules that Kubernetes reads YAML with (they are neither YAML 1.1 nor 1.2).

Source: go.yaml.in/yaml/v2 2.4.2 `resolve.go` (`resolve`, `resolveMap`, `yamlStyleFloat`) and
sigs.k8s.io/yaml 1.6.0 `yaml.go` (`convertToJSONableObject`, for keys).
"""

from __future__ import annotations

import base64
import binascii
import math
import struct
from typing import Final, TypeAlias

from npconv.pattern import pattern

Scalar: TypeAlias = bool | int | float | str | None
"""A scalar value as JSON has it."""


class UnreadableScalarError(ValueError):
    """A scalar that Kubernetes refuses; the text says why."""


_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], None),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], math.nan),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], math.inf),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], -math.inf),
}

_NUMERIC_START: Final = frozenset("+-.0123456789")
_INTEGER: Final = pattern(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_GO_FLOAT: Final = pattern(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DOT_FLOAT: Final = pattern(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?")
_BINARY_REMNANT: Final = pattern(r"(0b[-+]?|-0b)([01]+)")
_DATE: Final = pattern(r"[0-9]{4}-")
_BASES: Final = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}

_LONGEST_NUMBER = 1000
"""More digits than any number of 64 bits has, and fewer than Python refuses to convert."""

_INT64_MIN, _INT64_MAX, _UINT64_MAX = -(2**63), 2**63 - 1, 2**64 - 1
_JSON_EXPONENT_FROM = 1e21
"""From here on Go writes a float with an exponent, so that it no longer decodes as an integer."""


def plain(text: str) -> Scalar:
    """The value of an unquoted, untagged scalar. Infinite and NaN values are returned as floats."""
    return _as_json(_as_go(text))


def _as_go(text: str) -> Scalar:
    """What go-yaml makes of plain text: `80.0` and `080` are still floats here."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START:
        return text
    number = _number(text)
    return text if number is None else number


def _as_json(value: Scalar) -> Scalar:
    """JSON has one kind of number: Go writes the float 80.0 as 80."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _JSON_EXPONENT_FROM:
        return int(value)
    return value


def _number(text: str) -> int | float | None:
    """What Go makes of text that starts like a number; None if it stays text (`22:23`, `2024-01-01`, `1e999`)."""
    if text[0] == ".":
        return _finite(text.replace("_", "")) if _DOT_FLOAT.fullmatch(text) else None
    bare = text.replace("_", "")
    whole = _integer(bare)
    if whole is not None:
        return whole
    if _GO_FLOAT.fullmatch(bare):
        return _finite(bare)
    remnant = _BINARY_REMNANT.fullmatch(bare)  # `0b-1` is -1: Go parses what follows the prefix once more
    if remnant is not None:
        value = int(remnant[2], 2) * (-1 if "-" in remnant[1] else 1)
        return value if _INT64_MIN <= value <= _INT64_MAX else None
    return None


def _integer(bare: str) -> int | None:
    """Go's `strconv.ParseInt(bare, 0, 64)`, then `ParseUint`."""
    match = _INTEGER.fullmatch(bare)
    if match is None or match.lastgroup is None or len(bare) > _LONGEST_NUMBER:
        return None
    value = int(match[match.lastgroup], _BASES[match.lastgroup])
    if match["sign"]:
        value = -value if match["sign"] == "-" else value
        return value if _INT64_MIN <= value <= _INT64_MAX else None
    return value if value <= _UINT64_MAX else None


def _finite(text: str) -> float | None:
    """Go's `strconv.ParseFloat`, which fails on overflow: such text stays text."""
    value = float(text)
    return value if math.isfinite(value) else None


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag, such as `!!str 12`; raises `UnreadableScalarError`."""
    short = tag.removeprefix("tag:yaml.org,2002:")
    if short in (tag, "str"):
        return text  # a tag that Go does not know makes text of anything
    if short == "binary":
        return _binary(text)
    if short not in ("bool", "int", "float", "null", "timestamp"):
        return text
    value = _as_go(text)
    match value:
        case None:
            found = "null"
        case bool():
            found = "bool"
        case int():
            found = "int"
        case float():
            found = "float"
        case str():
            found = "timestamp" if _DATE.match(text) else "str"
    if found == short or (short == "float" and found == "int"):
        return _as_json(value)
    raise UnreadableScalarError(f"`{text}` is no `!!{short}`")


def _binary(text: str) -> str:
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise UnreadableScalarError("the value of a `!!binary` is no base64") from None
    return data.decode("utf-8", "replace")


def key(value: Scalar) -> str:
    """The text that a mapping key becomes: `1.10` is "1.1", `0x10` is "16", `on` is "true"; raises for null."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case None:
            raise UnreadableScalarError("a key cannot be null")
        case int():
            if value > _INT64_MAX:
                raise UnreadableScalarError(f"a key cannot be a number above {_INT64_MAX}")
            return str(value)
        case float():
            return _go_float32(value)


def plain_key(text: str) -> str:
    """The text of an unquoted, untagged mapping key."""
    return key(_as_go(text))


def _go_float32(value: float) -> str:
    """Go's `strconv.FormatFloat(value, 'g', -1, 32)`: the shortest text that reads back as the same 32-bit float."""
    if math.isnan(value):
        return ".nan"
    try:
        packed = struct.pack("<f", value)
    except OverflowError:
        packed = struct.pack("<f", math.copysign(math.inf, value))
    narrow: float = struct.unpack("<f", packed)[0]
    if math.isinf(narrow):
        return ".inf" if narrow > 0 else "-.inf"
    scientific = next(
        text for text in (f"{narrow:.{digits}e}" for digits in range(17)) if _same_float32(float(text), packed)
    )
    mantissa, exponent = scientific.split("e")
    power = int(exponent)
    if power < -4 or power >= 6:  # `ftoa.go`: "if precision was the shortest possible, use precision 6"
        return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "")
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    whole, rest = digits[: power + 1].ljust(power + 1, "0"), digits[power + 1 :]
    return sign + whole + (f".{rest}" if rest else "")


def _same_float32(value: float, packed: bytes) -> bool:
    try:
        return struct.pack("<f", value) == packed
    except OverflowError:
        return False
