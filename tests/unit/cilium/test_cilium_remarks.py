"""Valid policies of Cilium that do nothing, or something else than they seem to say: what is said of them."""

from __future__ import annotations

import pytest
from town import cnp, read

from npconv.dialects.cilium.profile import CiliumProfile, Enforcement

PLAIN = CiliumProfile()


def said(*policies: str, profile: CiliumProfile = PLAIN) -> list[tuple[str, str]]:
    """The codes and messages of the remarks."""
    found = read(tuple(policies), profile)
    return [(one.code.id, one.message) for one in found.diagnostics]


CASES = [
    (
        "egress: [{toFQDNs: [], toPorts: [{ports: [{port: '443', protocol: TCP}]}]}]",
        "an empty `toFQDNs` is nobody to look up, and everybody to Cilium: the ports are open to all",
    ),
    (
        "egress: [{toGroups: [], toPorts: [{ports: [{port: '443', protocol: TCP}]}]}]",
        "an empty `toGroups` is nobody to look up, and everybody to Cilium: the ports are open to all",
    ),
    (
        "egressDeny: [{toServices: [{k8sService: {serviceName: a}}], toPorts: [{ports: [{port: '1'}]}]}]",
        "Cilium never looks up the services of a Deny: these ports are denied to everybody",
    ),
    (
        "egressDeny: [{toServices: [{k8sService: {serviceName: a}}]}]",
        "Cilium never looks up the services of a Deny: nothing is denied",
    ),
    (
        "ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: []}}]}]",
        "an empty `http` is no rule: every request passes",
    ),
    ("ingress: [{icmps: [{fields: [{type: 0}]}]}]", "ICMP type 0 stands for every type in Cilium"),
    (
        "ingress: [{fromEndpoints: [{matchLabels: {pod-template-hash: a}}]}]",
        "`pod-template-hash` is no part of an identity: the requirement never holds",
    ),
    (
        "ingress: [{fromEndpoints: [{matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]}]}]",
        "`pod-template-hash` is no part of an identity: the requirement always holds",
    ),
]


@pytest.mark.parametrize(("sections", "message"), CASES, ids=[message for _, message in CASES])
def test_what_cilium_reads_otherwise_is_said(sections: str, message: str) -> None:
    assert said(cnp(sections)) == [("NPC495", message)]


@pytest.mark.parametrize(
    "sections",
    [
        "egress: [{toFQDNs: []}]",
        "egress: [{toFQDNs: [], toEntities: [world], toPorts: [{ports: [{port: '443', protocol: TCP}]}]}]",
        "egressDeny: [{toEntities: [world]}]",
        "ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{}]}}]}]",
        "ingress: [{icmps: [{fields: [{type: 8}]}]}]",
        "ingress: [{fromEndpoints: [{matchLabels: {app.kubernetes.io/name: a}}]}]",
    ],
)
def test_of_what_is_read_as_written_nothing_is_said(sections: str) -> None:
    assert not said(cnp(sections))


def test_a_cilium_that_enforces_nothing_says_so() -> None:
    found = said(cnp("ingress: [{}]"), profile=CiliumProfile(enforcement=Enforcement.NEVER))
    assert found == [("NPC494", "no policy is in force: Cilium runs with `enable-policy=never`")]
