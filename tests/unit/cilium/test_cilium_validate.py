"""What Cilium and its CRD refuse, with the words and the place, by version; and what stands beside it and is fine."""

from __future__ import annotations

import pytest
from cilium_judged import HTTP, egress, found, ingress, ports

from npconv.diagnostics.codes import cilium as codes
from npconv.diagnostics.codes.code import Code
from npconv.dialects.cilium.model import CiliumNetworkPolicy, IngressRule, Rule
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.validate import check_schema, sanitize, validate
from npconv.source import load
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta


@pytest.mark.parametrize(
    "spec",
    [
        "{endpointSelector: {}, ingress: [{}]}",
        "{endpointSelector: {}, ingress: [], egress: [{toEntities: [all]}]}",
        "{endpointSelector: {}, ingress: [{fromEndpoints: [], fromCIDR: [10.0.0.0/8]}]}",
        "{endpointSelector: {}, egress: [{toCIDR: [10.0.0.1/8, 'fd00::/8']}]}",
        "{endpointSelector: {}, egress: [{toFQDNs: [{matchPattern: '**.example.org'}]}]}",
        "{endpointSelector: {matchLabels: {'k8s:app.kubernetes.io/name': web}}, ingress: [{icmps: [{fields: []}]}]}",
    ],
)
@pytest.mark.parametrize("version", ["1.16", "1.17", "1.18", "1.19", "1.20"])
def test_what_is_fine_is_left_alone(spec: str, version: str) -> None:
    assert found(spec, f"cilium={version}") == []


def test_a_policy_needs_a_rule() -> None:
    assert found("null") == [("NPC402", "`spec` or `specs` is required")]
    assert found("[]", key="specs") == []
    text = "`spec` must have an entry in `ingress`, `ingressDeny`, `egress` or `egressDeny`"
    assert found("{endpointSelector: {}, ingress: []}") == [("NPC402", text)]
    assert found("{endpointSelector: {}, ingress: []}", "cilium=1.16") == []
    assert found("{endpointSelector: {}}", "cilium=1.16") == [
        ("NPC402", "`spec` must have `ingress`, `ingressDeny`, `egress` or `egressDeny`")
    ]


def test_one_bad_rule_of_several_is_named_by_its_place() -> None:
    rules = "[{endpointSelector: {}, ingress: [{}]}, {ingress: [{}]}]"
    assert found(rules, key="specs") == [("NPC403", "`specs[1]` must have `endpointSelector` or `nodeSelector`")]


def test_a_rule_has_one_subject() -> None:
    assert found("{endpointSelector: {}, nodeSelector: {}, ingress: [{}]}", kind="CiliumClusterwideNetworkPolicy") == [
        ("NPC403", "`spec` must have only one of `endpointSelector` and `nodeSelector`")
    ]
    assert found("{nodeSelector: {}, ingress: [{}]}") == [
        ("NPC403", "`spec.nodeSelector` is not allowed in a CiliumNetworkPolicy")
    ]
    assert found("{nodeSelector: {}, ingress: [{}]}", kind="CiliumClusterwideNetworkPolicy") == []


def test_kinds_of_peers_are_not_combined() -> None:
    assert ingress("{fromEndpoints: [{}], fromCIDR: [10.0.0.0/8]}") == [
        ("NPC404", "`spec.ingress[0]` cannot combine `fromEndpoints` and `fromCIDR`")
    ]
    assert egress("{toCIDR: [10.0.0.0/8], toCIDRSet: [{cidr: 10.0.0.0/8}], toFQDNs: [{matchName: a}]}") == [
        ("NPC404", "`spec.egress[0]` cannot combine `toCIDR` and `toCIDRSet` and `toFQDNs`")
    ]


def test_denies_are_checked_since_1_17() -> None:
    spec = "{endpointSelector: {}, ingressDeny: [{fromEntities: [all], fromEndpoints: [{}]}]}"
    assert [code for code, _ in found(spec, "cilium=1.17")] == ["NPC404"]
    assert found(spec, "cilium=1.16") == []


