"""What NetworkPolicies mean, twice: as lifted to the IR, and by another reading of their YAML, which shares nothing.

The other reading follows https://kubernetes.io/docs/concepts/services-networking/network-policies/ word by word.
"""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from k8s_yaml import KEYS, NAMESPACES, k8s_yaml

from npconv.ir.dimensions import NAMESPACE_NAME, Attribute, Family, Kind, Scope
from npconv.ir.policy import Direction
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.meaning import meaning
from npconv.semantics.flow import Endpoint, Flow, NamedPort
from npconv.semantics.verdict import verdict
from npconv.source.load import parse

SEEDS = range(150)
FLOWS = 60
PROTOCOLS = {"TCP": 6, "UDP": 17, "SCTP": 132, "ICMP": 1}
NUMBERS = (1, 53, 79, 80, 81, 443, 7999, 8000, 8004, 8005, 8080, 8081, 8100, 8101, 65535)
OUTSIDE = ("203.0.113.7", "203.0.113.9", "203.0.113.70", "203.0.113.200", "198.51.100.1", "10.9.9.9", "169.254.169.254")
OUTSIDE_6 = ("2001:db8::1", "2001:db8:1::1", "2001:4860::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a connection, in Kubernetes' words."""

    kind: str
    address: str
    namespace: str = ""
    space: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[tuple[str, str, int], ...] = ()


def allowed(policies: Sequence[Mapping[str, Any]], way: str, pod: End, peer: End, protocol: str, port: int) -> bool:
    """Whether the policies of a pod let a connection pass, in the direction `way`."""
    if way == "Ingress" and peer.kind == "own node":
        return True
    destination = pod if way == "Ingress" else peer
    isolated = False
    for policy in policies:
        spec = policy["spec"]
        types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
        mine = policy["metadata"]["namespace"] == pod.namespace and selects(spec.get("podSelector") or {}, pod.labels)
        if way not in types or not mine:
            continue
        isolated = True
        for rule in spec.get(way.lower()) or []:
            peers, ports = rule.get("from" if way == "Ingress" else "to"), rule.get("ports")
            if (not peers or any(is_peer(one, pod.namespace, peer) for one in peers)) and (
                not ports or any(is_port(one, destination, protocol, port) for one in ports)
            ):
                return True
    return not isolated


def is_peer(peer: Mapping[str, Any], namespace: str, end: End) -> bool:
    if "ipBlock" in peer:
        block, address = peer["ipBlock"], ipaddress.ip_address(end.address)
        inside = address in ipaddress.ip_network(block["cidr"])
        without = any(address in ipaddress.ip_network(one) for one in block.get("except") or [])
        return end.kind == "outside" and inside and not without
    if end.kind != "pod":
        return False
    pods, spaces = peer.get("podSelector"), peer.get("namespaceSelector")
    here = end.namespace == namespace if spaces is None else selects(spaces, end.space)
    return here and (pods is None or selects(pods, end.labels))


def is_port(asked: Mapping[str, Any], destination: End, protocol: str, port: int) -> bool:
    if asked.get("protocol", "TCP") != protocol:
        return False
    match asked.get("port"):
        case None:
            return True
        case int(number):
            return number <= port <= asked.get("endPort", number)
        case name:
            return (name, protocol, port) in destination.ports


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    return all(labels.get(key) == value for key, value in (selector.get("matchLabels") or {}).items()) and all(
        meets(one, labels.get(one["key"])) for one in selector.get("matchExpressions") or []
    )


def meets(asked: Mapping[str, Any], value: str | None) -> bool:
    return {
        "In": value in asked.get("values", ()),
        "NotIn": value not in asked.get("values", ()),
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[asked["operator"]]


@pytest.mark.parametrize("seed", SEEDS)
def test_two_readings_agree(seed: int) -> None:
    random_ = random.Random(f"meaning {seed}")
    loaded = parse(k8s_yaml(seed), "a.yaml")
    lifted = meaning(loaded, parse_engine("k8s,own-node=policed")).policies
    policies: list[Any] = [one.data for one in loaded.documents if one.kind == "NetworkPolicy"]
    spaces = {name: {NAMESPACE_NAME: name, **_some(random_, {"team": ("a", "b")})} for name in NAMESPACES}
    for _ in range(FLOWS):
        version = random_.choice((4, 4, 4, 6))
        pod, peer = _pod(random_, spaces, version), _end(random_, spaces, version)
        way = random_.choice(("Ingress", "Egress"))
        protocol, port = _traffic(random_, policies, pod if way == "Ingress" else peer)
        flow = Flow(
            direction=Direction.INGRESS if way == "Ingress" else Direction.EGRESS,
            subject=_endpoint(pod),
            peer=_endpoint(peer),
            protocol=PROTOCOLS[protocol],
            port=port,
            source_port=40000 if port else 0,
            family=Family.V4 if version == 4 else Family.V6,
        )
        found = verdict(lifted, flow)
        expected = allowed(policies, way, pod, peer, protocol, port)
        assert found.allowed == expected, f"{way} {protocol} {port}\n{pod}\n{peer}\n{found.reason}"


def _traffic(random_: random.Random, policies: Sequence[Mapping[str, Any]], destination: End) -> tuple[str, int]:
    """What is sent: mostly something near what a rule says."""
    asked = [
        port
        for policy in policies
        for key in ("ingress", "egress")
        for rule in policy["spec"].get(key) or []
        for port in rule.get("ports") or []
    ]
    if asked and random_.random() < 0.7:
        one = random_.choice(asked)
        protocol, port = one.get("protocol", "TCP"), one.get("port", 80)
        if isinstance(port, int):
            return protocol, random_.choice((port, port - 1, one.get("endPort", port), one.get("endPort", port) + 1))
        if named := [number for name, _, number in destination.ports if name == port]:
            return protocol, random_.choice(named)
        return protocol, random_.choice(NUMBERS)
    protocol = random_.choice(tuple(PROTOCOLS))
    return protocol, random_.choice(NUMBERS) if protocol != "ICMP" else 0


def _end(random_: random.Random, spaces: Mapping[str, Mapping[str, str]], version: int) -> End:
    kind = random_.choice(("pod", "pod", "outside", "outside", "node", "own node"))
    if kind == "pod":
        return _pod(random_, spaces, version)
    if kind == "outside":
        return End(kind=kind, address=random_.choice(OUTSIDE if version == 4 else OUTSIDE_6))
    return End(kind=kind, address="10.1.0.4" if version == 4 else "fd00:1::4")


def _pod(random_: random.Random, spaces: Mapping[str, Mapping[str, str]], version: int) -> End:
    namespace = random_.choice(NAMESPACES)
    ports = [("web", "TCP", 80), ("web", "TCP", 8080), ("web", "UDP", 80), ("dns", "UDP", 53)]
    return End(
        kind="pod",
        address="10.244.3.7" if version == 4 else "fd00:10:244::7",
        namespace=namespace,
        space=spaces[namespace],
        labels=_some(random_, KEYS),
        ports=tuple(random_.sample(ports, random_.randint(0, 2))),
    )


def _some(random_: random.Random, keys: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {key: random_.choice([*values, "else"]) for key, values in keys.items() if random_.random() < 0.7}


def _endpoint(end: End) -> Endpoint:
    kinds = {"pod": Kind.POD, "outside": Kind.OUTSIDE, "node": Kind.REMOTE_NODE, "own node": Kind.HOST}
    return Endpoint(
        kind=kinds[end.kind],
        attributes={
            **{Attribute.of(Scope.NAMESPACE, key): value for key, value in end.space.items()},
            **{Attribute.of(Scope.POD, key): value for key, value in end.labels.items()},
        },
        addresses=(ipaddress.ip_address(end.address),),
        named_ports=tuple(NamedPort(name, PROTOCOLS[protocol], number) for name, protocol, number in end.ports),
    )
