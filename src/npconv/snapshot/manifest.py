"""A snapshot -> its manifest: what was read, what was not and what that costs, and by which programs."""

from __future__ import annotations

from collections.abc import Sequence

from npconv.pipeline.surroundings.model import FORMAT, MANIFEST
from npconv.snapshot.answers import Object, Why
from npconv.snapshot.kubectl import Login
from npconv.snapshot.take import Reading, Snapshot
from npconv.version import __version__

FILE = "snapshot.yaml"
"""Where it stands in the folder."""


def manifest(snapshot: Snapshot, login: Login, *, namespaces: Sequence[str], taken: str) -> Object:
    """The manifest as data. `taken` is the time; everything else is the cluster's."""
    absent = [one.resource.title for one in snapshot.readings if one.why is Why.NOT_SERVED]
    data: Object = {
        "apiVersion": FORMAT,
        "kind": MANIFEST,
        "taken": taken,
        "npconv": __version__,
        "kubectl": snapshot.client,
        "server": snapshot.server,
        "context": login.context,
        "namespaces": list(namespaces),
        "read": [_read(one) for one in snapshot.readings if one.why is None],
        "notRead": [_not_read(one) for one in snapshot.lacking] + [_elsewhere(one) for one in namespaces[:1]],
        "notServed": sorted(absent),
        "otherPolicies": list(snapshot.others),
        "notShown": list(snapshot.hidden),
        "leftOver": list(snapshot.left_over),
    }
    return {key: value for key, value in data.items() if value not in ("", [])}


def _read(one: Reading) -> Object:
    data: Object = {"resource": one.resource.title, "objects": len(one.objects)}
    return data | {"file": one.resource.file} if one.objects else data


def _not_read(one: Reading) -> Object:
    return {
        "resource": one.resource.title,
        "why": one.why.value if one.why is not None else "",
        "said": one.said,
        "costs": one.resource.costs,
    }


def _elsewhere(_: str) -> Object:
    return {
        "resource": "other namespaces",
        "why": "not asked",
        "costs": "policies and pods elsewhere are missing: what peers of other namespaces mean is not known",
    }
