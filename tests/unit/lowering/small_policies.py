"""Small random policy sets over few labels and ports, every flow between them, and targets that lack some words."""

from __future__ import annotations

import random
from itertools import product

from small_sets import APP

from npconv.diagnostics.codes import losses
from npconv.ir.condition import ALWAYS, Condition, both, either, within
from npconv.ir.dimensions import Axis, Kind
from npconv.ir.intervals import ports
from npconv.ir.policy import Action, Direction, Policy, PolicyName, PolicySet, Rule, Section, Tier, TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of
from npconv.lowering.box import Box, Clause
from npconv.lowering.sayable import Target, Unsayable
from npconv.lowering.tiers import Bounds
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import meets

VALUES = (None, "web", "db", "other")
FLOWS = tuple(
    Flow(
        direction=Direction.INGRESS,
        subject=Endpoint(kind=Kind.POD, attributes={APP: own} if own else {}),
        peer=Endpoint(kind=Kind.POD, attributes={APP: other} if other else {}),
        port=port,
    )
    for own, other, port in product(VALUES, VALUES, (80, 443, 8080))
)


def policy_set(seed: int, *, passes: bool = True) -> PolicySet:
    """One to three tiers, of up to three policies each."""
    random_ = random.Random(seed)
    return PolicySet(
        tiers=tuple(
            Tier(
                name=f"t{number}",
                end=random_.choice(list(TierEnd)),
                policies=tuple(_policy(random_, f"t{number}p{one}", passes) for one in range(random_.randint(0, 3))),
            )
            for number in range(random_.randint(1, 3))
        )
    )


def _policy(random_: random.Random, name: str, passes: bool) -> Policy:
    rules = tuple(_rule(random_, passes) for _ in range(random_.randint(0, 3)))
    section = Section(direction=Direction.INGRESS, isolates=random_.random() < 0.8, rules=rules)
    return Policy(name=PolicyName("P", "", name), subject=_label(random_), sections=(section,))


def _rule(random_: random.Random, passes: bool) -> Rule:
    actions = list(Action) if passes else [Action.ALLOW, Action.DENY]
    traffic = random_.choice((ALWAYS, within(Axis.DST_PORT, ports((80, 80))), within(Axis.DST_PORT, ports((1, 443)))))
    own = _label(random_) if random_.random() < 0.2 else ALWAYS
    return Rule(action=random_.choice(actions), subject=own, peer=_label(random_), traffic=traffic)


def _label(random_: random.Random) -> Condition:
    one = within(APP, random_.choice((one_of("web"), one_of("web", "db"), none_of("web"), PRESENT, ABSENT)))
    other = within(APP, one_of("other"))
    return random_.choice((ALWAYS, one, one, either(one, other), both(one, other)))


def has(box: Box, flow: Flow) -> bool:
    """Whether a flow is in a box."""
    return (
        meets(box.subject.condition, flow, flow.subject)
        and meets(box.peer.condition, flow, flow.peer)
        and meets(box.traffic.condition, flow, flow.peer)
    )


def whole(clause: Clause) -> tuple[Clause, ...]:
    """A split that cuts nothing."""
    return (clause,)


def says_all(clause: Clause) -> tuple[Unsayable, ...]:
    """A target with words for everything."""
    return ()


def says_no_web_peer(clause: Clause) -> tuple[Unsayable, ...]:
    """A target that cannot tell a peer's `app` labels of exactly `web` from others."""
    members = clause.box.peer.members(APP)
    return (Unsayable("peer", APP, losses.LABEL_TEXT, "no word for it"),) if members == one_of("web") else ()


def bounds(target: Target = says_all, pieces: int = 10_000) -> Bounds:
    """Bounds that cut nothing by themselves."""
    return Bounds(whole, target, pieces)
