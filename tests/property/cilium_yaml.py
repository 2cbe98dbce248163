"""Random policies of Cilium as YAML, valid for every release from 1.17 on: all that it can say, over few labels."""

from __future__ import annotations

import random
from typing import Any, TypeAlias

import yaml

Data: TypeAlias = dict[str, Any]

NAMESPACES = ("shop", "ops")
APPS = ("web", "api", "db")
CIDRS = ("203.0.113.0/24", "198.51.100.0/25", "10.0.0.0/8", "0.0.0.0/0", "::/0", "10.1.0.0/16", "2001:db8::/32")
ENTITIES = ("all", "world", "cluster", "host", "remote-node", "kube-apiserver", "health", "ingress", "none")
NAMES = ({"matchName": "a.example"}, {"matchPattern": "*.a.example"}, {"matchPattern": "*"})
PORTS = ("80", "443", "53", "0", "http")


def cilium_yaml(seed: int) -> str:
    """One to three policies, and sometimes a group of CIDRs or a NetworkPolicy beside them."""
    random_ = random.Random(f"cilium {seed}")
    found = [_policy(random_, number) for number in range(random_.randint(1, 3))]
    if random_.random() < 0.3:
        found.append(_group())
    if random_.random() < 0.2:
        found.append(_network_policy(random_))
    return "---\n".join(yaml.safe_dump(one, sort_keys=False) for one in found)


def _policy(random_: random.Random, number: int) -> Data:
    wide = random_.random() < 0.3
    metadata: Data = {"name": f"p{number}"} if wide else {"name": f"p{number}", "namespace": random_.choice(NAMESPACES)}
    rules = [_rule(random_) for _ in range(random_.choice((1, 1, 1, 2)))]
    said: Data = {"spec": rules[0]} if len(rules) == 1 else {"specs": rules}
    kind = "CiliumClusterwideNetworkPolicy" if wide else "CiliumNetworkPolicy"
    return {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": metadata, **said}


def _rule(random_: random.Random) -> Data:
    found: Data = {"endpointSelector": _selector(random_) if random_.random() < 0.7 else {}}
    sections = random_.sample(("ingress", "egress", "ingressDeny", "egressDeny"), k=random_.choice((1, 1, 2, 3)))
    for section in sections:
        found[section] = [_entry(random_, section) for _ in range(random_.choice((1, 1, 2)))]
    if random_.random() < 0.35:
        way = sections[0].removesuffix("Deny")
        found["enableDefaultDeny"] = {way: random_.random() < 0.3}
    return found


def _entry(random_: random.Random, section: str) -> Data:
    allows, way = not section.endswith("Deny"), "from" if section.startswith("ingress") else "to"
    found = _peers(random_, way, allows=allows)
    draw = random_.random()
    if draw < 0.55:
        found["toPorts"] = [_ports(random_, allows=allows, egress=way == "to")]
    elif draw < 0.65:
        found["icmps"] = [
            {"fields": [{"family": random_.choice(("IPv4", "IPv6")), "type": random_.choice((8, 128, 3))}]}
        ]
    if allows and random_.random() < 0.06:
        found["authentication"] = {"mode": "required"}
    return found


def _peers(random_: random.Random, way: str, *, allows: bool) -> Data:
    draw = random_.random()
    if draw < 0.4:
        return {f"{way}Endpoints": [_peer(random_) for _ in range(random_.choice((1, 1, 2)))]}
    if draw < 0.6:
        return {f"{way}Entities": random_.sample(ENTITIES, k=random_.choice((1, 1, 2)))}
    if draw < 0.7:
        return {f"{way}CIDR": random_.sample(CIDRS, k=random_.choice((1, 2)))}
    if draw < 0.8:
        block = random_.choice(
            (
                {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]},
                {"cidr": "0.0.0.0/0", "except": ["169.254.169.254/32", "10.0.0.0/8"]},
                {"cidrGroupRef": "partners"},
            )
        )
        return {f"{way}CIDRSet": [block]}
    if draw < 0.88 and way == "to" and allows:
        return {"toFQDNs": random_.sample(NAMES, k=random_.choice((1, 2)))}
    return {}


def _peer(random_: random.Random) -> Data:
    draw = random_.random()
    if draw < 0.15:
        return {}
    if draw < 0.25:
        return {"matchLabels": {"k8s:io.kubernetes.pod.namespace": random_.choice(NAMESPACES)}}
    if draw < 0.35:
        key = "k8s:io.kubernetes.pod.namespace"
        return {"matchExpressions": [{"key": key, "operator": "NotIn", "values": [random_.choice(NAMESPACES)]}]}
    if draw < 0.45:
        return {"matchLabels": {"k8s:io.cilium.k8s.namespace.labels.team": "a"}, **_expressions(random_)}
    return _selector(random_)


def _selector(random_: random.Random) -> Data:
    if random_.random() < 0.7:
        return {"matchLabels": {random_.choice(("app", "k8s:app", "any:app")): random_.choice(APPS)}}
    return _expressions(random_)


def _expressions(random_: random.Random) -> Data:
    operator = random_.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    asked: Data = {"key": "app", "operator": operator}
    if operator.endswith("In"):
        asked["values"] = random_.sample(APPS, k=random_.choice((1, 2)))
    return {"matchExpressions": [asked]}


def _ports(random_: random.Random, *, allows: bool, egress: bool) -> Data:
    draw = random_.random() if allows else 1.0
    if draw < 0.12:
        rules: tuple[list[Data], ...] = ([{"method": "GET"}], [{"path": "/a"}, {"host": "a"}], [{}])
        requests = random_.choice(rules)
        return {"ports": [{"port": random_.choice(("80", "http")), "protocol": "TCP"}], "rules": {"http": requests}}
    if draw < 0.22 and egress:
        names = random_.sample(NAMES, k=random_.choice((1, 2)))
        protocol = random_.choice(("UDP", "TCP", "ANY"))
        return {"ports": [{"port": "53", "protocol": protocol}], "rules": {"dns": names}}
    if draw < 0.26 and egress:
        return {"ports": [{"port": "443", "protocol": "TCP"}], "serverNames": ["a.example"]}
    return {"ports": [_port(random_) for _ in range(random_.choice((1, 1, 2)))]}


def _port(random_: random.Random) -> Data:
    found: Data = {"port": random_.choice(PORTS), "protocol": random_.choice(("TCP", "UDP", "SCTP", "ANY"))}
    if found["port"] in ("80", "443") and random_.random() < 0.3:
        found["endPort"] = random_.choice((100, 8080))
    return found


def _group() -> Data:
    return {
        "apiVersion": "cilium.io/v2alpha1",
        "kind": "CiliumCIDRGroup",
        "metadata": {"name": "partners"},
        "spec": {"externalCIDRs": ["203.0.113.0/25", "2001:db8:a::/48"]},
    }


def _network_policy(random_: random.Random) -> Data:
    peers: list[Data] = [{"podSelector": {"matchLabels": {"app": random_.choice(APPS)}}}, {"namespaceSelector": {}}]
    spec: Data = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [random_.choice(peers)]}]}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "np", "namespace": random_.choice(NAMESPACES)},
        "spec": spec,
    }
