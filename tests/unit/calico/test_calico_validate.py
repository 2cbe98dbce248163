"""What Calico refuses, one class at a time, beside what it takes."""

import pytest
from calico_documents import document, findings

from npconv.dialects.calico.model import NetworkPolicy
from npconv.dialects.calico.model_metadata import Metadata
from npconv.dialects.calico.model_rule import Action, EntityRule, Rule
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate import read, validate

NATIVE = CalicoProfile(applied_by="native-crd")


def spec(text: str, kind: str = "NetworkPolicy", name: str = "web", api: str = "projectcalico.org/v3") -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {text}\n"


def ingress(text: str, kind: str = "NetworkPolicy", api: str = "projectcalico.org/v3") -> str:
    return spec(f"{{ingress: [{{action: Allow, {text}}}]}}", kind, api=api)


def egress(text: str, kind: str = "NetworkPolicy") -> str:
    return spec(f"{{egress: [{{action: Allow, {text}}}]}}", kind)


TAKEN = [
    "protocol: UDPLite",
    "protocol: 255",
    "protocol: TCP, destination: {ports: [1, 65535, '2:3', http]}",
    "destination: {ports: [http]}",
    "protocol: 112, destination: {ports: []}",
    "protocol: ICMP, ipVersion: 4, icmp: {type: 254, code: 255}",
    "protocol: 58, icmp: {}",
    "notICMP: {type: 0}",
    "source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}, destination: {nets: [0.0.0.0/0]}",
    "ipVersion: 6, source: {nets: ['fd00::/8']}",
    "source: {services: {name: a}, ports: [http]}",
    "source: {namespaceSelector: ' global( ) ', selector: has(a)}",
    "protocol: TCP, http: {methods: [GET, PUT], paths: [{exact: /}, {prefix: /a}]}",
]


@pytest.mark.parametrize("text", TAKEN)
def test_takes(text: str) -> None:
    assert findings(ingress(text)) == []


def test_up_to_3_31_ports_by_name_need_a_protocol() -> None:
    old = CalicoProfile(version=(3, 31))
    text = "must stand with a `protocol`, which ports by name need up to Calico 3.31, too"
    assert findings(ingress("destination: {ports: [http]}"), old) == [
        ("NPC223", f"`spec.ingress[0].destination.ports` {text}")
    ]
    assert findings(ingress("protocol: TCP, destination: {ports: [http]}"), old) == []


