"""Documents to Cilium's model: absent, empty and null; what is unknown; what cannot be read."""

from __future__ import annotations

import pytest

from npconv.dialects.cilium.emit import emit
from npconv.dialects.cilium.kinds import claims
from npconv.dialects.cilium.model import (
    CiliumCIDRGroup,
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    CiliumObject,
    EgressRule,
    IngressRule,
    Rule,
)
from npconv.dialects.cilium.model_ports import PortProtocol, PortRule
from npconv.dialects.cilium.parse import parse
from npconv.source import load
from npconv.source.document import Document
from npconv.source.object_meta import ObjectMeta

EVERYTHING = """
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata:
  name: everything
  labels: {team: net}
  annotations: {note: all fields at once}
  uid: 1b4e28ba
specs:
  - description: every field that Cilium knows
    endpointSelector:
      matchLabels: {"k8s:app": web}
      matchExpressions:
        - {key: tier, operator: NotIn, values: [back, middle]}
        - {key: old, operator: DoesNotExist}
    enableDefaultDeny: {ingress: false, egress: true}
    ingress:
      - fromEndpoints: [{}, {matchLabels: {"reserved:host": ""}}]
        fromRequires: [{}]
        fromCIDR: [192.0.2.0/24]
        fromCIDRSet:
          - {cidr: 198.51.100.0/24, except: [198.51.100.7/32]}
          - {cidrGroupRef: offices}
          - {cidrGroupSelector: {matchLabels: {site: north}}}
        fromEntities: [world, cluster]
        fromGroups:
          - aws:
              labels: {env: test}
              securityGroupsIds: [sg-1]
              securityGroupsNames: [front]
              region: eu-north-1
        fromNodes: [{matchLabels: {role: edge}}]
        icmps: [{fields: [{family: IPv6, type: 128}, {type: EchoRequest}]}]
        authentication: {mode: required}
    ingressDeny:
      - fromEntities: [all]
        toPorts: [{ports: [{port: "22", protocol: TCP}]}]
        icmps: []
    egress:
      - toEndpoints: []
        toRequires: []
        toCIDR: []
        toCIDRSet: []
        toEntities: []
        toServices:
          - k8sService: {serviceName: dns, namespace: kube-system}
          - k8sServiceSelector: {selector: {matchLabels: {app: dns}}, namespace: kube-system}
        toGroups: []
        toNodes: []
        toFQDNs: [{matchName: example.org}, {matchPattern: "*.example.org"}]
        toPorts:
          - ports: [{port: "443", endPort: 444, protocol: TCP}, {port: dns}]
            terminatingTLS: {secret: {name: cert, namespace: tls}, trustedCA: ca, certificate: crt, privateKey: key}
            originatingTLS: {secret: {name: cert}}
            serverNames: [example.org]
            listener: {envoyConfig: {kind: CiliumClusterwideEnvoyConfig, name: envoy}, name: tap, priority: 7}
            rules:
              http:
                - method: GET
                  path: /.*
                  host: example[.]org
                  headers: [X-Debug]
                  headerMatches: [{mismatch: LOG, name: X-A, secret: {name: s, namespace: t}, value: v}]
              dns: [{matchPattern: "*"}]
              kafka: [{role: produce, apiKey: fetch, apiVersion: "1", clientID: c, topic: t}]
              l7proto: lines
              l7: [{cmd: READ}]
    egressDeny:
      - toEntities: [host]
    labels: [{key: owner, value: net, source: k8s}]
    log: {value: audit}
status: {conditions: []}
"""


def read(text: str) -> Document:
    loaded = load.parse(text, "policy.yaml")
    assert loaded.diagnostics == ()
    return loaded.documents[0]


def policy(spec: str) -> Document:
    return read(f"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: p}}\nspec: {spec}\n")


def parsed(document: Document) -> CiliumObject:
    obj, found = parse(document)
    assert found == []
    assert obj is not None
    return obj


def messages(document: Document) -> list[str]:
    return [f"{one.code}: {one.message}" for one in parse(document)[1]]


def test_every_field_is_read_and_written_back() -> None:
    document = read(EVERYTHING)
    obj = parsed(document)
    assert isinstance(obj, CiliumClusterwideNetworkPolicy)
    assert emit(obj) == document.data


def test_keys_come_out_in_one_order_whatever_the_input_s() -> None:
    document = policy("{egress: [{}], endpointSelector: {}, ingress: [{toPorts: [], fromEndpoints: []}]}")
    written = emit(parsed(document))
    assert list(written) == ["apiVersion", "kind", "metadata", "spec"]
    spec = written["spec"]
    assert isinstance(spec, dict)
    assert list(spec) == ["endpointSelector", "ingress", "egress"]
    assert spec["ingress"] == [{"fromEndpoints": [], "toPorts": []}]


