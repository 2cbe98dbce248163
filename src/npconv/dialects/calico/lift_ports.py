"""Ports of one side of a Calico rule -> IR conditions on ports.

Source: felix/calc/rule_scanner.go (namedPortsToIPSets); facts 3.7.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from npconv.dialects.calico.model_rule import EntityRule, NamedPort, Port, PortRange, Side
from npconv.ir.condition import ALWAYS, REMEMBERED, Condition, both, either, holds, negate, within
from npconv.ir.dimensions import Axis, DstPortNamed, Fact, SrcPortNamed
from npconv.ir.intervals import ports


def ports_of(entity: EntityRule, side: Side) -> Condition:
    """What an entity asks of its port: one of `ports` and none of `notPorts`; an empty list asks nothing.

    A name means the port that the endpoint itself calls so, for the flow's protocol; addresses outside the cluster
    name no ports.
    """
    return _ports(entity.ports or (), entity.not_ports or (), side)


def numeric_ports_of(entity: EntityRule, side: Side) -> Condition:
    """The same for an address that has no named ports."""
    if not entity.ports:
        return _ports((), _ranges(entity.not_ports), side)
    return both(_any_of(_ranges(entity.ports), side), _ports((), _ranges(entity.not_ports), side))


@lru_cache(maxsize=REMEMBERED)
def _ports(wanted: tuple[Port, ...], unwanted: tuple[Port, ...], side: Side) -> Condition:
    asked = _any_of(wanted, side) if wanted else ALWAYS
    return both(asked, negate(_any_of(unwanted, side)))


def has_names(entity: EntityRule) -> bool:
    """Whether the entity asks for a port by name."""
    return any(isinstance(port, NamedPort) for port in (*(entity.ports or ()), *(entity.not_ports or ())))


def _ranges(listed: Iterable[Port] | None) -> tuple[PortRange, ...]:
    return tuple(port for port in listed or () if isinstance(port, PortRange))


def _any_of(listed: tuple[Port, ...], side: Side) -> Condition:
    axis = Axis.SRC_PORT if side == "source" else Axis.DST_PORT
    numeric = within(axis, ports(*((port.first, port.last) for port in _ranges(listed))))
    return either(numeric, *(holds(_named(port, side)) for port in listed if isinstance(port, NamedPort)))


def _named(port: NamedPort, side: Side) -> Fact:
    return SrcPortNamed(port.name) if side == "source" else DstPortNamed(port.name)
