"""`npconv diff` between a case's input and its output says what the losses of the case say."""

from __future__ import annotations

from pathlib import Path

import pytest

from golden import CASES, Case, case_id, case_of
from npconv.diagnostics.codes import assumptions
from npconv.pipeline.check import as_target
from npconv.pipeline.diff import DiffOptions, diff
from npconv.pipeline.engines import beside, same_addresses
from npconv.pipeline.meaning import meaning
from npconv.semantics.compare import Change, Outcome
from npconv.source.load import parse

UNASKED = (assumptions.NAMESPACES, assumptions.SPOKEN)
"""Assumptions of translations that `diff` does not make."""


@pytest.mark.parametrize("folder", CASES, ids=case_id)
def test_equal_where_no_loss_changes_flows(folder: Path) -> None:
    case = case_of(folder)
    for target, result in case.results.items():
        # What is right in a cluster of certain pods need not be right in any.
        known = any(one.kind in ("Pod", "Node") for one in case.loaded.documents)
        if not known and not any(one.code in UNASKED for one in result.diagnostics):
            _agrees(case, target)


def _agrees(case: Case, target: str) -> None:
    options, result = case.options[target], case.results[target]
    source, engine = beside(result.engine, options.target), beside(options.target, result.engine)
    if same_addresses(source, engine) and result.proof is not None and result.proof.plan_is_used:
        return  # it stands on where pods and nodes are, which `diff` does not ask between such engines
    old = meaning(case.loaded, source, namespace=options.namespace)
    new = meaning(parse(case.output(target), f"{target}.yaml"), as_target(engine), namespace=options.namespace)
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
