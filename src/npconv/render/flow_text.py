"""Flows and verdicts -> words, as `diff` and `why` print them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.diagnostics.render.place import span_of
from npconv.ir.dimensions import API_SERVER, Axis, Dimension, DstPortNamed, Fact, Kind, SrcPortNamed
from npconv.ir.policy import Direction, Policy
from npconv.lowering.conditions import leaves
from npconv.semantics.describe import describe_flow
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import Verdict

_SOURCE: Final = "source"
_DESTINATION: Final = "destination"
_NOBODY: Final = "outside address"


def flow_text(flow: Flow, *verdicts: Verdict) -> str:
    """`pod with app=web in namespace shop -> pod with app=db in namespace shop, port 5432/tcp (ingress)`.

    Addresses of pods and nodes, names of ports and source ports are said where a deciding rule asks for them.
    """
    return _text(flow, {one for verdict in verdicts for one in _asked(verdict, flow)})


def connection_text(flow: Flow, sides: Iterable[tuple[Flow, Verdict]]) -> str:
    """A connection as its source sees it, with what either side asks of it."""
    text = _text(flow, {one for seen, verdict in sides for one in _asked(verdict, seen)})
    return text.replace(f" ({flow.direction.value})", "", 1)


def _text(flow: Flow, asked: Set[Fact | Dimension | str]) -> str:
    notes: list[str] = []
    for name, end in ((_SOURCE, flow.source), (_DESTINATION, flow.destination)):
        address = end.address(flow.family)
        if end.kind is not Kind.OUTSIDE and address is not None and name in asked:
            notes.append(f"the {name} has {address}")
        if API_SERVER in end.attributes:
            notes.append(f"the {name} is the API server")
        elif _has_name(end):
            notes.append(f"{address} stands for {end.title}")
    if Axis.SRC_PORT in asked and flow.source_port:
        notes.append(f"from port {flow.source_port}")
    return ", ".join([describe_flow(_plain(flow, asked)), *notes])


def decision_text(verdict: Verdict, flow: Flow, *, places: bool = True) -> str:
    """`allowed by NetworkPolicy/shop/db, spec.ingress[0] (new.yaml:12)`; `places`: say file and line."""

    def where(text: str) -> str:
        return f" ({text})" if places else ""

    word = "allowed" if verdict.allowed else "denied"
    policy, rule = verdict.policy, verdict.rule
    if policy is None:
        return f"{word}: no policy decides about {flow.direction.value} of {_subject(flow)}"
    if rule is None:
        return f"{word}: {policy.name} isolates {_subject(flow)}, and no rule allows it{where(policy_place(policy))}"
    if rule.origin is None or not rule.origin.path:
        return f"{word} by {policy.name}{where(policy_place(policy))}"
    return f"{word} by {policy.name}, {rule.origin.dotted}{where(place_text(rule.origin))}"


def policy_place(policy: Policy) -> str:
    """Where a policy stands, or that nobody wrote it."""
    return "built in" if policy.origin is None else place_text(policy.origin)


def place_text(origin: Origin) -> str:
    """`policies/web.yaml:12`."""
    return f"{origin.place.file}:{span_of(origin).line}"


def _subject(flow: Flow) -> str:
    return "the node" if flow.subject.kind in (Kind.HOST, Kind.REMOTE_NODE) else "the pod"


def _asked(verdict: Verdict, flow: Flow) -> Iterator[Fact | Dimension | str]:
    """What the deciding rule asks; for an address, of which end."""
    if verdict.rule is None:
        return
    ends = (_SOURCE, _DESTINATION) if flow.direction is Direction.EGRESS else (_DESTINATION, _SOURCE)
    for end, condition in zip(ends, (verdict.rule.subject, verdict.rule.peer), strict=True):
        if Axis.ADDRESS in leaves(condition):
            yield end
    yield from leaves(verdict.rule.traffic)


def _plain(flow: Flow, asked: Set[Fact | Dimension | str]) -> Flow:
    """The flow without the names of ports, unless a rule asks for one, and without what a name says already."""
    by_name = any(isinstance(one, DstPortNamed | SrcPortNamed) for one in asked)

    def plain(end: Endpoint) -> Endpoint:
        return replace(
            end,
            named_ports=end.named_ports if by_name else (),
            facts=frozenset() if _has_name(end) else end.facts,
        )

    return replace(flow, subject=plain(flow.subject), peer=plain(flow.peer))


def _has_name(end: Endpoint) -> bool:
    return end.kind is Kind.OUTSIDE and API_SERVER not in end.attributes and not end.title.startswith(_NOBODY)
