"""What Calico does around all policies -> tiers of built-in policies.

Source: felix/rules/{static,endpoints}.go, felix/config (failsafe ports); facts 3.11, 3.13, 3.14.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.lift_subject import hosts_named
from npconv.dialects.calico.model_sets import HostEndpoint
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir.condition import Condition, both, kind, within
from npconv.ir.dimensions import Axis, Kind
from npconv.ir.intervals import ports, protocols
from npconv.ir.policy import Action, Direction, Policy, PolicyName, Rule, Section, Tier, TierEnd

KIND: Final = "built-in"
"""The kind in the names of policies that nobody wrote."""

OWN_NODE: Final = PolicyName(KIND, "", "own-node")
"""What lets a node reach its own pods: most engines have that built in as well."""

ENDPOINT_TO_HOST: Final = PolicyName(KIND, "", "endpoint-to-host")
"""What drops where `defaultEndpointToHostAction` does: a policy of its own, since other engines have to be told."""

DEFAULT_ALLOW: Final = "projectcalico-default-allow"
"""The profile that automatic host endpoints have."""

_TCP, _UDP = 6, 17
_CONTROL_PLANE: Final = (179, 2379, 2380, 5473, 6443, 6666, 6667)
_FAILSAFE_IN: Final = ((_TCP, (22, *_CONTROL_PLANE)), (_UDP, (68,)))
_FAILSAFE_OUT: Final = ((_TCP, _CONTROL_PLANE), (_UDP, (53, 67)))


def own_node(profile: CalicoProfile) -> Tier:
    """A node reaches its own pods whatever policies say (kubelet probes); pods reach it if Felix is set up so.

    `defaultEndpointToHostAction` comes after the pod's egress policy, and both must let a flow pass: where it drops,
    denying first says the same. What IPv6 needs of the node (ICMPv6 130 to 136) always passes, and is no policy matter.
    """
    own = kind(Kind.HOST)
    incoming = Section(direction=Direction.INGRESS, isolates=False, rules=(Rule(action=Action.ALLOW, peer=own),))
    tier = _tier(OWN_NODE.name, TierEnd.PASS, kind(Kind.POD), (incoming,))
    if profile.endpoint_to_host == "accept":
        return tier
    outgoing = Section(direction=Direction.EGRESS, isolates=False, rules=(Rule(action=Action.DENY, peer=own),))
    drop = Policy(name=ENDPOINT_TO_HOST, subject=kind(Kind.POD), sections=(outgoing,))
    return replace(tier, policies=(*tier.policies, drop))


def failsafes(hosts: Sequence[HostEndpoint]) -> Tier:
    """The ports that stay open on host endpoints, with Felix's defaults."""
    return _tier(
        "host-failsafes",
        TierEnd.PASS,
        hosts_named([host.metadata.name for host in hosts]),
        (_open(Direction.INGRESS, _FAILSAFE_IN), _open(Direction.EGRESS, _FAILSAFE_OUT)),
    )


def host_profiles(hosts: Sequence[HostEndpoint]) -> Tier:
    """What no policy decides on a host endpoint is denied, unless it has the profile that allows everything."""
    closed = [host for host in hosts if DEFAULT_ALLOW not in (host.profiles or ())]
    return _tier(
        "host-profiles",
        TierEnd.DENY,
        hosts_named([host.metadata.name for host in closed]),
        tuple(Section(direction=direction, isolates=True, rules=()) for direction in Direction),
        next((host.origin for host in closed), None),
    )


def _open(direction: Direction, listed: Sequence[tuple[int, Sequence[int]]]) -> Section:
    rules = tuple(
        Rule(
            action=Action.ALLOW,
            traffic=both(
                within(Axis.PROTOCOL, protocols(protocol)),
                within(Axis.DST_PORT, ports(*((number, number) for number in numbers))),
            ),
        )
        for protocol, numbers in listed
    )
    return Section(direction=direction, isolates=False, rules=rules)


def _tier(
    name: str, end: TierEnd, subject: Condition, sections: tuple[Section, ...], origin: Origin | None = None
) -> Tier:
    policy = Policy(name=PolicyName(KIND, "", name), subject=subject, sections=sections, origin=origin)
    return Tier(name=name, end=end, policies=(policy,))
