"""Address ranges of egress rules that are services' own addresses: replaced before any policy is asked."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Final

from npconv.diagnostics.codes import lint_set as codes
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import Axis
from npconv.ir.policy import Direction
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.subjects import parts
from npconv.linter.written import Key, key_of
from npconv.lowering.cube import Cubes


def of_services(context: Context) -> Iterator[Finding]:
    """Rules for single addresses, all of which are services' cluster IPs (facts/calico.md case 33, cilium.md 2.5)."""
    if context.cluster is None:
        return
    services = {
        int(ipaddress.IPv4Address(text)): f"{one.namespace}/{one.name}"
        for one in context.cluster.services
        for text in one.cluster_ips
        if ":" not in text and text != "None"
    }
    if not services:
        return
    seen: set[Key] = set()
    for policy in context.policies:
        section = policy.section(Direction.EGRESS)
        for rule in section.rules if section is not None else ():
            if rule.origin is None or key_of(rule.origin) in seen:
                continue
            named = _named(parts(rule.peer) or (), services)
            if named:
                seen.add(key_of(rule.origin))
                yield finding(
                    codes.CLUSTER_IP,
                    rule.origin,
                    f"this is the address of service `{named[0]}`, which no packet has when policies are asked",
                    help="select the pods behind the service, and their port",
                )


def _named(cubes: Cubes, services: Mapping[int, str]) -> list[str]:
    """The services whose addresses some cube is for, if it is for no others."""
    for cube in cubes:
        addresses = cube.members(Axis.ADDRESS)
        if not isinstance(addresses, Addresses) or not addresses.v6.is_empty or addresses.is_empty:
            continue
        found = [services.get(low, "") if low == high else "" for low, high in addresses.v4.spans]
        if all(found):
            return found
    return []


RULES: Final = (Rule(codes=(codes.CLUSTER_IP,), check=of_services, needs_cluster=True),)
