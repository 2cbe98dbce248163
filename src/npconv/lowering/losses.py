"""What happened while lowering -> losses: what was meant, what the output does instead, and the effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code, losses
from npconv.diagnostics.effect import Effect
from npconv.ir.condition import ALWAYS, Condition, both
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Rule
from npconv.lowering.box import Box, Clause, overlaps
from npconv.lowering.cube import touches
from npconv.lowering.denies import Unordered
from npconv.lowering.places import Places
from npconv.lowering.sayable import Unsaid, Unsayable
from npconv.lowering.tiers import Isolation, Ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Flows that a loss may change: those that meet all four conditions."""

    subject: Condition
    peer: Condition = ALWAYS
    traffic: Condition = ALWAYS
    request: Condition = ALWAYS

    def as_rule(self, action: Action) -> Rule:
        """A rule that does something with these flows."""
        return Rule(action=action, subject=self.subject, peer=self.peer, traffic=self.traffic, request=self.request)

    @classmethod
    def of(cls, box: Box) -> Reach:
        """The flows of a box."""
        return cls(
            subject=box.subject.condition,
            peer=box.peer.condition,
            traffic=box.traffic.condition,
            request=box.request.condition,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One loss of a policy. `rule` is None if it is about the whole policy, `reason` if no condition is to blame.

    No flow beyond `reach` changes because of it; a loss without any changes none between pods and others.
    """

    code: Code
    effect: Effect
    policy: Policy
    direction: Direction | None
    rule: Rule | None
    message: str
    reason: Unsayable | None = None
    refused: bool = False
    reach: tuple[Reach, ...] = ()


def losses_of(direction: Direction, joined: Ordered, settled: Unordered) -> Iterator[Loss]:
    """Every loss of one direction, each said once per rule and condition."""
    found: dict[tuple[Code, int, int, object], Loss] = {}
    for loss in _all(direction, joined, settled):
        key = (loss.code, id(loss.policy), id(loss.rule), loss.reason.what if loss.reason else None)
        first = found.get(key)
        found[key] = loss if first is None else _merged(first, loss)
    yield from found.values()


def once(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """Each loss once per rule and condition: those of the parts of a rule, or of a policy, are one."""
    seen: dict[tuple[object, ...], Loss] = {}
    for loss in losses:
        what = loss.reason.what if loss.reason else None
        key = (loss.code, id(loss.policy), loss.direction, id(loss.rule), what)
        first = seen.get(key)
        seen[key] = loss if first is None else _merged(first, loss)
    return tuple(seen.values())


def refused(policy: Policy, code: Code, message: str, reason: Unsayable | None = None) -> Loss:
    """A policy that cannot be written at all: what it denies may pass, what it lets through others may deny."""
    effect = Effect.INERT
    for section in policy.sections:
        actions = {rule.action for rule in section.rules}
        if section.isolates or Action.DENY in actions or Action.PASS in actions:
            effect |= Effect.WIDENS
        if Action.ALLOW in actions or Action.PASS in actions:
            effect |= Effect.NARROWS
    return Loss(
        code=code,
        effect=effect,
        policy=policy,
        direction=None,
        rule=None,
        message=message,
        reason=reason,
        refused=True,
        reach=(Reach(subject=policy.subject),),
    )


def _merged(one: Loss, other: Loss) -> Loss:
    """Two losses of one condition of a rule: those of its pieces."""
    reach = one.reach + tuple(more for more in other.reach if more not in one.reach)
    return replace(one, effect=one.effect | other.effect, reach=reach)


def logs_of(policies: PolicySet) -> Iterator[Loss]:
    """A loss for every `Log` rule: it never decides anything."""
    for tier in policies.tiers:
        for policy in tier.policies:
            for section in policy.sections:
                for rule in section.rules:
                    if rule.action is Action.LOG:
                        yield Loss(
                            code=losses.LOG,
                            effect=Effect.INERT,
                            policy=policy,
                            direction=section.direction,
                            rule=rule,
                            message="`Log` rule left out",
                        )


def _all(direction: Direction, joined: Ordered, settled: Unordered) -> Iterator[Loss]:
    kept = {id(clause.rule) for clause in settled.allows}
    for policy, problem in joined.refused:
        yield Loss(
            code=losses.REFUSED,
            effect=_without(policy, direction),
            policy=policy,
            direction=direction,
            rule=None,
            message="policy left out: " + (problem.reason.why if problem else "its subject needs too many pieces"),
            reason=problem.reason if problem else None,
            refused=True,
            reach=(Reach(subject=policy.subject),),
        )
    for policy, rule in (*joined.too_many, *settled.too_many):
        yield Loss(
            code=losses.TOO_MANY_PIECES,
            effect=Effect.NARROWS,
            policy=policy,
            direction=direction,
            rule=rule,
            message=f"{_name(rule.action)} rule needs too many pieces; {_instead(rule.action)}",
            reach=(_whole(policy, rule),),
        )
    for policy, rule in joined.apart:
        yield Loss(
            code=losses.UNREACHED,
            effect=Effect.INERT,
            policy=policy,
            direction=direction,
            rule=rule,
            message=f"{_name(rule.action)} rule left out: nobody that it is about has an address that it asks for",
        )
    refused = {id(policy) for policy, _ in joined.refused}
    unsaid = [one for one in (*joined.unsaid, *settled.unsaid) if id(one.clause.policy) not in refused]
    if unsaid:
        denied = _Denied(joined.isolations, settled.denies)
        yield from (_unsaid(direction, one, kept, is_idle=denied.is_idle(one.clause)) for one in unsaid)
    for deny, allow in settled.overriding:
        yield Loss(
            code=losses.OVERRIDES_ALLOW,
            effect=Effect.NARROWS,
            policy=deny.policy,
            direction=direction,
            rule=deny.rule,
            message=f"Deny also takes flows that {allow.policy.name} allows before it",
            reach=(Reach.of(deny.box),),
        )
    for clause in (*joined.unreached, *settled.unreached):
        if id(clause.rule) not in kept and not _is_rest(clause):
            yield Loss(
                code=losses.UNREACHED,
                effect=Effect.INERT,
                policy=clause.policy,
                direction=direction,
                rule=clause.rule,
                message="Allow rule left out: no flow reaches it",
            )


_WIDER = {
    Action.DENY: "Deny covers more than in the source",
    Action.PASS: "what this passes is denied at the end of the tier",
}


def _unsaid(direction: Direction, unsaid: Unsaid, kept: set[int], *, is_idle: bool) -> Loss:
    clause, reason = unsaid.clause, unsaid.reason
    allows = clause.action is Action.ALLOW
    left_out = "part of the Allow left out" if id(clause.rule) in kept else "Allow left out"
    if _is_rest(clause):
        left_out = "not all that the Deny leaves open is allowed"
    instead = left_out if allows else _WIDER[clause.action]
    return Loss(
        code=reason.code,
        effect=Effect.INERT if is_idle else Effect.NARROWS,
        policy=clause.policy,
        direction=direction,
        rule=clause.rule,
        message=f"{instead}: {reason.why}",
        reason=reason,
        reach=(Reach.of(clause.box),),
    )


def _is_rest(clause: Clause) -> bool:
    """Whether an Allow is of what a Deny leaves open: nobody wrote it."""
    return clause.action is Action.ALLOW and clause.rule is not None and clause.rule.action is Action.DENY


def _whole(policy: Policy, rule: Rule) -> Reach:
    """An Allow that is left out changes its own flows, a Deny or Pass that denies everything those of its subjects."""
    if rule.action is not Action.ALLOW:
        return Reach(subject=policy.subject)
    subject = both(policy.subject, rule.subject)
    return Reach(subject=subject, peer=rule.peer, traffic=rule.traffic, request=rule.request)


def _without(policy: Policy, direction: Direction) -> Effect:
    """What it does to leave a whole policy out: others that isolate its subjects lack what it let through, too."""
    section = policy.section(direction)
    lets = section is not None and any(rule.action in (Action.ALLOW, Action.PASS) for rule in section.rules)
    return Effect.SHIFTS if lets else Effect.WIDENS


class _Denied:
    """What something denies: isolated subjects and denies, found again by namespace."""

    def __init__(self, isolations: Sequence[Isolation], denies: Sequence[Clause]) -> None:
        self._subjects = [one.subject for one in isolations]
        self._isolated = Places(enumerate(self._subjects))
        self._boxes = [one.box for one in denies]
        self._denied = Places((place, box.subject) for place, box in enumerate(self._boxes))

    def is_idle(self, clause: Clause) -> bool:
        """Whether a clause is an Allow of what nothing would deny anyway."""
        box = clause.box
        return (
            clause.action is Action.ALLOW
            and not any(touches(box.subject, self._subjects[one]) for one in self._isolated.near(box.subject))
            and not any(overlaps(box, self._boxes[one]) for one in self._denied.near(box.subject))
        )


def _name(action: Action) -> str:
    return action.value.capitalize()


def _instead(action: Action) -> str:
    return "it is left out" if action is Action.ALLOW else "everything is denied instead"
