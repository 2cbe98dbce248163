"""A dual-stack cluster -> the pods whose IPv6 traffic passes today, and is judged after (facts/azure_npm.md 2.1, 7)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import Family
from npconv.ir.policy import Direction
from npconv.pipeline.endpoints import parsed
from npconv.pipeline.existing import Traffic
from npconv.report.aks import say
from npconv.report.aks.model import Certainty, Effect, Item, Repair, Witness
from npconv.report.aks.parties import EVERYTHING, selected, strangers, titles, traffic_text
from npconv.report.aks.party import Party
from npconv.report.aks.world import Asked, World
from npconv.semantics.flow import Flow


def is_dual_stack(world: World) -> bool:
    """Whether the cluster has IPv6: the user said so, or a pod, a node or a service has such an address."""
    cluster = world.cluster
    texts = [
        *(ip for pod in cluster.pods for ip in pod.ips),
        *(ip for node in cluster.nodes for ip in node.addresses),
        *(ip for service in cluster.services for ip in service.cluster_ips),
    ]
    return world.dual_stack or any(one.version == 6 for one in parsed(texts))


def of_ipv6(world: World) -> Iterator[Item]:
    """Every policy that denies something, which it does over IPv6, too, from the change on."""
    if not is_dual_stack(world):
        return
    for one in world.policies:
        lost = []
        ways: dict[str, None] = {}
        witness: Witness | None = None
        for subject in selected(world, one):
            for section in one.tomorrow.sections:
                for peer, sent in product(strangers(world, one), EVERYTHING):
                    asked = _asked(world, section.direction, subject, peer, sent)
                    if not asked.closes:
                        continue
                    lost.append(subject)
                    ways[section.direction.value] = None
                    witness = witness or Witness(
                        source=peer.title if section.direction.value == "ingress" else subject.title,
                        destination=subject.title if section.direction.value == "ingress" else peer.title,
                        traffic=f"{traffic_text(sent)} over IPv6",
                        before="allowed: Azure NPM writes no rules for IPv6",
                        after=say.outcome(asked.tomorrow if not asked.tomorrow.allowed else asked.mended),
                    )
        open_to_all = all(
            any(rule.peer == rule.traffic == ALWAYS for rule in section.rules) for section in one.tomorrow.sections
        )
        if witness is not None or not open_to_all:
            ways = ways or dict.fromkeys(section.direction.value for section in one.tomorrow.sections)
            yield Item(
                thing=say.of_policy(one.tomorrow),
                npm="over IPv6 everything passes, whatever the policy says",
                cilium=f"the policy counts for IPv6 like for IPv4: {' and '.join(ways)} that no rule allows is denied",
                effect=Effect.CLOSES,
                certainty=Certainty.CERTAIN if witness is not None else Certainty.POSSIBLE,
                because="" if witness is not None else "it depends on whom the rules leave out",
                witness=witness,
                pods=titles(lost),
                repairs=(
                    Repair(
                        what="where a rule has an ipBlock, write its IPv6 twin after the change: before it, Azure "
                        "NPM would drop a policy that has one"
                    ),
                ),
            )


def _asked(world: World, direction: Direction, subject: Party, peer: Party, sent: Traffic) -> Asked:
    return world.ask(
        Flow(
            direction=direction,
            subject=subject.tomorrow,
            peer=peer.tomorrow,
            protocol=sent.protocol,
            port=sent.port,
            family=Family.V6,
        )
    )