REFUSED = [
    (
        ingress("protocol: tcp"),
        "NPC221",
        "`spec.ingress[0].protocol` must be a number, `TCP`, `UDP`, `ICMP`, `ICMPv6`, `SCTP` or `UDPLite` "
        "(found `tcp`)",
    ),
    (ingress("notProtocol: 0"), "NPC221", "`spec.ingress[0].notProtocol` must be between 1 and 255 (found `0`)"),
    (
        ingress("protocol: TCP, destination: {ports: [0]}"),
        "NPC222",
        "`spec.ingress[0].destination.ports[0]` must be between 1 and 65535 (found `0`)",
    ),
    (
        ingress("protocol: TCP, source: {notPorts: ['80-90']}"),
        "NPC222",
        "`spec.ingress[0].source.notPorts[0]` must contain at least one letter (a-z) (found the port name `80-90`)",
    ),
    (
        ingress("destination: {ports: [http, 80]}"),
        "NPC223",
        "`spec.ingress[0].destination.ports` must stand with a `protocol`, since it holds numbers",
    ),
    (
        ingress("protocol: ICMP, destination: {ports: [http]}"),
        "NPC223",
        "`spec.ingress[0].destination.ports` must stand with protocol TCP, UDP or SCTP (found `ICMP`)",
    ),
    (
        ingress("icmp: {type: 8}"),
        "NPC224",
        "`spec.ingress[0].icmp` needs `protocol: ICMP` or `ICMPv6` (found nothing)",
    ),
    (
        ingress("protocol: ICMP, icmp: {type: 255}"),
        "NPC224",
        "`spec.ingress[0].icmp.type` must be between 0 and 254 (found `255`)",
    ),
    (
        ingress("notICMP: {type: 1, code: 256}"),
        "NPC224",
        "`spec.ingress[0].notICMP.code` must be between 0 and 255 (found `256`)",
    ),
    (
        ingress("notICMP: {code: 0}"),
        "NPC224",
        "`spec.ingress[0].notICMP.code` needs a `type` beside it",
    ),
    (ingress("ipVersion: 5"), "NPC225", "`spec.ingress[0].ipVersion` must be 4 or 6 (found `5`)"),
    (
        ingress("ipVersion: 4, notProtocol: ICMPv6"),
        "NPC225",
        "`spec.ingress[0].ipVersion` must be 6 with `notProtocol: ICMPv6` (found `4`)",
    ),
    (
        ingress("ipVersion: 6, source: {nets: [10.0.0.0/8]}"),
        "NPC225",
        "`spec.ingress[0].source.nets` must agree with `ipVersion: 6` (found IPv4)",
    ),
    (
        ingress("source: {nets: [10.0.0.1]}"),
        "NPC226",
        "`spec.ingress[0].source.nets[0]` must have a prefix length (found `10.0.0.1`)",
    ),
    (
        ingress("source: {notNets: [10.0.0.5/24]}"),
        "NPC226",
        "`spec.ingress[0].source.notNets[0]` must have no bits beyond its prefix (found `10.0.0.5/24`)",
    ),
    (
        ingress("source: {nets: [10.0.0.0/33]}"),
        "NPC226",
        "`spec.ingress[0].source.nets[0]` must be an address with a prefix length (found `10.0.0.0/33`)",
    ),
    (
        ingress("source: {nets: [10.0.0.0/8]}, destination: {notNets: ['fd00::/8']}"),
        "NPC227",
        "`spec.ingress[0].destination.notNets` must be of the same family as every other range of the rule",
    ),
    (
        ingress("source: {notNets: ['0::/0']}"),
        "NPC228",
        "`spec.ingress[0].source.notNets[0]` must not exclude every address (found `0::/0`)",
    ),
    (ingress("source: {services: {}}"), "NPC229", "`spec.ingress[0].source.services.name` is required"),
    (
        ingress("source: {services: {name: a}, serviceAccounts: {}}"),
        "NPC229",
        "`spec.ingress[0].source.services` must not stand beside `serviceAccounts`",
    ),
    (
        ingress("destination: {services: {name: a}}"),
        "NPC229",
        "`spec.ingress[0].destination.services` may stand only in the `source` of ingress rules",
    ),
    (
        egress("destination: {services: {name: a}}", "GlobalNetworkPolicy"),
        "NPC229",
        "`spec.egress[0].destination.services.namespace` is required in a global policy",
    ),
    (
        egress("protocol: TCP, destination: {services: {name: a}, ports: [1]}"),
        "NPC229",
        "`spec.egress[0].destination.ports` must not stand beside `services`: a Service brings its own ports",
    ),
    (egress("http: {methods: [GET]}"), "NPC230", "`spec.egress[0].http` may stand only in ingress rules"),
    (ingress("protocol: UDP, http: {}"), "NPC230", "`spec.ingress[0].http` needs protocol TCP or none (found `UDP`)"),
    (ingress("protocol: 6, http: {}"), "NPC230", "`spec.ingress[0].http` needs protocol TCP or none (found `6`)"),
    (
        spec("{ingress: [{action: Deny, http: {}}]}"),
        "NPC230",
        "`spec.ingress[0].http` may stand only in `Allow` rules (found `Deny`)",
    ),
    (
        ingress("http: {methods: [GET, GET]}"),
        "NPC230",
        "`spec.ingress[0].http.methods[1]` must not repeat (found `GET`)",
    ),
    (
        ingress("http: {paths: [{exact: /a, prefix: /b}]}"),
        "NPC230",
        "`spec.ingress[0].http.paths[0]` must have exactly one of `exact` and `prefix`",
    ),
    (
        ingress("http: {paths: [{prefix: '/a?b'}]}"),
        "NPC230",
        "`spec.ingress[0].http.paths[0]` must start with `/` and hold no space, `?` or `#` (found `/a?b`)",
    ),
    (spec("{types: [Egress, Egress]}"), "NPC231", "`spec.types[1]` must not repeat (found `Egress`)"),
    (spec("{types: [egress]}"), "NPC231", "unknown type `egress` (expected `Ingress` or `Egress`)"),
    (
        spec("{performanceHints: [Fast]}"),
        "NPC232",
        "`spec.performanceHints[0]` must be `AssumeNeededOnEveryNode` (found `Fast`)",
    ),
    (
        spec("{preDNAT: true}", "GlobalNetworkPolicy"),
        "NPC233",
        "`spec.preDNAT` needs `applyOnForward: true`",
    ),
    (
        spec("{preDNAT: true, doNotTrack: true, applyOnForward: true}", "GlobalNetworkPolicy"),
        "NPC233",
        "`spec.doNotTrack` must not be true beside `preDNAT`",
    ),
    (
        spec("{preDNAT: true, applyOnForward: true, egress: [{action: Deny}]}", "GlobalNetworkPolicy"),
        "NPC233",
        "`spec.egress` must have no rules beside `preDNAT`",
    ),
    (
        spec("{preDNAT: true, applyOnForward: true, types: [Egress]}", "GlobalNetworkPolicy"),
        "NPC233",
        "`spec.types` must not hold `Egress` beside `preDNAT`",
    ),
    (spec("{selector: a = 'b'}"), "NPC210", "invalid selector: expected `==` (found `=`)"),
    (spec("{serviceAccountSelector: a}"), "NPC210", "invalid selector: expected an operator after label `a`"),
    (ingress("source: {notSelector: a}"), "NPC210", "invalid selector: expected an operator after label `a`"),
    (
        ingress("source: {serviceAccounts: {selector: a}}"),
        "NPC210",
        "invalid selector: expected an operator after label `a`",
    ),
    (
        ingress("source: {selector: ' '}"),
        "NPC210",
        "`spec.ingress[0].source.selector` must not be blank: Felix cannot parse what it makes of it, "
        "and drops the whole policy",
    ),
    (
        spec("{namespaceSelector: global()}", "GlobalNetworkPolicy"),
        "NPC212",
        "`spec.namespaceSelector` must not use `global()`: only the `namespaceSelector` of a rule's `source` or "
        "`destination` may",
    ),
    (
        ingress("source: {namespaceSelector: global() && has(a)}"),
        "NPC212",
        "`spec.ingress[0].source.namespaceSelector` must not combine `global()` with anything",
    ),
    (
        spec("{stagedAction: Delete, tier: x, ingress: []}", "StagedNetworkPolicy"),
        "NPC234",
        "`spec.ingress` must not be set with `stagedAction: Delete`",
    ),
    (
        spec("{stagedAction: Drop}", "StagedNetworkPolicy"),
        "NPC234",
        "unknown stagedAction `Drop` (expected `Set`, `Delete`, `Learn` or `Ignore`)",
    ),
    (
        spec("{order: 5}", "Tier", "default"),
        "NPC235",
        "`spec.order` must be 1000000 for tier `default` (found `5`)",
    ),
    (
        spec("{order: 1000, defaultAction: Deny}", "Tier", "kube-admin"),
        "NPC235",
        "`spec.defaultAction` must be `Pass` for tier `kube-admin` (found `Deny`)",
    ),
    (
        spec("{defaultAction: Allow}", "Tier"),
        "NPC235",
        "unknown defaultAction `Allow` (expected `Deny` or `Pass`)",
    ),
    (spec("{interfaceName: eth0}", "HostEndpoint"), "NPC236", "`spec.node` is required"),
    (spec("{node: n1}", "HostEndpoint"), "NPC236", "`spec` must have `interfaceName` or `expectedIPs`"),
    (
        spec("{node: n1, interfaceName: '*', ports: [{name: a, protocol: ICMP, port: 1}]}", "HostEndpoint"),
        "NPC236",
        "`spec.ports[0].protocol` must be TCP, UDP or SCTP (found `ICMP`)",
    ),
    (
        spec("{nets: [a.example.com]}", "NetworkSet"),
        "NPC226",
        "`spec.nets[0]` must be an address or a CIDR (found `a.example.com`)",
    ),
    (
        spec("{policyTypes: [ingress]}", "StagedKubernetesNetworkPolicy"),
        "NPC237",
        "`spec.policyTypes[0]` must be `Ingress` or `Egress` (found `ingress`)",
    ),
]


