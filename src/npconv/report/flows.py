"""Flows on which source and target differ -> the words of the report."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Final

from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Axis, Kind, Named, Scope
from npconv.lowering.conditions import leaves
from npconv.lowering.losses import Loss
from npconv.render.flow_text import decision_text, flow_text
from npconv.report import model
from npconv.semantics.compare import Counterexample
from npconv.semantics.describe import PROTOCOLS
from npconv.semantics.flow import ICMP, ICMPV6, Endpoint, Flow

OUTSIDE: Final = "outside"
NODES: Final = "nodes"
"""What stands in for a namespace where an end of a flow has none."""

_NODE: Final[Mapping[Kind, str]] = {Kind.HOST: "host", Kind.REMOTE_NODE: "remote-node"}


def flow(example: Counterexample, owners: tuple[Loss, ...], arguments: str = "") -> model.Flow:
    """One flow that differs, and the losses that own it; `arguments` are those of the `npconv why` that explains it."""
    sent = example.flow
    why = "" if _asks_source_port(example) else why_command(sent)
    return model.Flow(
        change=example.change.value,
        flow=flow_text(sent, example.old, example.new),
        before=decision_text(example.old, sent),
        after=decision_text(example.new, sent, places=False),
        source_namespace=namespace_of(sent.source),
        target_namespace=namespace_of(sent.destination),
        codes=tuple(sorted({loss.code.id for loss in owners})),
        policies=tuple(sorted({str(loss.policy.name) for loss in owners})),
        why=f"{why} {arguments}".strip() if why else "",
    )


def _asks_source_port(example: Counterexample) -> bool:
    """Whether what decides asks where a connection comes from: `npconv why` opens connections from any port."""
    rules = (example.old.rule, example.new.rule)
    return any(Axis.SRC_PORT in leaves(rule.traffic) for rule in rules if rule is not None)


def namespace_of(endpoint: Endpoint) -> str:
    """The namespace of one end; `outside` or `nodes` if it is no pod."""
    if endpoint.kind in (Kind.HOST, Kind.REMOTE_NODE):
        return NODES
    return endpoint.attributes.get(NAMESPACE, OUTSIDE) if endpoint.kind is Kind.POD else OUTSIDE


def listed_name(endpoint: Endpoint) -> str:
    """`namespace/name` of a pod of the cluster; empty for one that is made up or described by its labels."""
    name = endpoint.title.removeprefix("pod ")
    return name if name != endpoint.title and "/" in name and " " not in name else ""


def why_command(sent: Flow) -> str:
    """The `npconv why` that explains a flow of the source; empty where no such text names its ends."""
    source, destination = _end(sent.source, sent), _end(sent.destination, sent)
    traffic = _traffic(sent)
    if not (source and destination and traffic) or sent.request is not None:
        return ""
    if ":" in destination and "/" not in destination:
        destination = f"[{destination}]"
    return f"npconv why --from {shlex.quote(source)} --to {shlex.quote(f'{destination}:{traffic}')}"


def _end(endpoint: Endpoint, sent: Flow) -> str:
    """An end as `npconv why` takes it (pipeline/endpoint_text)."""
    match endpoint.kind:
        case Kind.POD:
            return _pod(endpoint)
        case Kind.HOST | Kind.REMOTE_NODE:
            return _NODE[endpoint.kind]
        case Kind.OUTSIDE:
            address = endpoint.address(sent.family)
            return str(address) if address is not None and not _is_named(endpoint) else ""
        case _:
            return ""


def _pod(endpoint: Endpoint) -> str:
    if listed := listed_name(endpoint):
        return listed
    labels = {key: value for key, value in endpoint.attributes.items() if key.scope is Scope.POD}
    others = [
        key
        for key in endpoint.attributes
        if key not in labels and key not in (NAMESPACE, SERVICE_ACCOUNT) and key.scope is not Scope.CLUSTER
    ]
    account = endpoint.attributes.get(SERVICE_ACCOUNT, "default")
    namespace = endpoint.attributes.get(NAMESPACE, "")
    namespace_labels = [one for one in others if one.scope is Scope.NAMESPACE]
    if not namespace or len(namespace_labels) != len(others):
        return ""
    listed = ",".join(f"{key.key}={value}" for key, value in sorted(labels.items()))
    of_namespace = ",".join(f"{one.key}={endpoint.attributes[one]}" for one in sorted(namespace_labels))
    braces = f"{{{of_namespace}}}" if of_namespace else ""
    return f"{namespace}{braces}/{listed}" + (f"@{account}" if account != "default" else "")


def _traffic(sent: Flow) -> str:
    if sent.protocol in (ICMP, ICMPV6):
        return f"{PROTOCOLS[sent.protocol]}/{sent.icmp_type}/{sent.icmp_code}"
    protocol = PROTOCOLS.get(sent.protocol)
    if protocol not in ("tcp", "udp", "sctp") or not sent.port:
        return ""
    named = [
        port.name for port in sent.destination.named_ports if (port.number, port.protocol) == (sent.port, sent.protocol)
    ]
    if named and not listed_name(sent.destination):
        return f"{named[0]}={sent.port}/{protocol}"
    return f"{sent.port}/{protocol}"


def _is_named(endpoint: Endpoint) -> bool:
    return any(isinstance(fact, Named) for fact in endpoint.facts)
