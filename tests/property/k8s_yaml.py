"""A seed -> random Kubernetes NetworkPolicies as text: every kind of peer, block and port, and some of the cluster."""

from __future__ import annotations

import random
from typing import Any

from npconv.source.write import write_yaml

KEYS = {"app": ("web", "api", "db"), "role": ("client", "probe"), "tier": ("front", "back")}
TEAMS = {"team": ("a", "b"), "kubernetes.io/metadata.name": ("shop", "ops", "other")}
NAMESPACES = ("shop", "ops", "other")
BLOCKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("0.0.0.0/0", ()),
    ("0.0.0.0/0", ("10.0.0.0/8",)),
    ("0.0.0.0/0", ("169.254.169.254/32",)),
    ("::/0", ()),
    ("10.0.0.0/8", ("10.244.0.0/16", "10.1.0.0/16")),
    ("10.244.0.0/16", ()),
    ("10.244.3.0/24", ()),
    ("10.1.0.0/16", ()),
    ("203.0.113.0/24", ("203.0.113.7/32", "203.0.113.64/26")),
    ("203.0.113.0/25", ()),
    ("2001:db8::/32", ("2001:db8:1::/48",)),
)
PORTS: tuple[dict[str, Any], ...] = (
    {"port": 80},
    {"port": 443, "protocol": "TCP"},
    {"port": 53, "protocol": "UDP"},
    {"port": 8000, "endPort": 8080},
    {"port": 8005, "endPort": 8100, "protocol": "UDP"},
    {"port": "web"},
    {"port": "dns", "protocol": "UDP"},
    {"protocol": "SCTP"},
    {"protocol": "UDP"},
    {},
)


def k8s_yaml(seed: int) -> str:
    """Between one and four policies, and sometimes the namespaces and pods that they are about."""
    random_ = random.Random(f"k8s {seed}")
    found = [_policy(random_, number) for number in range(random_.randint(1, 4))]
    if random_.random() < 0.4:
        found += [_namespace(random_, name) for name in NAMESPACES]
    if random_.random() < 0.3:
        found += [_pod(random_, number) for number in range(random_.randint(1, 4))]
    return write_yaml(found)


def _policy(random_: random.Random, number: int) -> dict[str, Any]:
    spec: dict[str, Any] = {"podSelector": _selector(random_, KEYS, empty=0.3)}
    for key, peers in (("ingress", "from"), ("egress", "to")):
        if random_.random() < 0.6:
            spec[key] = [_rule(random_, peers) for _ in range(random_.randint(0, 3))]
    if random_.random() < 0.6:
        spec["policyTypes"] = random_.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"p{number}", "namespace": random_.choice(NAMESPACES)},
        "spec": spec,
    }


def _rule(random_: random.Random, peers: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if random_.random() < 0.8:
        found[peers] = [_peer(random_) for _ in range(random_.randint(0, 3))]
    if random_.random() < 0.6:
        found["ports"] = [dict(one) for one in random_.sample(PORTS, random_.randint(0, 3))]
    return found


def _peer(random_: random.Random) -> dict[str, Any]:
    kind = random_.random()
    if kind < 0.3:
        cidr, without = random_.choice(BLOCKS)
        return {"ipBlock": {"cidr": cidr, **({"except": list(without)} if without else {})}}
    found: dict[str, Any] = {}
    if kind < 0.75:
        found["namespaceSelector"] = _selector(random_, TEAMS, empty=0.3)
    if kind > 0.5:
        found["podSelector"] = _selector(random_, KEYS, empty=0.2)
    return found


def _selector(random_: random.Random, keys: dict[str, tuple[str, ...]], *, empty: float) -> dict[str, Any]:
    if random_.random() < empty:
        return {}
    found: dict[str, Any] = {}
    for key in random_.sample(sorted(keys), random_.randint(1, 2)):
        operator = random_.choice(("=", "=", "In", "NotIn", "NotIn", "Exists", "DoesNotExist"))
        if operator == "=":
            found.setdefault("matchLabels", {})[key] = random_.choice(keys[key])
            continue
        asked: dict[str, Any] = {"key": key, "operator": operator}
        if operator in ("In", "NotIn"):
            asked["values"] = sorted(random_.sample(keys[key], random_.randint(1, 2)))
        found.setdefault("matchExpressions", []).append(asked)
    return found


def _namespace(random_: random.Random, name: str) -> dict[str, Any]:
    labels = {"team": random_.choice(TEAMS["team"])} if random_.random() < 0.7 else {}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def _pod(random_: random.Random, number: int) -> dict[str, Any]:
    labels = {key: random_.choice(values) for key, values in KEYS.items() if random_.random() < 0.7}
    ports = [
        {"name": name, "protocol": protocol, "containerPort": random_.choice((80, 8080, 53))}
        for name, protocol in (("web", "TCP"), ("dns", "UDP"))
        if random_.random() < 0.6
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"pod{number}", "namespace": random_.choice(NAMESPACES), "labels": labels},
        "spec": {"containers": [{"name": "c", "image": "c", "ports": ports}]},
    }