@pytest.mark.parametrize(("text", "code", "message"), REFUSED)
def test_refuses(text: str, code: str, message: str) -> None:
    assert findings(text) == [(code, message)]


def test_a_selector_is_marked_at_the_character() -> None:
    _, (found,) = read(document(spec("{selector: \"app == 'a' & has(b)\"}")), CalicoProfile())

    assert found.origin is not None
    assert found.origin.dotted == "spec.selector"
    assert found.origin.chars == (11, 12)
    assert found.help == "use `&&`"


@pytest.mark.parametrize(
    "text",
    [
        "source: {nets: [10.0.0.1]}",
        "source: {nets: [10.0.0.5/24, 'fd00::/8']}",
        "source: {notNets: [0.0.0.0/0]}",
        "protocol: tcp, destination: {ports: [80]}",
        "destination: {services: {name: a}}",
    ],
)
@pytest.mark.parametrize(
    ("api", "profile"), [("crd.projectcalico.org/v1", CalicoProfile()), ("projectcalico.org/v3", NATIVE)]
)
def test_what_no_validator_saw_and_felix_can_use_is_taken(text: str, api: str, profile: CalicoProfile) -> None:
    assert findings(ingress(text, api=api), profile) == []
    assert findings(ingress(text)) != []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("source: {nets: [nowhere]}", "NPC226"),
        ("source: {selector: app}", "NPC210"),
        ("source: {namespaceSelector: app}", "NPC210"),
        ("destination: {ports: [80]}", "NPC223"),
        ("protocol: banana", "NPC221"),
        ("icmp: {type: 8}", "NPC224"),
        ("source: {services: {name: a}, selector: has(b)}", "NPC229"),
    ],
)
def test_what_felix_cannot_use_is_refused_however_it_was_stored(text: str, code: str) -> None:
    assert [found for found, _ in findings(ingress(text, api="crd.projectcalico.org/v1"))] == [code]


def test_a_newline_inside_an_operator_was_taken_by_3_29() -> None:
    text = spec("{selector: \"a not\\nin {'b'}\"}")

    assert findings(text, CalicoProfile(version=(3, 29))) == []
    assert [code for code, _ in findings(text)] == ["NPC210"]


def test_one_error_does_not_hide_the_next() -> None:
    text = ingress("protocol: 300, source: {nets: [x], selector: a}, destinations: {}")

    assert [code for code, _ in findings(text)] == ["NPC221", "NPC110", "NPC210", "NPC226"]


def test_an_object_that_npconv_built_is_judged_without_a_place() -> None:
    built = NetworkPolicy(
        metadata=Metadata(name="web"),
        ingress=(Rule(action=Action.ALLOW, source=EntityRule(nets=("10.0.0.1",), selector="a =")),),
    )

    assert [(one.origin, one.code.id) for one in validate(built, CalicoProfile())] == [
        (None, "NPC210"),
        (None, "NPC226"),
    ]