def test_absent_null_and_empty_lists_are_told_apart() -> None:
    obj = parsed(policy("{endpointSelector: {}, ingress: [], egress: null}"))
    assert isinstance(obj, CiliumNetworkPolicy)
    assert obj.spec is not None
    assert (obj.spec.ingress, obj.spec.egress, obj.spec.ingress_deny) == ((), None, None)


def test_objects_that_npconv_builds_equal_those_it_reads() -> None:
    read_back = parsed(policy('{endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: "80"}]}]}], egress: [{}]}'))
    assert isinstance(read_back, CiliumNetworkPolicy)
    built = CiliumNetworkPolicy(
        metadata=ObjectMeta(name="p"),
        spec=Rule(
            endpoint_selector=read_back.rules[0].endpoint_selector,
            ingress=(IngressRule(to_ports=(PortRule(ports=(PortProtocol(port="80"),)),)),),
            egress=(EgressRule(),),
        ),
    )
    assert built == read_back
    assert built.origin is None
    origin = read_back.rules[0].at("ingress", 0)
    assert origin is not None
    assert origin.dotted == "spec.ingress[0]"


def test_an_unknown_field_is_reported_and_left_out() -> None:
    document = policy("{endpointSelector: {}, egressDeny: [{toFQDNs: [{matchName: a.example}]}]}")
    obj, found = parse(document)
    assert [one.message for one in found] == ["unknown field `toFQDNs`"]
    assert obj is not None
    assert emit(obj)["spec"] == {"endpointSelector": {}, "egressDeny": [{}]}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "{endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: 80}]}]}]}",
            "NPC111: unexpected number (expected text) in `spec.ingress[0].toPorts[0].ports[0].port`",
        ),
        (
            "{endpointSelector: {matchLabels: {a: y}}, ingress: [{}]}",
            "NPC111: unexpected boolean (expected text) in `spec.endpointSelector.matchLabels.a`",
        ),
        (
            "{endpointSelector: {}, ingress: [{fromEndpoints: [null]}]}",
            "NPC111: unexpected null (expected mapping) in `spec.ingress[0].fromEndpoints[0]`",
        ),
        (
            "{endpointSelector: {}, ingress: [{icmps: [{fields: [{family: IPv4}]}]}]}",
            "NPC112: `type` is required",
        ),
        (
            "{endpointSelector: {}, ingress: [{authentication: {}}]}",
            "NPC112: `mode` is required",
        ),
    ],
)
def test_what_cannot_be_read_is_no_object(spec: str, message: str) -> None:
    document = policy(spec)
    assert messages(document) == [message]
    assert parse(document)[0] is None


def test_a_group_is_read_in_both_versions() -> None:
    for version in ("v2", "v2alpha1"):
        text = f"apiVersion: cilium.io/{version}\nkind: CiliumCIDRGroup\nmetadata: {{name: g}}\nspec: "
        document = read(text + "{externalCIDRs: [192.0.2.0/24]}\n")
        obj = parsed(document)
        assert isinstance(obj, CiliumCIDRGroup)
        assert emit(obj) == document.data
    assert messages(read(text + "{}\n")) == ["NPC112: `externalCIDRs` is required"]


def test_only_policy_objects_of_cilium_are_claimed() -> None:
    for api_version, kind, expected in [
        ("cilium.io/v2", "CiliumNetworkPolicy", True),
        ("cilium.io/v1", "CiliumNetworkPolicy", True),
        ("cilium.io/v2", "CiliumEnvoyConfig", False),
        ("example.org/v2", "CiliumNetworkPolicy", False),
        ("networking.k8s.io/v1", "NetworkPolicy", False),
    ]:
        document = read(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: p}}\n")
        assert claims(document) is expected


def test_a_version_that_nobody_serves_is_refused_at_its_place() -> None:
    document = read("apiVersion: cilium.io/v1\nkind: CiliumNetworkPolicy\nmetadata: {name: p}\n")
    obj, [one] = parse(document)
    assert obj is None
    assert one.code.id == "NPC401"
    assert one.message == (
        "no Cilium release serves `CiliumNetworkPolicy` as this version (expected `cilium.io/v2`, found `cilium.io/v1`)"
    )
    assert one.origin is not None
    assert one.origin.path == ("apiVersion",)
