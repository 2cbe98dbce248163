"""Protocol, ICMP and IP version of a Calico rule -> IR condition on traffic.

Source: felix/rules/policy.go (FilterRuleToIPVersion), felix/calc/rule_convert.go; facts 3.6 and 3.8.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from npconv.dialects.calico.lift_nets import family_of, is_everything
from npconv.dialects.calico.model_rule import SIDES, Icmp, Protocol, Rule
from npconv.ir.condition import ALWAYS, NEVER, REMEMBERED, Condition, both, family, negate, within
from npconv.ir.dimensions import Axis, Family
from npconv.ir.intervals import PROTOCOL_TOP, Intervals, icmp, protocols

NUMBERS: Final = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "sctp": 132, "udplite": 136}
"""Protocols by name; Felix reads names in any case (felix/rules, facts 1.4)."""

BOTH_FAMILIES: Final = frozenset(Family)
_ICMP: Final = protocols(1, 58)


def protocol_number(protocol: Protocol) -> int:
    """The number of a protocol. Raises KeyError for a name that Calico does not know: callers validate first."""
    if isinstance(protocol, int):
        return protocol
    return int(protocol) if protocol.isdecimal() else NUMBERS[protocol.lower()]


@lru_cache(maxsize=REMEMBERED)
def families_of(rule: Rule) -> frozenset[Family]:
    """The IP families for which the rule exists.

    The names ICMP and ICMPv6 imply one (their numbers do not), unless `ipVersion` is written. A list of addresses, of
    `nets` or of `notNets`, that holds none of a family removes the rule for it, and so does `notNets` with all of it.
    """
    found = set(_asked(rule))
    for side in SIDES:
        entity = rule.entity(side)
        for nets in (entity.nets, entity.not_nets):
            if nets:
                found &= {family_of(net) for net in nets}
        found -= {family_of(net) for net in entity.not_nets or () if is_everything(net)}
    return frozenset(found)


@lru_cache(maxsize=REMEMBERED)
def traffic_of(rule: Rule, families: frozenset[Family]) -> Condition:
    """What the rule asks of protocol, ICMP and family; ports belong to its sides.

    The family is left out where `nets` of one side imply it.
    """
    if not families:
        return NEVER
    implied = any(rule.entity(side).nets for side in SIDES)
    return both(_protocols(rule), _icmp(rule), ALWAYS if implied else family(*families))


def _asked(rule: Rule) -> frozenset[Family]:
    if rule.ip_version is not None:
        return frozenset({Family(rule.ip_version)})
    name = rule.protocol.lower() if isinstance(rule.protocol, str) else ""
    return {"icmp": frozenset({Family.V4}), "icmpv6": frozenset({Family.V6})}.get(name, BOTH_FAMILIES)


def _protocols(rule: Rule) -> Condition:
    asked = ALWAYS if rule.protocol is None else _is(rule.protocol)
    return asked if rule.not_protocol is None else both(asked, negate(_is(rule.not_protocol)))


def _is(protocol: Protocol) -> Condition:
    return within(Axis.PROTOCOL, protocols(protocol_number(protocol)))


def _icmp(rule: Rule) -> Condition:
    """The ICMP part. An `icmp` or `notICMP` without a type asks nothing beyond the protocol."""
    found: Condition = ALWAYS
    if rule.icmp is not None and rule.icmp.type is not None:
        found = both(_is_icmp(rule), _type_and_code(rule.icmp))
    if rule.not_icmp is not None and rule.not_icmp.type is not None:
        found = both(found, negate(both(_is_icmp(rule), _type_and_code(rule.not_icmp))))
    return found


def _is_icmp(rule: Rule) -> Condition:
    """That the protocol is ICMP or ICMPv6, as far as the rule's own protocol leaves it open."""
    known = Intervals.all(PROTOCOL_TOP) if rule.protocol is None else protocols(protocol_number(rule.protocol))
    return ALWAYS if (known & ~_ICMP).is_empty else within(Axis.PROTOCOL, _ICMP)


def _type_and_code(icmp_match: Icmp) -> Condition:
    found = ALWAYS if icmp_match.type is None else within(Axis.ICMP_TYPE, icmp(icmp_match.type))
    return found if icmp_match.code is None else both(found, within(Axis.ICMP_CODE, icmp(icmp_match.code)))
