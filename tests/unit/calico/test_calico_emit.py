"""What was read is written again as it was (law 1), but for bookkeeping and other spellings of the same."""

from collections.abc import Mapping
from textwrap import dedent

import pytest
from calico_documents import document, parsed

from npconv.dialects.calico.emit import emit
from npconv.dialects.calico.parse import parse
from npconv.source.document import Document
from npconv.source.fields import Value

SAME = [
    """
    kind: NetworkPolicy
    spec:
      tier: shop
      order: 12.5
      selector: ""
      serviceAccountSelector: has(a)
      types: [Egress, Ingress]
      performanceHints: [AssumeNeededOnEveryNode]
      ingress: []
      egress:
      - action: Log
        ipVersion: 6
        protocol: 58
        notProtocol: TCP
        icmp: {type: 128, code: 0}
        notICMP: {}
        source: {}
        destination:
          nets: ['fd00::/8']
          notNets: []
          selector: has(b)
          notSelector: has(c)
          namespaceSelector: global()
          services: {name: a, namespace: b}
          serviceAccounts: {names: [c], selector: all()}
          ports: [1, '2:3', http]
          notPorts: []
        http: {methods: [GET], paths: [{exact: /a}, {prefix: /b}]}
        metadata: {annotations: {why: because}}
    """,
    """
    kind: GlobalNetworkPolicy
    spec: {namespaceSelector: has(a), applyOnForward: true, doNotTrack: false, preDNAT: true, order: -3}
    """,
    "kind: StagedNetworkPolicy\nspec: {stagedAction: Learn, order: 5, ingress: [{action: Pass}]}",
    "kind: StagedGlobalNetworkPolicy\nspec: {namespaceSelector: has(a)}",
    """
    kind: StagedKubernetesNetworkPolicy
    spec:
      stagedAction: Set
      podSelector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: In, values: [d]}]}
      policyTypes: [Ingress, Egress]
      ingress: [{}]
      egress:
      - ports: [{protocol: UDP, port: 53, endPort: 54}, {port: dns}]
        to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {podSelector: {}, namespaceSelector: {}}]
    """,
    "kind: NetworkSet\nspec: {nets: [10.0.0.1, 10.0.0.5/24]}",
    "kind: GlobalNetworkSet\nspec: {}",
    "kind: Tier\nspec: {order: 10, defaultAction: Pass}",
    """
    kind: HostEndpoint
    spec: {node: node-1, interfaceName: '*', expectedIPs: [], profiles: [p], ports: [{name: a, protocol: TCP, port: 1}]}
    """,
    "kind: Profile\nspec: {ingress: [], egress: [{action: Allow}], labelsToApply: {a: b}}",
]


HEAD = """\
apiVersion: projectcalico.org/v3
metadata: {name: web, namespace: shop, labels: {a: b}, annotations: {c: d}}
"""


@pytest.mark.parametrize("text", SAME)
def test_writes_what_was_read(text: str) -> None:
    source = document(HEAD + dedent(text))
    found, diagnostics = parse(source)

    assert diagnostics == []
    assert found is not None
    assert emit(found) == source.data


@pytest.mark.parametrize(
    ("spec", "written"),
    [
        ("{selector: null, ingress: null}", {}),
        ("{order: 500.0}", {"order": 500}),
        (
            "{ingress: [{action: Allow, protocol: '6', source: {ports: ['80', '81:81', '82:83'], domains: []}}]}",
            {"ingress": [{"action": "Allow", "protocol": 6, "source": {"ports": [80, 81, "82:83"]}}]},
        ),
        ("{ingress: [{action: Allow, metadata: {}}]}", {"ingress": [{"action": "Allow"}]}),
    ],
)
def test_other_spellings_of_the_same(spec: str, written: Mapping[str, Value]) -> None:
    found = parsed(f"{{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {{name: web}}, spec: {spec}}}")

    assert emit(found) == {
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web"},
        "spec": written,
    }
    assert type(emit(found)["spec"]) is dict


def test_bookkeeping_is_left_out() -> None:
    found = parsed("""
        apiVersion: projectcalico.org/v3
        kind: Tier
        metadata:
          name: shop
          uid: 0c2e
          resourceVersion: "7"
          finalizers: [projectcalico.org/tier-controller]
          labels: {projectcalico.org/tier: shop}
          annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}
        status: {conditions: []}
    """)

    assert emit(found) == {
        "apiVersion": "projectcalico.org/v3",
        "kind": "Tier",
        "metadata": {"name": "shop"},
        "spec": {},
    }


@pytest.mark.parametrize("packed", ["web", "default.web", "other"])
def test_a_stored_object_is_read_back_as_the_same(packed: str) -> None:
    stored = document(
        """
        apiVersion: crd.projectcalico.org/v1
        kind: GlobalNetworkPolicy
        metadata:
          name: default.web
          annotations: {projectcalico.org/metadata: '{"name": "PACKED", "labels": {"team": "red"}}'}
        spec: {egress: []}
    """.replace("PACKED", packed)
    )
    found, _ = parse(stored)
    assert found is not None
    written = emit(found)
    again, diagnostics = parse(Document(file="again.yaml", index=0, data=written, written=stored.written))

    assert diagnostics == []
    assert again == found
    assert found.metadata.name == packed
    assert written["apiVersion"] == "crd.projectcalico.org/v1"