def test_services_with_ports_since_1_17() -> None:
    entry = '{toServices: [{k8sService: {serviceName: a}}], toPorts: [{ports: [{port: "80"}]}]}'
    assert egress(entry, "cilium=1.16") == [
        ("NPC404", "`spec.egress[0]` cannot combine `toServices` and `toPorts` before Cilium 1.17")
    ]
    assert egress(entry, "cilium=1.17") == []


def test_icmps_stand_without_ports() -> None:
    assert ingress('{icmps: [{fields: [{type: 8}]}], toPorts: [{ports: [{port: "80"}]}]}') == [
        ("NPC404", "`spec.ingress[0]` cannot combine `icmps` and `toPorts`")
    ]
    assert ingress("{icmps: [{fields: [{type: 8}]}]}") == []


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        (
            "{matchExpressions: [{key: a, operator: Gt, values: ['1']}]}",
            "`.matchExpressions[0].operator` must be `In`, `NotIn`, `Exists` or `DoesNotExist` (found `Gt`)",
        ),
        ("{matchExpressions: [{key: a, operator: In}]}", "`.matchExpressions[0].values` must not be empty with `In`"),
        (
            "{matchExpressions: [{key: a, operator: Exists, values: [b]}]}",
            "`.matchExpressions[0].values` must be left out with `Exists`",
        ),
        (
            "{matchLabels: {'k8s:any:a': b}}",
            "`.matchLabels.k8s:any:a` must have at most one source, of letters and digits, before its only `:` "
            "(found `k8s:any:a`)",
        ),
        (
            "{matchExpressions: [{key: a, operator: NotIn, values: ['-']}]}",
            "`.matchExpressions[0].values[0]` must consist of alphanumeric characters, '-', '_' or '.', and must start "
            "and end with an alphanumeric character (found `-`)",
        ),
    ],
)
def test_selectors(selector: str, message: str) -> None:
    expected = message.replace("`.", "`spec.ingress[0].fromEndpoints[0].", 1)
    assert ingress(f"{{fromEndpoints: [{selector}]}}") == [("NPC405", expected)]
    spec = f"{{endpointSelector: {selector}, ingress: [{{}}]}}"
    assert found(spec) == [("NPC405", message.replace("`.", "`spec.endpointSelector.", 1))]


def test_a_misspelt_operator_is_recognised() -> None:
    text = "{endpointSelector: {matchExpressions: [{key: a, operator: exists}]}, ingress: [{}]}"
    document = f"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: p}}\nspec: {text}\n"
    obj, _ = parse(load.parse(document, "policy.yaml").documents[0])
    assert obj is not None
    [one] = validate(obj, CiliumProfile())
    assert one.label == "did you mean `Exists`?"
    assert one.origin is not None
    assert one.origin.dotted == "spec.endpointSelector.matchExpressions[0].operator"


def test_cidrs() -> None:
    assert egress("{toCIDR: [192.0.2.1]}") == [
        ("NPC406", "`spec.egress[0].toCIDR[0]` must be an address with a prefix length (found `192.0.2.1`)")
    ]
    assert egress("{toCIDRSet: [{cidr: 10.96.0.0/12, except: [10.0.0.0/16]}]}") == [
        (
            "NPC406",
            "`spec.egress[0].toCIDRSet[0].except[0]` must lie inside its cidr `10.96.0.0/12` (found `10.0.0.0/16`)",
        )
    ]
    assert egress("{toCIDRSet: [{except: [10.0.0.0/16]}]}") == [
        (
            "NPC406",
            "`spec.egress[0].toCIDRSet[0]` must name one of `cidr`, `cidrGroupRef` and `cidrGroupSelector` "
            "(found none)",
        )
    ]


def test_an_except_around_its_cidr_is_refused_since_1_20() -> None:
    entry = "{toCIDRSet: [{cidr: 10.96.0.0/12, except: [10.96.0.0/8]}]}"
    assert egress(entry, "cilium=1.19") == []
    assert [code for code, _ in egress(entry, "cilium=1.20")] == ["NPC406"]
    assert egress("{toCIDRSet: [{cidr: 10.96.0.0/12, except: [10.96.0.0/12]}]}", "cilium=1.20") == []


