"""The whole flow on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from npconv.diagnostics.codes import internal, losses
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.dialects.calico.lift import lift as lift_calico
from npconv.dialects.calico.lift import policy_name
from npconv.dialects.calico.lift_builtin import ENDPOINT_TO_HOST, OWN_NODE
from npconv.dialects.calico.lift_builtin import KIND as BUILT_IN
from npconv.dialects.calico.model_sets import HostEndpoint
from npconv.dialects.cilium.emit import emit
from npconv.dialects.cilium.lower import Lowered, lower
from npconv.dialects.cilium.profile import AllowLocalhost, CiliumProfile, Platform
from npconv.dialects.cilium.validate import validate
from npconv.dialects.cluster.backends import backends
from npconv.dialects.k8s.lift import lift as lift_kubernetes
from npconv.ir.policy import Policy, PolicyName, PolicySet
from npconv.lowering import addresses
from npconv.lowering.hosts import pods_only
from npconv.lowering.labels import possible
from npconv.lowering.losses import Loss, logs_of, losses_of
from npconv.lowering.services import resolved
from npconv.pipeline import findings, names
from npconv.pipeline.check import Proof, check
from npconv.pipeline.check_existing import check_existing
from npconv.pipeline.existing import existing_only
from npconv.pipeline.model import Conversion, Options, Output
from npconv.pipeline.read import Input, read
from npconv.pipeline.sets import NamedSet, comments, groups, named_sets, used_groups
from npconv.pipeline.sets import place as set_place
from npconv.semantics import solver
from npconv.semantics.meaning import CALICO
from npconv.source.load import Loaded


def convert(loaded: Loaded, options: Options) -> Conversion:
    """Translate policies as Calico enforces them, Calico's and Kubernetes', into Cilium's.

    Policies are translated as a set: order, tiers and network sets mean something only together (design, section 1).
    """
    found = read(loaded.documents, options.source, options.namespace)
    cluster = found.cluster if options.cluster is None else options.cluster
    lifted = lift_calico(
        found.calico,
        options.source,
        kubernetes=[lift_kubernetes(one, CALICO) for one in found.kubernetes],
        namespaces={one.name: one.labels for one in cluster.namespaces},
    )
    on_pods, on_nodes = pods_only(possible(lifted.policies))
    meant, by_service = resolved(on_pods, backends(cluster.services))
    plan = addresses.plan(
        meant,
        pod_cidrs=options.pod_cidrs,
        node_cidrs=options.node_cidrs,
        nodes_at=[ip for one in found.calico if isinstance(one, HostEndpoint) for ip in one.expected_ips or ()],
        only_v4=not options.dual_stack,
    )
    metadata = names.metadata(
        [*_named(found), *_made(lifted.policies, options.target)], clusterwide=options.target.platform is Platform.GKE
    )
    sets = named_sets(found.calico)
    lowered = lower(
        meant,
        options.target,
        plan,
        names=metadata,
        groups=groups(sets) if options.cidr_groups else {},
        pieces=options.max_pieces,
    )
    lost: tuple[Loss, ...] = (
        *(_about_nodes(policy) for policy in on_nodes if not _only_opens(policy)),
        *(_about_nothing(policy) for policy in _selecting_nothing(lifted.policies, on_pods, on_nodes)),
        *logs_of(meant),
        *(
            loss
            for direction, joined in lowered.joined.items()
            for loss in losses_of(direction, joined, lowered.settled[direction])
        ),
    )
    outputs, refused_output = _outputs(lowered, sets, options)
    proof = _proof(meant, lowered, outputs=outputs, lost=lost, plan=plan, options=options)
    idle = {id(loss) for loss in proof.idle} if proof is not None else set()
    lost = tuple(replace(loss, effect=Effect.INERT) if id(loss) in idle else loss for loss in lost)
    diagnostics = (
        *loaded.diagnostics,
        *found.diagnostics,
        *lifted.diagnostics,
        *findings.of_losses(lost),
        *findings.of_addresses(meant, plan),
        *findings.of_renamed(meant, metadata),
        *findings.of_names(meant, options.target.version),
        *findings.of_sctp(meant, options.target),
        *findings.of_services(by_service),
        *refused_output,
        *((existing_only(),) if options.cluster is not None and proof is not None else ()),
        *(findings.of_proof(proof) if proof is not None else findings.of_no_proof(asked=bool(options.check_seconds))),
    )
    return Conversion(
        outputs=outputs,
        diagnostics=diagnostics,
        effects=_effects(
            (name for name, _, _ in _named(found)),
            [*((loss.policy.name, loss.effect) for loss in lost), *_lost_by_lift(found, lifted.diagnostics)],
        ),
        refused=frozenset(loss.policy.name for loss in lost if loss.refused),
        skipped=found.skipped,
        source=lifted.policies,
        proof=proof,
        losses=lost,
    )


def _proof(
    meant: PolicySet,
    lowered: Lowered,
    *,
    outputs: Sequence[Output],
    lost: Sequence[Loss],
    plan: addresses.AddressPlan,
    options: Options,
) -> Proof | None:
    if not options.check_seconds:
        return None
    emitted = [one.data for one in outputs]
    if options.cluster is not None:
        return check_existing(meant, emitted, losses=lost, profile=options.target, plan=plan, cluster=options.cluster)
    if not solver.is_installed():
        return None
    return check(
        meant,
        emitted,
        losses=lost,
        profile=options.target,
        plan=plan,
        seconds=options.check_seconds,
    )


def _named(found: Input) -> Iterator[tuple[PolicyName, Mapping[str, str] | None, Mapping[str, str] | None]]:
    for policy in found.calico:
        name = policy_name(policy)
        if name is not None:
            yield name, policy.metadata.labels, policy.metadata.annotations
    for kubernetes in found.kubernetes:
        meta = kubernetes.metadata
        yield PolicyName(CALICO.policy_kind, meta.namespace, meta.name), meta.labels, meta.annotations


def _made(policies: PolicySet, target: CiliumProfile) -> Iterator[tuple[PolicyName, None, None]]:
    """What Calico does by itself and Cilium has to be told."""
    told = (ENDPOINT_TO_HOST, *((OWN_NODE,) if target.allow_localhost is AllowLocalhost.POLICY else ()))
    built_in = {policy.name for tier in policies.tiers for policy in tier.policies}
    yield from ((name, None, None) for name in told if name in built_in)


def _why_made(policy: Policy) -> Iterator[str]:
    if policy.name == ENDPOINT_TO_HOST:
        yield "What pods send to their own node, Calico drops (defaultEndpointToHostAction)"
    if policy.name == OWN_NODE:
        yield "A node always reaches its own pods in Calico, and not in a Cilium with allow-localhost=policy"


def _only_opens(policy: Policy) -> bool:
    """Whether a built-in policy just keeps ports of nodes open, as they are anyway once nothing guards the nodes."""
    return policy.name.kind == BUILT_IN and not any(section.isolates for section in policy.sections)


def _about_nodes(policy: Policy) -> Loss:
    of_itself = policy.name.kind == BUILT_IN
    what = (
        "what a host endpoint denies where no policy allows it"
        if of_itself
        else "what the policy does for host endpoints"
    )
    return Loss(
        code=losses.HOST_POLICY,
        effect=Effect.WIDENS,
        policy=policy,
        direction=None,
        rule=None,
        message=f"{what} is left out",
    )


def _selecting_nothing(lifted: PolicySet, on_pods: PolicySet, on_nodes: Sequence[Policy]) -> Iterator[Policy]:
    kept = {policy.name for tier in on_pods.tiers for policy in tier.policies} | {one.name for one in on_nodes}
    yield from (policy for tier in lifted.tiers for policy in tier.policies if policy.name not in kept)


def _about_nothing(policy: Policy) -> Loss:
    return Loss(
        code=losses.SELECTS_NOTHING,
        effect=Effect.INERT,
        policy=policy,
        direction=None,
        rule=None,
        message="policy left out: it selects no pod",
    )


def _outputs(
    lowered: Lowered, sets: Sequence[NamedSet], options: Options
) -> tuple[tuple[Output, ...], tuple[Diagnostic, ...]]:
    """The emitted objects, and whatever the target's own rules refuse of them: a bug of ours."""
    outputs: list[Output] = []
    refused: list[Diagnostic] = []
    for built, policy in lowered.objects:
        problems = [one for one in validate(built, options.target) if one.is_error]
        refused += [
            Diagnostic(
                code=internal.OUTPUT_INVALID,
                origin=policy.origin,
                message=f"the output for {policy.name} is not valid for Cilium: {one.message}",
            )
            for one in problems
        ]
        if problems:
            continue
        place = policy.origin.place if policy.origin is not None else None
        outputs.append(
            Output(
                data=(data := emit(built)),
                source=policy.name,
                file=place.file if place else "",
                line=place.span(()).line if place else 0,
                comments=(*_why_made(policy), *comments(sets, data)),
            )
        )
    for one, group in used_groups(sets, [output.data for output in outputs], options.target):
        file, line = set_place(one)
        outputs.append(Output(data=emit(group), source=one.name, file=file, line=line))
    outputs.sort(key=lambda one: (str(one.data["kind"]), one.source.namespace, one.source.name, one.source.kind))
    return tuple(outputs), tuple(refused)


def _lost_by_lift(found: Input, said: Iterable[Diagnostic]) -> Iterator[tuple[PolicyName, Effect]]:
    """The losses that are no matter of the target, each with the policy that it is about."""
    names = {id(one.origin.place): policy_name(one) for one in found.calico if one.origin is not None}
    for one in said:
        name = names.get(id(one.origin.place)) if one.origin is not None else None
        if name is not None and one.effect is not None:
            yield name, one.effect


def _effects(named: Iterable[PolicyName], lost: Iterable[tuple[PolicyName, Effect]]) -> dict[PolicyName, Effect]:
    by_name: dict[PolicyName, Effect] = {}
    for name, effect in lost:
        by_name[name] = by_name.get(name, Effect.INERT) | effect
    return {name: by_name.get(name, Effect.INERT) for name in sorted(named)}
