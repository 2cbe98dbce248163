"""The ports, ICMP types and layer 7 rules of a Cilium rule, from fields to the model."""

from __future__ import annotations

from npconv.dialects.cilium.model_l7 import HeaderMatch, L7Rules, PortRuleHTTP, PortRuleKafka, Secret
from npconv.dialects.cilium.model_ports import (
    EnvoyConfig,
    ICMPField,
    ICMPRule,
    Listener,
    PortDenyRule,
    PortProtocol,
    PortRule,
    TLSContext,
)
from npconv.dialects.cilium.parse_fields import Part, each, needed, one, texts
from npconv.dialects.cilium.parse_peers import fqdn
from npconv.source.fields import Fields, wrong_type


@Part
def port_rule(fields: Fields) -> PortRule:
    """An entry of `toPorts` of an allow."""
    return PortRule(
        ports=each(fields, "ports", _port),
        terminating_tls=one(fields, "terminatingTLS", _tls),
        originating_tls=one(fields, "originatingTLS", _tls),
        server_names=texts(fields, "serverNames"),
        listener=one(fields, "listener", _listener),
        rules=one(fields, "rules", _l7_rules),
    )


@Part
def port_deny_rule(fields: Fields) -> PortDenyRule:
    """An entry of `toPorts` of a deny."""
    return PortDenyRule(ports=each(fields, "ports", _port))


@Part
def icmp_rule(fields: Fields) -> ICMPRule:
    """An entry of `icmps`."""
    return ICMPRule(fields=each(fields, "fields", _icmp_field))


@Part
def _port(fields: Fields) -> PortProtocol:
    return PortProtocol(
        port=fields.text("port"),
        end_port=fields.integer("endPort"),
        protocol=fields.text("protocol"),
    )


@Part
def _icmp_field(fields: Fields) -> ICMPField:
    fields.required("type")
    kind = fields.raw("type")
    if isinstance(kind, float) and kind.is_integer():
        kind = int(kind)
    if isinstance(kind, bool) or not isinstance(kind, int | str):
        if kind is not None:
            wrong_type(fields.sink, fields.at("type"), kind, "integer or text")
        kind = 0
    return ICMPField(type=kind, family=fields.text("family"))


def _tls(fields: Fields) -> TLSContext:
    fields.required("secret")
    return TLSContext(
        secret=one(fields, "secret", _secret) or Secret(name=""),
        trusted_ca=fields.text("trustedCA"),
        certificate=fields.text("certificate"),
        private_key=fields.text("privateKey"),
    )


def _secret(fields: Fields) -> Secret:
    return Secret(name=needed(fields, "name"), namespace=fields.text("namespace"))


def _listener(fields: Fields) -> Listener:
    fields.required("envoyConfig")
    return Listener(
        envoy_config=one(fields, "envoyConfig", _envoy_config) or EnvoyConfig(name=""),
        name=needed(fields, "name"),
        priority=fields.integer("priority"),
    )


def _envoy_config(fields: Fields) -> EnvoyConfig:
    return EnvoyConfig(name=needed(fields, "name"), kind=fields.text("kind"))


def _l7_rules(fields: Fields) -> L7Rules:
    return L7Rules(
        http=each(fields, "http", _http),
        dns=each(fields, "dns", fqdn),
        kafka=each(fields, "kafka", _kafka),
        l7proto=fields.text("l7proto"),
        l7=each(fields, "l7", _l7),
    )


@Part
def _http(fields: Fields) -> PortRuleHTTP:
    return PortRuleHTTP(
        method=fields.text("method"),
        path=fields.text("path"),
        host=fields.text("host"),
        headers=texts(fields, "headers"),
        header_matches=each(fields, "headerMatches", _header_match),
    )


@Part
def _header_match(fields: Fields) -> HeaderMatch:
    return HeaderMatch(
        name=needed(fields, "name"),
        mismatch=fields.text("mismatch"),
        secret=one(fields, "secret", _secret),
        value=fields.text("value"),
    )


@Part
def _kafka(fields: Fields) -> PortRuleKafka:
    return PortRuleKafka(
        role=fields.text("role"),
        api_key=fields.text("apiKey"),
        api_version=fields.text("apiVersion"),
        client_id=fields.text("clientID"),
        topic=fields.text("topic"),
    )


@Part
def _l7(fields: Fields) -> tuple[tuple[str, str], ...]:
    return tuple((key, fields.text(key) or "") for key in fields.value)
