"""What Azure NPM enforces, and the cluster -> the steps around the dataplane change of AKS, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import aks as codes
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.pipeline.meaning import Meaning
from npconv.pipeline.model import Conversion
from npconv.report.aks import blocks, host_ports, ipv6, leaks, own_node, ports, present, process, reading, refused, say
from npconv.report.aks.model import AksReport, Certainty, Effect, Item, Repair, Step, When
from npconv.report.aks.order import ORDER
from npconv.report.aks.others import explained_by, of_others
from npconv.report.aks.prepared import keeping
from npconv.report.aks.services import of_services
from npconv.report.aks.validator import checks, panics
from npconv.report.aks.world import World, world


def assess(
    source: Meaning,
    target: CiliumProfile,
    *,
    conversion: Conversion | None = None,
    pod_cidrs: Sequence[str] = (),
    node_cidrs: Sequence[str] = (),
    dual_stack: bool = False,
    seconds: float = 20.0,
) -> AksReport:
    """The report. `source` is what Azure NPM enforces; `conversion` is npconv's output, of which repairs are made.

    `seconds`: how long to look for differences that no step is about; 0 leaves that out.

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
    found, unknown = _found(known)
    others = of_others(
        source,
        known,
        explained_by([item for items in found.values() for item in items]),
        pod_cidrs=tuple(pod_cidrs),
        node_cidrs=tuple(node_cidrs),
        seconds=seconds,
    )
    steps = tuple(_steps(known, {**found, codes.OTHER: others.items}))
    blocked = any(step.effect is Effect.BLOCKS for step in steps)
    return AksReport(
        verdict=_verdict(steps, blocked=blocked),
        blocked=blocked,
        ready=not any(step.items and step.effect is not Effect.NONE for step in steps) and _is_complete(known, source),
        steps=steps,
        checks=checks(known, steps),
        panics=panics(known),
        compared=others.compared,
        unknown=(*_unread(source), *unknown, *_unknown(known)),
    )


def _found(known: World) -> tuple[Mapping[Code, tuple[Item, ...]], tuple[str, ...]]:
    """What each step is about, and what the services left open."""
    prepared = {str(one.name): ready for one in known.policies if (ready := keeping(known, one)) is not None}
    services = of_services(known)
    found: Mapping[Code, Iterable[Item]] = {
        codes.WINDOWS: present.of_windows(known),
        codes.DROPPED: refused.of_refused(known),
        codes.SERVICE: services.closing,
        codes.FORWARDED: services.forwarded,
        codes.HOST_PORT: host_ports.of_host_ports(known),
        codes.BLOCK_PODS: blocks.of_pods(known, prepared),
        codes.BLOCK_NODES: blocks.of_nodes(known),
        codes.LEAK: leaks.of_leaks(known),
        codes.UNDECLARED: reading.of_undeclared(known, prepared),
        codes.IGNORED_LABEL: reading.of_ignored_labels(known),
        codes.NAMED_PORT: ports.of_names(known, prepared),
        codes.INIT_PORT: ports.of_sidecars(known),
        codes.PORT_RANGE: ports.of_ranges(known, prepared),
        codes.SCTP: ports.of_sctp(known),
        codes.PRESENT: present.of_present(known),
        codes.MANAGED: present.of_managed(known),
        codes.OWN_NODE: own_node.of_own_node(known),
        codes.LOCAL_DNS: own_node.of_local_dns(known),
        codes.IPV6: ipv6.of_ipv6(known),
        codes.ACNS: present.of_acns(known),
    }
    return {code: tuple(items) for code, items in found.items()}, services.unknown


def _steps(known: World, found: Mapping[Code, tuple[Item, ...]]) -> Iterator[Step]:
    yield process.prepare(known)
    yield from _about(When.BEFORE, known, found)
    yield process.change(known)
    yield from _about(When.AFTER, known, found)
    if known.policies:
        yield process.apply(known)


def _about(when: When, known: World, found: Mapping[Code, tuple[Item, ...]]) -> Iterator[Step]:
    for row in ORDER:
        items = tuple(sorted(found.get(row.code, ()), key=_order)) if row.when is when else ()
        if items:
            yield Step(
                code=str(row.code),
                when=when,
                title=row.title,
                why=_why(row.code),
                effect=_together(item.effect for item in items),
                items=items,
                repairs=_repairs(row.code, known),
                source=row.source,
            )


def _repairs(code: Code, known: World) -> tuple[Repair, ...]:
    """What is done once for all objects of a step."""
    if code is codes.OWN_NODE:
        return own_node.own_node_repairs(known)
    return own_node.local_dns_repairs(known) if code is codes.LOCAL_DNS else ()


def _why(code: Code) -> str:
    """The first paragraph of the manual page, without its marks."""
    return code.page.strip().split("\n\n", 1)[0].replace("\n", " ").replace("`", "")


def _order(item: Item) -> tuple[bool, str, str, int, int]:
    spot = item.thing.spot
    return item.certainty is Certainty.POSSIBLE, str(item.thing), spot.file, spot.line, spot.column


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
        f"{say.counted(len(sure), 'finding', 'findings')} about {say.counted(len(whom), 'object', 'objects')} "
        f"{'changes' if len(sure) == 1 else 'change'} what passes"
    ]
    if unsure:
        said.append(f"{len(unsure)} more may")
    times = [
        say.counted(len(several), "step", "steps") + f" {when.value} the change"
        for when in (When.BEFORE, When.AFTER)
        if (several := [step for step in steps if step.when is when and step.items and step.effect is not Effect.NONE])
    ]
    return f"{first}{', '.join(said)}; {' and '.join(times)}"


def _is_complete(known: World, source: Meaning) -> bool:
    """Whether the input says enough for an all-clear."""
    cluster = known.cluster
    return known.pods_known and bool(cluster.services) and bool(cluster.nodes) and not source.failed


def _unread(source: Meaning) -> Iterator[str]:
    bad = {id(one.origin.place): one.origin.place.label for one in source.diagnostics if one.is_error and one.origin}
    if bad:
        listed = say.listed(sorted(bad.values()))
        yield f"{say.counted(len(bad), 'object', 'objects')} could not be used, and nothing is said of them: {listed}"
    elif source.failed:
        yield "some of the input could not be used, and nothing is said of it"


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
