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
from npconv.pipeline.engines import title
from npconv.report.facts import Facts, PolicyFacts, spot
from npconv.report.model import Flow, Risk, Standing
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
_MOST_PLACES: Final = 5


@dataclass(slots=True)
class _Group:
    """The findings of one code and effect."""

    code: Code
    effect: str
    found: list[tuple[PolicyFacts, Diagnostic]] = field(default_factory=list)


def risks(facts: Facts, pods: Pods, changed: Sequence[Flow]) -> tuple[Risk, ...]:
    """Every way in which the target does otherwise: by effect, then by how many pods and policies it is about.

    `changed` are the flows that differ, in the order of the proof.
    """
    groups: dict[tuple[str, str], _Group] = {}
    for policy, one, effect in _findings(facts):
        groups.setdefault((one.code.id, effect), _Group(one.code, effect)).found.append((policy, one))
    witnesses = _Witnesses(facts, changed)
    made = [_risk(group, facts, pods, witnesses) for group in groups.values()]
    return tuple(sorted(made, key=lambda one: (_RANK[one.effect], -one.pods.count, -one.policies.count, one.code)))


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
            if policy.standing is Standing.INVALID:
                yield policy, one, INVALID
            elif one.effect is not None and one.effect.changes_flows:
                yield policy, one, REFUSED if (policy.name, one.code) in gone else one.effect.value


def _risk(group: _Group, facts: Facts, pods: Pods, witnesses: _Witnesses) -> Risk:
    policies = {policy.name for policy, _ in group.found}
    first, said = group.found[0]
    witness = witnesses.of(group.code, policies)
    source, target = title(facts.result.engine), title(facts.target)
    if group.effect == INVALID:
        before = f"{source} refuses {first.name}: {said.message}."
        after = f"It is not in the output for {target}."
    elif witness is not None:
        before = f"With {source}, {witness.flow} is {witness.before}."
        after = f"With {target}, it is {witness.after}."
    else:
        before = f"{first.name} is enforced by {source} as it is written."
        after = f"With {target}: {said.message}."
    return Risk(
        code=group.code.id,
        title=group.code.title,
        effect=group.effect,
        before=before,
        after=after,
        witness=witness,
        fix=fix(group.code),
        policies=names(str(name) for name in policies),
        places=tuple(dict.fromkeys(spot(one.origin) for _, one in group.found))[:_MOST_PLACES],
        pods=pods.of(policies),
    )


class _Witnesses:
    """The flows that differ, by the loss that owns them."""

    def __init__(self, facts: Facts, changed: Sequence[Flow]) -> None:
        proof = facts.result.proof
        self._changed = changed
        self._by: dict[tuple[Code, PolicyName], int] = {}
        for number, (_, owners) in enumerate(proof.owned if proof is not None else ()):
            for loss in owners:
                self._by.setdefault((loss.code, loss.policy.name), number)

    def of(self, code: Code, policies: set[PolicyName]) -> Flow | None:
        """The first flow that a loss of this code, of one of these policies, owns."""
        found = [number for name in policies if (number := self._by.get((code, name))) is not None]
        return self._changed[min(found)] if found else None
