"""Document -> ClusterNetworkPolicy, AdminNetworkPolicy or BaselineAdminNetworkPolicy, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from npconv.diagnostics.codes import kubernetes, reading
from npconv.diagnostics.codes import policy_api as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.policy_api import ports, selectors
from npconv.dialects.policy_api.choice import one_of
from npconv.dialects.policy_api.forms import BASELINE, CLUSTER, FORMS, Form
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.model import (
    Action,
    AdminNetworkPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
    DomainNames,
    Namespaces,
    Networks,
    Nodes,
    Peer,
    Pods,
    Policy,
    Port,
    Rule,
    Subject,
    Tier,
)
from npconv.dialects.policy_api.validate import validate
from npconv.source import object_meta
from npconv.source.document import Document
from npconv.source.fields import Fields, Sink
from npconv.source.label_selector import LabelSelector
from npconv.source.lenient import drop_unknown

_Item = TypeVar("_Item")

_NO_SELECTOR: Final = LabelSelector()


def parse(
    document: Document, *, strict: bool = True, channel: Channel = Channel.EXPERIMENTAL
) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """The policy that the document holds, None if an API server refuses it, and the findings.

    `strict` is the server's `fieldValidation`: True refuses unknown fields, False drops them before it checks the
    rest. `channel` says which CRDs the server has.
    """
    sink = Sink()
    form = FORMS[document.kind]
    policy = _policy(document, form, channel, sink)
    diagnostics = sink.diagnostics if strict else list(drop_unknown(sink.diagnostics))
    if policy is not None and all(one.code is reading.UNKNOWN_FIELD for one in diagnostics if one.is_error):
        diagnostics += validate(policy, channel=channel)
    refused = any(one.is_error for one in diagnostics)
    return None if refused else policy, tuple(diagnostics)


def _policy(document: Document, form: Form, channel: Channel, sink: Sink) -> Policy | None:
    with Fields(document.data, document.origin, sink) as fields:
        api_version = fields.text("apiVersion") or ""
        if api_version != form.api_version:
            message = f"`apiVersion` of a {form.kind} must be `{form.api_version}` (found `{api_version}`)"
            sink.error(kubernetes.UNKNOWN_VERSION, fields.at("apiVersion"), message)
            fields.skip(*fields.value)
            return None
        fields.skip("kind", "status")
        metadata = object_meta.read(fields.mapping("metadata"))
        if not fields.required("spec"):
            return None
        spec = fields.mapping("spec")
        if spec is None:
            return None
        with spec:
            subject = _subject(spec, form)
            tier = _tier(spec) if form is CLUSTER else None
            priority = None if form is BASELINE else _required_integer(spec, "priority")
            ingress = _items(spec, "ingress", lambda item: _rule(item, "from", form, channel))
            egress = _items(spec, "egress", lambda item: _rule(item, "to", form, channel))
    origin = document.origin
    if subject is None:
        return None
    if form is BASELINE:
        return BaselineAdminNetworkPolicy(
            metadata=metadata, subject=subject, ingress=ingress, egress=egress, origin=origin
        )
    if priority is None:
        return None
    if form is CLUSTER:
        return tier and ClusterNetworkPolicy(
            metadata=metadata,
            tier=tier,
            priority=priority,
            subject=subject,
            ingress=ingress,
            egress=egress,
            origin=origin,
        )
    return AdminNetworkPolicy(
        metadata=metadata, priority=priority, subject=subject, ingress=ingress, egress=egress, origin=origin
    )


def _tier(spec: Fields) -> Tier | None:
    if not spec.required("tier"):
        return None
    text = spec.text("tier")
    found = next((tier for tier in Tier if tier.value == text), None)
    if text is not None and found is None:
        message = f"`{spec.at('tier').dotted}` must be `Admin` or `Baseline` (found `{text}`)"
        spec.sink.error(codes.ENUM, spec.at("tier"), message)
    return found


def _subject(spec: Fields, form: Form) -> Subject | None:
    fields = spec.mapping("subject") if spec.required("subject") else None
    if fields is None:
        return None
    with fields:
        found = one_of(fields, ("namespaces", "pods"))
        return None if found is None else _subject_of(found, fields, form)


def _rule(fields: Fields, peers_key: str, form: Form, channel: Channel) -> Rule | None:
    keys = form.standard_peers[:2] if peers_key == "from" else form.egress_peers(channel)
    with fields:
        name, action = fields.text("name"), _action(fields, form)
        fields.required(peers_key)
        peers: tuple[Peer, ...] | None = _items(fields, peers_key, lambda item: _peer(item, keys, form))
        found: tuple[Port, ...] | None = _items(fields, form.ports, lambda item: ports.read(item, form, channel))
        if action is None:
            return None
        return Rule(action=action, peers=peers or (), ports=found, name=name, origin=fields.origin)


def _action(fields: Fields, form: Form) -> Action | None:
    if not fields.required("action"):
        return None
    text = fields.text("action")
    if text is None:
        return None
    if text not in form.actions:
        words = [f"`{word}`" for word in form.actions]
        message = f"`{fields.at('action').dotted}` must be {', '.join(words[:-1])} or {words[-1]} (found `{text}`)"
        meant = {"Allow": "Accept", "Accept": "Allow"}.get(text, text.capitalize())
        label = f"did you mean `{meant}`?" if meant in form.actions else ""
        fields.sink.error(codes.ENUM, fields.at("action"), message, label=label)
    return form.actions.get(text)


def _peer(fields: Fields, keys: tuple[str, ...], form: Form) -> Peer | None:
    with fields:
        match one_of(fields, keys, experimental=form.experimental_peers if "networks" in keys else ()):
            case "networks":
                return Networks(cidrs=_texts(fields, "networks"), origin=fields.at("networks"))
            case "nodes":
                return Nodes(selector=_selector(fields, "nodes"), origin=fields.at("nodes"))
            case "domainNames":
                return DomainNames(names=_texts(fields, "domainNames"), origin=fields.at("domainNames"))
            case None:
                return None
            case key:
                return _subject_of(key, fields, form)


def _subject_of(key: str, fields: Fields, form: Form) -> Subject | None:
    """The value of `namespaces` or `pods`."""
    if key == "namespaces":
        return Namespaces(selector=_selector(fields, key), origin=fields.at(key))
    pods = fields.mapping(key)
    if pods is None:
        return None
    with pods:
        pods.required("podSelector")
        if form.namespaces_of_pods:
            pods.required("namespaceSelector")
        namespaces = pods.mapping("namespaceSelector")
        return Pods(
            pod_selector=_selector(pods, "podSelector"),
            namespace_selector=None if namespaces is None else selectors.read(namespaces),
            origin=fields.at(key),
        )


def _required_integer(fields: Fields, key: str) -> int | None:
    return fields.integer(key) if fields.required(key) else None


def _selector(fields: Fields, key: str) -> LabelSelector:
    found = fields.mapping(key)
    return _NO_SELECTOR if found is None else selectors.read(found)


def _texts(fields: Fields, key: str) -> tuple[str, ...]:
    return fields.words(key) or ()


def _items(fields: Fields, key: str, read: Callable[[Fields], _Item | None]) -> tuple[_Item, ...] | None:
    """The items that could be read; what could not has been reported, and refuses the object."""
    found = fields.mappings(key)
    return None if found is None else tuple(item for item in map(read, found) if item is not None)
