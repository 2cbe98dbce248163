"""Port ranges as lists of ports, for a Cilium whose provider does not vouch for ranges."""

from __future__ import annotations

import pytest

from npconv.dialects.cilium.model import CiliumNetworkPolicy, EgressRule, IngressDenyRule, Rule
from npconv.dialects.cilium.model_ports import PortDenyRule, PortProtocol, PortRule
from npconv.dialects.cilium.profile import parse_target
from npconv.dialects.cilium.single_ports import MOST, doubts_ranges, without_ranges
from npconv.source.object_meta import ObjectMeta


def single(*ports: PortProtocol) -> list[list[str]]:
    rule = Rule(egress=(EgressRule(to_ports=(PortRule(ports=ports),)),))
    policy = CiliumNetworkPolicy(metadata=ObjectMeta(name="p"), spec=rule)
    (found,) = without_ranges(policy).rules
    assert found.egress is not None
    return [[text(one) for one in entry.ports or ()] for entry in found.egress[0].to_ports or ()]


def text(one: PortProtocol) -> str:
    return f"{one.port}/{one.protocol}" if one.end_port is None else f"{one.port}-{one.end_port}/{one.protocol}"


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("cilium=1.16,platform=aks", True),
        ("cilium=1.16,platform=aks-acns", True),
        ("cilium=1.17,platform=aks", False),
        ("cilium=1.16", False),
        ("cilium=1.16,platform=gke", False),
    ],
)
def test_only_aks_says_that_ranges_need_a_newer_cilium(profile: str, expected: bool) -> None:
    assert doubts_ranges(parse_target(profile)) is expected


def test_a_range_is_listed_beside_the_others_and_once() -> None:
    ranged = PortProtocol(port="80", end_port=82, protocol="TCP")
    assert single(PortProtocol(port="81", protocol="TCP"), ranged) == [["81/TCP", "80/TCP", "82/TCP"]]


def test_more_ports_than_an_entry_takes_are_several_entries() -> None:
    found = single(PortProtocol(port="1000", end_port=1040, protocol="UDP"))
    assert [len(one) for one in found] == [40, 1]
    assert found[1] == ["1040/UDP"]


def test_what_is_too_wide_stays_a_range() -> None:
    assert len(single(PortProtocol(port="1", end_port=MOST, protocol="TCP"))) == 7
    assert single(PortProtocol(port="1", end_port=MOST + 1, protocol="TCP")) == [["1-257/TCP"]]


def test_everything_else_is_left_alone() -> None:
    policy = CiliumNetworkPolicy(
        metadata=ObjectMeta(name="p"),
        specs=(
            Rule(egress=(EgressRule(), EgressRule(to_ports=(PortRule(ports=(PortProtocol(port="http"),)),)))),
            Rule(ingress_deny=(IngressDenyRule(to_ports=(PortDenyRule(),)),)),
        ),
    )
    assert without_ranges(policy) == policy
