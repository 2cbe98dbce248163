"""Tests on texts -> languages: label tests, DNS names with wildcards, HTTP methods and paths."""

from __future__ import annotations

from typing import assert_never

from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, TextTest
from npconv.semantics.languages import (
    BLANK,
    EVERYTHING,
    Language,
    chain,
    chars,
    choice,
    literal,
    repeat,
)

_ALNUM = chars("az", "AZ", "09")
_LOWER = chars("az", "09")

LABEL_VALUE = choice(
    (BLANK, chain(_ALNUM, choice((BLANK, chain(repeat(chars("az", "AZ", "09", "-", "_", ".")), _ALNUM)))))
)
"""A Kubernetes label value (`apimachinery/pkg/util/validation`, `IsValidLabelValue`), but for its length."""

NAMESPACE_NAME = chain(_LOWER, choice((BLANK, chain(repeat(chars("az", "09", "-")), _LOWER))))
"""A namespace's name: a DNS label (`IsDNS1123Label`), but for its length."""

OBJECT_NAME = chain(_LOWER, choice((BLANK, chain(repeat(chars("az", "09", "-", ".")), _LOWER))))
"""Another object's name: a DNS subdomain (`IsDNS1123Subdomain`), but for its length, or a little more."""

_NAME_PART = chars("az", "09", "-", "_")

DNS_NAME = chain(_NAME_PART, repeat(_NAME_PART), repeat(chain(literal("."), _NAME_PART, repeat(_NAME_PART))))
"""A DNS name in lower case, without its last dot."""


def passes(test: TextTest, value: str, text: str) -> bool:
    """Whether a value passes a text test."""
    match test:
        case TextTest.CONTAINS:
            return text in value
        case TextTest.STARTS_WITH:
            return value.startswith(text)
        case TextTest.ENDS_WITH:
            return value.endswith(text)
        case _:
            assert_never(test)


def passing(test: TextTest, text: str) -> Language:
    """The values that pass a text test."""
    match test:
        case TextTest.CONTAINS:
            return chain(EVERYTHING, literal(text), EVERYTHING)
        case TextTest.STARTS_WITH:
            return chain(literal(text), EVERYTHING)
        case TextTest.ENDS_WITH:
            return chain(EVERYTHING, literal(text))
        case _:
            assert_never(test)


def legal_values(attribute: Attribute) -> Language:
    """The texts that an attribute's value can be."""
    if attribute == NAMESPACE:
        return NAMESPACE_NAME
    return OBJECT_NAME if attribute == SERVICE_ACCOUNT else LABEL_VALUE


def dns_names(pattern: str) -> Language:
    """The names that a pattern matches (Cilium `pkg/fqdn/matchpattern/matchpattern.go`, 1.19).

    `*` stands for part of one label, `**.` in front for one or more labels, a lone `*` for every name.
    """
    if pattern.strip("*") in ("", "."):
        return EVERYTHING
    if pattern.startswith("**."):
        labels = chain(_NAME_PART, repeat(_NAME_PART), literal("."))
        return chain(labels, repeat(labels), dns_names_within(pattern[3:]))
    return dns_names_within(pattern)


def dns_names_within(pattern: str) -> Language:
    """As `dns_names`, where every `*` stands for part of one label."""
    pieces = pattern.lower().rstrip(".").split("*")
    found: Language = literal(pieces[0])
    for piece in pieces[1:]:
        found = chain(found, repeat(_NAME_PART), literal(piece))
    return found
