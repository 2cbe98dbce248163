"""Refused, wider and invalid policies -> what people have to decide, and what they can choose from."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.engines import name, title
from npconv.report.facts import Facts, PolicyFacts, spot
from npconv.report.model import Decision
from npconv.report.pods import names
from npconv.report.risks import fix


class _Question(Enum):
    """What is asked, the weightiest first."""

    REFUSED = "{target} cannot say it ({what}): what takes its place?"
    WIDER = "{target} would let more through ({what}): is that acceptable?"
    INVALID = "It cannot be used as it stands ({what}): repair it or delete it?"
    NARROWER = "{target} will let less through ({what}): does anybody need these flows?"


_Found: TypeAlias = "list[tuple[PolicyFacts, Diagnostic]]"


def decisions(facts: Facts) -> tuple[Decision, ...]:
    """One for each question and code, over all the policies that have it; the weightiest first."""
    gone = {(loss.policy.name, loss.code) for loss in facts.result.losses if loss.refused}
    groups: dict[tuple[_Question, str], _Found] = {}
    for policy in facts.policies:
        for one in policy.said:
            question = _Question.REFUSED if (policy.name, one.code) in gone else _question(one)
            if question is not None:
                groups.setdefault((question, one.code.id), []).append((policy, one))
    order = list(_Question)
    ordered = sorted(groups.items(), key=lambda item: (order.index(item[0][0]), -len(item[1]), item[0][1]))
    return tuple(_decision(question, found, facts) for (question, _), found in ordered)


def _question(said: Diagnostic) -> _Question | None:
    if said.is_error:
        return _Question.INVALID
    if said.effect is None or not said.effect.changes_flows:
        return None
    return _Question.WIDER if said.effect.opens else _Question.NARROWER


def _decision(question: _Question, found: _Found, facts: Facts) -> Decision:
    first, said = found[0]
    texts = {"target": title(facts.target), "what": said.code.title}
    return Decision(
        title=question.value.format(**texts),
        policies=names(str(policy.name) for policy, _ in found),
        spot=spot(said.origin) if said.origin is not None else first.spot,
        code=said.code.id,
        options=tuple(_options(question, first, said, facts)),
    )


def _options(question: _Question, policy: PolicyFacts, said: Diagnostic, facts: Facts) -> Iterator[str]:
    yield fix(said.code)
    if question is _Question.INVALID:
        if said.help:
            yield f"repair it: {said.help}"
        yield "delete it, if nobody misses what it was meant to do; the rest is translated with `--skip-invalid`"
        return
    called = "/".join(part for part in (policy.name.namespace, policy.name.name) if part)
    accepted = f"--to {name(facts.target)} --accept {said.code.id}:{called}"
    if question is _Question.NARROWER:
        yield f"accept what is lost, after the probes have shown that nobody needs it: `{accepted}`"
    else:
        yield f"accept it by name, with whoever owns the risk: `{accepted}`"
        yield "keep these workloads on the old engine until another control takes its place"
