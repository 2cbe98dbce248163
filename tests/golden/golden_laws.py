"""What holds of every case, whatever it is about (design, section 2)."""

from __future__ import annotations

import random

from golden_dialects import read_and_write
from golden_flows import World, flows

from golden import Case, read
from npconv.diagnostics.effect import Effect
from npconv.dialects.cluster import kinds as cluster_kinds
from npconv.dialects.cluster import read as cluster
from npconv.dialects.cluster.model import Cluster
from npconv.ir.dump import dump
from npconv.ir.policy import PolicySet
from npconv.lowering import addresses
from npconv.pipeline.check import read_back
from npconv.pipeline.endpoints import node_addresses, pod_addresses
from npconv.pipeline.engines import beside
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import Verdict, verdict
from npconv.source.load import parse as read_text

FLOWS = 200
"""For each target."""


def round_trip(case: Case) -> None:
    """`emit(parse(out)) == out`, and the target accepts it."""
    for target, result in case.results.items():
        written = [one.data for one in result.outputs]
        documents = read_text(case.output(target), f"{target}.yaml").documents
        assert [document.data for document in documents] == written, "the text of the output is other data"
        for document in documents:
            again, problems = read_and_write(document, case.options[target].target)
            assert not problems, f"{document.label}: {problems}"
            assert again == document.data, f"emit(parse(x)) is not x for {document.label}"


def same_bytes_twice(case: Case) -> None:
    """A second conversion gives the same text."""
    again = read(case.folder)
    assert {target: again.output(target) for target in again.results} == {
        target: case.output(target) for target in case.results
    }


def proven(case: Case) -> None:
    """The comparison over all flows finishes, and finds no difference without a loss."""
    for target, result in case.results.items():
        assert result.proof is not None
        assert not result.proof.unowned, (target, result.proof.unowned[0])
        assert result.proof.is_conclusive, (target, result.proof.unproven)


def same_verdicts(case: Case) -> None:
    """Source and output let the same flows pass, but for declared losses, and never more unless declared."""
    for name, result in case.results.items():
        source, target, world = _both(case, name)
        effects = [one.effect for one in result.diagnostics if one.effect is not None]
        opens = any(one in (Effect.WIDENS, Effect.SHIFTS) for one in effects)
        changes = any(one.changes_flows for one in effects)
        for flow in flows(world, FLOWS):
            before, after = verdict(source, flow), verdict(target, flow)
            if after.allowed and not opens:
                assert before.allowed, f"wider than the source:\n{_told(case, name, flow, before, after)}"
            if before.allowed and not changes:
                assert after.allowed, f"narrower, and no loss says so:\n{_told(case, name, flow, before, after)}"


def _told(case: Case, target: str, flow: Flow, before: Verdict, after: Verdict) -> str:
    return (
        f"{target}: {flow.direction.value} protocol {flow.protocol} port {flow.port} from {flow.source_port}"
        f" icmp {flow.icmp_type}/{flow.icmp_code} {flow.family} request {flow.request}"
        f"\n{flow.subject.title} {flow.subject.named_ports}\n{flow.peer.title} {flow.peer.named_ports}"
        f"\nsource: {before.reason}\noutput: {after.reason}\n{dump(case.results[target].meant)}\n{case.output(target)}"
    )


def _both(case: Case, name: str) -> tuple[PolicySet, PolicySet, World]:
    """What source and output mean for pods, and the world that both talk about."""
    facts, options, result = _cluster(case), case.options[name], case.results[name]
    engine = beside(options.target, result.engine)
    source, target = result.meant, read_back([one.written() for one in result.outputs], engine)
    plan = addresses.plan(
        source,
        pod_cidrs=options.pod_cidrs,
        node_cidrs=options.node_cidrs,
        pods_seen=pod_addresses(facts),
        nodes_seen=node_addresses(facts),
        only_v4=not options.dual_stack,
    )
    world = World(
        sets=(source, target),
        plan=plan,
        namespaces={one.name: one.labels for one in facts.namespaces},
        random=random.Random(case.folder.name),
    )
    return source, target, world


def _cluster(case: Case) -> Cluster:
    found, _ = cluster.read([one for one in case.loaded.documents if cluster_kinds.claims(one)])
    return found
