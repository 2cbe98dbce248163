"""IR policy -> drafts of ClusterNetworkPolicies: one per subject, with at most 25 rules in a direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from npconv.diagnostics.codes import losses as shared_codes
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.diagnostics.effect import Effect
from npconv.dialects.policy_api.forms import Channel
from npconv.dialects.policy_api.lower_peers import Scene
from npconv.dialects.policy_api.lower_rules import chunks, everyone, open_ingress, rules
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
    losses: list[Loss] = []
    found: list[Draft] = []
    try:
        for subject, by_direction in _runs(policy, closed):
            said: dict[Direction, list[Rule]] = {direction: [] for direction in Direction}
            narrowed, reasons = _own_side(subject, by_direction, policy, shop)
            losses += reasons
            if narrowed is None:
                continue
            for direction, (listed, closes) in by_direction.items():
                for rule in listed:
                    one = rules(rule, policy, _scene(direction, shop), passes=passes)
                    said[direction] += one.rules
                    losses += one.losses
                if closes:
                    said[direction].append(Rule(action=Action.DENY, peers=everyone(direction), origin=policy.origin))
            found += _drafted(policy, both(asked, narrowed), said, shop)
    except TooManyError:
        return Drafts((), (_refused(policy, "policy left out: its subject needs too many pieces"),))
    losses += isolation_losses(policy, closed)
    return Drafts(tuple(found), tuple(losses))


def isolation_losses(policy: ir.Policy, closed: frozenset[Direction]) -> tuple[Loss, ...]:
    """What a Deny of everything on ingress does not reach."""
    return (open_ingress(policy, None),) if Direction.INGRESS in closed else ()


def _scene(direction: Direction, shop: Shop) -> Scene:
    return Scene(
        plan=shop.plan,
        direction=direction,
        action=ir.Action.ALLOW,
        channel=shop.channel,
        cluster=shop.cluster,
        pieces=shop.pieces,
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


def _own_side(
    subject: Condition, by_direction: _Run, policy: ir.Policy, shop: Shop
) -> tuple[Condition | None, tuple[Loss, ...]]:
    """What rules ask of their own side, as far as it can be said: else Accepts are left out and Denies cover more."""
    asked = seen_as(subject, Kind.POD, shop.cluster)
    reasons = [*all_unsayable("subject", asked), *_by_address(asked)]
    if not reasons:
        return asked, ()
    said: list[Loss] = []
    closing = False
    for direction, (listed, _) in by_direction.items():
        for rule in listed:
            denies = rule.action is not ir.Action.ALLOW
            closing = closing or denies
            instead = "Deny covers more than in the source" if denies else "Allow left out"
            said.append(
                Loss(
                    code=reasons[0].code,
                    effect=Effect.NARROWS,
                    policy=policy,
                    direction=direction,
                    rule=rule,
                    message=f"{instead}: {reasons[0].why}",
                    reason=reasons[0],
                )
            )
    if not closing:
        return None, tuple(said)
    for direction, (listed, closes) in by_direction.items():
        kept = tuple(replace(one, action=ir.Action.DENY) for one in listed if one.action is not ir.Action.ALLOW)
        by_direction[direction] = (kept, closes)
    return ALWAYS, tuple(said)


def _drafted(policy: ir.Policy, asked: Condition, said: dict[Direction, list[Rule]], shop: Shop) -> Iterator[Draft]:
    parts = list(zip_longest(chunks(said[Direction.INGRESS]), chunks(said[Direction.EGRESS]), fillvalue=()))
    for cube in cubes(asked, shop.pieces):
        for subject in selected(freed(cube, ()), anchored=False):
            for ingress, egress in parts:
                yield Draft(policy=policy, subject=subject, ingress=ingress, egress=egress)


def _problem(policy: ir.Policy, asked: Condition) -> Loss | None:
    if asked == NEVER:
        lost = _refused(policy, "policy left out: it selects no pod")
        return replace(lost, code=shared_codes.SELECTS_NOTHING, effect=Effect.INERT)
    reasons = [*all_unsayable("subject", asked, codes.REFUSED), *_by_address(asked)]
    if not reasons:
        return None
    return replace(_refused(policy, f"policy left out: {reasons[0].why}"), reason=reasons[0])


def _by_address(asked: Condition) -> Sequence[Unsayable]:
    if Axis.ADDRESS not in leaves(asked):
        return ()
    return (Unsayable("subject", Axis.ADDRESS, codes.REFUSED, "subjects are chosen by labels, not by address"),)


def left_out(policy: ir.Policy) -> Effect:
    """What it does to leave a policy out: what it denies may pass, what it lets through others may deny."""
    found = Effect.INERT
    for section in policy.sections:
        actions = {rule.action for rule in section.rules}
        if section.isolates or ir.Action.DENY in actions or ir.Action.PASS in actions:
            found |= Effect.WIDENS
        if ir.Action.ALLOW in actions or ir.Action.PASS in actions:
            found |= Effect.NARROWS
    return found


def _refused(policy: ir.Policy, message: str) -> Loss:
    return Loss(
        code=codes.REFUSED,
        effect=left_out(policy),
        policy=policy,
        direction=None,
        rule=None,
        message=message,
        refused=True,
    )
