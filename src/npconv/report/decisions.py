"""Refused, wider and invalid policies -> what people have to decide, and what they can choose from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.engines import name, title
from npconv.report.facts import Facts, PolicyFacts, spot
from npconv.report.model import Decision, Standing
from npconv.report.pods import names
from npconv.report.risks import fix

_ASKS: Final = (Standing.REFUSED, Standing.WIDER, Standing.SHIFTED, Standing.INVALID, Standing.NARROWER)


def decisions(facts: Facts) -> tuple[Decision, ...]:
    """One for each code and standing, over all the policies that have it; the weightiest first."""
    groups: dict[tuple[Standing, str], list[tuple[PolicyFacts, Diagnostic]]] = {}
    for policy in facts.policies:
        if policy.standing in _ASKS:
            for one in policy.said:
                if one.is_error or (one.effect is not None and one.effect.changes_flows):
                    groups.setdefault((policy.standing, one.code.id), []).append((policy, one))
    ordered = sorted(groups.items(), key=lambda item: (_ASKS.index(item[0][0]), -len(item[1]), item[0][1]))
    return tuple(_decision(standing, found, facts) for (standing, _), found in ordered)


def _decision(standing: Standing, found: list[tuple[PolicyFacts, Diagnostic]], facts: Facts) -> Decision:
    first, said = found[0]
    policies = {str(policy.name) for policy, _ in found}
    return Decision(
        title=_titles(standing, said, facts),
        policies=names(policies),
        spot=spot(said.origin) if said.origin is not None else first.spot,
        code=said.code.id,
        options=tuple(_options(standing, first, said, facts)),
    )


def _titles(standing: Standing, said: Diagnostic, facts: Facts) -> str:
    target = title(facts.target)
    match standing:
        case Standing.REFUSED:
            return f"{target} cannot say it ({said.code.title}): what takes its place?"
        case Standing.WIDER | Standing.SHIFTED:
            return f"{target} would let more through ({said.code.title}): is that acceptable?"
        case Standing.NARROWER:
            return f"{target} will let less through ({said.code.title}): does anybody need these flows?"
        case _:
            return f"{title(facts.result.engine)} refuses it today ({said.code.title}): repair it or delete it?"


def _options(standing: Standing, policy: PolicyFacts, said: Diagnostic, facts: Facts) -> Iterator[str]:
    yield fix(said.code)
    if standing is Standing.INVALID:
        if said.help:
            yield f"repair it: {said.help}"
        yield "delete it, if nobody misses what it was meant to do; the rest is translated with `--skip-invalid`"
        return
    called = "/".join(part for part in (policy.name.namespace, policy.name.name) if part)
    accepted = f"--to {name(facts.target)} --accept {said.code.id}:{called}"
    if standing is Standing.NARROWER:
        yield f"accept what is lost, after the probes have shown that nobody needs it: `{accepted}`"
    else:
        yield f"accept it by name, with whoever owns the risk: `{accepted}`"
        yield "keep these workloads on the old engine until another control takes its place"
