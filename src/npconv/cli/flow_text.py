"""Flows and verdicts -> words, as `diff` and `why` print them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.diagnostics.render.place import span_of
from npconv.ir.dimensions import API_SERVER, Axis, Dimension, Fact, Kind
from npconv.ir.policy import Direction, Policy
from npconv.lowering.conditions import leaves
from npconv.semantics.describe import describe_flow
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import Verdict

_SOURCE: Final = "source"
_DESTINATION: Final = "destination"


def flow_text(flow: Flow, *verdicts: Verdict) -> str:
    """`pod with app=web in namespace shop -> pod with app=db in namespace shop, port 5432/tcp (ingress)`.

    Addresses of pods and nodes, and source ports, are said where a deciding rule asks for them.
    """
    asked = _asked(verdicts, flow)
    notes = [
        f"the {'source' if end is flow.source else 'destination'} has {end.address(flow.family)}"
        for end, by_address in ((flow.source, _SOURCE), (flow.destination, _DESTINATION))
        if end.kind is not Kind.OUTSIDE and end.address(flow.family) is not None and by_address in asked
    ]
    if API_SERVER in flow.peer.attributes:
        notes.append("the API server")
    if Axis.SRC_PORT in asked and flow.source_port:
        notes.append(f"from port {flow.source_port}")
    return ", ".join([describe_flow(flow), *notes])


def decision_text(verdict: Verdict, flow: Flow) -> str:
    """`allowed by NetworkPolicy/shop/db, spec.ingress[0] (new.yaml:12)`."""
    word = "allowed" if verdict.allowed else "denied"
    policy, rule = verdict.policy, verdict.rule
    if policy is None:
        return f"{word}: no policy decides about {flow.direction.value} of {_subject(flow)}"
    if rule is None:
        return f"{word}: {policy.name} isolates {_subject(flow)}, and no rule allows it ({policy_place(policy)})"
    if rule.origin is None or not rule.origin.path:
        return f"{word} by {policy.name} ({policy_place(policy)})"
    return f"{word} by {policy.name}, {rule.origin.dotted} ({place_text(rule.origin)})"


def policy_place(policy: Policy) -> str:
    """Where a policy stands, or that nobody wrote it."""
    return "built in" if policy.origin is None else place_text(policy.origin)


def place_text(origin: Origin) -> str:
    """`policies/web.yaml:12`."""
    return f"{origin.place.file}:{span_of(origin).line}"


def side_text(direction: Direction) -> str:
    """Whose policies are asked: `ingress of the destination`."""
    return "ingress of the destination" if direction is Direction.INGRESS else "egress of the source"


def _subject(flow: Flow) -> str:
    return "the node" if flow.subject.kind in (Kind.HOST, Kind.REMOTE_NODE) else "the pod"


def _asked(verdicts: Iterable[Verdict], flow: Flow) -> set[Fact | Dimension | str]:
    """What the deciding rules ask; for an address, of which end."""
    found: set[Fact | Dimension | str] = set()
    ends = (_SOURCE, _DESTINATION) if flow.direction is Direction.EGRESS else (_DESTINATION, _SOURCE)
    for verdict in verdicts:
        if verdict.rule is not None:
            for end, condition in zip(ends, (verdict.rule.subject, verdict.rule.peer), strict=True):
                found |= {end} if Axis.ADDRESS in leaves(condition) else set()
            found |= set(leaves(verdict.rule.traffic))
    return found