def test_icmp_types() -> None:
    icmp = "{{icmps: [{{fields: [{{{}}}]}}]}}"
    start = "`spec.ingress[0].icmps[0].fields[0]"
    assert ingress(icmp.format("type: EchoRequest")) == []
    assert ingress(icmp.format("type: PacketTooBig")) == [
        ("NPC411", f"{start}.type` must be a type of IPv4 (found `PacketTooBig`)")
    ]
    assert ingress(icmp.format("type: ExtendedEchoReply")) == [
        ("NPC411", f"{start}.type` must be a number from 0 to 255 or the name of a type (found `ExtendedEchoReply`)")
    ]
    assert ingress(icmp.format("type: 8, family: v4")) == [
        ("NPC411", f"{start}.family` must be `IPv4` or `IPv6` (found `v4`)")
    ]
    assert ingress(icmp.format("type: 256")) == [
        ("NPC419", f"{start}.type` is a type that no packet has (found `256`)")
    ]


def test_entities_by_version() -> None:
    refused = {
        name: [minor for minor in range(16, 21) if ingress(f"{{fromEntities: [{name}]}}", f"cilium=1.{minor}")]
        for name in ("world", "none", "cluster-mesh", "world-ipv4")
    }
    assert refused == {"world": [], "none": [], "cluster-mesh": [16, 17, 18, 19], "world-ipv4": [16, 17, 18, 19, 20]}
    code, message = ingress("{fromEntities: [namespace]}")[0]
    assert code == "NPC412"
    assert message.endswith("`unmanaged`, `none` (found `namespace`)")


def test_options_of_the_agent() -> None:
    nodes = "{fromNodes: [{}]}"
    assert ingress(nodes) == [
        ("NPC414", "`spec.ingress[0].fromNodes` needs the agent option `enable-node-selector-labels`")
    ]
    assert ingress(nodes, "cilium=1.19,enable-node-selector-labels=true") == []
    assert ports(HTTP, "cilium=1.19,enable-l7-proxy=false") == [
        ("NPC414", "`spec.egress[0].toPorts[0].rules` needs the agent option `enable-l7-proxy`")
    ]
    assert ingress("{icmps: [{}]}", "cilium=1.19,enable-icmp-rules=false") == [
        ("NPC414", "`spec.ingress[0].icmps` needs the agent option `enable-icmp-rules`")
    ]


def test_fields_by_version() -> None:
    kafka = '{ports: [{port: "9092", protocol: TCP}], rules: {kafka: [{topic: a}]}}'
    assert ports(kafka) == []
    assert ports(kafka, "cilium=1.20") == [
        ("NPC415", "`spec.egress[0].toPorts[0].rules.kafka` was removed in Cilium 1.20")
    ]
    selector = "{toCIDRSet: [{cidrGroupSelector: {}}]}"
    assert egress(selector, "cilium=1.17") == []
    assert egress(selector, "cilium=1.16") == [
        ("NPC415", "`spec.egress[0].toCIDRSet[0].cidrGroupSelector` exists since Cilium 1.17")
    ]
    log = "{endpointSelector: {}, ingress: [{}], log: {value: x}}"
    assert found(log, "cilium=1.18") == []
    assert found(log, "cilium=1.17") == [("NPC415", "`spec.log` exists since Cilium 1.18")]
    requires = "{fromEndpoints: [{}], fromRequires: [{}]}"
    assert ingress(requires, "cilium=1.18") == []
    assert ingress(requires) == [
        ("NPC415", "`spec.ingress[0].fromRequires` has no effect since Cilium 1.19, and must be empty")
    ]


