"""Ports of one side of a Calico rule -> IR conditions on ports.

Source: felix/calc/rule_scanner.go (namedPortsToIPSets); facts 3.7.
"""

from __future__ import annotations

from collections.abc import Iterable

from npconv.dialects.calico.model_rule import EntityRule, NamedPort, Port, PortRange, Side
from npconv.ir.condition import ALWAYS, Condition, both, either, holds, negate, within
from npconv.ir.dimensions import Axis, DstPortNamed, Fact, SrcPortNamed
from npconv.ir.intervals import ports


def ports_of(entity: EntityRule, side: Side) -> Condition:
    """What an entity asks of its port: one of `ports` and none of `notPorts`; an empty list asks nothing.

    A name means the port that the endpoint itself calls so, for the flow's protocol; addresses outside the cluster
    name no ports.
    """
    asked = _any_of(entity.ports, side) if entity.ports else ALWAYS
    return both(asked, negate(_any_of(entity.not_ports or (), side)))


def numeric_ports_of(entity: EntityRule, side: Side) -> Condition:
    """The same for an address that has no named ports."""
    asked = _any_of(_ranges(entity.ports), side) if entity.ports else ALWAYS
    return both(asked, negate(_any_of(_ranges(entity.not_ports), side)))


def has_names(entity: EntityRule) -> bool:
    """Whether the entity asks for a port by name."""
    return any(isinstance(port, NamedPort) for port in (*(entity.ports or ()), *(entity.not_ports or ())))


def _ranges(listed: Iterable[Port] | None) -> tuple[PortRange, ...]:
    return tuple(port for port in listed or () if isinstance(port, PortRange))


def _any_of(listed: Iterable[Port], side: Side) -> Condition:
    listed = tuple(listed)
    axis = Axis.SRC_PORT if side == "source" else Axis.DST_PORT
    numeric = within(axis, ports(*((port.first, port.last) for port in _ranges(listed))))
    return either(numeric, *(holds(_named(port, side)) for port in listed if isinstance(port, NamedPort)))


def _named(port: NamedPort, side: Side) -> Fact:
    return SrcPortNamed(port.name) if side == "source" else DstPortNamed(port.name)
