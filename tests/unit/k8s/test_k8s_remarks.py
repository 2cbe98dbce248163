"""What is said of a valid policy that does not do what it looks like."""

from __future__ import annotations

import pytest

from npconv.dialects.k8s.parse import parse
from npconv.source.load import parse as read

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\n"


def said(spec: str) -> list[str]:
    [document] = read(f"{HEAD}spec: {spec}\n", "a.yaml").documents
    policy, found = parse(document)
    assert policy is not None
    return [f"{one.code.id} {one.message}" for one in found]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "{policyTypes: [Egress], ingress: [{}]}",
            "NPC530 `spec.ingress` is not in force: `policyTypes` leaves `Ingress` out",
        ),
        (
            "{policyTypes: [Ingress], egress: [{}]}",
            "NPC530 `spec.egress` is not in force: `policyTypes` leaves `Egress` out",
        ),
        (
            "{egress: []}",
            "NPC531 `spec.egress` denies nothing: empty lists are no rules, and `policyTypes` becomes `[Ingress]`",
        ),
        (
            "{policyTypes: [], egress: []}",
            "NPC531 `spec.egress` denies nothing: empty lists are no rules, and `policyTypes` becomes `[Ingress]`",
        ),
    ],
)
def test_says_what_does_not_work(spec: str, message: str) -> None:
    assert said(spec) == [message]


@pytest.mark.parametrize(
    "spec",
    [
        "{}",
        "{egress: [{}]}",
        "{policyTypes: [Egress], egress: []}",
        "{policyTypes: [Ingress], egress: []}",
        "{policyTypes: [Egress], ingress: []}",
        "{policyTypes: [Ingress, Egress], ingress: [{}]}",
    ],
)
def test_is_quiet_about_the_rest(spec: str) -> None:
    assert said(spec) == []
