"""What `npconv why` tells of a flow ends where the verdict does, in every case."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import golden_laws as laws
import pytest
from golden_flows import flows

from golden import CASES, case_id, case_of
from npconv.ir.policy import Action
from npconv.pipeline.trace import TierOutcome, Trace, trace

FLOWS = 50


@pytest.mark.parametrize("folder", CASES, ids=case_id)
def test_traces_end_as_verdicts(folder: Path) -> None:
    case = case_of(folder)
    for name in case.results:
        source, target, world = laws._both(case, name)
        for flow in flows(world, FLOWS):
            for policies in (source, target):
                _ends_as_its_verdict(trace(policies, flow))


def _ends_as_its_verdict(found: Trace) -> None:
    verdict = found.verdict
    steps = list(chain.from_iterable(tier.policies for tier in found.tiers))
    matched = [
        (step.policy, rule.rule)
        for step in steps
        for rule in step.rules
        if rule.matches and rule.rule.action in (Action.ALLOW, Action.DENY)
    ]
    if verdict.rule is not None:
        assert matched == [(verdict.policy, verdict.rule)]
        assert found.tiers[-1].outcome is TierOutcome.DECIDED
        assert found.tiers[-1].name == verdict.tier
    elif verdict.policy is not None:
        assert not matched
        assert found.tiers[-1].outcome is TierOutcome.ENDED
        assert next(step.policy for step in found.tiers[-1].policies if step.isolates) is verdict.policy
    else:
        assert not matched
        assert all(tier.outcome in (TierOutcome.NEXT, TierOutcome.PASSED) for tier in found.tiers)
