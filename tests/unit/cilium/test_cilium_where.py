"""Which field of a Cilium rule says a condition."""

from __future__ import annotations

import pytest

from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.where import field
from npconv.ir.condition import Holds
from npconv.ir.dimensions import (
    NAMESPACE,
    Attribute,
    Axis,
    BackendOf,
    Dimension,
    DstPortNamed,
    HttpMethod,
    Named,
    Scope,
)
from npconv.ir.policy import Direction
from npconv.source.load import parse

TEXT = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
specs:
- endpointSelector: {matchLabels: {app: web}}
  ingress:
  - fromEndpoints:
    - matchLabels: {role: front, k8s:io.kubernetes.pod.namespace: ops}
    - matchExpressions: [{key: io.cilium.k8s.namespace.labels.team, operator: Exists}]
    toPorts:
    - ports: [{port: "80", protocol: TCP}]
    - ports: [{port: web, protocol: TCP}, {port: "8000", endPort: 9000, protocol: UDP}]
      rules: {http: [{method: GET}]}
  - fromEntities: [kube-apiserver]
    icmps: [{fields: [{type: 8, family: IPv4}]}]
  egressDeny:
  - toCIDRSet: [{cidr: 10.0.0.0/8}, {cidrGroupRef: partners}]
  - toFQDNs: [{matchName: a.example}, {matchPattern: "*.b.example"}]
  - toServices: [{k8sService: {serviceName: db, namespace: shop}}]
  - toNodes: [{matchLabels: {pool: x}}]
"""


def at(what: Dimension | Holds, *path: str | int, part: str = "peer", direction: Direction = Direction.INGRESS) -> str:
    """The path to the field."""
    (document,) = parse(TEXT, "test.yaml").documents
    whole: Path = ("specs", 0, *path)
    return field(document.origin.at(*whole), direction, part, what).dotted.removeprefix("specs[0].")


@pytest.mark.parametrize(
    ("what", "path"),
    [
        (Attribute.of(Scope.POD, "role"), "fromEndpoints[0].matchLabels.role"),
        (Attribute.of(Scope.POD, "unknown"), "fromEndpoints"),
        (NAMESPACE, "fromEndpoints[0].matchLabels.k8s:io.kubernetes.pod.namespace"),
        (Attribute.of(Scope.NAMESPACE, "team"), "fromEndpoints[1].matchExpressions[0]"),
        (Axis.KIND, "fromEndpoints"),
        (Axis.DST_PORT, "toPorts[1].ports[1].endPort"),
        (Axis.PROTOCOL, "toPorts[0].ports[0].protocol"),
        (Holds(DstPortNamed("web")), "toPorts[1].ports[0].port"),
        (Holds(HttpMethod("GET")), "toPorts[1].rules"),
    ],
)
def test_fields_of_an_entry(what: Dimension | Holds, path: str) -> None:
    assert at(what, "ingress", 0) == f"ingress[0].{path}"


def test_an_origin_may_stand_at_the_ports() -> None:
    ports: Path = ("ingress", 0, "toPorts", 1)
    assert at(Axis.PROTOCOL, *ports, part="traffic") == "ingress[0].toPorts[1].ports[0].protocol"
    assert at(Attribute.of(Scope.POD, "role"), *ports) == "ingress[0].fromEndpoints[0].matchLabels.role"
    assert at(Axis.ADDRESS, *ports) == "ingress[0].toPorts[1]"


@pytest.mark.parametrize(
    ("entry", "what", "path"),
    [
        (0, Axis.ADDRESS, "toCIDRSet"),
        (0, Attribute.of(Scope.CIDR_GROUP, "partners"), "toCIDRSet[1].cidrGroupRef"),
        (1, Holds(Named("a.example")), "toFQDNs[0]"),
        (1, Holds(Named("*.b.example")), "toFQDNs[1]"),
        (2, Holds(BackendOf("shop", "db", True)), "toServices"),
        (3, Attribute.of(Scope.NODE, "pool"), "toNodes[0].matchLabels.pool"),
    ],
)
def test_fields_of_denies_and_of_egress(entry: int, what: Dimension | Holds, path: str) -> None:
    assert at(what, "egressDeny", entry, direction=Direction.EGRESS) == f"egressDeny[{entry}].{path}"


def test_entities_and_icmp() -> None:
    assert at(Attribute.of(Scope.RESERVED, "kube-apiserver"), "ingress", 1) == "ingress[1].fromEntities"
    assert at(Axis.ICMP_TYPE, "ingress", 1) == "ingress[1].icmps[0].fields[0].type"
    assert at(Axis.FAMILY, "ingress", 1) == "ingress[1].icmps[0].fields[0].family"


@pytest.mark.parametrize("path", [(), ("ingress", 0), ("ingress", 0, "toPorts", 0)])
def test_the_subject_is_the_rules(path: Path) -> None:
    assert at(Attribute.of(Scope.POD, "app"), *path, part="subject") == "endpointSelector.matchLabels.app"
    assert at(NAMESPACE, *path, part="subject") == "endpointSelector"
