"""Random YAML for Calico: policies of every kind beside each other, with what they refer to. A seed says it all."""

from __future__ import annotations

import random

import yaml
from calico_rules import V4, V6, Data, rules
from calico_selectors import NAMESPACES, VALUES, namespace_selector, selector

TIERS = ("security", "platform")


def calico_yaml(seed: int) -> str:
    """A stream of documents that Calico would accept."""
    return yaml.safe_dump_all(documents(random.Random(seed)), sort_keys=False)


def documents(random_: random.Random) -> list[Data]:
    """One to six policies, and around them tiers, network sets, namespaces and a service, or not.

    Sometimes a crowd of them in one namespace, where everything overlaps with everything.
    """
    found: list[Data] = []
    crowded = random_.random() < 0.12
    namespaces = NAMESPACES[:1] if crowded else NAMESPACES
    tiers = random_.choice(((), (), TIERS[:1], TIERS))
    found += [_tier(random_, name, number) for number, name in enumerate(tiers)]
    for number in range(random_.choice((7, 9, 12) if crowded else (1, 2, 2, 3, 3, 4, 5, 6))):
        what = random_.random()
        if what < 0.5:
            found.append(_namespaced(random_, number, tiers, namespaces))
        elif what < 0.85:
            found.append(_global(random_, number, tiers))
        else:
            found.append(_kubernetes(random_, number, namespaces))
    if random_.random() < 0.4:
        found.append(_global_set(random_))
    if random_.random() < 0.25:
        found.append(_set(random_))
    if random_.random() < 0.3:
        found += [_namespace(name, labels) for name, labels in (("shop", {"team": "a"}), ("ops", {}))]
    if random_.random() < 0.2:
        found.append(_staged(random_))
    if random_.random() < 0.3:
        found.append(_service(random_))
    if random_.random() < 0.1:
        found.append(_host(random_))
    if random_.random() < 0.1:
        found = [_stored(one) for one in found]
    return found


def _stored(one: Data) -> Data:
    """An object as the datastore has it, in the form of Calico's own CRDs."""
    if one["apiVersion"] != "projectcalico.org/v3":
        return one
    return one | {"apiVersion": "crd.projectcalico.org/v1"}


def _object(kind: str, name: str, namespace: str, spec: Data, labels: Data | None = None) -> Data:
    metadata: Data = {"name": name} | ({"namespace": namespace} if namespace else {})
    metadata |= {"labels": labels} if labels else {}
    return {"apiVersion": "projectcalico.org/v3", "kind": kind, "metadata": metadata, "spec": spec}


def _tier(random_: random.Random, name: str, number: int) -> Data:
    spec: Data = {"order": random_.choice((100, 100.5, 200)) + number}
    if random_.random() < 0.6:
        spec["defaultAction"] = random_.choice(("Pass", "Pass", "Deny"))
    return _object("Tier", name, "", spec)


def _spec(random_: random.Random, tiers: tuple[str, ...], *, namespaced: bool) -> Data:
    spec: Data = {}
    if tiers and random_.random() < 0.5:
        spec["tier"] = random_.choice(tiers)
    elif random_.random() < 0.2:
        spec["tier"] = "default"
    if random_.random() < 0.75:
        spec["order"] = random_.choice((10, 10, 10.5, 100, 100, 1000, 1000.0, 2000, -5))
    if random_.random() < 0.75:
        spec["selector"] = selector(random_)
    if random_.random() < 0.08:
        spec["serviceAccountSelector"] = "team == 'a'" if random_.random() < 0.3 else "projectcalico.org/name == 'cart'"
    directions = random_.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    if random_.random() < 0.8:
        spec["types"] = directions
    for direction in directions:
        if random_.random() < 0.9:
            spec[direction.lower()] = rules(random_, direction.lower(), namespaced=namespaced)
    return spec


def _namespaced(random_: random.Random, number: int, tiers: tuple[str, ...], namespaces: tuple[str, ...]) -> Data:
    spec = _spec(random_, tiers, namespaced=True)
    return _object(
        "NetworkPolicy", random_.choice((f"p{number}", "same")) + str(number), random_.choice(namespaces), spec
    )


