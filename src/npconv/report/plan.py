"""A conversion -> the migration plan, part by part: the whole report on one screen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Severity, find, internal
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.policy import PolicySet
from npconv.pipeline.check import read_back
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import name, title
from npconv.pipeline.meaning import meaning
from npconv.pipeline.model import Conversion, Options
from npconv.report.connectivity import connectivity, most_telling
from npconv.report.decisions import decisions
from npconv.report.facts import Facts, facts, formula, spot
from npconv.report.flows import flow
from npconv.report.model import (
    CodeRow,
    Engines,
    InputFile,
    NamespaceRow,
    ObjectRow,
    Plan,
    Said,
    Standing,
    Summary,
)
from npconv.report.pods import Pods
from npconv.report.probes import probes
from npconv.report.risks import risks
from npconv.report.rollback import rollback
from npconv.report.samples import MadeUp, samples
from npconv.report.shared import shared
from npconv.report.wave_objects import label_of
from npconv.report.waves import CLUSTER, Rollout, rollout
from npconv.semantics.budget import NO_SOLVER
from npconv.semantics.judge import Judge
from npconv.source.fields import Value
from npconv.source.load import Loaded
from npconv.source.nodes import collector_paused

if TYPE_CHECKING:
    from npconv.report.aks.model import AksReport

Step: TypeAlias = Callable[[str, int, int], None]
"""Is told what is being done and how far it is, for a line of progress; 0 of 0 where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The plan, the conversion that it is about, and the manifests of its waves by path below the plan's folder."""

    plan: Plan
    result: Conversion
    files: Mapping[str, tuple[Mapping[str, Value], ...]]


@collector_paused()
def plan(
    loaded: Loaded,
    options: Options,
    *,
    inputs: Mapping[str, str] | None = None,
    unread: Iterable[Said] = (),
    minutes_per_point: int | None = None,
    arguments: str = "",
    step: Step = lambda _text, _done, _total: None,
) -> Planned:
    """What will happen if the policies of one engine are translated for another.

    `inputs` has the SHA-256 of each file that was read; `unread` is what could not be read at all, such as kinds that a
    snapshot had no right to. `arguments` are what `npconv why` needs to read the same input.
    """
    step("translating", 0, 0)
    result = convert(loaded, replace(options, watch=lambda done, total: step("comparing all flows", done, total)))
    step("looking at each policy", 0, 0)
    known = facts(result, options.target)
    pods = Pods(result.cluster, result.source, known.cluster_name)
    after = result.proof.output if result.proof is not None else _read_back(result, options)
    changed = tuple(
        flow(example, owners, arguments) for example, owners in (result.proof.owned if result.proof else ())
    )
    waves = rollout(known)
    step("asking who reaches whom", 0, 0)
    rows = tuple(_namespaces(known, waves, pods))
    made_up = MadeUp(result.meant, options.pod_cidrs, known.cluster_name)
    counted = {row.namespace: row.policies for row in rows}
    wanted = most_telling(pods.by_namespace if pods else made_up.names, changed, counted)
    judges = (Judge(result.meant), Judge(after))
    ends = samples(result.meant, after, pods, made_up, wanted)
    matrix = connectivity(judges, ends, changed, pods=pods, counted=counted)
    step("looking for connections to test", 0, 0)
    tested, possible = probes(known, judges, pods, made_up)
    step("writing the plan", 0, 0)
    aks = _aks(loaded, options, result)
    made = Plan(
        summary=_summary(known, rows, pods, minutes_per_point, aks),
        inputs=_inputs(known, inputs or {}),
        engines=_engines(result, options),
        risks=risks(known, pods, changed),
        namespaces=rows,
        formula=formula(minutes_per_point),
        connectivity=matrix,
        shared=shared(known, pods),
        waves=waves.waves,
        probes=tested,
        probes_count=possible,
        rollback=rollback(waves.waves, _files(known), result.engine, options.target),
        decisions=decisions(known),
        objects=tuple(_objects(known, pods, waves)),
        codes=tuple(_codes(result.diagnostics, aks)),
        assumptions=tuple(_said(one for one in result.diagnostics if one.severity is Severity.ASSUMPTION)),
        unread=(*unread, *_unreadable(known, result)),
        aks=aks,
    )
    return Planned(plan=made, result=result, files=waves.files)


def _read_back(result: Conversion, options: Options) -> PolicySet:
    """What the target will enforce, where nothing was compared."""
    return read_back([one.text for one in result.outputs], options.target)


def _aks(loaded: Loaded, options: Options, result: Conversion) -> AksReport | None:
    """What else an AKS cluster needs when its dataplane changes: Azure NPM runs nowhere else."""
    if not isinstance(result.engine, AzureNpmProfile) or not isinstance(options.target, CiliumProfile):
        return None
    from npconv.report.aks.assess import assess  # noqa: PLC0415 - one pair of engines needs it

    return assess(
        meaning(loaded, result.engine, namespace=options.namespace, known=options.cluster),
        options.target,
        conversion=result,
        pod_cidrs=options.pod_cidrs,
        node_cidrs=options.node_cidrs,
        dual_stack=options.dual_stack,
        seconds=options.check_seconds,
    )


