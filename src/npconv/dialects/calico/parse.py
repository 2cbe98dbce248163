"""A document -> a Calico object, whatever way it was exported. Decodes; what Calico would refuse is for `validate`.

Sources: api/pkg/apis/projectcalico/v3, Calico 3.29 to 3.32; libcalico-go/lib/backend/k8s/resources for stored objects.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias, TypeVar

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico import parse_kubernetes, parse_metadata
from npconv.dialects.calico.model import (
    CalicoObject,
    GlobalNetworkPolicy,
    NetworkPolicy,
    PolicyType,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from npconv.dialects.calico.model_kubernetes import StagedAction
from npconv.dialects.calico.model_metadata import Form, Metadata
from npconv.dialects.calico.model_sets import (
    EndpointPort,
    GlobalNetworkSet,
    HostEndpoint,
    NetworkSet,
    Profile,
    Tier,
    TierDefault,
)
from npconv.dialects.calico.parse_rule import enterprise_only, protocol, rules
from npconv.source.document import Document
from npconv.source.fields import Fields, Sink

Parsed: TypeAlias = "tuple[CalicoObject | None, list[Diagnostic]]"

_POLICIES: Final = (
    "GlobalNetworkPolicy",
    "NetworkPolicy",
    "StagedGlobalNetworkPolicy",
    "StagedNetworkPolicy",
)

_FORMS: Final = {form.value: form for form in Form}
_TYPES: Final = {one.value: one for one in PolicyType}

_Member = TypeVar("_Member", bound=Enum)


def parse(document: Document) -> Parsed:
    """The object and what is wrong with it as text. None if anything is an error: a part could mean the opposite."""
    found, diagnostics = decode(document)
    return (None if any(one.is_error for one in diagnostics) else found), diagnostics


def decode(document: Document) -> Parsed:
    """As `parse`, but gives what could be read even beside errors, so that a validator can add its findings."""
    sink = Sink()
    form = _FORMS.get(document.api_version)
    if form is None:
        expected = f"`{Form.V3.value}` or `{Form.CRD_V1.value}`"
        message = f"unsupported Calico API `{document.api_version}` (expected {expected})"
        sink.error(
            codes.TOO_OLD,
            document.origin.at("apiVersion"),
            message,
            help="convert it with `calicoctl convert` of Calico 3.31 or older",
        )
        return None, sink.diagnostics
    with Fields(document.data, document.origin, sink) as fields:
        fields.skip("apiVersion", "kind", "status")
        return _object(document, fields, form), sink.diagnostics


def _object(document: Document, fields: Fields, form: Form) -> CalicoObject:
    spec = fields.mapping("spec") or Fields({}, fields.at("spec"), fields.sink)
    with spec:
        if form is Form.V3:
            metadata = parse_metadata.read(fields)
        else:
            tier = spec.value.get("tier")
            metadata = parse_metadata.read_stored(
                fields, is_policy=document.kind in _POLICIES, tier=tier if isinstance(tier, str) else ""
            )
        return _of_kind(document.kind, _Head(metadata=metadata, form=form, origin=document.origin), spec)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What is read of every object before its `spec`."""

    metadata: Metadata
    form: Form
    origin: Origin


def _of_kind(kind: str, head: _Head, spec: Fields) -> CalicoObject:
    match kind:
        case "NetworkPolicy":
            return _network_policy(head, spec)
        case "GlobalNetworkPolicy":
            return _global_network_policy(head, spec)
        case "StagedNetworkPolicy":
            return StagedNetworkPolicy(staged_action=_staged_action(spec), policy=_network_policy(head, spec))
        case "StagedGlobalNetworkPolicy":
            return StagedGlobalNetworkPolicy(
                staged_action=_staged_action(spec), policy=_global_network_policy(head, spec)
            )
        case "StagedKubernetesNetworkPolicy":
            return parse_kubernetes.staged(spec, head.metadata, head.form, _staged_action(spec), head.origin)
        case "NetworkSet":
            return NetworkSet(metadata=head.metadata, form=head.form, nets=_nets(spec), origin=head.origin)
        case "GlobalNetworkSet":
            return GlobalNetworkSet(metadata=head.metadata, form=head.form, nets=_nets(spec), origin=head.origin)
        case "Tier":
            return Tier(
                metadata=head.metadata,
                form=head.form,
                order=spec.number("order"),
                default_action=_member(spec, "defaultAction", TierDefault, codes.TIER),
                origin=head.origin,
            )
        case "HostEndpoint":
            return _host_endpoint(head, spec)
        case "Profile":
            return Profile(
                metadata=head.metadata,
                form=head.form,
                ingress=rules(spec, "ingress"),
                egress=rules(spec, "egress"),
                labels_to_apply=spec.strings("labelsToApply"),
                origin=head.origin,
            )
        case _:
            raise AssertionError(f"`{kind}` is not among KINDS: ask `claims` first")


