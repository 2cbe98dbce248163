"""A case's source and outputs, each judged by its own engine -> do both engines let the same through?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from referee_compare import Answered, Tally, end

from golden import Case, case_id
from npconv.diagnostics.codes import assumptions
from npconv.diagnostics.effect import Effect
from npconv.dialects.cluster import kinds as cluster_kinds
from npconv.dialects.cluster import read as cluster
from npconv.ir.dimensions import NAMESPACE, Kind
from npconv.lowering.losses import Loss
from npconv.pipeline.owners import owns
from npconv.semantics.compare import Counterexample
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import verdict


def compared(case: Case, answers: Sequence[Answered], tally: Tally) -> Iterator[str]:
    """The engines' answers side by side, with none of npconv's semantics in between; what no loss owns is told."""
    by_name = {one.side.name: one for one in answers}
    source = by_name.get(f"{case_id(case.folder)} source")
    if source is None or source.error:
        return
    for target, result in case.results.items():
        output = by_name.get(f"{case_id(case.folder)} {target}")
        if output is None or output.error or any(one.is_error for one in result.diagnostics):
            continue
        both = same = owned = left = 0
        known = _namespaces(case, target)
        numbered = any(one.code is assumptions.PORT_NAMES for one in result.diagnostics)
        unowned: list[tuple[Flow, bool]] = []
        for flow, before, after in zip(source.side.flows, source.theirs, output.theirs, strict=True):
            if before is None or after is None or not _is_assumed(flow, known):
                continue
            if numbered and any(one.number == flow.port for one in flow.destination.named_ports):
                continue  # the only pods that declare names are those of the input (NPC829)
            if _is_left_open(flow, source) or _is_left_open(flow, output):
                left += 1
                continue
            both += 1
            if before == after:
                same += 1
            elif _is_owned(flow, source, output, result.losses):
                owned += 1
            else:
                unowned.append((flow, before))
        programs = f"{source.side.referee.program} to {output.side.referee.program} (engine to engine)"
        tally.add(
            programs,
            flows=both,
            flows_equal=same,
            flows_that_losses_own=owned,
            flows_left_to_the_engine=left,
            flows_unowned=len(unowned),
        )
        if unowned:
            flow, before = unowned[0]
            words = "source allows, output denies" if before else "source denies, output allows"
            yield (
                f"## {output.side.name}: {len(unowned)} of {both} flows, {words}, no loss: {flow.direction.value} of"
                f" {end(flow.subject)}\n      peer {end(flow.peer)}\n      protocol {flow.protocol} port {flow.port}"
                f" from {flow.source_port} icmp {flow.icmp_type}/{flow.icmp_code}"
            )


def _namespaces(case: Case, target: str) -> frozenset[str] | None:
    """The only namespaces that there are, if a translation assumes so (NPC827); None: it does not."""
    if all(one.code is not assumptions.NAMESPACES for one in case.results[target].diagnostics):
        return None
    facts, _ = cluster.read([one for one in case.loaded.documents if cluster_kinds.claims(one)])
    return frozenset((*(one.name for one in facts.namespaces), *case.options[target].namespaces))


def _is_left_open(flow: Flow, one: Answered) -> bool:
    """Whether the dialect promises something else here than the referee does: whom an `ipBlock` matches."""
    return verdict(one.side.policies, flow).allowed != verdict(one.side.promised, flow).allowed


def _is_assumed(flow: Flow, known: frozenset[str] | None) -> bool:
    """Whether the flow is among those that a translation speaks of: all pods in namespaces that it knows."""
    if known is None:
        return True
    return all(one.kind is not Kind.POD or one.attributes[NAMESPACE] in known for one in (flow.subject, flow.peer))


def _is_owned(flow: Flow, source: Answered, output: Answered, losses: Sequence[Loss]) -> bool:
    """Whether a declared loss reaches the flow. Effects are taken for what they could be: nothing was proven here."""
    example = Counterexample(
        flow=flow,
        old=verdict(source.side.policies, flow),
        new=verdict(output.side.policies, flow),
    )
    return any(one.effect is not Effect.INERT and owns(one, example) for one in losses)
