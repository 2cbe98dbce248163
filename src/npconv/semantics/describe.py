"""Flows and counterexamples -> one or two lines of text."""

from __future__ import annotations

from npconv.diagnostics.origin import Origin
from npconv.ir.dimensions import BackendOf, Family, Kind, Named
from npconv.semantics.compare import Counterexample
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, UDPLITE, Endpoint, Flow
from npconv.semantics.titles import title
from npconv.semantics.verdict import Verdict

PROTOCOLS = {TCP: "tcp", UDP: "udp", SCTP: "sctp", UDPLITE: "udplite", ICMP: "icmp", ICMPV6: "icmpv6"}


def describe(counterexample: Counterexample, *, old: str = "old", new: str = "new") -> str:
    """A counterexample in two lines: the flow, and what decides on either side; `old` and `new` name the sides."""
    verdicts = f"{decided(counterexample.old, old)}; {decided(counterexample.new, new)}"
    return f"{describe_flow(counterexample.flow)}:\n  {verdicts}"


def describe_flow(flow: Flow) -> str:
    """The flow from source to destination: `pod with app=web in namespace shop -> 10.1.2.3:443/tcp (egress)`."""
    source = ", ".join([_name(flow, flow.source), *_facts(flow.source)])
    destination = ", ".join([_name(flow, flow.destination) + _traffic(flow), *_facts(flow.destination)])
    return " ".join([source, "->", destination, f"({flow.direction.value})", *_request(flow)])


def decided(verdict: Verdict, side: str) -> str:
    """One side's verdict: `new denies: end of tier default: NetworkPolicy/shop/web isolates (web.yaml:3)`."""
    verb = "allows" if verdict.allowed else "denies"
    return f"{side} {verb}: {verdict.reason}{_place(verdict)}"


def _place(verdict: Verdict) -> str:
    origin: Origin | None = None
    if verdict.rule is not None:
        origin = verdict.rule.origin
    if origin is None and verdict.policy is not None:
        origin = verdict.policy.origin
    if origin is None:
        return ""
    return f" ({origin.place.file}:{origin.place.span(origin.path, key=origin.key).line})"


def _name(flow: Flow, endpoint: Endpoint) -> str:
    address = endpoint.address(flow.family)
    if endpoint.kind is Kind.OUTSIDE and address is not None:
        return f"[{address}]" if flow.family is Family.V6 else str(address)
    return endpoint.title or title(endpoint, own=endpoint is flow.subject)


def _facts(endpoint: Endpoint) -> list[str]:
    facts = [_fact(fact) for fact in sorted(endpoint.facts, key=str) if isinstance(fact, BackendOf | Named)]
    return facts + [f'naming port {port.number} "{port.name}"' for port in sorted(endpoint.named_ports, key=str)]


def _fact(fact: BackendOf | Named) -> str:
    return f"a {fact}" if isinstance(fact, BackendOf) else f"known by a {fact}"


def _traffic(flow: Flow) -> str:
    protocol = PROTOCOLS.get(flow.protocol, f"protocol {flow.protocol}")
    if flow.protocol in (ICMP, ICMPV6):
        return f", {protocol} type {flow.icmp_type} code {flow.icmp_code}"
    if not flow.port:
        return f", {protocol}"
    separator = ":" if flow.destination.kind is Kind.OUTSIDE else ", port "
    return f"{separator}{flow.port}/{protocol}"


def _request(flow: Flow) -> list[str]:
    if flow.request is None:
        return []
    if not flow.request:
        return ["with a request that no rule names"]
    return ["with a request of " + " and ".join(sorted(str(fact) for fact in flow.request))]
