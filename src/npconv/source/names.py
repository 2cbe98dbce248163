"""Text to the reasons why Kubernetes refuses it as a name, a label key, a label value or a port name.

An empty answer means that the text is accepted. The wording is the API server's, so that it can be searched for.
Source: Kubernetes 1.36, k8s.io/apimachinery/pkg/util/validation and pkg/api/validate/content.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

from npconv.pattern import pattern

Reasons: TypeAlias = tuple[str, ...]

_REMEMBERED: Final = 1 << 12
"""How many answers are kept: a cluster has few names, and says them again and again."""

_LABEL: Final = pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN: Final = pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED: Final = pattern(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")

_SUBDOMAIN_FORM: Final = (
    "must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
_LABEL_FORM: Final = (
    "must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
)
_QUALIFIED_FORM: Final = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)


@lru_cache(maxsize=_REMEMBERED)
def dns_subdomain(text: str) -> Reasons:
    """The name of most objects: RFC 1123 labels with dots between, at most 253 characters."""
    return _at_most(253, text) + (() if _SUBDOMAIN.fullmatch(text) else (_SUBDOMAIN_FORM,))


@lru_cache(maxsize=_REMEMBERED)
def dns_label(text: str) -> Reasons:
    """The name of a namespace: one RFC 1123 label, at most 63 characters."""
    return _at_most(63, text) + (() if _LABEL.fullmatch(text) else (_LABEL_FORM,))


@lru_cache(maxsize=_REMEMBERED)
def label_key(text: str) -> Reasons:
    """The key of a label or an annotation: a name of at most 63 characters, behind an optional `prefix/`."""
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return ("must be a name with at most one prefix and one '/' (such as `example.com/name`)",)
    reasons: Reasons = ()
    if slash:
        reasons = tuple(f"prefix part {reason}" for reason in dns_subdomain(prefix)) if prefix else _EMPTY_PREFIX
    if not name:
        return (*reasons, "name part must be non-empty")
    reasons += tuple(f"name part {reason}" for reason in _at_most(63, name))
    return reasons if _QUALIFIED.fullmatch(name) else (*reasons, f"name part {_QUALIFIED_FORM}")


@lru_cache(maxsize=_REMEMBERED)
def label_value(text: str) -> Reasons:
    """The value of a label: empty, or at most 63 characters."""
    return _at_most(63, text) + (() if not text or _QUALIFIED.fullmatch(text) else (_QUALIFIED_FORM,))


@lru_cache(maxsize=_REMEMBERED)
def port_name(text: str) -> Reasons:
    """The name of a container port (an IANA service name)."""
    reasons: list[str] = list(_at_most(15, text))
    if not re.fullmatch(r"[-a-z0-9]+", text):
        reasons.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search(r"[a-z]", text):
        reasons.append("must contain at least one letter (a-z)")
    if "--" in text:
        reasons.append("must not contain consecutive hyphens")
    if text.startswith("-") or text.endswith("-"):
        reasons.append("must not begin or end with a hyphen")
    return tuple(reasons)


_EMPTY_PREFIX: Final[Reasons] = ("prefix part must be non-empty",)


def _at_most(limit: int, text: str) -> Reasons:
    return (f"must be no more than {limit} characters",) if len(text.encode()) > limit else ()
