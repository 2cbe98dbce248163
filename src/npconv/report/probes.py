"""Connections worth trying -> the test plan: what is expected of each before and after, and by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from npconv.dataclass import dataclass
from npconv.ir.dimensions import Kind, Scope
from npconv.ir.policy import Action, Direction
from npconv.render.flow_text import decision_text
from npconv.report.facts import Facts, spot
from npconv.report.flows import listed_name, namespace_of
from npconv.report.model import Probe, Spot, Standing
from npconv.report.pods import Pods
from npconv.report.samples import MadeUp, family_of
from npconv.report.tries import Looking, Try
from npconv.semantics.describe import PROTOCOLS
from npconv.semantics.flow import TCP, Endpoint, Flow
from npconv.semantics.judge import Judge
from npconv.semantics.verdict import Verdict

MOST: Final = 200
"""How many probes a plan holds: what people can look through, and a script can try in some minutes."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """What one policy set makes of a connection: whether it passes, and what decides that on which side."""

    allowed: bool
    verdict: Verdict
    flow: Flow


@dataclass(frozen=True, slots=True)
class _Found:
    """A connection, and what becomes of it."""

    what: Try
    before: _Decided
    after: _Decided


def probes(facts: Facts, judges: tuple[Judge, Judge], pods: Pods, made_up: MadeUp) -> tuple[tuple[Probe, ...], int]:
    """The probes, first those whose verdict changes, then in turn one of each policy; and about how many there are.

    Policies that do not come out equal are looked at first.
    """
    before = facts.result.meant
    looking = Looking(pods, made_up)
    standings = {one.name: one.standing for one in facts.policies}
    ranked = sorted(
        (policy for tier in before.tiers for policy in tier.policies if policy.name in standings),
        key=lambda policy: (standings[policy.name] in (Standing.EQUAL, Standing.ASSUMED), policy.name),
    )
    found: dict[object, _Found] = {}
    for policy in ranked:
        if len(found) >= 2 * MOST:
            break
        for one in looking.tries(policy):
            key = (*_called(one.source), *_called(one.destination), one.protocol, one.port)
            if key not in found:
                found[key] = _Found(one, _decided(judges[0], one), _decided(judges[1], one))
    kept = _ordered(list(found.values()))[:MOST]
    count = sum(
        len([rule for rule in section.rules if rule.action is not Action.LOG]) + 2 * section.isolates
        for policy in ranked
        for section in policy.sections
    )
    return tuple(_probe(number, one) for number, one in enumerate(kept, start=1)), max(count, len(kept))


def _called(end: Endpoint) -> tuple[object, ...]:
    return end.title, end.addresses if end.kind is Kind.OUTSIDE else ()


def _ordered(found: Sequence[_Found]) -> list[_Found]:
    """What changes first; then the first probe of each policy, then the second of each, and so on."""
    rounds: dict[str, int] = {}
    ranked: list[tuple[bool, int, int]] = []
    for place, one in enumerate(found):
        name = str(one.what.because.name)
        rounds[name] = rounds.get(name, 0) + 1
        ranked.append((one.before.allowed is one.after.allowed, rounds[name], place))
    return [found[place] for _, _, place in sorted(ranked)]


def _decided(judge: Judge, one: Try) -> _Decided:
    """Both sides are asked; where one denies, that side's decision counts, else the destination's if it is a pod."""
    family = family_of(one.source, one.destination)
    last: _Decided | None = None
    for direction, subject, peer in (
        (Direction.EGRESS, one.source, one.destination),
        (Direction.INGRESS, one.destination, one.source),
    ):
        if subject.kind is not Kind.POD:
            continue
        flow = Flow(
            direction=direction,
            subject=subject,
            peer=peer,
            protocol=one.protocol,
            port=one.port,
            source_port=50_000,
            family=family,
        )
        found = judge.verdict(flow)
        last = _Decided(found.allowed, found, flow)
        if not last.allowed:
            return last
    assert last is not None, "one end of a probe is a pod"
    return last


def _probe(number: int, found: _Found) -> Probe:
    one = found.what
    source, destination = one.source, one.destination
    decided = found.after
    origin = decided.verdict.rule.origin if decided.verdict.rule is not None else None
    from_pod, tcp = source.kind is Kind.POD, one.protocol == TCP
    return Probe(
        number=number,
        source=source.title,
        source_namespace=namespace_of(source),
        source_selector=_selector(source),
        destination=destination.title,
        destination_namespace=namespace_of(destination),
        destination_selector=_selector(destination),
        address="" if destination.kind is Kind.POD else ", ".join(str(each) for each in destination.addresses),
        protocol=PROTOCOLS.get(one.protocol, str(one.protocol)),
        port=one.port,
        before=_word(found.before),
        after=_word(found.after),
        decided_by=decision_text(decided.verdict, decided.flow, places=False),
        spot=spot(origin) if origin is not None and origin.place.file != "<output>" else _spot(one),
        can_script=from_pod and tcp and bool(_selector(destination) or destination.kind is Kind.OUTSIDE),
        note="" if from_pod and tcp else _why_not(from_pod=from_pod),
    )


def _spot(one: Try) -> Spot:
    return spot(one.because.origin)


def _word(decided: _Decided) -> str:
    return "allow" if decided.allowed else "deny"


def _why_not(*, from_pod: bool) -> str:
    if not from_pod:
        return "by hand: the source is no pod"
    return "by hand: an answer to a datagram depends on the application"


def _selector(end: Endpoint) -> str:
    """How to find the pod: by name if it is one of the cluster, else by its labels."""
    if end.kind is not Kind.POD:
        return ""
    name = listed_name(end).rpartition("/")[2]
    if name:
        return f"pod/{name}"
    return ",".join(f"{key.key}={value}" for key, value in sorted(end.attributes.items()) if key.scope is Scope.POD)
