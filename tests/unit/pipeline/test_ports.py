"""Ports that the target takes otherwise: which names become numbers for which engines, and what is said."""

from __future__ import annotations

import pytest

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Conversion, Options
from npconv.source.load import parse

POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: by-name, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress: [{ports: [{port: http}]}]
  egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}]
"""
POD = """
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
"""
SIDECAR = (
    POD.replace("web-1", "web-2")
    .replace("{app: web}", "{app: web, mesh: in}")
    .replace("containers", "initContainers")
    .replace("{name: c,", "{name: c, restartPolicy: Always,")
)


def converted(text: str, source: str, target: str) -> Conversion:
    options = Options(source=parse_engine(source), target=parse_engine(target))
    return convert(parse(text.encode(), "input.yaml"), options)


@pytest.mark.parametrize(
    ("source", "target", "pods", "by_number"),
    [
        ("azure-npm", "cilium=1.19", POD, 1),
        ("calico", "cilium=1.16", POD, 1),
        ("azure-npm", "cilium=1.20", POD, 0),
        ("azure-npm", "calico", POD, 0),
        ("k8s", "azure-npm=linux", POD, 0),
        ("k8s", "azure-npm=windows", POD, 2),
        ("azure-npm", "cilium=1.19", "", 0),
        ("azure-npm,as=enforced", "calico", POD, 0),
        ("azure-npm,as=enforced", "calico", POD + SIDECAR, 2),
        ("azure-npm", "calico", POD + SIDECAR, 0),
    ],
)
def test_names_become_numbers_where_the_target_takes_them_otherwise(
    source: str, target: str, pods: str, by_number: int
) -> None:
    result = converted(POLICY + pods, source, target)
    said = [one for one in result.diagnostics if one.code.id == "NPC829"]
    assert len(said) == by_number
    assert all(one.origin is not None and str(one.origin.path[-1]) == "port" for one in said)
    assert result.proof is not None and not result.proof.unowned


def test_what_a_name_means_is_listed() -> None:
    text = POLICY + "".join(POD.replace("web-1", f"web-{number}") for number in range(5))
    (said,) = [one for one in converted(text, "azure-npm", "cilium=1.18").diagnostics if one.code.id == "NPC829"]
    assert said.message == "the port name `http` means what the pods of the input declare"
    assert said.notes == ("8080/TCP: `shop/web-0`, `shop/web-1`, `shop/web-2` and 2 more",)


def test_a_name_stays_where_no_label_tells_its_numbers_apart() -> None:
    other = POD.replace("web-1", "web-2").replace("8080", "9090")
    (said,) = [
        one
        for one in converted(POLICY + POD + other, "azure-npm", "cilium=1.18").diagnostics
        if one.code.id == "NPC829"
    ]
    assert said.message == "the port name `http` stays a name: pods with the same labels declare it otherwise"
    assert said.notes == ("8080/TCP: `shop/web-1`", "9090/TCP: `shop/web-2`")


@pytest.mark.parametrize(
    ("target", "end_port", "expected"),
    [
        ("cilium=1.16,platform=aks", 2000, 1),
        ("cilium=1.16,platform=aks", 1010, 0),
        ("cilium=1.17,platform=aks", 2000, 0),
        ("cilium=1.16", 2000, 0),
        ("calico", 2000, 0),
    ],
)
def test_a_range_that_stays_is_an_assumption_where_the_provider_does_not_vouch_for_it(
    target: str, end_port: int, expected: int
) -> None:
    text = POLICY.replace("{port: http}", f"{{port: 1000, endPort: {end_port}}}")
    said = [one for one in converted(text, "azure-npm", target).diagnostics if one.code.id == "NPC830"]
    assert [one.message for one in said] == [
        "Cilium 1.16 on AKS enforces the port ranges of `NetworkPolicy/shop/by-name`"
    ] * expected
