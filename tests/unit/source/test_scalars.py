"""Scalars mean what go.yaml.in/yaml/v2 2.4.2 behind sigs.k8s.io/yaml makes of them (answers recorded from it)."""

from __future__ import annotations

import math

import pytest

from npconv.source import scalars
from npconv.source.scalars import UnreadableScalarError

NUMBERS = [
    ("010", 8),
    ("0o17", 15),
    ("0O17", 15),
    ("08", 8),
    ("080", 80),
    ("0_8", 8),
    ("00", 0),
    ("-0", 0),
    ("0x50", 80),
    ("0X1f", 31),
    ("-0x10", -16),
    ("0b101", 5),
    ("-0b11", -3),
    ("0b-1", -1),
    ("8_0", 80),
    ("1_000", 1000),
    ("1__0", 10),
    ("1_", 1),
    ("+80", 80),
    ("1e3", 1000),
    ("1E+3", 1000),
    ("1.e3", 1000),
    ("80.0", 80),
    ("8080.", 8080),
    (".5e3", 500),
    (".5", 0.5),
    ("-.5", -0.5),
    (".8_6", 0.86),
    ("1_000.5", 1000.5),
    ("0.1", 0.1),
    ("1e20", 10**20),
    ("1e21", 1e21),
    ("9223372036854775808", 9223372036854775808),
]

WORDS = [
    *((word, True) for word in ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]),
    *((word, False) for word in ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]),
    *((word, None) for word in ["", "~", "null", "Null", "NULL"]),
]

TEXTS = [
    "22:23",
    "20:25",
    "1:30",
    "12:30:45",
    "2024-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "=",
    "<<",
    "1e999",
    "-1e999",
    ".5e999",
    ".5_",
    "._5",
    "_1",
    "tRUE",
    "yEs",
    "oN",
    "nULL",
    ".iNF",
    "0x",
    "0b",
    "0o",
    "0o8",
    "0b2",
    "1e",
    ".",
    "..",
    "-.",
    "+",
    "1.2.3",
    "10.0.0.0/8",
    "1,000",
    "0xg",
    "٣",
    "TCP",
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_numbers(text: str, value: float) -> None:
    read = scalars.plain(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(("text", "value"), WORDS)
def test_booleans_and_nulls(text: str, value: bool | None) -> None:
    assert scalars.plain(text) is value


@pytest.mark.parametrize("text", TEXTS)
def test_text_stays_text(text: str) -> None:
    assert scalars.plain(text) == text


@pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".NaN"])
def test_what_json_cannot_hold_is_no_finite_number(text: str) -> None:
    value = scalars.plain(text)
    assert isinstance(value, float)
    assert not math.isfinite(value)


def test_a_number_of_a_million_digits_takes_no_time() -> None:
    digits = "9" * 1_000_000
    assert scalars.plain(digits) == digits


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("on", "true"),
        ("y", "true"),
        ("no", "false"),
        ("n", "false"),
        ("1", "1"),
        ("0x10", "16"),
        ("010", "8"),
        ("1.10", "1.1"),
        ("1.0", "1"),
        ("1e5", "100000"),
        ("1e6", "1e+06"),
        ("123456.7", "123456.7"),
        ("1234567.0", "1.234567e+06"),
        ("16777217.5", "1.6777218e+07"),
        ("0.0001", "0.0001"),
        ("1e-7", "1e-07"),
        ("-1.5", "-1.5"),
        ("1e300", ".inf"),
        (".inf", ".inf"),
        ("-.inf", "-.inf"),
        (".nan", ".nan"),
        ("22:23", "22:23"),
        ("app", "app"),
    ],
)
def test_keys_become_text(text: str, key: str) -> None:
    assert scalars.plain_key(text) == key


@pytest.mark.parametrize(
    ("text", "reason"),
    [("~", "a key cannot be null"), ("18446744073709551615", "a key cannot be a number above 9223372036854775807")],
)
def test_keys_that_are_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadableScalarError, match=f"^{reason}$"):
        scalars.plain_key(text)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("!!str", "12", "12"),
        ("!!int", "0x10", 16),
        ("!!float", "3", 3),
        ("!!bool", "yes", True),
        ("!!null", "", None),
        ("!!timestamp", "2001-01-01", "2001-01-01"),
        ("!!binary", "aGk=", "hi"),
        ("!!set", "x", "x"),
        ("!own", "3", "3"),
    ],
)
def test_tags(tag: str, text: str, value: object) -> None:
    assert scalars.tagged(tag.replace("!!", "tag:yaml.org,2002:"), text) == value


@pytest.mark.parametrize(
    ("tag", "text", "reason"),
    [
        ("!!int", "1.5", "`1.5` is no `!!int`"),
        ("!!int", "http", "`http` is no `!!int`"),
        ("!!null", "x", "`x` is no `!!null`"),
        ("!!bool", "1", "`1` is no `!!bool`"),
        ("!!binary", "a", "the value of a `!!binary` is no base64"),
    ],
)
def test_tags_that_contradict_their_value(tag: str, text: str, reason: str) -> None:
    with pytest.raises(UnreadableScalarError) as error:
        scalars.tagged(tag.replace("!!", "tag:yaml.org,2002:"), text)
    assert str(error.value) == reason
