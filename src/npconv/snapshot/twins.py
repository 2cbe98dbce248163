"""Calico's objects as its API server shows them and as they are stored -> each once, and those that were not shown.

The API server shows the policies of those tiers only that the user may read, and does not say that there are others
(tigera/docs, "Configure RBAC for tiered policies"; reference of NetworkPolicy, "List filtering on tiers").
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable

from npconv.snapshot.answers import Object
from npconv.snapshot.clean import PACKED


def not_shown(stored: Iterable[Object], shown: Iterable[Object]) -> tuple[Object, ...]:
    """The stored objects that are not among those shown."""
    names = {key for one in shown for key in _keys(one)}
    return tuple(one for one in stored if names.isdisjoint(_keys(one)))


def _keys(one: Object) -> set[tuple[str, str]]:
    """Every name that the object goes by: a policy of the default tier is stored, or shown, as `default.web`."""
    metadata = one["metadata"]
    namespace, name = metadata.get("namespace", ""), metadata.get("name", "")
    names = {name}
    if one.get("spec", {}).get("tier", "default") == "default":
        names.add(name.removeprefix("default."))
    with contextlib.suppress(ValueError, AttributeError):  # no JSON, or no mapping: readers say so
        names.add(json.loads(metadata.get("annotations", {}).get(PACKED, "{}")).get("name", name))
    return {(namespace, each) for each in names}
