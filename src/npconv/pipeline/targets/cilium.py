"""A task -> CiliumNetworkPolicies, clusterwide ones, and CIDR groups."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from npconv.diagnostics.codes.engines import OWN_NODE_IN
from npconv.dialects.cilium.emit import emit
from npconv.dialects.cilium.lower import lower
from npconv.dialects.cilium.model import CiliumPolicy
from npconv.dialects.cilium.profile import AllowLocalhost, CiliumProfile
from npconv.dialects.cilium.single_ports import doubts_ranges, without_ranges
from npconv.dialects.cilium.validate import Judge
from npconv.ir.condition import family, kind
from npconv.ir.dimensions import Family, Kind
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Section
from npconv.lowering.losses import Loss, logs_of, losses_of
from npconv.lowering.own_node import let_in
from npconv.pipeline.names_learnt import of_names_learnt
from npconv.pipeline.sets import groups, used_groups
from npconv.pipeline.targets.task import Made, Task, Written
from npconv.source.object_meta import ObjectMeta
from npconv.source.write import write_yaml


def write(task: Task, profile: CiliumProfile) -> Written:
    """Say a policy set in Cilium's words. What the source's engine does by itself is told to Cilium, as far as it
    does otherwise (and nothing at all if no policy would notice).
    """
    closed = {direction for direction in Direction if _closes(task.policies, task.names, direction)}
    told = _told(task, closed, profile)
    names = {**task.names, **_metadata(told, task, closed, profile)}
    lowered = lower(
        told,
        profile,
        task.plan,
        names=names,
        groups=groups(task.sets),
        pieces=task.pieces,
    )
    lost: tuple[Loss, ...] = (
        *logs_of(task.policies),
        *(
            loss
            for direction, joined in lowered.joined.items()
            for loss in losses_of(direction, joined, lowered.settled[direction])
        ),
        *(let_in(task.policies, task.names, OWN_NODE_IN) if profile.allow_localhost is AllowLocalhost.ALWAYS else ()),
    )
    narrow, judge = doubts_ranges(profile), Judge(profile)
    documents = lowered.objects
    del lowered  # what was cut is let go, policy by policy, as documents are made of it
    objects = [_made(without_ranges(built) if narrow else built, policy, task, judge) for built, policy in documents]
    objects += [
        Made(data=emit(group), source=one.name, origin=one.origin)
        for one, group in used_groups(task.sets, (made.data for made in objects), profile)
    ]
    return Written(objects=tuple(objects), losses=lost, meant=task.policies, said=tuple(of_names_learnt(objects)))


def _made(built: CiliumPolicy, policy: Policy, task: Task, judge: Judge) -> Made:
    data = emit(built)
    problems = tuple(one.message for one in judge.validate(built) if one.is_error)
    made = Made(
        data=data,
        source=policy.name,
        origin=policy.origin,
        problems=problems,
        comments=() if policy.name in task.names else tuple(_why(policy, task.engine)),
        text="" if problems else write_yaml([data]),
        kind=str(data["kind"]),
    )
    if task.once and not task.sets:
        made.let_go()
    return made


def _told(task: Task, closed: Collection[Direction], profile: CiliumProfile) -> PolicySet:
    """The set where what nobody wrote stands apart, as far as Cilium has to be told: see `_is_told`."""

    def parts(policy: Policy) -> tuple[Policy, ...]:
        if policy.name in task.names:
            return (policy,)
        told = tuple(one for one in policy.sections if _is_told(one, task, closed, profile))
        known = tuple(one for one in policy.sections if one not in told)
        apart = (replace(policy, sections=known),) if known else ()
        if told and known:
            name = f"{policy.name.name}-{told[0].direction.value}"
            policy = replace(policy, name=replace(policy.name, name=name), sections=told)
        return (*apart, policy) if told else apart

    return PolicySet(
        tiers=tuple(
            replace(tier, policies=tuple(part for policy in tier.policies for part in parts(policy)))
            for tier in task.policies.tiers
        )
    )


def _is_told(section: Section, task: Task, closed: Collection[Direction], profile: CiliumProfile) -> bool:
    """Whether Cilium does not do by itself what a section of a built-in policy does, and it makes a difference.

    Cilium lets a node reach its own pods unless `allow-localhost=policy` (facts/cilium.md 2.2). What only allows needs
    no words where nothing is denied.
    """
    if section.isolates or any(rule.action is not Action.ALLOW for rule in section.rules):
        return True
    if task.plan.only_v4 and all(rule.traffic == family(Family.V6) for rule in section.rules):
        return False
    let_in = section.direction is Direction.INGRESS and profile.allow_localhost is AllowLocalhost.ALWAYS
    own_node = all(rule.peer == kind(Kind.HOST) for rule in section.rules)
    return section.direction in closed and not (let_in and own_node)


def _closes(policies: PolicySet, names: Mapping[PolicyName, ObjectMeta], direction: Direction) -> bool:
    """Whether some policy denies anything in a direction, on its own or by isolation."""
    return any(
        section.isolates or any(rule.action in (Action.DENY, Action.PASS) for rule in section.rules)
        for tier in policies.tiers
        for policy in tier.policies
        if policy.name in names
        for section in policy.sections
        if section.direction is direction
    )


def _metadata(
    told: PolicySet, task: Task, closed: Collection[Direction], profile: CiliumProfile
) -> dict[PolicyName, ObjectMeta]:
    """Names for what nobody wrote and Cilium is told: as the source's engine calls it, unless a policy is called so."""
    taken = {(one.namespace, one.name) for one in task.names.values()}
    found: dict[PolicyName, ObjectMeta] = {}
    for tier in told.tiers:
        for policy in tier.policies:
            if policy.name in task.names or not any(_is_told(one, task, closed, profile) for one in policy.sections):
                continue
            name = policy.name.name
            while ("", name) in taken:
                name = f"{name}-built-in"
            taken.add(("", name))
            found[policy.name] = ObjectMeta(name=name)
    return found


def _why(policy: Policy, engine: str) -> Iterator[str]:
    from npconv.dialects.calico.lift_builtin import ENDPOINT_TO_HOST

    if policy.name == ENDPOINT_TO_HOST:
        yield "What pods send to their own node, Calico drops (defaultEndpointToHostAction)"
        return
    for section in policy.sections:
        if any(rule.action is Action.ALLOW and rule.peer == kind(Kind.HOST) for rule in section.rules):
            yield (
                f"A node always reaches its own pods in {engine}, and not in a Cilium with allow-localhost=policy"
                if section.direction is Direction.INGRESS
                else f"A pod always reaches its own node in {engine}, and in Cilium only if a policy says so"
            )
