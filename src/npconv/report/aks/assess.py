"""What Azure NPM enforces, and the cluster -> the steps around the dataplane change of AKS, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import aks as codes
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.pipeline.meaning import Meaning
from npconv.pipeline.model import Conversion
from npconv.report.aks import blocks, host_ports, ipv6, leaks, own_node, ports, present, process, reading, refused, say
from npconv.report.aks.model import AksReport, Certainty, Effect, Item, Repair, Step, When
from npconv.report.aks.prepared import Prepared, keeping
from npconv.report.aks.services import of_services
from npconv.report.aks.validator import checks, panics
from npconv.report.aks.world import World, world

_CAVEATS = "docs.cilium.io: security/policy/caveats"
_LABELS = "learn.microsoft.com/azure/aks: use-network-policies"


def assess(
    source: Meaning,
    target: CiliumProfile,
    *,
    conversion: Conversion | None = None,
    pod_cidrs: Sequence[str] = (),
    node_cidrs: Sequence[str] = (),
    dual_stack: bool = False,
) -> AksReport:
    """The report. `source` is what Azure NPM enforces; `conversion` is npconv's output, of which repairs are made.

    Raises TypeError if the source is of another engine: callers ask only for what it is for.
    """
    known = world(
        source,
        target,
        conversion=conversion,
        pod_cidrs=pod_cidrs,
        node_cidrs=node_cidrs,
        dual_stack=dual_stack,
    )
    prepared = {str(one.name): ready for one in known.policies if (ready := keeping(known, one)) is not None}
    services = of_services(known)
    steps = (
        *_before(known, prepared, services.closing, services.forwarded),
        process.change(known),
        *_after(known),
    )
    blocked = any(step.effect is Effect.BLOCKS for step in steps)
    return AksReport(
        verdict=_verdict(steps, blocked=blocked),
        blocked=blocked,
        ready=not any(step.items and step.effect is not Effect.NONE for step in steps),
        steps=steps,
        checks=checks(known, steps),
        panics=panics(known),
        unknown=(*services.unknown, *_unknown(known)),
    )


def _before(
    known: World, prepared: dict[str, Prepared], closing: tuple[Item, ...], forwarded: tuple[Item, ...]
) -> Iterator[Step]:
    yield process.prepare(known)
    before = When.BEFORE
    yield from _step(codes.WINDOWS, before, "Remove the Windows pools", present.of_windows(known), process.DATAPLANE)
    yield from _step(
        codes.DROPPED, before, "Decide about policies that Azure NPM drops", refused.of_refused(known), _LABELS
    )
    yield from _step(
        codes.SERVICE, before, "Open services that answer because Azure NPM is bypassed", closing, process.GUIDE
    )
    yield from _step(codes.FORWARDED, before, "Open services to what other nodes forward", forwarded, _CAVEATS)
    yield from _step(
        codes.HOST_PORT,
        before,
        "Try the ports of nodes that lead to pods",
        host_ports.of_host_ports(known),
        process.GUIDE,
    )
    yield from _step(
        codes.BLOCK_PODS,
        before,
        "Name the pods that ipBlocks cover",
        blocks.of_pods(known, prepared),
        process.GUIDE,
    )
    yield from _step(codes.LEAK, before, "Close what Azure NPM lets through by mistake", leaks.of_leaks(known), _FIXES)
    yield from _step(
        codes.UNDECLARED,
        before,
        "Remove rules of directions that are not listed",
        reading.of_undeclared(known, prepared),
        "cilium/cilium#48703",
    )
    yield from _step(
        codes.IGNORED_LABEL,
        before,
        "Select by labels that Cilium knows",
        reading.of_ignored_labels(known),
        process.DATAPLANE,
    )
    yield from _step(
        codes.NAMED_PORT,
        before,
        "Write numbers for port names that are not unique",
        ports.of_names(known, prepared),
        "cilium/cilium#30003",
    )
    yield from _step(
        codes.INIT_PORT, before, "Look at port names of init containers", ports.of_sidecars(known), process.GUIDE
    )
    yield from _step(
        codes.PORT_RANGE, before, "List the ports of ranges", ports.of_ranges(known, prepared), process.GUIDE
    )
    yield from _step(codes.SCTP, before, "Find out whether SCTP is on", ports.of_sctp(known), process.DATAPLANE)
    yield from _step(
        codes.PRESENT,
        before,
        "Decide about objects of Cilium's that are there",
        present.of_present(known),
        process.DATAPLANE,
    )
    yield from _step(
        codes.MANAGED,
        before,
        "Know which policies Azure manages",
        present.of_managed(known),
        "learn.microsoft.com/azure/aks: concepts-managed-namespaces",
    )


def _after(known: World) -> Iterator[Step]:
    after = When.AFTER
    yield from _step(
        codes.OWN_NODE,
        after,
        "Let pods reach their own node",
        own_node.of_own_node(known),
        process.GUIDE,
        own_node.own_node_repairs(known),
    )
    yield from _step(
        codes.LOCAL_DNS,
        after,
        "Let pods reach the DNS server on their node",
        own_node.of_local_dns(known),
        process.DATAPLANE,
        own_node.local_dns_repairs(known),
    )
    yield from _step(
        codes.BLOCK_NODES, after, "Name the nodes that ipBlocks cover", blocks.of_nodes(known), process.GUIDE
    )
    yield from _step(codes.IPV6, after, "Expect IPv6 to be judged", ipv6.of_ipv6(known), _LABELS)
    yield from _step(
        codes.ACNS,
        after,
        "Switch on Advanced Container Networking Services",
        present.of_acns(known),
        "learn.microsoft.com/azure/aks: advanced-container-networking-services-overview",
    )
    if known.policies:
        yield process.apply(known)


_FIXES = "Azure/azure-container-networking#4866, #4868"


def _step(
    code: Code,
    when: When,
    title: str,
    found: Iterable[Item],
    source: str,
    repairs: tuple[Repair, ...] = (),
) -> Iterator[Step]:
    items = tuple(sorted(found, key=_order))
    if items:
        why = code.page.strip().split("\n\n", 1)[0].replace("\n", " ").replace("`", "")
        effect = _together(item.effect for item in items)
        yield Step(
            code=str(code), when=when, title=title, why=why, effect=effect, items=items, repairs=repairs, source=source
        )


def _order(item: Item) -> tuple[bool, str, str, int]:
    return item.certainty is Certainty.POSSIBLE, str(item.thing), item.thing.spot.file, item.thing.spot.line


def _together(effects: Iterable[Effect]) -> Effect:
    found = set(effects)
    if Effect.BLOCKS in found:
        return Effect.BLOCKS
    if Effect.SHIFTS in found or {Effect.OPENS, Effect.CLOSES} <= found:
        return Effect.SHIFTS
    return next((one for one in (Effect.CLOSES, Effect.OPENS) if one in found), Effect.NONE)


def _verdict(steps: Sequence[Step], *, blocked: bool) -> str:
    changing = [item for step in steps for item in step.items if item.effect is not Effect.NONE]
    if not changing:
        return "nothing that is known changes what passes when the dataplane changes"
    sure = [item for item in changing if item.certainty is Certainty.CERTAIN and item.effect is not Effect.BLOCKS]
    unsure = [item for item in changing if item.certainty is Certainty.POSSIBLE]
    first = "AKS would refuse the change: the cluster has Windows nodes; " if blocked else ""
    whom = {str(item.thing) for item in sure}
    said = [
        f"{say.counted(len(sure), 'thing', 'things')} of {say.counted(len(whom), 'object', 'objects')} "
        f"{'changes' if len(sure) == 1 else 'change'} what passes"
    ]
    if unsure:
        said.append(f"{len(unsure)} more may")
    times = [
        f"{len(several)} of the steps {when.value} it"
        for when in (When.BEFORE, When.AFTER)
        if (several := [step for step in steps if step.when is when and step.items])
    ]
    return f"{first}{', '.join(said)}: {' and '.join(times)} are about that"


def _unknown(known: World) -> Iterator[str]:
    if not known.policies:
        return
    if not known.pods_known:
        yield "the input has no pods: which pods it is about, and what they call their ports, is taken from selectors"
    if not known.cluster.services:
        yield "the input has no services: whether any of them answers only because Azure NPM is bypassed is not known"
    if not known.cluster.nodes:
        yield "the input has no nodes: whether some run Windows, or have LocalDNS, is not known"
    if not known.places.pods.is_known:
        yield "where pods have their addresses is not known (--pod-cidr, or pods in the input)"
    if not known.places.nodes.is_known:
        yield "where nodes have their addresses is not known (--node-cidr, or nodes in the input)"
    if not ipv6.is_dual_stack(known):
        yield "the cluster is taken to have IPv4 alone; say --dual-stack if it has IPv6"
