"""IR rule -> rules of a ClusterNetworkPolicy, within the API's limits of 25 peers and 25 ports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.dialects.policy_api import lower_losses as losses
from npconv.dialects.policy_api.forms import CLUSTER
from npconv.dialects.policy_api.lower_losses import NO_PODS
from npconv.dialects.policy_api.lower_peers import EVERY_POD, EVERYTHING, Scene, peers
from npconv.dialects.policy_api.lower_ports import FoundPorts, traffic
from npconv.dialects.policy_api.model import Action, NamedPort, Peer, Port, Rule
from npconv.ir import policy as ir
from npconv.ir.condition import ALWAYS, NEVER, Condition, Holds, both, kind
from npconv.ir.dimensions import Attribute, Axis, Kind
from npconv.ir.policy import Direction
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import TooManyError
from npconv.lowering.losses import Loss
from npconv.lowering.sayable import Unsayable

ACTIONS: Final = {ir.Action.ALLOW: Action.ACCEPT, ir.Action.DENY: Action.DENY, ir.Action.PASS: Action.PASS}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Said:
    """The rules that a rule became, in order, and what it lost."""

    rules: tuple[Rule, ...]
    losses: tuple[Loss, ...]


def rules(rule: ir.Rule, policy: ir.Policy, scene: Scene, *, subject: Condition, passes: ir.Action) -> Said:
    """The rule in the API's words: exactly, or narrower, except where ingress cannot be denied at all.

    `subject` is whom the policy that it is written in selects. `passes` is what a Pass has to become: itself, an Allow
    where no tier comes after, or a Deny where another comes that the API does not have.
    """
    if rule.action is ir.Action.LOG or NEVER in (rule.peer, rule.traffic, rule.request):
        return Said((), ())
    if rule.action is ir.Action.PASS and passes is not ir.Action.PASS:
        return _instead_of_pass(rule, policy, scene, subject, passes)
    mine = replace(scene, action=rule.action)
    try:
        built, unsaid, stays_open = _rules(rule, mine)
    except TooManyError:
        return _too_many(rule, policy, mine, subject)
    if unsaid and rule.action is ir.Action.PASS:
        return _instead_of_pass(rule, policy, scene, subject, ir.Action.DENY)
    reach = losses.denied(built, scene.direction, subject) if mine.widest else losses.left_out(rule, subject)
    lost = [
        losses.unsaid(one, rule, policy, scene.direction, reach, widest=mine.widest, kept=bool(built)) for one in unsaid
    ]
    if stays_open:
        lost.append(losses.open_ingress(policy, rule))
    return Said(tuple(built), tuple(lost))


def everyone(direction: Direction) -> tuple[Peer, ...]:
    """Whom a Deny of everything names."""
    return (EVERY_POD,) if direction is Direction.INGRESS else (EVERYTHING,)


def chunks(items: Sequence[_T], size: int = CLUSTER.limit) -> Iterator[tuple[_T, ...]]:
    """Groups of at most `size` items."""
    for start in range(0, len(items), size):
        yield tuple(items[start : start + size])


def _instead_of_pass(rule: ir.Rule, policy: ir.Policy, scene: Scene, subject: Condition, action: ir.Action) -> Said:
    """A Pass as an Allow, or as a Deny, which leaves alone what always passes on ingress."""
    said = rules(replace(rule, action=action), policy, scene, subject=subject, passes=action)
    lost = tuple(replace(one, rule=rule) for one in said.losses)
    if action is not ir.Action.DENY:
        return Said(said.rules, lost)
    reach = losses.denied(said.rules, scene.direction, subject)
    kept = (one for one in lost if one.code is not codes.INGRESS)
    return Said(said.rules, (losses.passed(rule, policy, scene.direction, reach), *kept))


def _too_many(rule: ir.Rule, policy: ir.Policy, scene: Scene, subject: Condition) -> Said:
    if rule.action is ir.Action.ALLOW:
        reach = losses.left_out(rule, subject)
        return Said((), (losses.too_many_pieces(rule, policy, scene.direction, reach),))
    kept = (Rule(action=Action.DENY, peers=everyone(scene.direction), origin=rule.origin),)
    reach = losses.denied(kept, scene.direction, subject)
    lost = [losses.too_many_pieces(rule, policy, scene.direction, reach)]
    if scene.direction is Direction.INGRESS and rule.action is ir.Action.DENY and both(rule.peer, NO_PODS) != NEVER:
        lost.append(losses.open_ingress(policy, rule))
    return Said(kept, tuple(lost))


def _rules(rule: ir.Rule, scene: Scene) -> tuple[list[Rule], list[Unsayable], bool]:
    unsaid: list[Unsayable] = []
    built: list[Rule] = []
    stays_open = False
    if rule.request != ALWAYS:
        why = "there is no layer 7 in the policy API"
        facts = (Holds(leaf) for leaf in leaves(rule.request) if not isinstance(leaf, Axis | Attribute))
        unsaid += [Unsayable("request", fact, codes.TRAFFIC, why) for fact in facts]
        if not scene.widest:
            return [], unsaid, False
    for families, said in traffic(rule.traffic, scene.pieces, widest=scene.widest).items():
        unsaid += said.unsaid
        for condition, ports in _by_name(rule, said, scene):
            found = peers(condition, replace(scene, families=families, named_ports=_named(ports, scene)))
            unsaid += found.unsaid
            stays_open = stays_open or found.stays_open
            for some in chunks(found.peers):
                built += [
                    Rule(action=ACTIONS[scene.action], peers=some, ports=few, origin=rule.origin)
                    for few in ([None] if ports is None else chunks(ports))
                ]
        if len(built) > scene.pieces:
            raise TooManyError
    return built, list(dict.fromkeys(unsaid)), stays_open


def _by_name(rule: ir.Rule, said: FoundPorts, scene: Scene) -> Iterator[tuple[Condition, list[Port] | None]]:
    """The peers with the ports that go with them. On egress, ports with names are ports of pods, and named apart."""
    if said.everything:
        yield rule.peer, None
        return
    named: list[Port] = [one for one in said.ports if isinstance(one, NamedPort)]
    if not _named(named, scene):
        named = []
    numbered = [one for one in said.ports if one not in named]
    if numbered:
        yield rule.peer, numbered
    if named:
        yield both(rule.peer, kind(Kind.POD)), named


def _named(ports: Sequence[Port] | None, scene: Scene) -> bool:
    """Whether ports are named that networks have not."""
    return scene.direction is Direction.EGRESS and any(isinstance(one, NamedPort) for one in ports or ())
