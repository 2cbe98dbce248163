"""A number -> so many policies of a made-up cluster, as people write them: ten a namespace, many of them alike.

What real clusters look like, from their issue trackers: 14,000 policies over 1,400 namespaces of which 2,450 are pairs
of identical ones (projectcalico/felix#2032), 75,000 over 25,000 namespaces in a scale test (antrea-io/antrea#566). The
same number always makes the same policies.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias

import yaml

Object: TypeAlias = dict[str, Any]

PER_NAMESPACE: Final = 10
APPS: Final = ("web", "api", "db", "cache", "worker", "queue", "auth", "search", "mail", "billing", "report", "admin")
TEAMS: Final = ("shop", "pay", "data", "edge", "core", "ops", "risk", "crm")
_PORTS: Final = (80, 443, 8080, 8443, 5432, 6379, 9090, 9092, 3306, 27017, 50051)
_MOST_GLOBAL: Final = 20
"""Cluster-wide policies do not grow with the cluster: whoever has 75,000 policies does not have 1,000 of these."""


def calico(count: int) -> list[Object]:
    """Calico's policies in three tiers, and as many NetworkPolicies beside them, with ordered Deny and network sets."""
    shared = [*_calico_tiers(), *_network_sets(), *_calico_global(_globals(count))]
    return [*shared, *islice(_namespaced(count - _globals(count), _calico_namespace), count - _globals(count))]


def calico_namespaced(count: int) -> list[Object]:
    """The same without tiers and cluster-wide policies, which NetworkPolicies can say."""
    return [*_network_sets(), *islice(_namespaced(count, _calico_namespace), count)]


def cilium(count: int) -> list[Object]:
    """Cilium's policies, a third of them NetworkPolicies, with HTTP rules, names and Deny."""
    own = list(_cilium_global(_globals(count)))
    return [*own, *islice(_namespaced(count - len(own), _cilium_namespace), count - len(own))]


def overlapping(count: int) -> list[Object]:
    """The hardest that is known: ordered policies of one namespace, each over pods that others are over, too."""
    random_ = random.Random(f"overlapping {count}")
    return [_overlapping(number, random_) for number in range(count)]


def overlapping_in_two(count: int) -> list[Object]:
    """The same in other words: each rule is two, for peers that have a certain label and for those that do not."""
    found = overlapping(count)
    for one in found:
        one["spec"]["ingress"] = [half for rule in one["spec"]["ingress"] for half in _halves(rule)]
    return found


def _halves(rule: Object) -> Iterator[Object]:
    for condition in ("has(zone)", "!has(zone)"):
        yield rule | {"source": {"selector": f"{rule['source']['selector']} && {condition}"}}


def kubernetes(count: int, *, namespaces: int) -> list[Object]:
    """NetworkPolicies over a fixed number of namespaces: what every other tool can read, too."""
    random_ = random.Random(f"kubernetes {count}")
    return [_app(f"ns-{number % namespaces}", f"p-{number}", random_) for number in range(count)]


