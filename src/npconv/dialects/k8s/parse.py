"""Document -> NetworkPolicy, and everything that is wrong with it."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import kubernetes as codes
from npconv.diagnostics.codes import reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.k8s.model import (
    API_VERSION,
    LEGACY_API_VERSION,
    IPBlock,
    NetworkPolicy,
    Peer,
    Port,
    Rule,
    SelectorPeer,
)
from npconv.dialects.k8s.remarks import remarks
from npconv.dialects.k8s.validate import Cidrs, validate
from npconv.source import label_selector, object_meta
from npconv.source.by_value import by_value
from npconv.source.document import Document
from npconv.source.fields import Fields, Sink, wrong_type
from npconv.source.lenient import drop_unknown

_INT32: Final = 2**31


def parse(
    document: Document, *, strict: bool = True, cidrs: Cidrs = Cidrs.STRICT, undeclared: bool = False
) -> tuple[NetworkPolicy | None, tuple[Diagnostic, ...]]:
    """The policy that the document holds, None if an API server refuses it, and the findings.

    `strict` is the server's `fieldValidation`: True refuses unknown fields (as kubectl asks it to since 1.25), False
    drops them. `cidrs` says which CIDRs pass: those of new objects in 1.36, or those that older clusters still hold.
    `undeclared`: the engine enforces directions that `policyTypes` leaves out.
    """
    sink = Sink()
    policy = _policy(document, sink)
    diagnostics = sink.diagnostics if strict else list(drop_unknown(sink.diagnostics))
    if all(one.code is reading.UNKNOWN_FIELD for one in diagnostics if one.is_error):
        diagnostics += [*validate(policy, cidrs=cidrs), *remarks(policy, undeclared=undeclared)]
    refused = any(one.is_error for one in diagnostics)
    return None if refused else policy, tuple(diagnostics)


def _policy(document: Document, sink: Sink) -> NetworkPolicy:
    with Fields(document.data, document.origin, sink) as fields:
        api_version = fields.text("apiVersion") or ""
        _check_version(api_version, fields, sink)
        # Kubernetes 1.24 to 1.27 wrote a `status` of conditions about features; no flow depends on it.
        fields.skip("kind", "status")
        metadata = object_meta.read(fields.mapping("metadata"))
        with fields.mapping("spec") or Fields({}, document.origin.at("spec"), sink) as spec:
            return NetworkPolicy(
                metadata=metadata,
                pod_selector=label_selector.read.below(spec, "podSelector"),
                policy_types=spec.words("policyTypes"),
                ingress=_ingress.each(spec, "ingress"),
                egress=_egress.each(spec, "egress"),
                api_version=api_version,
                origin=document.origin,
            )


def _check_version(api_version: str, fields: Fields, sink: Sink) -> None:
    if api_version == LEGACY_API_VERSION:
        message = f"`{LEGACY_API_VERSION}` is read as `{API_VERSION}`"
        sink.error(codes.OLD_VERSION, fields.at("apiVersion"), message, label="not served since Kubernetes 1.16")
    elif api_version != API_VERSION:
        message = f"`apiVersion` of a NetworkPolicy must be `{API_VERSION}` (found `{api_version}`)"
        sink.error(codes.UNKNOWN_VERSION, fields.at("apiVersion"), message)


@by_value
def _ingress(fields: Fields) -> Rule:
    return _rule(fields, "from")


@by_value
def _egress(fields: Fields) -> Rule:
    return _rule(fields, "to")


def _rule(fields: Fields, peers: str) -> Rule:
    with fields:
        return Rule(peers=_peer.each(fields, peers), ports=_port.each(fields, "ports"))


@by_value
def _peer(fields: Fields) -> Peer:
    with fields:
        pods = label_selector.read.below(fields, "podSelector")
        namespaces = label_selector.read.below(fields, "namespaceSelector")
        block = fields.mapping("ipBlock")
        if block is None:
            return SelectorPeer(pod_selector=pods, namespace_selector=namespaces)
        if pods is not None or namespaces is not None:
            message = f"`{fields.origin.dotted}` may not specify both `ipBlock` and another peer"
            fields.sink.error(codes.PEER, fields.origin, message, help="make two items of it: either may match")
        with block:
            return IPBlock(cidr=block.text("cidr") or "", except_=block.words("except"))


@by_value
def _port(fields: Fields) -> Port:
    with fields:
        return Port(
            protocol=fields.text("protocol"), port=_int_or_text(fields, "port"), end_port=fields.integer("endPort")
        )


def _int_or_text(fields: Fields, key: str) -> int | str | None:
    """`intstr.IntOrString`: text, or a whole number of 32 bits."""
    value = fields.raw(key)
    if value is None or isinstance(value, str):
        return value
    whole = value.is_integer() if isinstance(value, float) else isinstance(value, int) and not isinstance(value, bool)
    if whole and isinstance(value, int | float) and -_INT32 <= value < _INT32:
        return int(value)
    wrong_type(fields.sink, fields.at(key), value, "32-bit integer or text")
    return None
