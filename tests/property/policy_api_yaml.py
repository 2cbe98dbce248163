"""Random policies of the policy API, new and old kinds, with NetworkPolicies between their tiers, as YAML."""

from __future__ import annotations

import random
from typing import Any

from npconv.source.write import write_yaml

LABELS = ("team", "env")
NETWORKS = (
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/8",
    "10.244.3.0/24",
    "10.1.0.0/16",
    "203.0.113.0/24",
    "203.0.113.9/32",
    "2001:db8::/48",
)
SPACES = ("shop", "ops", "other")


def policy_api_yaml(seed: int, *, experimental: bool = False) -> str:
    """A few namespaces and policies."""
    random_ = random.Random(seed)
    kinds = ["cnp"] * 5 + ["anp"] * 3 + ["np"] * 2
    made: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": name}}}
        for name in SPACES
    ]
    for number in range(random_.randint(1, 5)):
        made.append(_policy(random_, random_.choice(kinds), f"p{number}", experimental))
    if random_.random() < 0.2:
        made.append(_policy(random_, "banp", "default", experimental))
    return write_yaml(made)


def _policy(random_: random.Random, kind: str, name: str, experimental: bool) -> dict[str, Any]:
    if kind == "np":
        return _network_policy(random_, name)
    old = kind != "cnp"
    spec: dict[str, Any] = {"subject": _pods(random_, old=old)}
    if kind == "cnp":
        spec["tier"] = random_.choice(("Admin", "Admin", "Baseline"))
    if kind != "banp":
        spec["priority"] = random_.choice((1, 2, 3, 500, 1000))
    actions = ["Allow" if old else "Accept", "Deny"] + (["Pass"] if kind != "banp" else [])
    for direction, key in (("ingress", "from"), ("egress", "to")):
        if random_.random() < 0.7:
            spec[direction] = [
                _rule(random_, key, actions, old=old, experimental=experimental) for _ in range(random_.randint(1, 3))
            ]
    version = "v1alpha1" if old else "v1alpha2"
    names = {"cnp": "ClusterNetworkPolicy", "anp": "AdminNetworkPolicy", "banp": "BaselineAdminNetworkPolicy"}
    return {
        "apiVersion": f"policy.networking.k8s.io/{version}",
        "kind": names[kind],
        "metadata": {"name": name},
        "spec": spec,
    }


def _rule(random_: random.Random, key: str, actions: list[str], *, old: bool, experimental: bool) -> dict[str, Any]:
    rule: dict[str, Any] = {"action": random_.choice(actions)}
    if random_.random() < 0.3:
        rule["name"] = "named"
    choices = ["pods", "pods", "pods"] if key == "from" else ["pods", "networks", "networks"]
    if experimental and key == "to":
        choices += ["nodes"] if old else ["nodes", "domainNames"]
    peers = [_peer(random_, random_.choice(choices), old=old) for _ in range(random_.randint(1, 2))]
    rule[key] = peers
    if random_.random() < 0.5:
        named = all("pods" in one or "namespaces" in one for one in peers) and (experimental or not old)
        rule["ports" if old else "protocols"] = [
            _port(random_, old=old, named=named) for _ in range(random_.randint(1, 2))
        ]
    return rule


def _peer(random_: random.Random, kind: str, *, old: bool) -> dict[str, Any]:
    if kind == "networks":
        return {"networks": random_.sample(NETWORKS, random_.randint(1, 2))}
    if kind == "nodes":
        return {"nodes": random_.choice(({}, {"matchLabels": {"pool": "edge"}}))}
    if kind == "domainNames":
        return {"domainNames": [random_.choice(("www.example.com", "*.example.net"))]}
    return _pods(random_, old=old)


def _pods(random_: random.Random, *, old: bool) -> dict[str, Any]:
    if random_.random() < 0.5:
        return {"namespaces": _selector(random_, "team", SPACES)}
    pods: dict[str, Any] = {"podSelector": _selector(random_, "app", ("web", "db"))}
    if old or random_.random() < 0.5:
        pods["namespaceSelector"] = _selector(random_, "team", SPACES)
    return {"pods": pods}


def _selector(random_: random.Random, key: str, values: tuple[str, ...]) -> dict[str, Any]:
    what = random_.random()
    if what < 0.3:
        return {}
    if what < 0.6:
        return {"matchLabels": {key: random_.choice(values)}}
    operator = random_.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    expression: dict[str, Any] = {"key": key, "operator": operator}
    if operator in ("In", "NotIn"):
        expression["values"] = random_.sample(values, random_.randint(1, 2))
    return {"matchExpressions": [expression]}


def _port(random_: random.Random, *, old: bool, named: bool) -> dict[str, Any]:
    what = random_.random()
    transport = random_.choice(("tcp", "tcp", "udp", "sctp"))
    if named and what < 0.15:
        return {"namedPort" if old else "destinationNamedPort": "http"}
    start = random_.choice((1, 80, 8000))
    end = start + (random_.choice((0, 5, -1)) if old else 5)
    if old:
        protocol = transport.upper()
        number = {"portNumber": {"protocol": protocol, "port": start}}
        return number if what < 0.6 else {"portRange": {"protocol": protocol, "start": start, "end": max(end, 1)}}
    port = {"number": start} if what < 0.6 else {"range": {"start": start, "end": end}}
    return {transport: {"destinationPort": port}}


def _network_policy(random_: random.Random, name: str) -> dict[str, Any]:
    ports = [{"protocol": random_.choice(("TCP", "UDP")), "port": random_.choice((80, 53))}]
    rule: dict[str, Any] = {}
    if random_.random() < 0.8:
        block = {"ipBlock": {"cidr": random_.choice(("203.0.113.0/24", "10.0.0.0/8"))}}
        pods = {"podSelector": _selector(random_, "app", ("web", "db"))}
        rule["peers"] = [random_.choice((block, pods, {"namespaceSelector": _selector(random_, "team", SPACES)}))]
    if random_.random() < 0.5:
        rule["ports"] = ports
    types = random_.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    spec: dict[str, Any] = {"podSelector": _selector(random_, "app", ("web", "db")), "policyTypes": types}
    for direction, key in (("Ingress", "from"), ("Egress", "to")):
        if direction in types and random_.random() < 0.8:
            spec[direction.lower()] = [{key if one == "peers" else one: value for one, value in rule.items()}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": random_.choice(SPACES)},
        "spec": spec,
    }
