"""Losses and invalid policies -> what will be otherwise, worst first, each with a sentence for before and for after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.ir.policy import PolicyName
from npconv.pipeline.check import witness
from npconv.pipeline.engines import title
from npconv.report.facts import Facts, PolicyFacts, spot
from npconv.report.flows import flow
from npconv.report.model import Flow, Risk
from npconv.report.pods import Pods, names

REFUSED: Final = "refused"
INVALID: Final = "invalid"
_RANK: Final[Mapping[str, int]] = {
    Effect.WIDENS.value: 0,
    Effect.SHIFTS.value: 1,
    REFUSED: 2,
    Effect.NARROWS.value: 3,
    INVALID: 4,
}
SHOWN: Final = 10
"""How many risks stand at the top of a report: for these a witness is looked for, if the proof has none."""
_MOST_PLACES: Final = 5


@dataclass(slots=True)
class _Group:
    """The findings of one code and effect."""

    code: Code
    effect: str
    found: list[tuple[PolicyFacts, Diagnostic]] = field(default_factory=list)

    @property
    def policies(self) -> set[PolicyName]:
        """The policies that have it."""
        return {policy.name for policy, _ in self.found}


def risks(facts: Facts, pods: Pods, changed: Sequence[Flow]) -> tuple[Risk, ...]:
    """Every way in which the target does otherwise: by effect, then by how many pods and policies it is about.

    `changed` are the flows that differ, in the order of the proof.
    """
    groups: dict[tuple[str, str], _Group] = {}
    for policy, one, effect in _findings(facts):
        groups.setdefault((one.code.id, effect), _Group(one.code, effect)).found.append((policy, one))
    ordered = sorted(groups.values(), key=lambda one: (*_weight(one, pods), one.code.id))
    witnesses = _Witnesses(facts, changed)
    return tuple(
        _risk(group, facts, pods, witnesses.of(group) or (witnesses.search(group) if place < SHOWN else None))
        for place, group in enumerate(ordered)
    )


def _weight(group: _Group, pods: Pods) -> tuple[int, int, int]:
    return _RANK[group.effect], -pods.of(group.policies).count, -len(group.policies)


def fix(code: Code) -> str:
    """What to do, as the manual page of a code says it."""
    for paragraph in code.page.strip().split("\n\n"):
        if paragraph.startswith("**What to do.**"):
            return " ".join(paragraph.removeprefix("**What to do.**").split())
    return f"npconv explain {code.id}"


def _findings(facts: Facts) -> Iterator[tuple[PolicyFacts, Diagnostic, str]]:
    gone = {(loss.policy.name, loss.code) for loss in facts.result.losses if loss.refused}
    for policy in facts.policies:
        for one in policy.said:
            if one.is_error:
                yield policy, one, INVALID
            elif one.effect is not None and one.effect.changes_flows:
                yield policy, one, REFUSED if (policy.name, one.code) in gone else one.effect.value


def _risk(group: _Group, facts: Facts, pods: Pods, example: Flow | None) -> Risk:
    policies = group.policies
    first, said = group.found[0]
    source, target = title(facts.result.engine), title(facts.target)
    if group.effect == INVALID:
        before = f"{first.name} cannot be used as it stands: {said.message}."
        after = f"With {target}, nothing of it is enforced."
    elif example is not None:
        before = f"With {source}, {example.flow} is {example.before}."
        after = f"With {target}, it is {example.after}."
    else:
        before = f"{first.name} is enforced by {source} as it is written."
        after = f"With {target}: {said.message}."
    return Risk(
        code=group.code.id,
        title=group.code.title,
        effect=group.effect,
        before=before,
        after=after,
        witness=example,
        fix=fix(group.code),
        policies=names(str(name) for name in policies),
        places=tuple(dict.fromkeys(spot(one.origin) for _, one in group.found))[:_MOST_PLACES],
        pods=pods.of(policies),
    )


class _Witnesses:
    """The flows that differ, by the loss that owns them."""

    def __init__(self, facts: Facts, changed: Sequence[Flow]) -> None:
        self._proof = facts.result.proof
        self._meant = facts.result.meant
        self._losses = facts.result.losses
        self._changed = changed
        self._by: dict[tuple[Code, PolicyName], int] = {}
        for number, (_, owners) in enumerate(self._proof.owned if self._proof is not None else ()):
            for loss in owners:
                self._by.setdefault((loss.code, loss.policy.name), number)

    def of(self, group: _Group) -> Flow | None:
        """The first flow of the proof that a loss of this group owns."""
        found = [number for name in group.policies if (number := self._by.get((group.code, name))) is not None]
        return self._changed[min(found)] if found else None

    def search(self, group: _Group) -> Flow | None:
        """A flow that only a look at one loss finds: the proof keeps one for each pair of deciding rules."""
        policies = group.policies
        for loss in self._losses:
            if (loss.code, loss.policy.name in policies) == (group.code, True) and self._proof is not None:
                example = witness(loss, self._meant, self._proof)
                return flow(example, (loss,)) if example is not None else None
        return None
