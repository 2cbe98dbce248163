"""Documents -> Cluster. Lenient: fields that no policy refers to are not looked at, wrong shapes are reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

from npconv.diagnostics.codes import kubernetes as codes
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.dialects.cluster import pods, services
from npconv.dialects.cluster.kinds import API_VERSIONS, claims
from npconv.dialects.cluster.metadata import key_of, labels
from npconv.dialects.cluster.model import (
    NAME_LABEL,
    Cluster,
    EndpointSlice,
    Namespace,
    Node,
    Pod,
    Service,
    ServiceAccount,
)
from npconv.source.document import Document
from npconv.source.fields import Fields, Sink

_Key: TypeAlias = tuple[str, str]
_Fact: TypeAlias = Namespace | Node | Pod | Service | ServiceAccount | EndpointSlice
_T = TypeVar("_T", Namespace, Node, Pod, Service, ServiceAccount, EndpointSlice)


def read(documents: Iterable[Document]) -> tuple[Cluster, tuple[Diagnostic, ...]]:
    """The cluster that these documents describe, and what is wrong with them; others are passed over.

    An object with an error is left out. Of two objects of the same name the later one counts.
    """
    sink = Sink()
    facts: dict[str, dict[_Key, _Fact]] = {kind: {} for kind in API_VERSIONS}
    owners: dict[_Key, _Key] = {}
    for document in documents:
        if claims(document):
            _add(document, facts, owners, sink)
    slices = _sorted(facts["EndpointSlice"], EndpointSlice)
    cluster = Cluster(
        namespaces=tuple(fact for _, fact in _sorted(facts["Namespace"], Namespace)),
        pods=tuple(fact for _, fact in _sorted(facts["Pod"], Pod)),
        services=tuple(
            replace(service, slices=tuple(fact for at, fact in slices if owners[at] == key))
            for key, service in _sorted(facts["Service"], Service)
        ),
        service_accounts=tuple(fact for _, fact in _sorted(facts["ServiceAccount"], ServiceAccount)),
        nodes=tuple(fact for _, fact in _sorted(facts["Node"], Node)),
    )
    for at, fact in slices:
        if owners[at] not in facts["Service"] and fact.origin is not None:
            namespace, name = owners[at]
            belongs = f"service `{namespace}/{name}`, which is not given" if name else "no service"
            sink.error(codes.CONTEXT_ORPHAN, fact.origin, f"EndpointSlice `{at[0]}/{at[1]}` belongs to {belongs}")
    return cluster, tuple(sink.diagnostics)


def _add(document: Document, facts: dict[str, dict[_Key, _Fact]], owners: dict[_Key, _Key], sink: Sink) -> None:
    own = Sink()
    fields = Fields(document.data, document.origin, own)
    key = key_of(fields, namespaced=document.kind not in ("Namespace", "Node"))
    fact = _fact(document, fields, key)
    sink.diagnostics += own.diagnostics
    if own.failed:
        return
    before = facts[document.kind].get(key)
    if before is not None and before.origin is not None:
        name = "/".join(part for part in key if part)
        sink.diagnostics.append(
            Diagnostic(
                code=codes.CONTEXT_TWICE,
                origin=document.origin,
                message=f"{document.kind} `{name}` is given twice: the later one counts",
                also=(Label(origin=before.origin, text="the earlier one"),),
            )
        )
    facts[document.kind][key] = fact
    if isinstance(fact, EndpointSlice):
        owners[key] = key[0], labels(fields).get(services.SERVICE_LABEL, "")


def _fact(document: Document, fields: Fields, key: _Key) -> _Fact:
    namespace, name = key
    match document.kind:
        case "Namespace":
            given = labels(fields) | {NAME_LABEL: name}
            return Namespace(name=name, labels=given, origin=document.origin)
        case "Node":
            return _node(fields, name)
        case "Pod":
            return pods.read(fields, namespace, name)
        case "Service":
            return services.read(fields, namespace, name)
        case "ServiceAccount":
            return ServiceAccount(namespace=namespace, name=name, labels=labels(fields), origin=document.origin)
        case _:
            return services.read_slice(fields, name)


def _node(fields: Fields, name: str) -> Node:
    spec, status = fields.mapping("spec"), fields.mapping("status")
    found: dict[str, list[str]] = {"InternalIP": [], "ExternalIP": []}
    for address in (status.mappings("addresses") if status else None) or ():
        found.get(address.text("type") or "", []).append(address.text("address") or "")
    cidrs = (spec.words("podCIDRs") if spec else None) or ()
    one = spec.text("podCIDR") if spec else None
    return Node(
        name=name,
        labels=labels(fields),
        addresses=tuple(found["InternalIP"] + found["ExternalIP"]),
        pod_cidrs=tuple(cidrs or ([one] if one else [])),
        origin=fields.origin,
    )


def _sorted(facts: Mapping[_Key, _Fact], kind: type[_T]) -> list[tuple[_Key, _T]]:
    return [(key, fact) for key, fact in sorted(facts.items(), key=lambda item: item[0]) if isinstance(fact, kind)]