def _network_policy(head: _Head, spec: Fields) -> NetworkPolicy:
    return NetworkPolicy(
        metadata=head.metadata,
        form=head.form,
        tier=spec.text("tier"),
        order=spec.number("order"),
        ingress=rules(spec, "ingress"),
        egress=rules(spec, "egress"),
        selector=spec.text("selector"),
        types=_types(spec),
        service_account_selector=spec.text("serviceAccountSelector"),
        performance_hints=spec.words("performanceHints"),
        origin=head.origin,
    )


def _global_network_policy(head: _Head, spec: Fields) -> GlobalNetworkPolicy:
    return GlobalNetworkPolicy(
        metadata=head.metadata,
        form=head.form,
        tier=spec.text("tier"),
        order=spec.number("order"),
        ingress=rules(spec, "ingress"),
        egress=rules(spec, "egress"),
        selector=spec.text("selector"),
        types=_types(spec),
        service_account_selector=spec.text("serviceAccountSelector"),
        namespace_selector=spec.text("namespaceSelector"),
        performance_hints=spec.words("performanceHints"),
        do_not_track=spec.boolean("doNotTrack"),
        pre_dnat=spec.boolean("preDNAT"),
        apply_on_forward=spec.boolean("applyOnForward"),
        origin=head.origin,
    )


def _types(spec: Fields) -> tuple[PolicyType, ...] | None:
    items = spec.texts("types")
    if items is None:
        return None
    if all(text in _TYPES for text, _ in items):
        return tuple(_TYPES[text] for text, _ in items)
    report = _Report(sink=spec.sink, code=codes.TYPES, what="type")
    found = (report.member(PolicyType, text, origin) for text, origin in items)
    return tuple(one for one in found if one is not None)


def _staged_action(spec: Fields) -> StagedAction | None:
    return _member(spec, "stagedAction", StagedAction, codes.STAGED)


def _nets(spec: Fields) -> tuple[str, ...] | None:
    enterprise_only(spec, "allowedEgressDomains")
    return spec.words("nets")


def _host_endpoint(head: _Head, spec: Fields) -> HostEndpoint:
    ports = spec.mappings("ports")
    found = None if ports is None else tuple(_endpoint_port(port) for port in ports)
    return HostEndpoint(
        metadata=head.metadata,
        form=head.form,
        node=spec.text("node"),
        interface_name=spec.text("interfaceName"),
        expected_ips=spec.words("expectedIPs"),
        profiles=spec.words("profiles"),
        ports=found,
        origin=head.origin,
    )


def _endpoint_port(fields: Fields) -> EndpointPort:
    with fields:
        for key in ("name", "protocol", "port"):
            fields.required(key)
        return EndpointPort(
            name=fields.text("name") or "",
            protocol=protocol(fields, "protocol") or 0,
            port=fields.integer("port") or 0,
        )


def _member(fields: Fields, key: str, members: type[_Member], code: Code) -> _Member | None:
    """A field whose text is one of the members; empty text is as absent, as in Go."""
    text = fields.text(key)
    return _Report(sink=fields.sink, code=code, what=key).member(members, text, fields.at(key)) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """Where to report a text that is none of the words of a field, and what to call it."""

    sink: Sink
    code: Code
    what: str

    def member(self, members: type[_Member], text: str, origin: Origin) -> _Member | None:
        names = [str(member.value) for member in members]
        if text in names:
            return members(text)
        close = next((name for name in names if name.lower() == text.lower()), "")
        listed = ", ".join(f"`{name}`" for name in names[:-1]) + f" or `{names[-1]}`"
        message = f"unknown {self.what} `{text}` (expected {listed})"
        self.sink.error(self.code, origin, message, label=f"did you mean `{close}`?" if close else "")
        return None
