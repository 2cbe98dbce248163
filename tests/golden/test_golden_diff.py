"""`npconv diff` between a case's input and its output says what the losses of the case say."""

from __future__ import annotations

from pathlib import Path

import pytest

from golden import CASES, Case, case_id, case_of
from npconv.diagnostics.codes import assumptions
from npconv.pipeline.check import as_target
from npconv.pipeline.diff import DiffOptions, diff
from npconv.pipeline.meaning import meaning
from npconv.semantics.compare import Change, Outcome
from npconv.source.load import parse


@pytest.mark.parametrize("folder", CASES, ids=case_id)
def test_equal_where_no_loss_changes_flows(folder: Path) -> None:
    case = case_of(folder)
    for target, result in case.results.items():
        # What is right in a cluster of certain namespaces need not be right in any.
        if not any(one.code is assumptions.NAMESPACES for one in result.diagnostics):
            _agrees(case, target)


def _agrees(case: Case, target: str) -> None:
    options, result = case.options[target], case.results[target]
    old = meaning(case.loaded, options.source, namespace=options.namespace)
    new = meaning(parse(case.output(target), f"{target}.yaml"), as_target(options.target), namespace=options.namespace)
    assert old.failed is result.failed
    if old.failed:
        return
    assert not new.failed, new.diagnostics
    found = diff(
        old,
        new,
        DiffOptions(pod_cidrs=options.pod_cidrs, node_cidrs=options.node_cidrs, dual_stack=options.dual_stack),
    )
    effects = [one.effect for one in result.diagnostics if one.effect is not None and one.effect.changes_flows]
    assert found.outcome is (Outcome.DIFFERENT if effects else Outcome.EQUAL), target
    changes = {group.change for group in found.groups}
    assert Change.GAINED not in changes or any(one.opens for one in effects), target
