"""Calico objects are read field by field, in every form in which users hand them over."""

import pytest
from calico_documents import document, marked, parsed

from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.codes import reading
from npconv.dialects.calico import placed
from npconv.dialects.calico.kinds import claims
from npconv.dialects.calico.model import (
    GlobalNetworkPolicy,
    NetworkPolicy,
    PolicyType,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from npconv.dialects.calico.model_kubernetes import (
    IpBlock,
    KubernetesPeer,
    KubernetesPort,
    KubernetesRule,
    StagedAction,
    StagedKubernetesNetworkPolicy,
)
from npconv.dialects.calico.model_metadata import Metadata
from npconv.dialects.calico.model_rule import (
    Action,
    EntityRule,
    HttpMatch,
    HttpPath,
    Icmp,
    NamedPort,
    PortRange,
    Rule,
    ServiceAccountMatch,
    ServiceMatch,
)
from npconv.dialects.calico.model_sets import (
    EndpointPort,
    GlobalNetworkSet,
    HostEndpoint,
    NetworkSet,
    Profile,
    Tier,
    TierDefault,
)
from npconv.dialects.calico.parse import decode, parse
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate import read
from npconv.source.label_selector import LabelSelector


def test_every_field_of_a_network_policy() -> None:
    found = parsed("""
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata:
          name: shop.web
          namespace: shop
          labels: {team: red}
          annotations: {owner: alice}
        spec:
          tier: shop
          order: 12.5
          selector: app == 'web'
          serviceAccountSelector: has(trusted)
          types: [Egress, Ingress]
          performanceHints: [AssumeNeededOnEveryNode]
          egress: []
          ingress:
          - action: Allow
            ipVersion: 4
            protocol: "6"
            notProtocol: UDP
            icmp: {type: 8, code: 0}
            notICMP: {type: 3}
            source:
              nets: [10.0.0.0/8]
              notNets: [10.1.0.0/16]
              selector: has(a)
              notSelector: has(b)
              namespaceSelector: global()
              serviceAccounts: {names: [web], selector: has(c)}
              ports: [80, "81", "90:99", http]
              notPorts: []
            destination:
              services: {name: db, namespace: data}
            http:
              methods: [GET]
              paths: [{exact: /a}, {prefix: /b}]
            metadata: {annotations: {why: because}}
    """)

    assert found == NetworkPolicy(
        metadata=Metadata(name="shop.web", namespace="shop", labels={"team": "red"}, annotations={"owner": "alice"}),
        tier="shop",
        order=12.5,
        selector="app == 'web'",
        service_account_selector="has(trusted)",
        types=(PolicyType.EGRESS, PolicyType.INGRESS),
        performance_hints=("AssumeNeededOnEveryNode",),
        egress=(),
        ingress=(
            Rule(
                action=Action.ALLOW,
                ip_version=4,
                protocol=6,
                not_protocol="UDP",
                icmp=Icmp(type=8, code=0),
                not_icmp=Icmp(type=3),
                source=EntityRule(
                    nets=("10.0.0.0/8",),
                    not_nets=("10.1.0.0/16",),
                    selector="has(a)",
                    not_selector="has(b)",
                    namespace_selector="global()",
                    service_accounts=ServiceAccountMatch(names=("web",), selector="has(c)"),
                    ports=(PortRange(80, 80), PortRange(81, 81), PortRange(90, 99), NamedPort("http")),
                    not_ports=(),
                ),
                destination=EntityRule(services=ServiceMatch(name="db", namespace="data")),
                http=HttpMatch(methods=("GET",), paths=(HttpPath(exact="/a"), HttpPath(prefix="/b"))),
                annotations={"why": "because"},
            ),
        ),
    )


def test_absent_null_and_empty() -> None:
    found = parsed("""
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: web}
        spec: {ingress: [], egress: null, selector: ""}
    """)

    assert isinstance(found, NetworkPolicy)
    assert (found.ingress, found.egress, found.types) == ((), None, None)
    assert (found.selector, found.service_account_selector) == ("", None)


def test_every_field_of_a_global_policy_beyond_those_of_a_namespaced_one() -> None:
    found = parsed("""
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: hosts}
        spec: {namespaceSelector: has(team), doNotTrack: false, preDNAT: true, applyOnForward: true, types: []}
    """)

    assert found == GlobalNetworkPolicy(
        metadata=Metadata(name="hosts"),
        namespace_selector="has(team)",
        do_not_track=False,
        pre_dnat=True,
        apply_on_forward=True,
        types=(),
    )


def test_staged_policies_hold_the_policy_they_try_out() -> None:
    assert parsed("""
        apiVersion: projectcalico.org/v3
        kind: StagedNetworkPolicy
        metadata: {name: web, namespace: shop}
        spec: {stagedAction: Set, selector: has(a)}
    """) == StagedNetworkPolicy(
        staged_action=StagedAction.SET,
        policy=NetworkPolicy(metadata=Metadata(name="web", namespace="shop"), selector="has(a)"),
    )
    assert parsed("""
        apiVersion: projectcalico.org/v3
        kind: StagedGlobalNetworkPolicy
        metadata: {name: web}
        spec: {stagedAction: "", order: 1}
    """) == StagedGlobalNetworkPolicy(policy=GlobalNetworkPolicy(metadata=Metadata(name="web"), order=1.0))


def test_a_staged_kubernetes_policy() -> None:
    assert parsed("""
        apiVersion: projectcalico.org/v3
        kind: StagedKubernetesNetworkPolicy
        metadata: {name: web, namespace: shop}
        spec:
          stagedAction: Learn
          podSelector: {}
          policyTypes: [Ingress]
          ingress:
          - ports: [{protocol: TCP, port: http}, {port: 80, endPort: 90}]
            from:
            - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
            - namespaceSelector: {matchLabels: {team: red}}
          egress:
          - to: []
    """) == StagedKubernetesNetworkPolicy(
        metadata=Metadata(name="web", namespace="shop"),
        staged_action=StagedAction.LEARN,
        pod_selector=LabelSelector(),
        policy_types=("Ingress",),
        ingress=(
            KubernetesRule(
                ports=(KubernetesPort(protocol="TCP", port="http"), KubernetesPort(port=80, end_port=90)),
                peers=(
                    KubernetesPeer(ip_block=IpBlock(cidr="10.0.0.0/8", excepts=("10.1.0.0/16",))),
                    KubernetesPeer(namespace_selector=LabelSelector(match_labels=(("team", "red"),))),
                ),
            ),
        ),
        egress=(KubernetesRule(peers=()),),
    )


def test_sets_tiers_endpoints_and_profiles() -> None:
    head = "apiVersion: projectcalico.org/v3\nmetadata: {name: x, labels: {a: b}}\n"
    metadata = Metadata(name="x", labels={"a": "b"})

    assert parsed(head + "kind: NetworkSet\nspec: {nets: [10.0.0.1]}") == NetworkSet(
        metadata=metadata, nets=("10.0.0.1",)
    )
    assert parsed(head + "kind: GlobalNetworkSet\nspec: {}") == GlobalNetworkSet(metadata=metadata)
    assert parsed(head + "kind: Tier\nspec: {order: 5, defaultAction: Pass}\nstatus: {conditions: []}") == Tier(
        metadata=metadata, order=5.0, default_action=TierDefault.PASS
    )
    assert parsed(
        head + "kind: HostEndpoint\nspec: {node: n1, interfaceName: eth0, expectedIPs: [10.0.0.9], profiles: [p],"
        " ports: [{name: ssh, protocol: TCP, port: 22}]}"
    ) == HostEndpoint(
        metadata=metadata,
        node="n1",
        interface_name="eth0",
        expected_ips=("10.0.0.9",),
        profiles=("p",),
        ports=(EndpointPort(name="ssh", protocol="TCP", port=22),),
    )
    assert parsed(
        head + "kind: Profile\nspec: {ingress: [{action: Pass}], egress: [], labelsToApply: {c: d}}"
    ) == Profile(metadata=metadata, ingress=(Rule(action=Action.PASS),), egress=(), labels_to_apply={"c": "d"})


def rule(text: str, kind: str = "NetworkPolicy") -> str:
    return f"""
        apiVersion: projectcalico.org/v3
        kind: {kind}
        metadata: {{name: web}}
        spec:
          egress:
          - {text}
    """


@pytest.mark.parametrize(
    ("text", "code", "message", "at"),
    [
        (
            "{action: allow}",
            codes.ACTION,
            "unknown action `allow` (expected `Allow`, `Deny`, `Log` or `Pass`)",
            "allow",
        ),
        ("{protocol: TCP}", codes.ACTION, "`action` is required: `Allow`, `Deny`, `Log` or `Pass`", "{protocol: TCP}"),
        (
            "{action: Allow, destination: {domains: [example.com]}}",
            codes.ENTERPRISE_ONLY,
            "`domains` is a field of Calico Enterprise and Calico Cloud",
            "domains",
        ),
        (
            "{action: Allow, http: {headers: [{header: a}]}}",
            codes.ENTERPRISE_ONLY,
            "`headers` is a field of Calico Enterprise and Calico Cloud",
            "headers",
        ),
        ("{action: Allow, destinaton: {}}", reading.UNKNOWN_FIELD, "unknown field `destinaton`", "destinaton"),
        (
            "{action: Allow, destination: {nets: [10.0.0.0/8, 5]}}",
            reading.WRONG_TYPE,
            "unexpected number (expected text) in `spec.egress[0].destination.nets[1]`",
            "5",
        ),
        (
            "{action: Allow, protocol: TCP, destination: {ports: [80, '90:80']}}",
            codes.PORT,
            "port range `90:80` ends before it starts",
            "'90:80'",
        ),
        (
            "{action: Allow, protocol: TCP, destination: {ports: [70000]}}",
            codes.PORT,
            "port `70000` out of range (expected 1 to 65535)",
            "70000",
        ),
        (
            "{action: Allow, protocol: 300}",
            codes.PROTOCOL,
            "protocol number `300` out of range (expected 1 to 255)",
            "300",
        ),
    ],
)
def test_what_cannot_be_decoded_is_reported_where_it_stands(text: str, code: object, message: str, at: str) -> None:
    found, diagnostics = parse(document(rule(text)))

    assert found is None
    assert [(one.code, one.message, marked(one)) for one in diagnostics] == [(code, message, at)]


def test_an_empty_enterprise_field_restricts_nothing() -> None:
    parsed(rule("{action: Allow, destination: {domains: []}}"))


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("v1", "policy"), ("v1", "hostEndpoint"), ("projectcalico.org/v2", "NetworkPolicy")],
)
def test_old_apis_are_claimed_and_refused(api_version: str, kind: str) -> None:
    text = document(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web}}\nspec: {{}}")

    assert claims(text)
    assert [(one.code, one.message) for one in parse(text)[1]] == [
        (
            codes.TOO_OLD,
            f"unsupported Calico API `{api_version}` (expected `projectcalico.org/v3` or `crd.projectcalico.org/v1`)",
        )
    ]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("projectcalico.org/v3", "IPPool"),
        ("v1", "Pod"),
        ("v1", "Policy"),
        ("operator.tigera.io/v1", "NetworkPolicy"),
    ],
)
def test_other_kinds_are_left_alone(api_version: str, kind: str) -> None:
    assert not claims(document(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web}}"))


