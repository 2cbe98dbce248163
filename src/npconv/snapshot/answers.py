"""What kubectl answered -> objects, or why there are none."""

from __future__ import annotations

import json
import re
from dataclasses import field
from enum import Enum
from typing import Any, Final, TypeAlias

from npconv.dataclass import dataclass
from npconv.pattern import pattern
from npconv.snapshot.kubectl import Answer

Object: TypeAlias = dict[str, Any]
"""An object as JSON has it."""


class Why(Enum):
    """Why objects are missing."""

    NOT_SERVED = "not served"
    """There is no such kind, so there are no such objects."""
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """The objects of an answer; `why` if there may be others, with kubectl's first words on it."""

    objects: tuple[Object, ...] = ()
    why: Why | None = None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Which kinds a server has: `resources` by `plural.group` with the versions that it prefers.

    `groups`: those of which it could not say; `is_known`: whether it said anything at all.
    """

    resources: dict[str, str] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    said: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the server said what it has."""
        return bool(self.resources)


_DENIED: Final = pattern(r"\(Forbidden\)|is forbidden:|You must be logged in|\(Unauthorized\)")
_NO_KIND: Final = pattern(
    r"the server doesn't have a resource type|the server could not find the requested resource|no matches for kind"
)
_BROKEN: Final = pattern(r"([a-z0-9.-]+\.[a-z0-9.-]+)/v[0-9a-z]+: ")


def got(answer: Answer) -> Got:
    """The objects that kubectl printed: of a list, or the one that it is."""
    said = _first(answer.errors)
    why = _why(answer) if answer.code else None
    if not answer.output.strip():
        return Got(why=why, said=said if why else "")
    try:
        data = json.loads(answer.output)
    except ValueError:
        return Got(why=why or Why.FAILED, said=said or "kubectl printed no JSON")
    items = data.get("items") if isinstance(data, dict) and str(data.get("kind", "")).endswith("List") else [data]
    objects = tuple(one for one in items or () if isinstance(one, dict))
    return Got(objects=objects, why=why, said=said if why else "")


def served(answer: Answer) -> Served:
    """The table of `kubectl api-resources`: NAME [SHORTNAMES] APIVERSION NAMESPACED KIND."""
    found: dict[str, str] = {}
    for line in answer.output.decode("utf-8", "replace").splitlines()[1:]:
        parts = line.split()
        if len(parts) < 4:
            continue
        plural, (group, _, version) = parts[0], parts[-3].rpartition("/")
        found[f"{plural}.{group}" if group else plural] = version
    broken = frozenset(_BROKEN.findall(answer.errors)) if answer.code else frozenset()
    return Served(resources=found, groups=broken, said=_first(answer.errors))


def versions(answer: Answer) -> tuple[str, str]:
    """The versions of kubectl and of the server; empty for one that is not known."""
    try:
        data = json.loads(answer.output)
    except ValueError:
        return "", ""
    client, server = (data.get(key) for key in ("clientVersion", "serverVersion"))
    return tuple(str(one.get("gitVersion", "")) if isinstance(one, dict) else "" for one in (client, server))  # type: ignore[return-value]


def _why(answer: Answer) -> Why:
    if _DENIED.search(answer.errors):
        return Why.DENIED
    return Why.NOT_SERVED if _NO_KIND.search(answer.errors) else Why.FAILED


def _first(errors: str) -> str:
    """The first line that says what is wrong."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    wrong = [line for line in lines if re.match("error", line, re.IGNORECASE)]
    return (wrong or lines or [""])[0]
