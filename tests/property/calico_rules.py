"""Random rules of Calico policies, such as people write and such as they should not."""

from __future__ import annotations

import random

from calico_selectors import accounts, namespace_selector, selector

Data = dict[str, object]

V4 = (
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.244.0.0/16",
    "10.244.3.0/24",
    "10.1.0.0/24",
    "8.8.8.0/24",
    "8.8.8.8/32",
    "169.254.169.254/32",
    "192.168.0.0/16",
    "203.0.113.0/25",
)
V6 = ("::/0", "2001:db8::/32", "2001:db8:1::/48", "fd00::/8")
PORTS: tuple[object, ...] = (80, 443, 53, 8080, "8000:8100", "1:1024", "1024:65535", "http", "dns")
TRANSPORT = ("TCP", "TCP", "TCP", "UDP", "SCTP", 6, 17)


def rules(random_: random.Random, direction: str, *, namespaced: bool) -> list[Data]:
    """The rules of one direction of a policy."""
    return [rule(random_, direction, namespaced=namespaced) for _ in range(random_.choice((0, 1, 1, 2, 2, 3)))]


def rule(random_: random.Random, direction: str, *, namespaced: bool) -> Data:
    """One rule."""
    action = random_.choices(("Allow", "Deny", "Pass", "Log"), (5, 3, 1, 0.2))[0]
    found: Data = {"action": action}
    peer, own = ("source", "destination") if direction == "ingress" else ("destination", "source")
    family = 6 if random_.random() < 0.08 else 4
    entities: dict[str, Data] = {"source": {}, "destination": {}}
    if random_.random() < 0.75:
        entities[peer] |= entity(random_, family)
    if random_.random() < 0.1:
        entities[own] |= own_side(random_, family)
    service = direction == "egress" and not entities[peer] and random_.random() < 0.05
    if service:
        entities[peer] = {"services": {"name": "cart", "namespace": "shop"}}
    found |= traffic(random_, entities, family, ports=not service)
    if random_.random() < 0.08 and "ipVersion" not in found and family == 4 and found.get("protocol") != "ICMPv6":
        found["ipVersion"] = 4
    with_http = action == "Allow" and direction == "ingress" and found.get("protocol") in (None, "TCP", 6)
    if with_http and random_.random() < 0.12:
        found["http"] = http(random_)
        if found.get("protocol") == 6:  # the validator wants the name here
            found["protocol"] = "TCP"
    found |= {side: data for side, data in entities.items() if data}
    return found


def entity(random_: random.Random, family: int) -> Data:
    """Whom a rule is about: selectors, addresses, or both."""
    found: Data = {}
    what = random_.random()
    if what < 0.45:
        found["selector"] = selector(random_)
        if random_.random() < 0.4:
            found["namespaceSelector"] = namespace_selector(random_)
        elif random_.random() < 0.1:
            found["namespaceSelector"] = "global()"
        if random_.random() < 0.1:
            found["notSelector"] = selector(random_)
    elif what < 0.6:
        found["namespaceSelector"] = namespace_selector(random_)
    elif what < 0.67:
        found["serviceAccounts"] = accounts(random_)
        if random_.random() < 0.4:
            found["namespaceSelector"] = namespace_selector(random_)
    elif what < 0.7:
        found["notSelector"] = selector(random_)
    if what >= 0.67 or random_.random() < 0.05:
        found |= nets(random_, family)
    return found


def nets(random_: random.Random, family: int) -> Data:
    """Addresses that are meant, and that are not."""
    known = V4 if family == 4 else V6
    what = random_.random()
    found: Data = {}
    if what < 0.85:
        found["nets"] = random_.sample(known, random_.choice((1, 1, 2)))
    if what > 0.7:
        found["notNets"] = random_.sample(known[1:], random_.choice((1, 1, 2)))
    return found


def own_side(random_: random.Random, family: int) -> Data:
    """What a rule asks of the side that its policy selects already."""
    what = random_.random()
    if what < 0.6:
        return {"selector": selector(random_)}
    if what < 0.75:
        return {"serviceAccounts": accounts(random_)}
    if what < 0.85:
        return {"namespaceSelector": namespace_selector(random_)}
    return nets(random_, family)


def traffic(random_: random.Random, entities: dict[str, Data], family: int, *, ports: bool) -> Data:
    """Protocols, ports and ICMP; ports go into the entities."""
    what = random_.random()
    if what < 0.3:
        return {}
    if what < 0.75:
        found: Data = {"protocol": random_.choice(TRANSPORT)}
        chosen = random_.random()
        if ports and chosen < 0.85:
            entities["destination"]["ports"] = random_.sample(PORTS, random_.choice((1, 1, 1, 2, 3)))
        if ports and chosen > 0.75:
            entities["destination"]["notPorts"] = random_.sample(PORTS, random_.choice((1, 1, 2)))
        if random_.random() < 0.04:
            entities["source"]["ports"] = random_.sample(PORTS[:7], 1)
        return found
    if what < 0.78 and ports:
        entities["destination"]["ports"] = ["http"]
        return {}
    if what < 0.88:
        return _icmp(random_, family)
    if what < 0.94:
        return {"notProtocol": random_.choice(("TCP", "UDP", "ICMP", 47) if family == 4 else ("TCP", "UDP"))}
    return {"protocol": random_.choice((47, 2, 112, "UDPLite", "TCP"))}


def _icmp(random_: random.Random, family: int) -> Data:
    found: Data = {"protocol": "ICMP" if family == 4 else "ICMPv6"}
    match: Data = random_.choice(({}, {"type": 8}, {"type": 3}, {"type": 3, "code": 4}, {"type": 200}))
    if not match:
        return found
    return found | {"icmp" if random_.random() < 0.8 else "notICMP": match}


def http(random_: random.Random) -> Data:
    """What a request must be."""
    found: Data = {}
    if random_.random() < 0.7:
        found["methods"] = random_.sample(("GET", "PUT", "POST"), random_.choice((1, 2)))
    if random_.random() < 0.7 or not found:
        path: Data = random_.choice(({"exact": "/cart"}, {"prefix": "/api"}, {"prefix": "/"}, {"exact": "/a.b"}))
        found["paths"] = [path]
    return found
