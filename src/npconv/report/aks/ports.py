"""Ports of rules -> those that Cilium takes otherwise: names, ports of sidecars, ranges on old releases, and SCTP."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.diagnostics.origin import Origin, below
from npconv.dialects.cilium.single_ports import MOST, doubts_ranges
from npconv.dialects.k8s.model import Port
from npconv.dialects.k8s.placed import PlacedRule, counting
from npconv.ir.policy import Direction
from npconv.report.aks import say
from npconv.report.aks.model import Certainty, Effect, Item, Repair
from npconv.report.aks.named import asks_table, destinations, is_ambiguous
from npconv.report.aks.parties import ask, flows, nobody, selected, titles
from npconv.report.aks.party import Party, sorts, together
from npconv.report.aks.prepared import Prepared
from npconv.report.aks.world import OnePolicy, World


def of_names(world: World, prepared: dict[str, Prepared]) -> Iterator[Item]:
    """Names in egress rules that pods give to different numbers: a Cilium before 1.20 takes one for all."""
    if not asks_table(world.cilium):
        return
    for one, rule, port, place in _ports(world):
        if rule.direction is not Direction.EGRESS or not isinstance(port.port, str):
            continue
        if world.pods_known and not is_ambiguous(world, port):
            continue
        listed = "; ".join(
            f"{each}: {say.listed(f'{pod.namespace}/{pod.name}' for pod in pods)}"
            for each, pods in world.pods.numbers(port.port, port.protocol or "TCP").items()
        )
        ready = prepared.get(str(one.name))
        declaring = {id(pod) for pods in world.pods.numbers(port.port, port.protocol or "TCP").values() for pod in pods}
        meant = [pod for pod in destinations(world, one.stored, rule.rule) if id(pod) in declaring]
        yield Item(
            thing=say.of_policy(one.tomorrow, below(place, "port")),
            npm=f"{port.port} is whatever number each destination declares under that name"
            + (f" ({listed})" if listed else ""),
            cilium=f"on the way out {port.port} is looked up in one table for the whole cluster, in which a name that "
            "has several numbers is ambiguous (cilium/cilium#30003)",
            effect=Effect.SHIFTS,
            certainty=Certainty.CERTAIN if world.pods_known else Certainty.POSSIBLE,
            because=""
            if world.pods_known
            else "the input has no pods: it matters only if they give this name to different numbers",
            pods=tuple(sorted(f"{pod.namespace}/{pod.name}" for pod in meant)) if world.pods_known else (),
            repairs=_numbered(world, one, ready),
        )


def _numbered(world: World, one: OnePolicy, ready: Prepared | None) -> tuple[Repair, ...]:
    if ready is not None and ready.has_numbers:
        return (
            Repair(
                what=f"before the change, apply the policy {ready.says}, each for the pods that declare it: to Azure "
                "NPM "
                "it means the same as long as pods declare what they do now",
                manifest=ready.manifest,
                changes_today=ready.changes_today,
            ),
        )
    text = say.converted(world, one.name)
    after = (Repair(what="after the change, apply what the policy becomes", manifest=text),) if text else ()
    return (
        Repair(
            what="write the number instead, in a rule that is only for pods that listen on it: without peers, the "
            "number "
            "would also open addresses outside the cluster"
        ),
        *after,
    )


def of_sidecars(world: World) -> Iterator[Item]:
    """Names that only an init container that keeps running declares: Azure NPM does not look there (1.4, B8)."""
    if not any(port.sidecar for pod in world.cluster.pods for port in pod.ports):
        return
    for one, rule, port, place in _ports(world):
        if not isinstance(port.port, str):
            continue
        opened: dict[str, None] = {}
        witness = None
        for subject in selected(world, one):
            for other in _others(world, rule):
                for sent, own, peer in flows((port,), rule.direction, subject, other):
                    asked = ask(world, rule.direction, own, peer, sent)
                    if asked.opens:
                        opened |= dict.fromkeys((own if rule.direction is Direction.INGRESS else peer).pods)
                        witness = witness or say.witness(rule.direction, own, peer, sent, asked)
        if witness is not None:
            yield Item(
                thing=say.of_policy(one.tomorrow, below(place, "port")),
                npm=f"{port.port} is not known of {say.listed(opened)}: NPM only looks at the ports of containers, and "
                "an init container declares it",
                cilium=f"{port.port} is the port of that init container, and is open to those whom the rule allows",
                effect=Effect.OPENS,
                certainty=Certainty.POSSIBLE,
                because="Kubernetes counts such ports; no document says that every release of Cilium does",
                witness=witness,
                pods=tuple(sorted(opened)),
                repairs=(
                    Repair(what="write the number if it is to be open, or give the rule another name if it is not"),
                ),
            )


def _others(world: World, rule: PlacedRule) -> list[Party]:
    """Whom to ask about: destinations with such a port, or clients of every sort."""
    if rule.direction is Direction.EGRESS:
        having = (one for one in world.pods if any(port.sidecar for port in one.pod.ports))
        return [together(several) for several in sorts(having)]
    return [*(together(several) for several in world.pods.sorts), nobody(world)]


def of_ranges(world: World, prepared: dict[str, Prepared]) -> Iterator[Item]:
    """Ranges of ports, for a Cilium on AKS before 1.17: Microsoft's guide says that it does not know `endPort`."""
    if not doubts_ranges(world.cilium):
        return
    for one, _, port, place in _ports(world):
        if port.end_port is None or not isinstance(port.port, int):
            continue
        ready = prepared.get(str(one.name))
        few = port.end_port - port.port < MOST
        yield Item(
            thing=say.of_policy(one.tomorrow, below(place, "endPort")),
            npm=f"ports {port.port} to {port.end_port} are open",
            cilium=f"{_version(world)} may take {port.port} alone: Microsoft's guide says that AKS has endPort from "
            "1.17 on",
            effect=Effect.CLOSES,
            certainty=Certainty.POSSIBLE,
            because="Cilium itself has had endPort since 1.16",
            pods=titles(selected(world, one)),
            repairs=(
                Repair(
                    what=f"before the change, apply the policy {ready.says}: it means the same",
                    manifest=ready.manifest,
                    changes_today=ready.changes_today,
                )
                if ready is not None and few
                else Repair(what="upgrade Kubernetes to 1.32 or later first, with which AKS runs Cilium 1.17 or later"),
            ),
        )


