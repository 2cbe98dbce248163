"""The rules of a Cilium policy as text -> what npconv says that Cilium refuses about it."""

from __future__ import annotations

from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import parse_target
from npconv.dialects.cilium.validate import validate
from npconv.source import load

HTTP = '{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}'


def found(
    spec: str, target: str = "cilium=1.19", kind: str = "CiliumNetworkPolicy", key: str = "spec"
) -> list[tuple[str, str]]:
    text = f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: p}}\n{key}: {spec}\n"
    obj, diagnostics = parse(load.parse(text, "policy.yaml").documents[0])
    assert diagnostics == []
    assert obj is not None
    return [(one.code.id, one.message) for one in validate(obj, parse_target(target))]


def ingress(entry: str, target: str = "cilium=1.19") -> list[tuple[str, str]]:
    return found(f"{{endpointSelector: {{}}, ingress: [{entry}]}}", target)


def egress(entry: str, target: str = "cilium=1.19") -> list[tuple[str, str]]:
    return found(f"{{endpointSelector: {{}}, egress: [{entry}]}}", target)


def ports(rule: str, target: str = "cilium=1.19") -> list[tuple[str, str]]:
    return egress(f"{{toPorts: [{rule}]}}", target)
