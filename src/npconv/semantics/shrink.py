"""A counterexample -> the plainest one with the same cause: fewer labels and facts, plainer traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, BackendOf
from npconv.semantics.flow import TCP, Endpoint, Flow
from npconv.semantics.space import CLUSTER_NAME, Space

KEPT = frozenset({NAMESPACE, SERVICE_ACCOUNT, CLUSTER_NAME})
"""What every pod has, so it cannot be left out."""


def shrink(flow: Flow, space: Space, still: Callable[[Flow], bool]) -> Flow:
    """The flow with everything left out that can be, as long as `still` holds and it stays in the space."""
    again = True
    while again:
        again = False
        for simpler in _simpler(flow):
            if not space.objections(simpler) and still(simpler):
                flow = simpler
                again = True
                break
    return flow


def _simpler(flow: Flow) -> Iterator[Flow]:
    """Flows that say one thing less. Names and requests stay: what is true of them hangs together."""
    if flow.protocol != TCP:
        plain = replace(flow, protocol=TCP, icmp_type=0, icmp_code=0)
        yield replace(plain, port=flow.port or 80, source_port=flow.source_port or 40000)
        if not flow.port:
            yield replace(plain, port=443, source_port=40000)
    for attribute in sorted(set(flow.subject.attributes) | set(flow.peer.attributes)):
        if attribute not in KEPT:
            subject, peer = _without(flow.subject, attribute), _without(flow.peer, attribute)
            yield from (
                replace(flow, subject=one, peer=other)
                for one, other in ((subject, peer), (subject, flow.peer), (flow.subject, peer))
                if (one, other) != (flow.subject, flow.peer)
            )
    for simpler in _fewer(flow.subject):
        yield replace(flow, subject=simpler)
    for simpler in _fewer(flow.peer):
        yield replace(flow, peer=simpler)
    if flow.icmp_code:
        yield replace(flow, icmp_code=0)


def _without(endpoint: Endpoint, attribute: Attribute) -> Endpoint:
    if attribute not in endpoint.attributes:
        return endpoint
    kept: Mapping[Attribute, str] = {each: value for each, value in endpoint.attributes.items() if each != attribute}
    return replace(endpoint, attributes=kept)


def _fewer(endpoint: Endpoint) -> Iterator[Endpoint]:
    for port in endpoint.named_ports:
        yield replace(endpoint, named_ports=tuple(each for each in endpoint.named_ports if each != port))
    for fact in sorted((each for each in endpoint.facts if isinstance(each, BackendOf)), key=str):
        yield replace(endpoint, facts=endpoint.facts - {fact})