def of_sctp(world: World) -> Iterator[Item]:
    """Rules for SCTP, which Cilium parses and does not enforce without `enable-sctp`."""
    if world.cilium.sctp:
        return
    for one, _, port, place in _ports(world):
        if port.protocol == "SCTP":
            yield Item(
                thing=say.of_policy(one.tomorrow, below(place, "protocol")),
                npm="SCTP to these ports passes (Azure's own tests leave it out)",
                cilium="rules for SCTP count only where the agents run with enable-sctp; else it is denied",
                effect=Effect.CLOSES,
                certainty=Certainty.POSSIBLE,
                because="AKS sets the agents' flags, and does not say whether this one is on",
                pods=titles(selected(world, one)),
                repairs=(
                    Repair(
                        what="after the change, look whether the flag is on, and ask Azure support if it is not",
                        command="kubectl -n kube-system get configmap cilium-config -o jsonpath='{.data.enable-sctp}'",
                    ),
                ),
            )


def _ports(world: World) -> Iterator[tuple[OnePolicy, PlacedRule, Port, Origin | None]]:
    for one in world.policies:
        if not one.refused:
            for rule in counting(one.stored):
                for port, place in rule.ports():
                    yield one, rule, port, place


def _version(world: World) -> str:
    return f"Cilium {world.cilium.version[0]}.{world.cilium.version[1]}"
