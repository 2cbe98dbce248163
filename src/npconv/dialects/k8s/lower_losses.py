"""What happened while lowering to NetworkPolicies -> losses: the general ones, and those of Kubernetes alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from npconv.diagnostics.codes import kubernetes_losses as codes
from npconv.diagnostics.codes import losses as general
from npconv.diagnostics.effect import Effect
from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, NEVER, Within, both, family, kind
from npconv.ir.dimensions import Axis, Family, Kind, Kinds
from npconv.ir.policy import Action, Direction, PolicyName, PolicySet, Rule
from npconv.lowering import forms
from npconv.lowering.addresses import NODES, AddressPlan, Relation
from npconv.lowering.box import Box, Clause, subtract_all
from npconv.lowering.cube import TooManyError
from npconv.lowering.denies import Unordered
from npconv.lowering.losses import Loss, Reach, losses_of
from npconv.lowering.places import Places
from npconv.lowering.tiers import Bounds, Ordered, join

_PODS: Final = kind(Kind.POD)
_OWN_NODE: Final = kind(Kind.HOST)


def losses(direction: Direction, joined: Ordered, settled: Unordered) -> Iterator[Loss]:
    """The losses of one direction. A policy that is refused because it is of no one namespace has a code of its own."""
    for loss in losses_of(direction, joined, settled):
        unknown = loss.reason is not None and loss.reason.code is codes.CLUSTER_WIDE
        if loss.refused and loss.code is general.REFUSED and unknown:
            yield replace(loss, code=codes.CLUSTER_WIDE)
        else:
            yield loss


def of_nothing(policies: PolicySet) -> Iterator[Loss]:
    """A loss for every policy that selects in no namespace that there is."""
    for tier in policies.tiers:
        for policy in tier.policies:
            if policy.subject == NEVER:
                yield Loss(
                    code=general.SELECTS_NOTHING,
                    effect=Effect.INERT,
                    policy=policy,
                    direction=None,
                    rule=None,
                    message="policy left out: it selects no pod of the namespaces that there are",
                )


def own_node(
    policies: PolicySet, direction: Direction, passing: Kinds, plan: AddressPlan, pieces: int
) -> Iterator[Loss]:
    """A loss for every policy that keeps a pod from its own node: in the output that flow always passes."""
    if Kind.HOST not in passing or _lets_own_node(policies, direction):
        return
    joined = join(policies, direction, Bounds(lambda clause: forms.cut(clause, direction), lambda _: (), pieces))
    boxes = [(clause, box) for clause in joined.clauses if (box := _of_host(clause, plan)) is not None]
    allows = Places((index, box.subject) for index, (clause, box) in enumerate(boxes) if clause.action is Action.ALLOW)
    denied: dict[PolicyName, list[tuple[Clause, Box]]] = {}
    for index, (clause, box) in enumerate(boxes):
        if clause.action is Action.ALLOW:
            continue
        before = tuple(boxes[place][1] for place in allows.near(box.subject) if place < index)
        denied.setdefault(clause.policy.name, []).extend((clause, left) for left in _left(box, before, pieces))
    where = "from" if direction is Direction.INGRESS else "to"
    for part in filter(None, denied.values()):
        yield Loss(
            code=codes.OWN_NODE,
            effect=Effect.WIDENS,
            policy=part[0][0].policy,
            direction=direction,
            rule=None,
            message=f"traffic {where} the pods' own nodes is denied in the source, and always passes in the output",
            reach=tuple(dict.fromkeys(Reach.of(box) for _, box in part)),
        )


def _lets_own_node(policies: PolicySet, direction: Direction) -> bool:
    """Whether the first rule of all lets every pod's own node pass, as most engines do: what follows denies it nothing.

    The subjects of all policies are pods (`lowering.endpoints`).
    """
    for tier in policies.tiers:
        for policy in tier.policies:
            section = policy.section(direction)
            if section is None:
                continue
            if not section.rules:
                if section.isolates:
                    return False
                continue
            rule = section.rules[0]
            return (
                rule.action is Action.ALLOW
                and (policy.subject, rule.subject, rule.traffic, rule.request)
                == (
                    _PODS,
                    ALWAYS,
                    ALWAYS,
                    ALWAYS,
                )
                and rule.peer in (ALWAYS, _OWN_NODE)
            )
    return False


def built_in(
    policies: PolicySet,
    written: Collection[PolicyName],
    passing: Kinds,
    plan: AddressPlan,
    direction: Direction,
    *,
    isolates: bool,
) -> Iterator[Loss]:
    """A loss for every rule that the source's engine has of itself, but for what passes in the target, too.

    Where nothing is isolated (`isolates`), everything that is not denied does.
    """
    for tier in policies.tiers:
        for policy in tier.policies:
            section = policy.section(direction)
            if policy.name in written or section is None:
                continue
            for rule in section.rules:
                if _is_idle(rule, passing, plan) or (rule.action is Action.ALLOW and not isolates):
                    continue
                yield Loss(
                    code=codes.BUILT_IN,
                    effect=Effect.NARROWS if rule.action is Action.ALLOW else Effect.WIDENS,
                    policy=policy,
                    direction=direction,
                    rule=rule,
                    message=f"`{policy.name.name}` of the source's engine is not in the output",
                    reach=(Reach(subject=both(policy.subject, rule.subject), peer=rule.peer, traffic=rule.traffic),),
                )


def _is_idle(rule: Rule, passing: Kinds, plan: AddressPlan) -> bool:
    peer = rule.peer
    if isinstance(peer, Within) and isinstance(peer.members, Kinds) and (peer.members & ~passing).is_empty:
        return True
    return plan.only_v4 and rule.traffic == family(Family.V6)


def _of_host(clause: Clause, plan: AddressPlan) -> Box | None:
    """The clause for a peer that is the pod's own node, which has no labels; None if it is for no such peer."""
    kinds, asked = clause.box.peer.members(Axis.KIND), clause.box.peer.members(Axis.ADDRESS)
    if isinstance(kinds, Kinds) and Kind.HOST not in kinds:
        return None
    if isinstance(asked, Addresses) and plan.relation(NODES, asked) is Relation.APART:
        return None
    return clause.box.having("peer", clause.box.peer.having(Axis.KIND, Kinds(frozenset({Kind.HOST}))))


def _left(box: Box, allows: tuple[Box, ...], pieces: int) -> tuple[Box, ...]:
    try:
        return subtract_all((box,), allows, pieces)
    except TooManyError:
        return (box,)
