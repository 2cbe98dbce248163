"""Port names in egress rules -> those for which a Cilium before 1.20 may take another number than Azure NPM does.

A name is what each destination declares under it: Azure NPM keeps a set of addresses and numbers for each name, which
is right. Cilium before 1.20 keeps one table of names for the whole cluster on the way out, and is wrong where pods give
one name to different numbers (cilium/cilium#30003, facts/cilium.md 2.6). On the way in it asks the pod itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cluster.model import Pod
from npconv.dialects.k8s.lift import lift
from npconv.dialects.k8s.model import NetworkPolicy, Port, Rule
from npconv.ir.policy import Direction
from npconv.report.aks.selectors import peers_for
from npconv.report.aks.world import World
from npconv.semantics.flow import Flow
from npconv.semantics.meaning import AZURE_NPM_LINUX
from npconv.semantics.verdict import meets


def asks_table(profile: CiliumProfile) -> bool:
    """Whether this Cilium has one table of port names on the way out."""
    return profile.version < (1, 20)


def destinations(world: World, policy: NetworkPolicy, rule: Rule) -> list[Pod]:
    """The pods that an egress rule is for."""
    key = (policy.metadata.namespace, rule.peers)
    if key not in world.destinations:
        world.destinations[key] = _destinations(world, policy, rule)
    return world.destinations[key]


def _destinations(world: World, policy: NetworkPolicy, rule: Rule) -> list[Pod]:
    if not rule.peers:
        return [one.pod for one in world.pods]
    alone = lift(replace(policy, policy_types=("Egress",), ingress=None, egress=(rule,)), AZURE_NPM_LINUX)
    (section,) = alone.sections
    found = []
    for several in world.pods.sorts:
        end = several[0].party.today
        probe = Flow(direction=Direction.EGRESS, subject=end, peer=end)
        if any(meets(part.peer, probe, end) for part in section.rules):
            found += [one.pod for one in several]
    return found


def is_ambiguous(world: World, port: Port) -> bool:
    """Whether pods of the cluster give a port's name to different numbers of one protocol."""
    return isinstance(port.port, str) and len(world.pods.numbers(port.port, port.protocol or "TCP")) > 1


def numbered(world: World, policy: NetworkPolicy, rule: Rule, direction: Direction) -> Iterator[Rule]:
    """The rule with numbers for names that Cilium may take for others, each for the pods that declare it.

    It stays as it is where labels do not tell these pods from the others that the rule is for.
    """
    named = [port for port in rule.ports or () if is_ambiguous(world, port)]
    if direction is Direction.INGRESS or not named or not asks_table(world.cilium):
        yield rule
        return
    meant = {id(pod) for pod in destinations(world, policy, rule)}
    parts: list[Rule] = []
    for port in named:
        for number, declaring in world.pods.numbers(str(port.port), port.protocol or "TCP").items():
            chosen = [pod for pod in declaring if id(pod) in meant]
            if not chosen:
                continue
            plain = replace(port, port=number)
            if len(chosen) == len(meant) and rule.peers:
                parts.append(replace(rule, ports=(plain,)))
                continue
            peers = peers_for(chosen, world.pods)
            if peers is None:
                yield rule
                return
            parts.append(replace(rule, peers=peers, ports=(plain,)))
    rest = tuple(port for port in rule.ports or () if port not in named)
    if rest:
        yield replace(rule, ports=rest)
    yield from parts
