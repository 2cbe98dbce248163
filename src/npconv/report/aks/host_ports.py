"""Pods with ports of their node -> those that clients outside may reach there today and not after the change.

What is sent to a `hostPort` is forwarded to the pod, so that Azure NPM judges it (facts/azure_npm.md 2.1 point 1,
inferred from the code, said by no document); Cilium does. Whether it passes today is therefore not sure.
"""

from __future__ import annotations

from collections.abc import Iterator

from npconv.ir.policy import Direction
from npconv.pipeline.endpoints import PROTOCOLS
from npconv.report.aks import say
from npconv.report.aks.model import Certainty, Effect, Item, Repair, Thing
from npconv.report.aks.outsiders import outsiders
from npconv.report.aks.parties import ask, at_port, remote_node
from npconv.report.aks.party import sorts, together
from npconv.report.aks.selectors import own_labels
from npconv.report.aks.world import World
from npconv.source.fields import Value


def of_host_ports(world: World) -> Iterator[Item]:
    """Each sort of pods with ports of the node that not everybody is let in at."""
    for several in sorts(one for one in world.pods if one.pod.host_ports):
        pod, party = several[0].pod, together(several)
        shut: dict[str, tuple[int, str]] = {}
        witness = None
        denying = {}
        for port in pod.host_ports:
            protocol = PROTOCOLS.get(port.protocol)
            if protocol is None:
                continue
            for client in (*(one.party for one in outsiders(world, pod.namespace)), remote_node()):
                sent = at_port(protocol, port.port)
                asked = ask(world, Direction.INGRESS, party, client, sent)
                if not (asked.tomorrow.allowed and asked.mended.allowed):
                    shut[f"{port.host_port}/{port.protocol}"] = (port.port, port.protocol)
                    witness = witness or say.witness(Direction.INGRESS, party, client, sent, asked)
                    policy = say.denying(asked)
                    if policy is not None:
                        denying[str(policy.name)] = policy
        if witness is None:
            continue
        yield Item(
            thing=Thing(kind="Pod", namespace=pod.namespace, name=pod.name, spot=say.spot(pod.origin)),
            npm=f"what is sent to port {say.listed(shut)} of its node is judged as sent to the pod, by all that is "
            "known "
            "(no document says so)",
            cilium=f"it is judged as sent to the pod, and {say.listed(denying)} does not let everybody in",
            effect=Effect.CLOSES,
            certainty=Certainty.POSSIBLE,
            because="try it today: if it answers although policies deny it, it will not after the change",
            witness=witness,
            also=tuple(say.of_policy(policy) for _, policy in sorted(denying.items())),
            pods=tuple(sorted(party.pods)),
            repairs=(
                Repair(
                    what="if these ports are meant to be reached, allow them before the change; pods reach them "
                    "directly "
                    "then, too",
                    manifest=say.manifest(_opening(pod.namespace, pod.name, own_labels(pod), tuple(shut.values()))),
                    changes_today=True,
                ),
            ),
        )


def _opening(namespace: str, name: str, labels: dict[str, str], ports: tuple[tuple[int, str], ...]) -> dict[str, Value]:
    said: list[Value] = [{"protocol": protocol, "port": number} for number, protocol in dict.fromkeys(ports)]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"allow-{labels.get('app', name)}-host-ports"[:253], "namespace": namespace},
        "spec": {
            "podSelector": {"matchLabels": dict(sorted(labels.items()))} if labels else {},
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": said}],
        },
    }
