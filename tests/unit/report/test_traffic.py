"""What passes between two ends, all traffic at once, is what `verdict` says of each flow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from calico_yaml import calico_yaml

from npconv.ir.dimensions import Axis, Kind
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Direction
from npconv.lowering.cube import Cube, Cubes
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.meaning import meaning
from npconv.report.samples import MadeUp, outside
from npconv.report.traffic import EVERYTHING, asked, passing, text, without
from npconv.semantics.flow import TCP, UDP, Endpoint, Flow
from npconv.semantics.verdict import verdict
from npconv.source.load import parse

TRAFFIC = [(TCP, port) for port in (1, 53, 80, 443, 5432, 8080, 9090, 65535)] + [(UDP, 53), (UDP, 123), (1, 0), (47, 0)]


def inside(cubes: Cubes, protocol: int, port: int) -> bool:
    """Whether some traffic is in a union of cubes."""
    values = {Axis.PROTOCOL: protocol, Axis.DST_PORT: port, Axis.SRC_PORT: 50_000, Axis.ICMP_TYPE: 0, Axis.ICMP_CODE: 0}
    return any(all(values[dimension] in members for dimension, members in cube.sets) for cube in cubes)  # type: ignore[index]


@pytest.mark.parametrize("seed", range(8))
def test_all_at_once_is_as_one_by_one(seed: int) -> None:
    policies = meaning(parse(calico_yaml(seed), "x.yaml"), parse_engine("calico")).policies
    pods = list(MadeUp(policies, (), "default").all(policies))[:12]
    ends: list[Endpoint] = [*pods, outside()]
    compared = 0
    for subject in pods:
        for direction in Direction:
            what = asked(policies, subject, direction)
            for peer in ends:
                if peer is subject:
                    continue
                flow = Flow(direction=direction, subject=subject, peer=peer)
                found = passing(what, flow)
                for protocol, port in TRAFFIC:
                    sent = replace(flow, protocol=protocol, port=port, source_port=50_000 if port else 0)
                    said = verdict(policies, sent)
                    assert inside(found, protocol, port) == said.allowed, (sent, said.reason)
                    compared += 1
    assert compared > 100


def cube(protocol: int | None = None, *spans: tuple[int, int]) -> Cube:
    made = Cube()
    if protocol is not None:
        made = made.having(Axis.PROTOCOL, protocols(protocol))
    return made.having(Axis.DST_PORT, ports(*spans)) if spans else made


@pytest.mark.parametrize(
    ("traffic", "words"),
    [
        ((), ""),
        (EVERYTHING, "everything"),
        ((cube(TCP, (5432, 5432)),), "5432/tcp"),
        ((cube(TCP, (80, 80), (443, 443)), cube(UDP, (53, 53))), "53/udp, 80,443/tcp"),
        ((cube(TCP, (80, 80)), cube(TCP, (0, 79), (81, 65535))), "tcp"),
        ((cube(TCP), cube(UDP, (1, 1023))), "tcp, 1-1023/udp"),
        (without(EVERYTHING, [cube(TCP)]), "other protocols"),
        ((cube(TCP, *((port, port) for port in range(10, 30, 2))),), "10,12,14,16,18,20 and 4 more/tcp"),
    ],
)
def test_words(traffic: Cubes, words: str) -> None:
    assert text(traffic) == words


def test_nothing_made_up_is_outside_of_a_namespace() -> None:
    policies = meaning(parse(calico_yaml(1), "x.yaml"), parse_engine("calico")).policies
    assert {one.kind for one in MadeUp(policies, (), "default").all(policies)} == {Kind.POD}