def _summary(
    known: Facts, rows: Sequence[NamespaceRow], pods: Pods, minutes_per_point: int | None, aks: AksReport | None
) -> Summary:
    count = Counter(one.standing for one in known.policies)
    points = sum(one.points for one in known.policies)
    exact, total = count[Standing.EQUAL] + count[Standing.ASSUMED], len(known.policies)
    beside = aks is not None and not aks.ready
    ready = total > 0 and count[Standing.EQUAL] == total and not beside
    said = [f"{count[standing]} {standing.value}" for standing in Standing if count[standing]]
    verdict = "ready" if ready else "ready if the assumptions hold" if exact == total > 0 else "not ready"
    if beside and exact == total > 0:
        verdict = "not ready, because of what AKS needs beside"
    counted = ", ".join(said) or "none"
    what = "1 policy translates" if total == 1 else f"{total} policies translate"
    return Summary(
        line=f"{exact} of {what} exactly to {title(known.target)} ({counted}): {verdict}",
        ready=ready,
        policies=total,
        counts=tuple((standing, count[standing]) for standing in Standing),
        namespaces=sum(1 for row in rows if row.namespace != CLUSTER),
        pods=len(pods.existing) if pods else None,
        points=points,
        minutes=points * minutes_per_point if minutes_per_point is not None else None,
    )


def _inputs(known: Facts, hashes: Mapping[str, str]) -> tuple[InputFile, ...]:
    count = Counter(one.spot.file for one in known.policies)
    return tuple(
        InputFile(file=file, sha256=hashes.get(file, ""), policies=count[file])
        for file in sorted({*hashes, *count} - {""})
    )


def _files(known: Facts) -> tuple[str, ...]:
    return tuple(sorted({one.spot.file for one in known.policies} - {""}))


def _engines(result: Conversion, options: Options) -> Engines:
    settings = [
        ("pod addresses", ", ".join(options.pod_cidrs) or "not given"),
        ("node addresses", ", ".join(options.node_cidrs) or "not given"),
        ("IP families", "IPv4 and IPv6" if options.dual_stack else "IPv4"),
        ("cluster", "known from a snapshot" if options.cluster is not None else "not known"),
    ]
    return Engines(
        source=title(result.engine),
        target=title(options.target),
        source_name=name(result.engine),
        target_name=name(options.target),
        settings=tuple(settings),
    )


def _namespaces(known: Facts, waves: Rollout, pods: Pods) -> Iterator[NamespaceRow]:
    by_namespace = defaultdict(list)
    for one in known.policies:
        by_namespace[one.namespace or CLUSTER].append(one)
    for namespace, several in sorted(by_namespace.items()):
        count = Counter(one.standing for one in several)
        own = pods.by_namespace.get(namespace, ()) if namespace != CLUSTER else pods.existing
        yield NamespaceRow(
            namespace=namespace,
            policies=len(several),
            exact=count[Standing.EQUAL] + count[Standing.ASSUMED],
            counts=tuple((standing, count[standing]) for standing in Standing),
            points=sum(one.points for one in several),
            grade=max((one.grade for one in several), key=lambda grade: grade.name),
            wave=waves.by_namespace.get(namespace, len(waves.waves)),
            pods=len(own) if pods else None,
        )


def _objects(known: Facts, pods: Pods, waves: Rollout) -> Iterator[ObjectRow]:
    places = waves.places
    made: defaultdict[object, list[str]] = defaultdict(list)
    for one in known.result.outputs:
        made[one.source].append(label_of(one.data))
    for policy in known.policies:
        yield ObjectRow(
            policy=str(policy.name),
            namespace=policy.namespace or CLUSTER,
            spot=policy.spot,
            standing=policy.standing,
            grade=policy.grade,
            points=policy.points,
            codes=tuple(sorted({one.code.id for one in policy.said})),
            outputs=tuple(sorted(made.get(policy.name, ()))),
            file=", ".join(sorted({places[label] for label in made.get(policy.name, ())})),
            pods=pods.of([policy.name]),
        )


def _codes(said: Iterable[Diagnostic], aks: AksReport | None) -> Iterator[CodeRow]:
    count = Counter(one.code for one in said)
    for step in aks.steps if aks is not None else ():
        code = find(step.code)
        if code is not None:
            count[code] += max(1, len(step.items))
    for code, number in sorted(count.items(), key=lambda item: item[0].id):
        yield CodeRow(code=code.id, severity=code.severity.value, title=code.title, count=number)


def _said(found: Iterable[Diagnostic]) -> Iterator[Said]:
    for one in found:
        yield Said(code=one.code.id, text=one.message, help=one.help, notes=one.notes, spot=spot(one.origin))


def _unreadable(known: Facts, result: Conversion) -> Iterator[Said]:
    """Errors that belong to no policy, such as a file that is no YAML, and what the proof left open."""
    of_policies = {id(one) for policy in known.policies for one in policy.said}
    yield from _said(one for one in result.diagnostics if one.is_error and id(one) not in of_policies)
    kinds = ", ".join(f"{kind or 'no kind'} {number}" for kind, number in sorted(result.skipped.items()))
    if kinds:
        yield Said(code="", text=f"documents that are no policy: {kinds}")
    for each in result.proof.unproven if result.proof is not None else ():
        code = internal.NO_SOLVER if each.why == NO_SOLVER else internal.NOT_PROVEN
        yield Said(code=code.id, text=f"not proven: {each}")
    if result.proof is None:
        yield Said(code="", text="nothing was compared: the proof was switched off")