def _globals(count: int) -> int:
    return min(_MOST_GLOBAL, 2 + count // 200)


def _namespaced(count: int, namespace: Any) -> Iterator[Object]:
    for number in range(-(-count // PER_NAMESPACE)):
        random_ = random.Random(f"{count} {number}")
        yield from namespace(f"{random_.choice(TEAMS)}-{number}", random_)


# --- what every namespace has -------------------------------------------------------------------------------------


def _kubernetes(namespace: str, name: str, spec: Object) -> Object:
    metadata = _metadata(name, namespace)
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _metadata(name: str, namespace: str) -> Object:
    """What a chart puts on each of its objects."""
    if not namespace:
        return {"name": name}
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": namespace.partition("-")[0]}
    return {"name": name, "namespace": namespace, "labels": labels}


def _base(namespace: str) -> list[Object]:
    """The three that are the same in all namespaces."""
    dns = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    return [
        _kubernetes(namespace, "default-deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
        _kubernetes(
            namespace,
            "allow-dns",
            {
                "podSelector": {},
                "policyTypes": ["Egress"],
                "egress": [
                    {
                        "to": [dns | {"podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}],
                        "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
                    }
                ],
            },
        ),
        _kubernetes(
            namespace,
            "allow-monitoring",
            {
                "podSelector": {},
                "policyTypes": ["Ingress"],
                "ingress": [
                    {
                        "from": [{"namespaceSelector": {"matchLabels": {"purpose": "monitoring"}}}],
                        "ports": [{"protocol": "TCP", "port": 9090}],
                    }
                ],
            },
        ),
    ]


def _app(namespace: str, name: str, random_: random.Random) -> Object:
    """Who may reach one application, and whom it may reach."""
    app, peer, team = random_.choice(APPS), random_.choice(APPS), random_.choice(TEAMS)
    peers: list[Object] = [{"podSelector": {"matchLabels": {"app": peer}}}]
    if random_.random() < 0.4:
        labels = {"matchExpressions": [{"key": "team", "operator": "In", "values": sorted({team, "core"})}]}
        peers.append({"namespaceSelector": labels, "podSelector": {"matchLabels": {"tier": "frontend"}}})
    spec: Object = {
        "podSelector": {"matchLabels": {"app": app}},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": peers, "ports": [{"protocol": "TCP", "port": random_.choice(_PORTS)}]}],
    }
    if random_.random() < 0.4:
        spec["policyTypes"].append("Egress")
        net = f"203.0.{random_.randrange(64)}"
        block = {"cidr": f"{net}.0/24", "except": [f"{net}.128/25"]}
        spec["egress"] = [{"to": [{"ipBlock": block}], "ports": [{"protocol": "TCP", "port": 443}]}]
    return _kubernetes(namespace, name, spec)


# --- Calico -------------------------------------------------------------------------------------------------------


def _calico(kind: str, name: str, spec: Object, namespace: str = "") -> Object:
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": kind,
        "metadata": _metadata(name, namespace),
        "spec": spec,
    }


def _calico_tiers() -> list[Object]:
    orders = {"security": 100, "platform": 200}
    return [_calico("Tier", name, {"order": order, "defaultAction": "Pass"}) for name, order in orders.items()]


def _network_sets() -> list[Object]:
    found = []
    for number in range(4):
        one = _calico(
            "GlobalNetworkSet", f"set-{number}", {"nets": [f"198.51.{number * 8 + last}.0/24" for last in range(5)]}
        )
        one["metadata"]["labels"] = {"role": f"partner-{number}"}
        found.append(one)
    return found


def _calico_global(count: int) -> Iterator[Object]:
    for number in range(count):
        if number % 2 == 0:
            rules: list[Object] = [{"action": "Deny", "destination": {"nets": [f"192.0.2.{number * 4}/30"]}}]
            spec: Object = {"tier": "security", "order": 10 * number, "types": ["Egress"], "egress": rules}
            yield _calico("GlobalNetworkPolicy", f"security.blocked-{number}", spec)
            continue
        rules = [
            {"action": "Pass", "source": {"namespaceSelector": "team == 'core'"}},
            {
                "action": "Allow",
                "protocol": "TCP",
                "source": {"namespaceSelector": "purpose == 'monitoring'"},
                "destination": {"ports": [9100 + number]},
            },
        ]
        spec = {"tier": "platform", "order": 10 * number, "types": ["Ingress"], "ingress": rules}
        yield _calico("GlobalNetworkPolicy", f"platform.scrape-{number}", spec)


def _calico_namespace(namespace: str, random_: random.Random) -> Iterator[Object]:
    yield from _base(namespace)
    for number in range(3):
        yield _app(namespace, f"app-{number}", random_)
    app, other, peer = random_.sample(APPS, 3)
    port = random_.choice(_PORTS)
    yield _calico(
        "NetworkPolicy",
        f"allow-{app}",
        {
            "order": 500,
            "selector": f"app == '{app}' && has(version)",
            "types": ["Ingress"],
            "ingress": [
                {
                    "action": "Deny",
                    "protocol": "TCP",
                    "source": {"selector": f"app == '{peer}' && stage != 'prod'"},
                    "destination": {"ports": [port]},
                },
                {
                    "action": "Allow",
                    "protocol": "TCP",
                    "source": {"selector": f"app in {{'{peer}', '{other}'}}"},
                    "destination": {"ports": [port, "8000:8100"]},
                },
            ],
        },
        namespace,
    )
    yield _calico(
        "NetworkPolicy",
        f"from-teams-{other}",
        {
            "order": 510,
            "selector": f"app == '{other}'",
            "types": ["Ingress"],
            "ingress": [
                {
                    "action": "Allow",
                    "protocol": "TCP",
                    "source": {
                        "selector": "tier == 'frontend'",
                        "namespaceSelector": f"team in {{'{random_.choice(TEAMS)}', 'core'}}",
                    },
                    "destination": {"ports": [random_.choice(_PORTS)]},
                }
            ],
        },
        namespace,
    )
    yield _calico(
        "NetworkPolicy",
        f"partners-{peer}",
        {
            "order": 520,
            "selector": f"app == '{peer}'",
            "types": ["Egress"],
            "egress": [
                {
                    "action": "Allow",
                    "protocol": "TCP",
                    "destination": {"selector": f"role == 'partner-{random_.randrange(4)}'", "ports": [443]},
                },
                {"action": "Deny", "destination": {"nets": [f"203.0.113.{random_.randrange(16) * 16}/28"]}},
            ],
        },
        namespace,
    )
    yield _calico(
        "NetworkPolicy",
        "inside",
        {
            "order": 900,
            "selector": "all()",
            "types": ["Ingress"],
            "ingress": [{"action": "Allow", "source": {"selector": f"team == '{namespace.partition('-')[0]}'"}}],
        },
        namespace,
    )


def _overlapping(number: int, random_: random.Random) -> Object:
    """One of many ordered policies: a condition or two over independent labels, most of them over `app`."""
    keys = ("app", "stage", "team", "zone", "version", "track")

    def chosen() -> str:
        key = "app" if random_.random() < 0.7 else random_.choice(keys)
        return f"{key} == 'v{random_.randrange(40 if key == 'app' else 8)}'"

    rules = [
        {
            "action": "Deny" if random_.random() < 0.3 else "Allow",
            "protocol": "TCP",
            "source": {"selector": chosen()},
            "destination": {"ports": [random_.choice(_PORTS)]},
        }
        for _ in range(random_.choice((1, 2, 3)))
    ]
    spec = {"order": number, "selector": chosen(), "types": ["Ingress"], "ingress": rules}
    return _calico("NetworkPolicy", f"p-{number}", spec, "one")


# --- Cilium -------------------------------------------------------------------------------------------------------


def _cilium(name: str, spec: Object, namespace: str = "") -> Object:
    kind = "CiliumNetworkPolicy" if namespace else "CiliumClusterwideNetworkPolicy"
    return {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": _metadata(name, namespace), "spec": spec}


def _tcp(*ports: int) -> Object:
    return {"ports": [{"port": str(port), "protocol": "TCP"} for port in ports]}


def _cilium_global(count: int) -> Iterator[Object]:
    for number in range(count):
        if number % 2 == 0:
            denied: Object = {"toCIDR": [f"192.0.2.{number * 4}/30"]}
            spec: Object = {
                "endpointSelector": {},
                "enableDefaultDeny": {"ingress": False, "egress": False},
                "egressDeny": [denied],
            }
            yield _cilium(f"blocked-{number}", spec)
            continue
        peer = {"matchLabels": {"k8s:io.cilium.k8s.namespace.labels.purpose": "monitoring"}}
        rule = {"fromEndpoints": [peer], "toPorts": [_tcp(9100 + number)]}
        yield _cilium(
            f"scrape-{number}",
            {"endpointSelector": {}, "enableDefaultDeny": {"ingress": False, "egress": False}, "ingress": [rule]},
        )


def _cilium_namespace(namespace: str, random_: random.Random) -> Iterator[Object]:
    yield from _base(namespace)
    app, other, peer = random_.sample(APPS, 3)
    for number in range(3):
        name, client = random_.choice(APPS), random_.choice(APPS)
        rule: Object = {
            "fromEndpoints": [{"matchLabels": {"app": client}}],
            "toPorts": [_tcp(*sorted(random_.sample(_PORTS, 2)))],
        }
        yield _cilium(
            f"app-{number}", {"endpointSelector": {"matchLabels": {"app": name}}, "ingress": [rule]}, namespace
        )
    http: Object = {"http": [{"method": "GET", "path": "/api/v1/.*"}, {"method": "POST", "path": "/api/v1/orders"}]}
    yield _cilium(
        f"http-{app}",
        {
            "endpointSelector": {"matchLabels": {"app": app}},
            "ingress": [
                {
                    "fromEndpoints": [{"matchLabels": {"app": peer}}],
                    "toPorts": [_tcp(random_.choice(_PORTS)) | {"rules": http}],
                }
            ],
        },
        namespace,
    )
    yield _cilium(
        f"outside-{other}",
        {
            "endpointSelector": {"matchLabels": {"app": other}},
            "egress": [
                {"toEntities": ["kube-apiserver"], "toPorts": [_tcp(443)]},
                {"toCIDRSet": [{"cidr": "203.0.113.0/24", "except": ["203.0.113.128/25"]}], "toPorts": [_tcp(443)]},
            ],
        },
        namespace,
    )
    yield _cilium(
        f"deny-{peer}",
        {
            "endpointSelector": {"matchLabels": {"app": peer}},
            "ingress": [{"fromEndpoints": [{"matchLabels": {"team": namespace.partition("-")[0]}}]}],
            "ingressDeny": [{"fromEndpoints": [{"matchLabels": {"stage": "dev"}}], "toPorts": [_tcp(5432)]}],
        },
        namespace,
    )
    yield _cilium(
        "inside",
        {"endpointSelector": {}, "ingress": [{"fromEndpoints": [{}], "toPorts": [_tcp(8080)]}]},
        namespace,
    )


def text(objects: Sequence[Object]) -> str:
    """The objects as `kubectl get -o yaml` and people write them: block style, documents parted by `---`."""
    return yaml.dump_all(objects, Dumper=yaml.CSafeDumper, sort_keys=False, explicit_start=False)