def test_a_policy_knows_where_its_rules_stand() -> None:
    found = parsed(rule("{action: Allow, destination: {nets: [10.0.0.0/8]}}"))

    assert isinstance(found, NetworkPolicy)
    (only,) = placed.rules(found)
    assert (only.rule,) == found.egress
    assert only.origin is not None
    assert only.origin.dotted == "spec.egress[0]"


def test_policies_that_are_alike_share_their_rules() -> None:
    text = rule("{action: Allow, destination: {nets: [10.0.0.0/8]}}")
    first, second = parsed(text), parsed(text.replace("name: web", "name: other"))

    assert isinstance(first, NetworkPolicy) and isinstance(second, NetworkPolicy)
    assert first.metadata.name != second.metadata.name
    assert first.egress is not None and second.egress is not None
    assert first.egress[0] is second.egress[0]


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ("{action: Allow, protocoll: TCP}", "protocoll"),
        ("{action: Allow, source: {selectr: a}}", "source.selectr"),
        ("{action: Allow, protocol: TCP, destination: {ports: [true]}}", "destination.ports[0]"),
        ("{action: Allow, destination: {nets: [10.0.0.1/8]}}", "destination.nets[0]"),
        ("{action: Allow, destination: {ports: [1]}}", "destination.ports"),
        ("{action: Allow, http: {methods: [GET]}}", "http"),
        ("{action: Allow, source: {selector: a ==}}", "source.selector"),
    ],
)
def test_what_is_wrong_with_two_is_said_of_both(bad: str, place: str) -> None:
    good = "{action: Allow, protocol: TCP, destination: {ports: [1]}}"
    for several in ([good, bad], [bad, good], [good, bad, bad]):
        _, diagnostics = read(document(rule("\n          - ".join(several))), CalicoProfile())
        wrong = [index for index, one in enumerate(several) if one is bad]
        assert [one.origin and one.origin.dotted for one in diagnostics] == [
            f"spec.egress[{index}].{place}" for index in wrong
        ]


def test_decode_gives_what_it_could_read_beside_errors() -> None:
    found, diagnostics = decode(document(rule("{action: Allow, protocol: 300}")))

    assert isinstance(found, NetworkPolicy)
    assert len(diagnostics) == 1
