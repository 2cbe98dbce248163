"""IR rule -> rules of a ClusterNetworkPolicy, within the API's limits of 25 peers and 25 ports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.diagnostics.effect import Effect
from npconv.dialects.policy_api.forms import CLUSTER
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


def rules(rule: ir.Rule, policy: ir.Policy, scene: Scene, *, passes: ir.Action) -> Said:
    """The rule in the API's words: exactly, or narrower, except where ingress cannot be denied at all.

    `passes` is what a Pass has to become: itself, an Allow where no tier comes after, or a Deny where another comes
    that the API does not have.
    """
    if rule.action is ir.Action.LOG or NEVER in (rule.peer, rule.traffic, rule.request):
        return Said((), ())
    if rule.action is ir.Action.PASS and passes is not ir.Action.PASS:
        said = rules(replace(rule, action=passes), policy, scene, passes=passes)
        lost = (_passed(rule, policy, scene),) if passes is ir.Action.DENY else ()
        return Said(said.rules, (*lost, *(replace(one, rule=rule) for one in said.losses)))
    mine = replace(scene, action=rule.action)
    try:
        built, unsaid, stays_open = _rules(rule, mine)
    except TooManyError:
        return _too_many(rule, policy, mine)
    if unsaid and rule.action is ir.Action.PASS:
        return rules(rule, policy, scene, passes=ir.Action.DENY)
    losses = [_told(one, rule, policy, mine, kept=bool(built)) for one in unsaid]
    if stays_open:
        losses.append(open_ingress(policy, rule))
    return Said(tuple(built), tuple(losses))


def everyone(direction: Direction) -> tuple[Peer, ...]:
    """Whom a Deny of everything names."""
    return (EVERY_POD,) if direction is Direction.INGRESS else (EVERYTHING,)


def open_ingress(policy: ir.Policy, rule: ir.Rule | None) -> Loss:
    """What no `from` can name gets through."""
    return Loss(
        code=codes.INGRESS,
        effect=Effect.WIDENS,
        policy=policy,
        direction=Direction.INGRESS,
        rule=rule,
        message="ingress from nodes and from outside stays open: `from` selects pods only",
    )


def chunks(items: Sequence[_T], size: int = CLUSTER.limit) -> Iterator[tuple[_T, ...]]:
    """Groups of at most `size` items."""
    for start in range(0, len(items), size):
        yield tuple(items[start : start + size])


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


def _too_many(rule: ir.Rule, policy: ir.Policy, scene: Scene) -> Said:
    denied = Rule(action=Action.DENY, peers=everyone(scene.direction), origin=rule.origin)
    kept = () if rule.action is ir.Action.ALLOW else (denied,)
    instead = "everything is denied instead" if kept else "it is left out"
    message = f"{rule.action.value.capitalize()} rule needs too many pieces; {instead}"
    return Said(kept, (replace(_loss(rule, policy, scene, message), code=codes.TOO_MANY),))


def _passed(rule: ir.Rule, policy: ir.Policy, scene: Scene) -> Loss:
    return _loss(rule, policy, scene, "flows are denied that the source passes on to another tier")


def _told(reason: Unsayable, rule: ir.Rule, policy: ir.Policy, scene: Scene, *, kept: bool) -> Loss:
    left_out = "part of the Allow left out" if kept else "Allow left out"
    instead = "Deny covers more than in the source" if scene.widest else left_out
    return replace(_loss(rule, policy, scene, f"{instead}: {reason.why}"), code=reason.code, reason=reason)


def _loss(rule: ir.Rule, policy: ir.Policy, scene: Scene, message: str) -> Loss:
    return Loss(
        code=codes.PASSES,
        effect=Effect.NARROWS,
        policy=policy,
        direction=scene.direction,
        rule=rule,
        message=message,
    )
