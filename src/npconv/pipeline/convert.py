"""The whole flow on one screen."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

from npconv.diagnostics.codes import internal, losses
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.policy import Policy, PolicyName, PolicySet
from npconv.lowering import addresses
from npconv.lowering.hosts import pods_only
from npconv.lowering.losses import Loss
from npconv.pipeline import findings, names
from npconv.pipeline.blocks import asked_of, of_blocks
from npconv.pipeline.check import Proof, check
from npconv.pipeline.endpoints import node_addresses, pod_addresses
from npconv.pipeline.engines import Engine, beside, cluster_name, detect, title
from npconv.pipeline.meaning import meaning
from npconv.pipeline.model import Conversion, Options, Output
from npconv.pipeline.names import Named
from npconv.pipeline.port_twice import of_names_given_twice
from npconv.pipeline.ports import numbered, of_port_names, of_port_ranges, pods_of
from npconv.pipeline.sets import Comments, NamedSet, named_sets
from npconv.pipeline.spaces import known_namespaces
from npconv.pipeline.targets import Made, Task, Written, write
from npconv.pipeline.unseen import of_unseen
from npconv.source.document import Document
from npconv.source.load import Loaded
from npconv.source.nodes import collector_paused


@collector_paused()
def convert(loaded: Loaded, options: Options) -> Conversion:
    """Translate what one engine enforces into the policies of another.

    Policies are translated as a set: order, tiers and network sets mean something only together (design, section 1).
    What is made on the way is trees without cycles, so that the collector would look through them for nothing.
    """
    asked = options.source if options.source is not None else detect(loaded.documents)
    target = beside(options.target, asked)
    source = meaning(loaded, beside(asked, options.target), namespace=options.namespace, known=options.cluster)
    written = list(names.written(source.found, source.engine))
    of_pods, on_nodes = pods_only(source.policies)
    pods = pods_of(source.cluster, source.engine)
    on_pods, by_name = numbered(of_pods, source.cluster, pods, source.engine, target)
    plan = addresses.plan(
        on_pods,
        pod_cidrs=options.pod_cidrs,
        node_cidrs=options.node_cidrs,
        nodes_at=[ip for one in source.hosts for ip in one.expected_ips or ()],
        pods_seen=pod_addresses(source.cluster),
        nodes_seen=node_addresses(source.cluster),
        only_v4=not options.dual_stack,
    )
    metadata = names.metadata(written, clusterwide=isinstance(target, CiliumProfile) and target.is_namespaceless)
    sets = named_sets(source.found)
    asked_blocks = asked_of(source.found.kubernetes, source.engine)
    task = Task(
        policies=on_pods,
        plan=plan,
        names=metadata,
        namespaces=known_namespaces(source.cluster, options.namespaces),
        cluster=cluster_name(source.engine),
        engine=title(source.engine),
        sets=sets if options.cidr_groups else (),
        pieces=options.max_pieces,
        keep_order=options.keep_order,
        native=source.found if source.engine == target else None,
        once=loaded.once,
    )
    if loaded.once and task.native is None:
        source.found.let_go()
    made = write(task, target)
    lost: tuple[Loss, ...] = (
        *(_about_nodes(policy, metadata) for policy in on_nodes if not _only_opens(policy, metadata)),
        *(
            _about_nothing(policy)
            for policy in _selecting_nothing(source.lifted, on_pods, on_nodes, metadata)
            if task.native is None
        ),
        *made.losses,
    )
    outputs = _outputs(made, sets)
    blocks, ranges, refused = (
        tuple(of_blocks(asked_blocks, made.objects, target, plan)),
        tuple(of_port_ranges(made.objects, target)),
        tuple(_refused(made, target)),
    )
    if loaded.once:
        made = replace(made, objects=())
        for output in outputs:
            output.let_go()
    proof = _proof(made, (source.engine, target), outputs=outputs, lost=lost, plan=plan, options=options)
    idle = {id(loss) for loss in proof.idle} if proof is not None else set()
    lost = tuple(replace(loss, effect=Effect.INERT) if id(loss) in idle else loss for loss in lost)
    diagnostics = (
        *source.diagnostics,
        *made.said,
        *findings.of_losses(lost),
        *findings.of_assumptions(source, task, (asked, options.target), proof),
        *findings.of_namespaces(task, made),
        *blocks,
        *of_names_given_twice(of_pods, pods),
        *of_port_names(by_name),
        *ranges,
        *of_unseen(source, pods, target, dual_stack=options.dual_stack),
        *refused,
        *((findings.existing_only(),) if options.cluster is not None and proof is not None else ()),
        *(findings.of_proof(proof) if proof is not None else ()),
    )
    return Conversion(
        outputs=outputs,
        diagnostics=diagnostics,
        effects=_effects(
            (one.name for one in written),
            [*((loss.policy.name, loss.effect) for loss in lost), *_lost_by_lift(written, source.diagnostics)],
        ),
        refused=frozenset(loss.policy.name for loss in lost if loss.refused),
        skipped=source.skipped,
        engine=asked,
        source=source.lifted,
        meant=made.meant,
        proof=proof,
        losses=lost,
        cluster=source.cluster,
        found=source.found,
    )


def _proof(
    made: Written,
    engines: tuple[Engine, Engine],
    *,
    outputs: Sequence[Output],
    lost: Sequence[Loss],
    plan: addresses.AddressPlan,
    options: Options,
) -> Proof | None:
    if not options.check_seconds:
        return None
    emitted = [one.text for one in outputs]
    if options.cluster is not None:
        from npconv.pipeline.check_existing import check_existing

        known = options.cluster
        return check_existing(made.meant, emitted, losses=lost, engines=engines, plan=plan, cluster=known)
    return check(
        made.meant,
        emitted,
        losses=lost,
        engines=engines,
        plan=plan,
        seconds=options.check_seconds,
        watch=options.watch,
    )


def _only_opens(policy: Policy, written: Container[PolicyName]) -> bool:
    """Whether a built-in policy just keeps ports of nodes open, as they are anyway once nothing guards the nodes."""
    return policy.name not in written and not any(section.isolates for section in policy.sections)


def _about_nodes(policy: Policy, written: Container[PolicyName]) -> Loss:
    what = (
        "what the policy does for nodes"
        if policy.name in written
        else "what a host endpoint denies where no policy allows it"
    )
    return Loss(
        code=losses.HOST_POLICY,
        effect=Effect.WIDENS,
        policy=policy,
        direction=None,
        rule=None,
        message=f"{what} is left out",
    )


def _selecting_nothing(
    lifted: PolicySet, on_pods: PolicySet, on_nodes: Sequence[Policy], written: Container[PolicyName]
) -> Iterator[Policy]:
    kept = {policy.name for tier in on_pods.tiers for policy in tier.policies} | {one.name for one in on_nodes}
    for tier in lifted.tiers:
        yield from (policy for policy in tier.policies if policy.name in written and policy.name not in kept)


def _about_nothing(policy: Policy) -> Loss:
    return Loss(
        code=losses.SELECTS_NOTHING,
        effect=Effect.INERT,
        policy=policy,
        direction=None,
        rule=None,
        message="policy left out: it selects no pod",
    )


def _outputs(made: Written, sets: Sequence[NamedSet]) -> tuple[Output, ...]:
    """The objects of the output, in an order that depends on what they are called alone."""
    named = Comments(sets)
    valid = [one for one in made.objects if not one.problems]
    valid.sort(key=lambda one: (*_kind(one), one.source.namespace, one.source.name, one.source.kind))
    return tuple(_output(one, named) for one in valid)


def _output(made: Made, named: Comments) -> Output:
    text = made.written()
    output = Output(
        data=made.data if made.is_held else {},
        source=made.source,
        file=made.origin.place.file if made.origin is not None else "",
        line=_line(made.origin) if made.origin is not None else 0,
        comments=(*made.comments, *named.of(made, text)),
        text=text,
    )
    if not made.is_held:
        output.let_go()
    return output


def _line(origin: Origin) -> int:
    """The line on which the object begins that something was made from."""
    place = origin.place
    return place.first_line if isinstance(place, Document) else place.span(()).line


def _kind(one: Made) -> tuple[bool, str]:
    """Tiers first: `kubectl apply` goes by the file, and Calico's API server refuses policies of a tier that is not."""
    kind = one.kind or str(one.data["kind"])
    return kind != "Tier", kind


def _refused(made: Written, target: Engine) -> Iterator[Diagnostic]:
    """Whatever the target's own rules refuse of the output: a bug of ours."""
    for one in made.objects:
        for problem in one.problems:
            yield Diagnostic(
                code=internal.OUTPUT_INVALID,
                origin=one.origin,
                message=f"the output for {one.source} is not valid for {title(target)}: {problem}",
            )


def _lost_by_lift(written: Iterable[Named], said: Iterable[Diagnostic]) -> Iterator[tuple[PolicyName, Effect]]:
    """The losses that are no matter of the target, each with the policy that it is about."""
    named = {id(one.origin.place): one.name for one in written if one.origin is not None}
    for one in said:
        name = named.get(id(one.origin.place)) if one.origin is not None else None
        if name is not None and one.effect is not None:
            yield name, one.effect


def _effects(named: Iterable[PolicyName], lost: Iterable[tuple[PolicyName, Effect]]) -> dict[PolicyName, Effect]:
    by_name: dict[PolicyName, Effect] = {}
    for name, effect in lost:
        by_name[name] = by_name.get(name, Effect.INERT) | effect
    return {name: by_name.get(name, Effect.INERT) for name in sorted(named)}
