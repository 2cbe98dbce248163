"""Flows and verdicts -> JSON, as `diff` and `why` write them (schemas/diff.schema.json, schemas/why.schema.json)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.diagnostics.render.place import span_of
from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Scope
from npconv.ir.policy import PolicyName
from npconv.render.flow_text import decision_text, flow_text
from npconv.semantics.describe import PROTOCOLS
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import Verdict

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


def flow_json(flow: Flow, *verdicts: Verdict) -> dict[str, Json]:
    """A flow from its source to its destination; `direction` says whose policies are asked."""
    return {
        "text": flow_text(flow, *verdicts),
        "direction": flow.direction.value,
        "source": endpoint_json(flow.source),
        "destination": endpoint_json(flow.destination),
        "family": flow.family.value,
        "protocol": PROTOCOLS.get(flow.protocol, str(flow.protocol)),
        "port": flow.port or None,
        "sourcePort": flow.source_port or None,
        "icmp": [flow.icmp_type, flow.icmp_code] if PROTOCOLS.get(flow.protocol, "").startswith("icmp") else None,
        "request": None if flow.request is None else [str(fact) for fact in sorted(flow.request, key=str)],
    }


def endpoint_json(endpoint: Endpoint) -> dict[str, Json]:
    """One end of a flow. Labels that are not listed are absent."""
    return {
        "kind": endpoint.kind.value,
        "title": endpoint.title,
        "namespace": endpoint.attributes.get(NAMESPACE),
        "namespaceLabels": _labels(endpoint, Scope.NAMESPACE),
        "serviceAccount": endpoint.attributes.get(SERVICE_ACCOUNT),
        "labels": _labels(endpoint, Scope.POD) or _labels(endpoint, Scope.NODE),
        "addresses": [str(one) for one in endpoint.addresses],
        "namedPorts": [
            {"name": one.name, "protocol": PROTOCOLS.get(one.protocol, str(one.protocol)), "port": one.number}
            for one in endpoint.named_ports
        ],
        "facts": [str(fact) for fact in sorted(endpoint.facts, key=str)],
    }


def verdict_json(verdict: Verdict, flow: Flow) -> dict[str, Json]:
    """What decided."""
    origin = verdict.rule.origin if verdict.rule is not None else None
    if origin is None and verdict.policy is not None:
        origin = verdict.policy.origin
    return {
        "allowed": verdict.allowed,
        "text": decision_text(verdict, flow),
        "tier": verdict.tier or None,
        "policy": policy_json(verdict.policy.name) if verdict.policy is not None else None,
        "action": verdict.rule.action.value if verdict.rule is not None else None,
        "place": place_json(origin) if origin is not None else None,
    }


def policy_json(name: PolicyName) -> dict[str, Json]:
    """What a policy is called; `namespace` is empty for a cluster-wide one."""
    return {"kind": name.kind, "namespace": name.namespace, "name": name.name}


def place_json(origin: Origin) -> dict[str, Json]:
    """Where something stands in the input."""
    span = span_of(origin)
    return {"file": origin.place.file, "line": span.line, "column": span.column, "path": origin.dotted}


def findings_json(diagnostics: Iterable[Diagnostic]) -> list[Json]:
    """What was said besides."""
    return [
        {
            "code": one.code.id,
            "severity": one.severity.value,
            "message": one.message,
            "notes": list(one.notes),
            "place": place_json(one.origin) if one.origin is not None else None,
        }
        for one in diagnostics
    ]


def _labels(endpoint: Endpoint, scope: Scope) -> dict[str, Json]:
    return {
        attribute.key: value
        for attribute, value in sorted(endpoint.attributes.items())
        if attribute.scope is scope and attribute != NAMESPACE
    }
