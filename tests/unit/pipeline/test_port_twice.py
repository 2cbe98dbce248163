"""A pod that gives two of its ports one name: engines differ in what a rule for the name then means."""

from __future__ import annotations

import pytest

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.source.load import parse

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {ingress: [{ports: [{port: web}]}]}
---
"""


def pod(*ports: str) -> str:
    containers = ", ".join(f"{{name: c{number}, image: c, ports: [{one}]}}" for number, one in enumerate(ports))
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: two, namespace: shop}\n"
    return f"{head}spec: {{containers: [{containers}]}}\n"


def said(text: str) -> list[str]:
    options = Options(source=parse_engine("k8s"), target=parse_engine("cilium"))
    found = convert(parse(text, "a.yaml"), options).diagnostics
    return [f"{one.message} ({one.notes[0]})" for one in found if one.code.id == "NPC832"]


def test_a_name_of_two_containers_is_said() -> None:
    text = POLICY + pod("{name: web, containerPort: 80}", "{name: web, containerPort: 81}")
    assert said(text) == ["the port name `web` means every port that a pod calls so (80/TCP, 81/TCP: `shop/two`)"]


@pytest.mark.parametrize(
    "ports",
    [
        ("{name: web, containerPort: 80}",),
        ("{name: web, containerPort: 80}", "{name: web, protocol: UDP, containerPort: 81}"),
        ("{name: other, containerPort: 80}", "{name: other, containerPort: 81}"),
    ],
)
def test_other_names_are_clear(ports: tuple[str, ...]) -> None:
    assert said(POLICY + pod(*ports)) == []