def _global(random_: random.Random, number: int, tiers: tuple[str, ...]) -> Data:
    spec = _spec(random_, tiers, namespaced=False)
    if random_.random() < 0.35:
        spec["namespaceSelector"] = namespace_selector(random_)
    elif random_.random() < 0.5:
        spec.pop("selector", None)
    return _object("GlobalNetworkPolicy", f"g{number}", "", spec)


def _set(random_: random.Random) -> Data:
    family = V6 if random_.random() < 0.1 else V4[1:]
    return _object(
        "NetworkSet",
        "own",
        random_.choice(NAMESPACES),
        {"nets": random_.sample(family, 2)},
        {"app": random_.choice(VALUES)},
    )


def _global_set(random_: random.Random) -> Data:
    nets = [*random_.sample(V4[1:], random_.randint(1, 3)), *random_.sample(V6[1:], random_.randint(0, 1))]
    return _object("GlobalNetworkSet", "trusted", "", {"nets": nets}, {"role": random_.choice(VALUES)})


def _namespace(name: str, labels: Data) -> Data:
    own = {"kubernetes.io/metadata.name": name}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": own | labels}}


def _staged(random_: random.Random) -> Data:
    spec = _spec(random_, (), namespaced=False)
    return _object("StagedGlobalNetworkPolicy", "staged", "", spec)


def _service(random_: random.Random) -> Data:
    ports: list[Data] = [{"name": "web", "port": 80, "targetPort": random_.choice((8080, "http"))}]
    if random_.random() < 0.3:
        ports.append({"name": "dns", "port": 53, "protocol": "UDP"})
    metadata: Data = {"name": "cart", "namespace": "shop"}
    spec: Data = {"selector": {"app": "web"}, "ports": ports}
    if random_.random() < 0.2:
        del spec["selector"]
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _host(random_: random.Random) -> Data:
    spec: Data = {"node": "n1", "interfaceName": "*", "expectedIPs": ["10.1.0.7"]}
    return _object("HostEndpoint", "n1-all", "", spec, {"app": random_.choice(VALUES), "role": "db"})


def _kubernetes(random_: random.Random, number: int, namespaces: tuple[str, ...]) -> Data:
    pods: Data = random_.choice(({}, {"matchLabels": {"app": "web"}}, _expressions(random_)))
    spec: Data = {"podSelector": pods}
    directions = random_.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    if random_.random() < 0.7 or "Egress" in directions:
        spec["policyTypes"] = directions
    for direction, peers in (("Ingress", "from"), ("Egress", "to")):
        if direction in directions and random_.random() < 0.8:
            spec[direction.lower()] = [_kubernetes_rule(random_, peers) for _ in range(random_.choice((0, 1, 1, 2)))]
    metadata = {"name": f"k{number}", "namespace": random_.choice(namespaces)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _kubernetes_rule(random_: random.Random, peers: str) -> Data:
    found: Data = {}
    if random_.random() < 0.75:
        found[peers] = [_kubernetes_peer(random_) for _ in range(random_.choice((1, 1, 2)))]
    if random_.random() < 0.6:
        ports: list[Data] = [
            {"port": 80},
            {"protocol": "UDP", "port": 53},
            {"port": "http"},
            {"port": 8000, "endPort": 8100},
        ]
        found["ports"] = random_.sample([*ports, {"protocol": "SCTP"}], random_.choice((1, 2)))
    return found


def _kubernetes_peer(random_: random.Random) -> Data:
    what = random_.random()
    if what < 0.35:
        block: Data = random_.choice(
            (
                {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]},
                {"cidr": "8.8.8.0/24"},
                {"cidr": "0.0.0.0/0"},
                {"cidr": "10.244.0.0/16"},
            )
        )
        return {"ipBlock": block}
    if what < 0.6:
        return {"podSelector": random_.choice(({}, {"matchLabels": {"app": "web"}}, _expressions(random_)))}
    namespaces: Data = random_.choice(
        ({}, {"matchLabels": {"team": "a"}}, {"matchLabels": {"kubernetes.io/metadata.name": "ops"}})
    )
    return {"namespaceSelector": namespaces} | ({"podSelector": _expressions(random_)} if what < 0.8 else {})


def _expressions(random_: random.Random) -> Data:
    key = random_.choice(("app", "role"))
    operator = random_.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    values = {"values": random_.sample(VALUES, 2)} if operator in ("In", "NotIn") else {}
    return {"matchExpressions": [{"key": key, "operator": operator} | values]}
