"""What a release drops of an object, and what it leaves alone."""

from __future__ import annotations

from npconv.dialects.cilium.model import CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy, EgressRule, Log, Rule
from npconv.dialects.cilium.model_l7 import L7Rules, PortRuleKafka
from npconv.dialects.cilium.model_peers import CIDRRule
from npconv.dialects.cilium.model_ports import PortProtocol, PortRule
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.prune import Dropped, prune
from npconv.source.label_selector import LabelSelector
from npconv.source.object_meta import ObjectMeta

KAFKA = PortRule(ports=(PortProtocol(port="9092"),), rules=L7Rules(kafka=(PortRuleKafka(topic="a"),), l7=()))
GROUP = CIDRRule(cidr_group_selector=LabelSelector())


def policy(*entries: EgressRule, log: Log | None = None) -> CiliumNetworkPolicy:
    rule = Rule(endpoint_selector=LabelSelector(), egress=entries, log=log)
    return CiliumNetworkPolicy(metadata=ObjectMeta(name="p"), spec=rule)


def test_kafka_goes_with_1_20_and_its_ports_stay() -> None:
    obj = policy(EgressRule(), EgressRule(to_ports=(KAFKA,)))
    assert prune(obj, CiliumProfile(version=(1, 19))) == (obj, [])
    pruned, dropped = prune(obj, CiliumProfile(version=(1, 20)))
    assert pruned == policy(EgressRule(), EgressRule(to_ports=(PortRule(ports=KAFKA.ports, rules=L7Rules()),)))
    path = ("spec", "egress", 1, "toPorts", 0, "rules")
    assert dropped == [
        Dropped(path=(*path, "kafka"), text="was removed in Cilium 1.20"),
        Dropped(path=(*path, "l7"), text="was removed in Cilium 1.20"),
    ]


def test_groups_by_label_come_with_1_17() -> None:
    obj = policy(EgressRule(to_cidr_set=(CIDRRule(cidr="192.0.2.0/24"), GROUP)))
    assert prune(obj, CiliumProfile(version=(1, 17))) == (obj, [])
    pruned, [one] = prune(obj, CiliumProfile(version=(1, 16)))
    assert pruned == policy(EgressRule(to_cidr_set=(CIDRRule(cidr="192.0.2.0/24"), CIDRRule())))
    assert one.path == ("spec", "egress", 0, "toCIDRSet", 1, "cidrGroupSelector")


def test_log_comes_with_1_18() -> None:
    obj = policy(log=Log(value="x"))
    assert prune(obj, CiliumProfile(version=(1, 18))) == (obj, [])
    assert prune(obj, CiliumProfile(version=(1, 17)))[0] == policy()


def test_several_rules_are_pruned_each_at_its_place() -> None:
    rule = Rule(node_selector=LabelSelector(), log=Log())
    obj = CiliumClusterwideNetworkPolicy(metadata=ObjectMeta(name="p"), specs=(Rule(), rule))
    pruned, [one] = prune(obj, CiliumProfile(version=(1, 16)))
    assert pruned == CiliumClusterwideNetworkPolicy(
        metadata=ObjectMeta(name="p"), specs=(Rule(), Rule(node_selector=LabelSelector()))
    )
    assert one.path == ("specs", 1, "log")
