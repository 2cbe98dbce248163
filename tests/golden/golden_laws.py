"""What holds of every case, whatever it is about (design, section 2)."""

from __future__ import annotations

import random

from golden_flows import World, flows

from golden import Case, read
from npconv.diagnostics.effect import Effect
from npconv.dialects.cilium.emit import emit
from npconv.dialects.cilium.lift import lift
from npconv.dialects.cilium.model import CiliumObject
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.validate import validate
from npconv.dialects.cluster import read as cluster
from npconv.dialects.cluster.backends import backends
from npconv.dialects.cluster.model import Cluster
from npconv.ir.dump import dump
from npconv.ir.policy import PolicySet
from npconv.lowering import addresses
from npconv.lowering.hosts import pods_only
from npconv.lowering.services import resolved
from npconv.semantics.flow import Flow
from npconv.semantics.verdict import Verdict, verdict
from npconv.source.load import parse as read_text

FLOWS = 600


def round_trip(case: Case) -> list[CiliumObject]:
    """`emit(parse(out)) == out`, and the target accepts it; gives back what was parsed."""
    objects: list[CiliumObject] = []
    written = [one.data for one in case.result.outputs]
    documents = read_text(case.output, "cilium.yaml").documents
    assert [document.data for document in documents] == written, "the text of the output is other data"
    for document in documents:
        built, problems = parse(document)
        assert built is not None, [one.message for one in problems]
        assert not problems, [one.message for one in problems]
        assert emit(built) == document.data, f"emit(parse(x)) is not x for {document.label}"
        wrong = [one.message for one in validate(built, case.options.target) if one.is_error]
        assert not wrong, f"{document.label} is not valid for {case.options.target.name}: {wrong}"
        objects.append(built)
    return objects


def same_bytes_twice(case: Case) -> None:
    """A second conversion gives the same text."""
    assert read(case.folder).output == case.output


def proven(case: Case) -> None:
    """The comparison over all flows finishes, and finds no difference without a loss."""
    assert case.result.proof is not None
    assert not case.result.proof.unowned, case.result.proof.unowned[0]
    assert case.result.proof.is_conclusive, case.result.proof.unproven


def same_verdicts(case: Case) -> None:
    """Source and output let the same flows pass, but for declared losses, and never more unless declared."""
    source, target, world = _both(case)
    effects = [one.effect for one in case.result.diagnostics if one.effect is not None]
    opens = any(one in (Effect.WIDENS, Effect.SHIFTS) for one in effects)
    changes = any(one.changes_flows for one in effects)
    for flow in flows(world, FLOWS):
        before, after = verdict(source, flow), verdict(target, flow)
        if after.allowed and not opens:
            assert before.allowed, f"wider than the source:\n{_told(case, source, flow, before, after)}"
        if before.allowed and not changes:
            assert after.allowed, f"narrower, and no loss says so:\n{_told(case, source, flow, before, after)}"


def _told(case: Case, source: PolicySet, flow: Flow, before: Verdict, after: Verdict) -> str:
    return (
        f"{flow.direction.value} protocol {flow.protocol} port {flow.port} from {flow.source_port}"
        f" icmp {flow.icmp_type}/{flow.icmp_code} {flow.family} request {flow.request}"
        f"\n{flow.subject.title} {flow.subject.named_ports}\n{flow.peer.title} {flow.peer.named_ports}"
        f"\nsource: {before.reason}\noutput: {after.reason}\n{dump(source)}\n{case.output}"
    )


def _both(case: Case) -> tuple[PolicySet, PolicySet, World]:
    """What source and output mean for pods, and the world that both talk about."""
    facts = _cluster(case)
    on_pods, _ = pods_only(case.result.source)
    source, _ = resolved(on_pods, backends(facts.services))
    target = lift(round_trip(case), case.options.target).policies
    plan = addresses.plan(
        source,
        pod_cidrs=case.options.pod_cidrs,
        node_cidrs=case.options.node_cidrs,
        only_v4=not case.options.dual_stack,
    )
    world = World(
        sets=(source, target),
        plan=plan,
        namespaces={one.name: one.labels for one in facts.namespaces},
        random=random.Random(case.folder.name),
    )
    return source, target, world


def _cluster(case: Case) -> Cluster:
    found, _ = cluster.read([one for one in case.loaded.documents if cluster.claims(one)])
    return found
