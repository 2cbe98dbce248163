"""Origins, verdicts and parties -> the plain words of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.ir.policy import Direction, Policy, PolicyName
from npconv.pipeline.existing import Traffic
from npconv.report.aks.model import Thing, Witness
from npconv.report.aks.parties import traffic_text
from npconv.report.aks.party import Party
from npconv.report.aks.world import Asked, World
from npconv.report.model import Spot
from npconv.semantics.verdict import Verdict
from npconv.source.fields import Value
from npconv.source.write import write_yaml

_MOST: Final = 3


def spot(origin: Origin | None) -> Spot:
    """Where something stands."""
    if origin is None:
        return Spot()
    at = origin.place.span(origin.path, key=origin.key)
    return Spot(file=origin.place.file, line=at.line, column=at.column, path=origin.dotted)


def of_policy(policy: Policy, origin: Origin | None = None) -> Thing:
    """A policy, at the field that matters."""
    name = policy.name
    return Thing(
        kind=name.kind, namespace=name.namespace, name=name.name, spot=spot(policy.origin if origin is None else origin)
    )


def listed(names: Iterable[str], most: int = _MOST) -> str:
    """`a, b and 3 more`."""
    every = list(dict.fromkeys(names))
    if len(every) > most:
        return f"{', '.join(every[:most])} and {len(every) - most} more"
    return " and ".join(filter(None, (", ".join(every[:-1]), *every[-1:])))


def counted(number: int, one: str, several: str) -> str:
    """`1 policy`, `2 policies`."""
    return f"{number} {one if number == 1 else several}"


def outcome(found: Verdict) -> str:
    """What became of a flow, and which policy decided."""
    if found.allowed:
        if found.policy is None:
            return "allowed: no policy isolates the pod in this direction"
        if found.policy.origin is None:
            return "allowed: the engine never asks a policy for it"
        return f"allowed by {found.policy.name}"
    return f"denied: {found.policy.name} isolates the pod" if found.policy is not None else "denied"


def denying(asked: Asked) -> Policy | None:
    """The policy that denies a flow after the change."""
    found = asked.tomorrow if not asked.tomorrow.allowed else asked.mended
    return found.policy if not found.allowed else None


def witness(direction: Direction, subject: Party, peer: Party, sent: Traffic, asked: Asked) -> Witness:
    """The connection that was asked about."""
    source, destination = (peer, subject) if direction is Direction.INGRESS else (subject, peer)
    after = (
        asked.tomorrow if not asked.tomorrow.allowed else asked.mended if not asked.mended.allowed else asked.tomorrow
    )
    return Witness(
        source=title(source),
        destination=title(destination),
        traffic=traffic_text(sent),
        before=outcome(asked.today),
        after=outcome(after),
    )


def title(party: Party) -> str:
    """A party, with its address if it has one and is no pod."""
    return party.title


def manifest(*documents: Mapping[str, Value]) -> str:
    """Objects as YAML."""
    return write_yaml(documents)


def converted(world: World, name: PolicyName) -> str:
    """The policies of npconv's own output that a policy became, as YAML; empty if there is none."""
    if world.conversion is None:
        return ""
    return manifest(*(one.data for one in world.conversion.outputs if one.source == name))
