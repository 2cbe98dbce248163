"""kubectl's answers -> a snapshot: every resource of the table read, denied or absent, with nothing unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.pattern import pattern
from npconv.snapshot.answers import Got, Object, Served, Why, got, served, versions
from npconv.snapshot.clean import clean
from npconv.snapshot.kubectl import Kubectl, Login, discovery, gets
from npconv.snapshot.kubectl import versions as ask_versions
from npconv.snapshot.table import RESOURCES, SHOWN, STORED, Resource
from npconv.snapshot.twins import not_shown

Progress = Callable[[str, int, int], None]
"""Told what is being read, how many are done, and of how many."""

_AT_ONCE: Final = 4
_DOWN: Final = "Calico's API server is not available (`kubectl get apiservice v3.projectcalico.org`)"
_NATIVE: Final = "networkpolicies.projectcalico.org"
"""The CRD that is there where Calico (3.32 and later) keeps its objects as its users see them."""

_ELSEWHERE: Final = "calico-node runs, and the server has none of its kinds: perhaps they are in etcd (`calicoctl get`)"
_FILTERS: Final = pattern(
    "networkpolic|networksets|firewall|authorizationpolic|serverauthorization|securitygroup|trafficpermission"
)
"""How kinds are called that filter traffic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What became of one resource. `why`: there may be objects that are not here."""

    resource: Resource
    objects: tuple[Object, ...] = ()
    why: Why | None = None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that was read of a cluster, in the order of the table."""

    readings: tuple[Reading, ...]
    client: str
    server: str
    others: tuple[str, ...] = ()
    """Kinds that filter traffic and that npconv does not read, as `plural.group`."""
    hidden: tuple[str, ...] = ()
    """Policies that Calico's API server did not show, as `Kind/namespace/name`."""
    left_over: tuple[str, ...] = ()
    """Objects that Calico stored before its kinds became CRDs of their own, and that it does not look at any more."""

    @property
    def lacking(self) -> tuple[Reading, ...]:
        """What may be missing: denied or failed, and not said by another resource either."""
        read = {one.resource.title for one in self.readings if one.why is None}
        return tuple(
            one
            for one in self.readings
            if one.why in (Why.DENIED, Why.FAILED) and not (one.resource.twin and one.resource.twin in read)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """The server did not answer; kubectl's words."""

    said: str


def take(
    kubectl: Kubectl, login: Login, *, namespaces: Sequence[str] = (), progress: Progress
) -> Snapshot | Unreachable:
    """Read a cluster, or some of its namespaces; one call of kubectl for each resource that the server has."""
    progress("asking the server", 0, len(RESOURCES) + 2)
    answer = kubectl(ask_versions(login))
    client, server = versions(answer)
    if not server:
        return Unreachable(said=answer.errors.strip())
    progress("asking which kinds it has", 1, len(RESOURCES) + 2)
    known = served(kubectl(discovery(login)))
    found: list[Reading] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = [pool.submit(_read, one, kubectl, login, tuple(namespaces), known) for one in RESOURCES]
        try:
            for resource, one in zip(RESOURCES, waiting, strict=True):
                progress(f"reading {resource.title}", len(found) + 2, len(RESOURCES) + 2)
                found.append(one.result())
        except BaseException:  # interrupted, or no kubectl: ask nothing more
            pool.shutdown(cancel_futures=True)
            raise
    native = any(each["metadata"].get("name") == _NATIVE for one in found for each in one.objects)
    readings, stored_only = _without_twins(_doubted(found), native=native)
    return Snapshot(
        readings=tuple(map(_cleaned, readings)),
        client=client,
        server=server,
        others=_others(known),
        hidden=() if native else stored_only,
        left_over=stored_only if native else (),
    )


def _read(resource: Resource, kubectl: Kubectl, login: Login, namespaces: tuple[str, ...], known: Served) -> Reading:
    """Ask for a resource, if the server may have it."""
    if resource.group in known.groups:
        return Reading(resource=resource, why=Why.FAILED, said=known.said)
    preferred = known.resources.get(resource.title)
    if known.is_known and preferred is None:
        return Reading(resource=resource, why=Why.NOT_SERVED)
    version = "" if preferred is None or preferred in resource.versions else resource.versions[0]
    answers = [got(kubectl(one)) for one in gets(resource, login, namespaces=namespaces, version=version)]
    reading = Reading(resource=resource, objects=tuple(each for one in answers for each in one.objects))
    worst = _worst(answers)
    if worst is None:
        return reading
    if worst.why is Why.NOT_SERVED and preferred is not None and version:
        said = f"the server has `{preferred}` of it (expected `{'` or `'.join(resource.versions)}`)"
        return replace(reading, why=Why.FAILED, said=said)
    return replace(reading, why=worst.why, said=worst.said)


def _worst(answers: Iterable[Got]) -> Got | None:
    order = (Why.FAILED, Why.DENIED, Why.NOT_SERVED)
    wrong = [one for one in answers if one.why is not None]
    return min(wrong, key=lambda one: order.index(one.why or Why.NOT_SERVED), default=None)


def _doubted(readings: Sequence[Reading]) -> list[Reading]:
    """Calico's kinds that are not served and may be there all the same.

    While Calico's API server is down, its kinds are not in the server's list, and nothing says why: kubectl 1.32 and an
    API server 1.36 list the others and end with 0. No harm is done where the stored objects can be read; in etcd they
    cannot.
    """
    calico = [one for one in readings if one.resource.group in (SHOWN, STORED)]
    if any(one.why is not Why.NOT_SERVED for one in calico):
        return list(readings)
    objects = [each for one in readings for each in one.objects]
    if any(each.get("kind") == "APIService" and _is_down(each) for each in objects):
        said = _DOWN
    elif any(each["metadata"].get("name") == "calico-node" for each in objects):
        said = _ELSEWHERE
    else:
        return list(readings)
    doubted = {one.resource.title for one in calico if one.resource.group == SHOWN}
    return [replace(one, why=Why.FAILED, said=said) if one.resource.title in doubted else one for one in readings]


def _is_down(service: Object) -> bool:
    """Whether an APIService leads to a server of its own that does not answer."""
    conditions = service.get("status", {}).get("conditions", [])
    available = any(one.get("type") == "Available" and one.get("status") == "True" for one in conditions)
    return bool(service.get("spec", {}).get("service")) and not available


def _without_twins(readings: Sequence[Reading], *, native: bool) -> tuple[list[Reading], tuple[str, ...]]:
    """Each object once: as it is shown, or as it is stored if it is not shown; and what those are called.

    Where Calico's kinds are CRDs of their own (`native`), what is stored elsewhere is of the past, and dropped.
    """
    shown = {one.resource.plural: one for one in readings if one.resource.group == SHOWN}
    kept: list[Reading] = []
    hidden: list[str] = []
    for one in readings:
        twin = shown.get(one.resource.plural) if one.resource.group == STORED else None
        if twin is None or twin.why is not None:
            kept.append(one)
            continue
        left = not_shown(one.objects, twin.objects)
        hidden += [_label(one.resource, each) for each in left]
        kept.append(replace(one, objects=() if native else left))
    return kept, tuple(sorted(hidden))


def _label(resource: Resource, found: Object) -> str:
    metadata = found["metadata"]
    return "/".join(part for part in (resource.kind, metadata.get("namespace", ""), metadata.get("name", "")) if part)


def _cleaned(reading: Reading) -> Reading:
    kept = [clean(one, reading.resource.kind) for one in reading.objects]
    kept.sort(key=lambda one: (one["metadata"].get("namespace", ""), one["metadata"].get("name", "")))
    return replace(reading, objects=tuple(kept))


def _others(known: Served) -> tuple[str, ...]:
    ours = {one.title for one in RESOURCES}
    return tuple(sorted(one for one in known.resources if one not in ours and _FILTERS.search(one.partition(".")[0])))
