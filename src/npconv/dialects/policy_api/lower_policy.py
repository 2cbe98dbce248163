"""IR policy -> drafts of ClusterNetworkPolicies: one per subject, with at most 25 rules in a direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, zip_longest

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.dialects.policy_api import lower_losses as losses
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.lower_peers import Scene
from npconv.dialects.policy_api.lower_rules import Said, chunks, everyone, rules
from npconv.dialects.policy_api.lower_selectors import selected
from npconv.dialects.policy_api.model import Action, Rule, Subject
from npconv.dialects.policy_api.say import all_unsayable, freed
from npconv.ir import policy as ir
from npconv.ir.condition import ALWAYS, NEVER, Condition, both
from npconv.ir.dimensions import Axis, Kind
from npconv.ir.policy import Direction
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import TooManyError, cubes
from npconv.lowering.losses import Loss
from npconv.lowering.sayable import Unsayable
from npconv.lowering.views import seen_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What every policy of a translation is made with."""

    plan: AddressPlan
    channel: Channel
    cluster: str
    pieces: int
    closed_behind: bool = False
    """Whether NetworkPolicies come behind, which deny what these let go on."""
    networks_outside: bool = False
    """Whether `networks` are for what is outside the cluster alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A ClusterNetworkPolicy without a name and a priority. `policy` is the source's."""

    policy: ir.Policy
    subject: Subject
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafts:
    """What a policy became, in order, and what it lost."""

    drafts: tuple[Draft, ...]
    losses: tuple[Loss, ...] = ()


def drafts(policy: ir.Policy, shop: Shop, *, passes: ir.Action, closed: frozenset[Direction]) -> Drafts:
    """The policy's rules; in the directions that are `closed`, a Deny of everything is the last of them."""
    asked = seen_as(policy.subject, Kind.POD, shop.cluster)
    problem = _problem(policy, asked)
    if problem is not None:
        return Drafts((), (problem,))
    lost: list[Loss] = []
    found: list[Draft] = []
    try:
        for subject, by_direction in _runs(policy, closed):
            own = seen_as(subject, Kind.POD, shop.cluster)
            reasons = _unsayable(own)
            said: dict[Direction, list[Rule]] = {}
            for direction, (listed, closes) in by_direction.items():
                scene = _scene(direction, shop)
                some = [
                    _for_more(rule, policy, scene, reasons[0])
                    if reasons
                    else rules(rule, policy, scene, subject=both(policy.subject, own), passes=passes)
                    for rule in listed
                ]
                lost += (loss for one in some for loss in one.losses)
                said[direction] = [rule for one in some for rule in one.rules]
                if closes:
                    said[direction].append(Rule(action=Action.DENY, peers=everyone(direction), origin=policy.origin))
            found += _drafted(policy, asked if reasons else both(asked, own), said, shop)
    except TooManyError:
        return Drafts((), (losses.refused(policy, "policy left out: its subject needs too many pieces"),))
    lost += (losses.open_ingress(policy, None),) if Direction.INGRESS in closed else ()
    return Drafts(tuple(found), tuple(lost))


def _for_more(rule: ir.Rule, policy: ir.Policy, scene: Scene, reason: Unsayable) -> Said:
    """A rule that asks of its own side what cannot be said: an Allow is left out, a Deny is for all of the policy."""
    if rule.action is ir.Action.LOG:
        return Said((), ())
    if rule.action is ir.Action.ALLOW:
        reach = losses.left_out(rule, both(policy.subject, rule.subject))
        return Said((), (losses.unsaid(reason, rule, policy, scene.direction, reach, widest=False),))
    denying = replace(rule, action=ir.Action.DENY)
    said = rules(denying, policy, scene, subject=policy.subject, passes=ir.Action.DENY)
    reach = losses.denied(said.rules, scene.direction, policy.subject)
    wider = losses.unsaid(reason, rule, policy, scene.direction, reach, widest=True)
    return Said(said.rules, (wider, *(replace(one, rule=rule) for one in said.losses)))


def _scene(direction: Direction, shop: Shop) -> Scene:
    return Scene(
        plan=shop.plan,
        direction=direction,
        action=ir.Action.ALLOW,
        channel=shop.channel,
        cluster=shop.cluster,
        pieces=shop.pieces,
        closed_behind=shop.closed_behind,
        networks_outside=shop.networks_outside,
    )


_Run = dict[Direction, tuple[tuple[ir.Rule, ...], bool]]


def _runs(policy: ir.Policy, closed: frozenset[Direction]) -> Iterator[tuple[Condition, _Run]]:
    """The rules in runs that ask the same of the policy's own side; mostly one run, of both directions."""
    listed: dict[Direction, list[tuple[Condition, tuple[ir.Rule, ...], bool]]] = {}
    for section in policy.sections:
        runs = [(key, tuple(run), False) for key, run in groupby(section.rules, key=lambda one: one.subject)]
        listed[section.direction] = list(runs)
    for direction in closed:
        runs = listed.setdefault(direction, [])
        last = runs.pop() if runs and runs[-1][0] == ALWAYS else (ALWAYS, (), False)
        runs.append((ALWAYS, last[1], True))
    pairs = zip_longest(listed.get(Direction.INGRESS, []), listed.get(Direction.EGRESS, []))
    for ingress, egress in pairs:
        if ingress and egress and ingress[0] == egress[0]:
            yield ingress[0], {Direction.INGRESS: ingress[1:], Direction.EGRESS: egress[1:]}
            continue
        if ingress:
            yield ingress[0], {Direction.INGRESS: ingress[1:]}
        if egress:
            yield egress[0], {Direction.EGRESS: egress[1:]}


def _drafted(policy: ir.Policy, asked: Condition, said: dict[Direction, list[Rule]], shop: Shop) -> Iterator[Draft]:
    listed = (chunks(said.get(direction, [])) for direction in (Direction.INGRESS, Direction.EGRESS))
    parts = list(zip_longest(*listed, fillvalue=()))
    for cube in cubes(asked, shop.pieces):
        for subject in selected(freed(cube, ()), anchored=False):
            for ingress, egress in parts:
                yield Draft(policy=policy, subject=subject, ingress=ingress, egress=egress)


def _problem(policy: ir.Policy, asked: Condition) -> Loss | None:
    if asked == NEVER:
        return losses.selects_nothing(policy)
    reasons = _unsayable(asked, codes.REFUSED)
    return losses.refused(policy, f"policy left out: {reasons[0].why}", reasons[0]) if reasons else None


def _unsayable(asked: Condition, code: Code = codes.PEER) -> Sequence[Unsayable]:
    """What cannot be said of a subject."""
    reasons = all_unsayable("subject", asked, code)
    if Axis.ADDRESS not in leaves(asked):
        return reasons
    why = "subjects are chosen by labels, not by address"
    return (*reasons, Unsayable("subject", Axis.ADDRESS, code, why))
