"""A judge that knows what it has seen finds the same as one that has seen nothing."""

from __future__ import annotations

import pytest

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cilium.model import CiliumObject
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile, parse_target
from npconv.dialects.cilium.validate import Judge, validate
from npconv.source import load

NEWEST = CiliumProfile()
HTTP = '{toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}'
NAMES = '{toFQDNs: [{matchName: a.example}], toPorts: [{ports: [{port: "53"}], rules: {dns: [{matchPattern: "*"}]}}]}'
REQUIRES = "{fromRequires: [{matchLabels: {app: web}}]}"
WRONG = "{fromEndpoints: [{matchExpressions: [{key: app, operator: in}]}]}"


def obj(spec: str, kind: str = "CiliumNetworkPolicy") -> CiliumObject:
    text = f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: p}}\nspec: {{{spec}}}\n"
    found, said = parse(load.parse(text, "p.yaml").documents[0])
    assert found is not None, said
    return found


def pods(entry: str, key: str = "ingress", kind: str = "CiliumNetworkPolicy") -> CiliumObject:
    return obj(f"endpointSelector: {{}}, {key}: [{entry}]", kind)


def nodes(entry: str, key: str = "ingress") -> CiliumObject:
    return obj(f"nodeSelector: {{}}, {key}: [{entry}]", "CiliumClusterwideNetworkPolicy")


def told(many: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(one.code.id, one.message, one.origin.dotted if one.origin is not None else "") for one in many]


@pytest.mark.parametrize(
    "profile", ["cilium=1.16", "cilium=1.18", "cilium", "cilium=1.18,platform=aks-acns", "cilium,platform=gke"]
)
def test_what_was_seen_before_changes_no_finding(profile: str) -> None:
    objects = [
        pods(HTTP),
        nodes(HTTP),
        pods(HTTP, kind="CiliumClusterwideNetworkPolicy"),
        pods(NAMES, "egress"),
        pods(NAMES, "egress", "CiliumClusterwideNetworkPolicy"),
        nodes(NAMES, "egress"),
        pods(REQUIRES),
        pods(WRONG),
        pods(WRONG, "ingressDeny"),
        obj(f"endpointSelector: {{}}, ingress: [{HTTP}, {WRONG}]"),
        obj(f"endpointSelector: {{matchExpressions: [{{key: app, operator: in}}]}}, ingress: [{HTTP}]"),
        obj(f"endpointSelector: {{}}, ingress: [{HTTP}], log: {{value: a}}"),
    ]
    target = parse_target(profile)
    for order in (objects, objects[::-1]):
        judge = Judge(target)
        for each in (*order, *order):
            assert told(judge.validate(each)) == told(validate(each, target))


def test_an_entry_for_pods_may_be_wrong_for_nodes() -> None:
    judge = Judge(NEWEST)
    assert judge.validate(pods(HTTP)) == []
    assert [one.code.id for one in judge.validate(nodes(HTTP))] == ["NPC408"]


def test_like_mistakes_are_found_each_at_its_place() -> None:
    judge = Judge(NEWEST)
    [first] = judge.validate(pods(WRONG))
    [second] = judge.validate(obj(f"endpointSelector: {{}}, ingress: [{{}}, {WRONG}]"))
    assert [one.origin.dotted for one in (first, second) if one.origin is not None] == [
        "spec.ingress[0].fromEndpoints[0].matchExpressions[0].operator",
        "spec.ingress[1].fromEndpoints[0].matchExpressions[0].operator",
    ]
