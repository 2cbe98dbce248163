"""A meaning and one connection -> whether it passes, and how either side's policies come to that."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.calico.lift_subject import HOST_NAME
from npconv.dialects.calico.model_sets import HostEndpoint
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir.dimensions import Fact, Family, Kind
from npconv.ir.policy import Direction
from npconv.pipeline.endpoints import Existing, as_seen_from
from npconv.pipeline.engines import title
from npconv.pipeline.existing import Traffic
from npconv.pipeline.meaning import Meaning
from npconv.pipeline.trace import Trace, trace
from npconv.semantics.flow import Flow

_NODES: Final = (Kind.HOST, Kind.REMOTE_NODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a connection. Without a trace, no policy is asked: `reason` says why."""

    direction: Direction
    trace: Trace | None
    reason: str = ""

    @property
    def allowed(self) -> bool:
        """Whether this side lets the connection pass."""
        return self.trace is None or self.trace.verdict.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A connection passes if the source's egress and the destination's ingress both let it (design, section 3)."""

    flow: Flow
    """The connection as the source sees it."""
    egress: Side
    ingress: Side

    @property
    def allowed(self) -> bool:
        """Whether the connection passes."""
        return self.egress.allowed and self.ingress.allowed


def why(
    meaning: Meaning,
    source: Existing,
    destination: Existing,
    traffic: Traffic,
    *,
    request: frozenset[Fact] | None = None,
) -> Answer | str:
    """Ask both sides; a message where the two ends have no IP family in common."""
    family = next((one for one in Family if all(end.endpoint.address(one) for end in (source, destination))), None)
    if family is None:
        return "the two ends have no addresses of one IP family"
    flow = Flow(
        direction=Direction.EGRESS,
        subject=source.endpoint,
        peer=as_seen_from(destination, source),
        protocol=traffic.protocol,
        port=traffic.port,
        source_port=traffic.source_port,
        icmp_type=traffic.icmp_type,
        icmp_code=traffic.icmp_code,
        family=family,
        request=request,
    )
    arriving = replace(
        flow, direction=Direction.INGRESS, subject=destination.endpoint, peer=as_seen_from(source, destination)
    )
    return Answer(
        flow=flow,
        egress=_side(meaning, flow, source.node),
        ingress=_side(meaning, arriving, destination.node),
    )


def _side(meaning: Meaning, flow: Flow, node: str) -> Side:
    reason = _unpoliced(meaning, flow.subject.kind, node)
    if reason:
        return Side(direction=flow.direction, trace=None, reason=reason)
    if flow.subject.kind in _NODES:  # as a subject, every node is its own
        host = _host_endpoint(meaning, node)
        named = {HOST_NAME: host.metadata.name} if host is not None else {}
        subject = replace(flow.subject, kind=Kind.HOST, attributes={**flow.subject.attributes, **named})
        flow = replace(flow, subject=subject)
    return Side(direction=flow.direction, trace=trace(meaning.policies, flow))


def _unpoliced(meaning: Meaning, kind: Kind, node: str) -> str:
    if kind is Kind.OUTSIDE:
        return "it is outside the cluster"
    if kind in _NODES and Kind.HOST not in meaning.subject_kinds:
        return f"{title(meaning.engine)} does not police nodes here"
    if kind in _NODES and isinstance(meaning.engine, CalicoProfile) and _host_endpoint(meaning, node) is None:
        return "no host endpoint of it is given"
    return ""


def _host_endpoint(meaning: Meaning, node: str) -> HostEndpoint | None:
    """The host endpoint of a node; of several, the one for all its interfaces, or the first by name."""
    own = [one for one in meaning.hosts if node and one.node == node]
    return min(own, key=lambda one: (one.interface_name != "*", one.metadata.name), default=None)