def test_platforms() -> None:
    names = "{toFQDNs: [{matchName: a.example}]}"
    assert egress(names, "cilium,platform=aks") == [
        ("NPC416", "`spec.egress[0].toFQDNs` is not offered by AKS without ACNS")
    ]
    assert egress(names, "cilium,platform=aks-acns") == []
    assert ports(HTTP, "cilium,platform=aks") == [
        ("NPC416", "`spec.egress[0].toPorts[0].rules` is not offered by AKS without ACNS")
    ]
    assert ports(HTTP, "cilium,platform=aks-acns") == []
    clusterwide = f"{{endpointSelector: {{}}, egress: [{{toPorts: [{HTTP}]}}]}}"
    assert found(clusterwide, "cilium,platform=aks-acns", kind="CiliumClusterwideNetworkPolicy") == [
        ("NPC416", "`spec.egress[0].toPorts[0].rules` is not offered by AKS in clusterwide policies")
    ]
    assert egress("{}", "cilium,platform=gke") == [("NPC416", "`kind` is not offered by GKE Dataplane V2")]


def test_listeners_and_server_names() -> None:
    listener = "listener: {envoyConfig: {name: a}, name: b, priority: 101}"
    start = "`spec.egress[0].toPorts[0]"
    assert ports(f'{{ports: [{{port: "80"}}], {listener}}}') == [
        ("NPC417", f"{start}.listener.priority` must be from 1 to 100 (found `101`)")
    ]
    rule = '{ports: [{port: "443", protocol: TCP}], serverNames: [a], rules: {http: [{}]}}'
    assert ports(rule) == [("NPC417", f"{start}.serverNames` needs `terminatingTLS` beside layer 7 rules")]


def test_values_of_the_crd() -> None:
    assert ingress("{authentication: {mode: always}}") == [
        (
            "NPC418",
            "`spec.ingress[0].authentication.mode` must be one of `disabled`, `required`, `test-always-fail` "
            "(found `always`)",
        )
    ]
    spec = "{endpointSelector: {}, ingress: [{}], log: {value: '0123456789012345678901234567890123'}}"
    assert found(spec) == [("NPC418", "`spec.log.value` must have at most 32 printable characters")]


def test_groups_by_version() -> None:
    text = "apiVersion: cilium.io/v2\nkind: CiliumCIDRGroup\nmetadata: {name: g}\nspec: {externalCIDRs: [192.0.2.1]}\n"
    obj, _ = parse(load.parse(text, "group.yaml").documents[0])
    assert obj is not None
    text = "`spec.externalCIDRs[0]` must be an address with a prefix length (found `192.0.2.1`)"
    assert [one.message for one in validate(obj, CiliumProfile(version=(1, 18)))] == [text]
    assert [one.message for one in validate(obj, CiliumProfile(version=(1, 17)))] == [
        "`apiVersion` must be `cilium.io/v2alpha1` before Cilium 1.18 (found `cilium.io/v2`)",
        text,
    ]


def test_a_built_object_is_judged_without_a_place() -> None:
    built = CiliumNetworkPolicy(
        metadata=ObjectMeta(name="p"),
        spec=Rule(endpoint_selector=LabelSelector(), ingress=(IngressRule(from_cidr=("192.0.2.1",)),)),
    )
    [one] = validate(built, CiliumProfile())
    assert one.origin is None
    assert one.message == "`spec.ingress[0].fromCIDR[0]` must be an address with a prefix length (found `192.0.2.1`)"


def test_the_two_judges_can_be_asked_apart() -> None:
    built = CiliumNetworkPolicy(
        metadata=ObjectMeta(name="P"),
        spec=Rule(endpoint_selector=LabelSelector(), ingress=(IngressRule(from_entities=("world-ipv4",)),)),
    )
    assert sanitize(built, CiliumProfile()) == []
    assert [one.code.id for one in check_schema(built, CiliumProfile())] == ["NPC510", "NPC412"]


def test_every_code_has_a_page() -> None:
    mine = [value for value in vars(codes).values() if isinstance(value, Code)]
    assert len({code.id for code in mine}) == len(mine) == 19
    for code in mine:
        assert "**What to do.**" in code.page, code.id
