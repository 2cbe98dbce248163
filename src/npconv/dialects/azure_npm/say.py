"""What Azure NPM does not take of a NetworkPolicy, so that it would drop the whole policy (facts/azure_npm.md 1.1)."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.diagnostics.codes import kubernetes_losses as codes
from npconv.dialects.azure_npm.profile import AzureNpmProfile, System
from npconv.dialects.k8s.wording import Blocks, Wording
from npconv.ir.addresses import ALL_V4
from npconv.ir.dimensions import NAMESPACE, Attribute, Axis, DstPortNamed
from npconv.ir.intervals import Intervals, protocols
from npconv.ir.policy import Action
from npconv.ir.values import Values
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.lowering.forms import WITH_PORTS
from npconv.lowering.sayable import Unsayable

SCTP = protocols(132)


def wording(profile: AzureNpmProfile) -> Wording:
    """How to write for this NPM. Negative namespace selectors are guarded, whichever fixes it has."""
    own_node = profile.meaning.own_node
    if profile.system is System.LINUX:
        return Wording(engine="Azure NPM", own_node=own_node, blocks=Blocks.ANYBODY, addresses=ALL_V4, guarded=True)
    return Wording(
        engine="Azure NPM",
        own_node=own_node,
        blocks=Blocks.ANYBODY,
        addresses=ALL_V4,
        exceptions=False,
        limits=_windows,
        cut=_without_sctp,
    )


def _windows(clause: Clause) -> tuple[Unsayable, ...]:
    isolates = clause.action is Action.DENY and clause.rule is None
    box = clause.box
    found = [*_negations("subject", box.subject)]
    if not isolates:
        found += [*_negations("peer", box.peer), *_traffic(box.traffic)]
    return tuple(found)


def _negations(part: str, cube: Cube) -> Iterator[Unsayable]:
    for attribute, members in cube.sets:
        if isinstance(attribute, Attribute) and isinstance(members, Values) and _is_negative(attribute, members):
            why = "on Windows, Azure NPM drops policies with `NotIn` or `DoesNotExist`"
            yield Unsayable(part, attribute, codes.WINDOWS_NEGATION, why)


def _is_negative(attribute: Attribute, members: Values) -> bool:
    """Whether a selector for these values needs a negation. That a namespace lacks its name needs no words."""
    if members.cofinite:
        return bool(members.named)
    return members.absent and attribute != NAMESPACE


def _traffic(cube: Cube) -> Iterator[Unsayable]:
    numbers = cube.members(Axis.PROTOCOL)
    if isinstance(numbers, Intervals) and not (numbers & SCTP).is_empty:
        why = "on Windows, Azure NPM drops policies with SCTP"
        yield Unsayable("traffic", Axis.PROTOCOL, codes.WINDOWS_SCTP, why)
    for literal in sorted(cube.facts, key=str):
        if isinstance(literal.fact, DstPortNamed):
            why = "on Windows, Azure NPM drops policies with named ports"
            yield Unsayable("traffic", literal, codes.WINDOWS_NAMED_PORT, why)


def _without_sctp(cube: Cube) -> Iterator[Cube]:
    """SCTP apart from TCP and UDP, which can be said."""
    numbers = cube.members(Axis.PROTOCOL)
    ported = numbers & WITH_PORTS if isinstance(numbers, Intervals) else None
    if ported is None or ported != numbers or (ported & SCTP).is_empty:
        yield cube
        return
    for part in (ported & ~SCTP, SCTP):
        if not part.is_empty:
            yield cube.having(Axis.PROTOCOL, part)
