"""Random ClusterNetworkPolicies, as YAML would have them. A seed says it all."""

from __future__ import annotations

import random
from typing import Any

Data = dict[str, Any]
TEAMS, APPS = ("a", "b"), ("web", "db", "api")
NETWORKS = ("10.0.0.0/8", "203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32")
PORTS: tuple[Data, ...] = (
    {"tcp": {"destinationPort": {"number": 80}}},
    {"tcp": {"destinationPort": {"number": 443}}},
    {"udp": {"destinationPort": {"range": {"start": 50, "end": 60}}}},
    {"destinationNamedPort": "http"},
)


def cluster_policies(random_: random.Random, count: int) -> list[Data]:
    """Some policies of both tiers. Priorities may be equal, and names then decide."""
    return [_policy(random_, f"web{random_.choice(('', '-', '.'))}{number}") for number in range(count)]


def _policy(random_: random.Random, name: str) -> Data:
    spec: Data = {
        "tier": random_.choice(("Admin", "Baseline")),
        "priority": random_.choice((1, 2, 2, 5)),
        "subject": _subject(random_),
    }
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        if random_.random() < 0.6:
            spec[direction] = [_rule(random_, peers) for _ in range(random_.randint(1, 3))]
    api_version = "policy.networking.k8s.io/v1alpha2"
    return {"apiVersion": api_version, "kind": "ClusterNetworkPolicy", "metadata": {"name": name}, "spec": spec}


def _rule(random_: random.Random, peers: str) -> Data:
    rule: Data = {
        "action": random_.choice(("Accept", "Deny", "Pass")),
        peers: [_peer(random_, peers) for _ in range(random_.randint(1, 2))],
    }
    if random_.random() < 0.5:
        rule["protocols"] = [random_.choice(PORTS)]
    return rule


def _peer(random_: random.Random, peers: str) -> Data:
    what = random_.random()
    if what < 0.65 or peers == "from":
        return _subject(random_)
    if what < 0.95:
        return {"networks": random_.sample(NETWORKS, random_.randint(1, 2))}
    return {"nodes": {}}


def _subject(random_: random.Random) -> Data:
    spaces = _selector(random_, "team", TEAMS)
    if random_.random() < 0.5:
        return {"namespaces": spaces}
    return {"pods": {"namespaceSelector": spaces, "podSelector": _selector(random_, "app", APPS)}}


def _selector(random_: random.Random, key: str, values: tuple[str, ...]) -> Data:
    what = random_.random()
    if what < 0.3:
        return {}
    if what < 0.6:
        return {"matchLabels": {key: random_.choice(values)}}
    operator = random_.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    listed = {"values": random_.sample(values, random_.randint(1, 2))} if operator in ("In", "NotIn") else {}
    return {"matchExpressions": [{"key": key, "operator": operator} | listed]}
