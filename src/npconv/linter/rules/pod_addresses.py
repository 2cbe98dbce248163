"""Pods and nodes by their addresses, where the engine is Cilium (facts/cilium.md 2.5)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from npconv.diagnostics.codes import lint_set as codes
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir import policy as ir
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import Axis, Kind
from npconv.ir.policy import Direction
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.subjects import parts
from npconv.linter.written import Key, key_of
from npconv.pipeline.endpoints import Existing, existing
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import meets


def by_address(context: Context) -> Iterator[Finding]:
    """Rules of which a range holds pods or nodes, none of which the rule matches. `/0` is the outside to everybody."""
    engine = context.engine
    if not isinstance(engine, CiliumProfile) or context.cluster is None:
        return
    everybody = _Addresses(existing(context.cluster, engine.cluster_name))
    seen: set[Key] = set()
    for policy in context.policies:
        for section in policy.sections:
            for rule in section.rules:
                if rule.origin is None or key_of(rule.origin) in seen:
                    continue
                held = _held(rule, section.direction, everybody)
                if held:
                    seen.add(key_of(rule.origin))
                    more = f", and {len(held) - 1} more" if len(held) > 1 else ""
                    yield finding(
                        codes.PODS_BY_ADDRESS,
                        rule.origin,
                        f"this holds the address of {held[0].endpoint.title}{more}: Cilium matches none by address",
                        help="select pods by their labels, and nodes by `host` and `remote-node`",
                    )


class _Addresses:
    """Who has which address, in order."""

    def __init__(self, endpoints: Iterable[Existing]) -> None:
        self._by_version: dict[int, tuple[list[int], list[Existing]]] = {}
        found = sorted(
            (
                (address.version, int(address), at, one)
                for at, one in enumerate(endpoints)
                for address in one.endpoint.addresses
            ),
            key=lambda each: each[:3],
        )
        for version in (4, 6):
            mine = [each for each in found if each[0] == version]
            self._by_version[version] = ([each[1] for each in mine], [each[3] for each in mine])

    def inside(self, addresses: Addresses) -> Iterator[Existing]:
        """Those that have an address of a set."""
        for version, spans in ((4, addresses.v4.spans), (6, addresses.v6.spans)):
            numbers, holders = self._by_version[version]
            for low, high in spans:
                yield from holders[bisect_left(numbers, low) : bisect_right(numbers, high)]


def _held(rule: ir.Rule, direction: Direction, everybody: _Addresses) -> list[Existing]:
    """The pods and nodes in a rule's ranges, unless the rule matches some of them otherwise."""
    ranges = [
        members
        for cube in parts(rule.peer) or ()
        if isinstance(members := cube.members(Axis.ADDRESS), Addresses)
        and not (members.v4.is_full or members.v6.is_full)
    ]
    if not ranges:
        return []
    held = [one for each in ranges for one in everybody.inside(each)]
    return [] if any(_matches(rule, direction, one) for one in held) else held


def _matches(rule: ir.Rule, direction: Direction, one: Existing) -> bool:
    kinds = (Kind.HOST, Kind.REMOTE_NODE) if one.endpoint.kind is not Kind.POD else (Kind.POD,)
    flow = Flow(direction=direction, subject=one.endpoint, peer=one.endpoint)
    return any(meets(rule.peer, flow, replace(one.endpoint, kind=kind)) for kind in kinds)


RULES: Final = (Rule(codes=(codes.PODS_BY_ADDRESS,), check=by_address, needs_cluster=True),)
