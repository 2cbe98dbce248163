"""What Cilium policies refer to: CIDR groups and services, known and unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from town import TOWN, V1_19, ask, cnp, outside, passing, read

from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cluster.model import Endpoint, EndpointSlice, Service
from npconv.ir.dimensions import Attribute, BackendOf, Scope
from npconv.ir.policy import Direction
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import verdict

PORT = "toPorts: [{ports: [{port: '80', protocol: TCP}]}]"
WITH_PODS = Service(namespace="shop", name="store", labels={"tier": "back"}, selector={"app": "db"})
WITHOUT = Service(
    namespace="farm",
    name="store",
    slices=(EndpointSlice(name="s", address_type="IPv4", endpoints=(Endpoint(addresses=("203.0.113.5",)),)),),
)


def group(name: str, *cidrs: str, labels: str = "") -> str:
    """A CiliumCIDRGroup."""
    return (
        f"apiVersion: cilium.io/v2\nkind: CiliumCIDRGroup\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"
        f"spec: {{externalCIDRs: [{', '.join(cidrs)}]}}"
    )


def test_a_known_group_is_its_addresses() -> None:
    policy = cnp("egress: [{toCIDRSet: [{cidrGroupRef: tens}]}]")
    assert passing(policy, group("tens", "10.0.0.0/8"), among="db world ten ten-low", way="out") == "ten ten-low"
    assert passing(policy, group("tens"), among="db world ten", way="out") == ""


def test_an_exception_cuts_into_a_group() -> None:
    policy = cnp("egress: [{toCIDRSet: [{cidrGroupRef: tens, except: [10.64.0.0/10]}]}]")
    assert passing(policy, group("tens", "10.0.0.0/8"), among="ten ten-low", way="out") == "ten-low"


def test_an_unknown_group_is_what_carries_its_label() -> None:
    lifted = read((cnp("egress: [{toCIDRSet: [{cidrGroupRef: tens, except: [10.64.0.0/10]}]}]"),))
    label = Attribute.of(Scope.CIDR_GROUP, "io.cilium.policy.cidrgroupname/tens")
    for address, expected in (("10.8.0.9", True), ("10.77.0.9", False)):
        flow = Flow(direction=Direction.EGRESS, subject=TOWN["web"], peer=outside(address, attributes={label: ""}))
        assert verdict(lifted.policies, flow).allowed is expected
    assert not ask(lifted, "out ten-low 80/TCP").allowed


def test_groups_are_selected_by_their_own_labels() -> None:
    policy = cnp("egress: [{toCIDRSet: [{cidrGroupSelector: {matchLabels: {who: us}}}]}]")
    groups = (group("tens", "10.0.0.0/8", labels="who: us"), group("rest", "203.0.113.0/24", labels="who: them"))
    assert passing(policy, *groups, among="db world ten", way="out") == "ten"
    assert passing(policy, groups[1], among="db world ten", way="out") == ""


def test_an_unknown_group_that_is_selected_is_what_carries_its_labels() -> None:
    lifted = read((cnp("egress: [{toCIDRSet: [{cidrGroupSelector: {matchLabels: {who: us}}}]}]"),))
    label = Attribute.of(Scope.CIDR_GROUP, "who")
    for value, expected in (("us", True), ("them", False)):
        peer = outside("203.0.113.1", attributes={label: value})
        assert verdict(lifted.policies, Flow(direction=Direction.EGRESS, subject=TOWN["web"], peer=peer)).allowed is (
            expected
        )


def test_a_cloud_group_is_known_to_its_operator_only() -> None:
    policy = cnp("egress: [{toGroups: [{aws: {securityGroupsIds: [sg-1]}}]}]")
    assert passing(policy, among="db world ten", way="out") == ""
    label = Attribute.of(Scope.CIDR_GROUP, "aws: security group sg-1")
    flow = Flow(direction=Direction.EGRESS, subject=TOWN["web"], peer=outside("203.0.113.1", attributes={label: ""}))
    assert verdict(read((policy,)).policies, flow).allowed


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("k8sService: {serviceName: store, namespace: shop}", "db"),
        ("k8sService: {serviceName: store, namespace: farm}", "world"),
        ("k8sService: {serviceName: store}", "db world"),
        ("k8sServiceSelector: {selector: {matchLabels: {tier: back}}}", "db"),
        ("k8sServiceSelector: {selector: {}, namespace: farm}", "world"),
        ("k8sServiceSelector: {selector: {matchLabels: {tier: front}}}", ""),
    ],
)
def test_services_are_their_pods_or_addresses(reference: str, expected: str) -> None:
    policy = cnp(f"egress: [{{toServices: [{{{reference}}}]}}]")
    services = Services(known=(WITH_PODS, WITHOUT))
    assert passing(policy, among="db farm host world ten", way="out", services=services) == expected


def test_services_with_pods_stand_for_nothing_before_1_17() -> None:
    policy = cnp("egress: [{toServices: [{k8sService: {serviceName: store}}]}]")
    services = Services(known=(WITH_PODS, WITHOUT))
    old = CiliumProfile(version=(1, 16))
    assert passing(policy, among="db world", way="out", services=services, profile=old) == "world"


def test_a_service_that_is_not_there_opens_the_port_to_everybody() -> None:
    entry = "toServices: [{k8sService: {serviceName: gone, namespace: shop}}]"
    assert passing(cnp(f"egress: [{{{entry}, {PORT}}}]"), among="db host world", way="out") == "db host world"
    assert passing(cnp(f"egress: [{{{entry}}}]"), among="db host world", way="out") == ""


def test_a_service_that_may_be_there_is_a_question() -> None:
    policy = cnp(f"egress: [{{toServices: [{{k8sService: {{serviceName: store, namespace: shop}}}}], {PORT}}}]")
    lifted = read((policy,), services=Services(complete=False))
    assert not ask(lifted, "out db 80/TCP").allowed
    backend = replace(TOWN["db"], facts=frozenset({BackendOf("shop", "store", with_port=False)}))
    flow = Flow(direction=Direction.EGRESS, subject=TOWN["web"], peer=backend, port=80)
    assert verdict(lifted.policies, flow).allowed


def test_services_in_a_deny_are_never_looked_up() -> None:
    entry = "toServices: [{k8sService: {serviceName: store, namespace: shop}}]"
    services = Services(known=(WITH_PODS,))
    allow = "egress: [{toEntities: [all]}]"
    everybody = "db farm world"
    ported = cnp(f"{allow}\negressDeny: [{{{entry}, {PORT}}}]")
    assert passing(ported, among=everybody, way="out", services=services) == ""
    assert (
        passing(cnp(f"{allow}\negressDeny: [{{{entry}}}]"), among=everybody, way="out", services=services) == everybody
    )


def test_a_pattern_of_names_is_read_by_version() -> None:
    deep = cnp("egress: [{toFQDNs: [{matchPattern: '**.example'}]}]")
    assert passing(deep, among="named", way="out") == ""
    assert passing(deep, among="named", way="out", profile=replace(V1_19, version=(1, 18))) == "named"
