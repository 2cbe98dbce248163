"""`npconv diff` between a case's input and its output says what the losses of the case say."""

from __future__ import annotations

from pathlib import Path

import pytest

from golden import CASES, case_of
from npconv.pipeline.diff import DiffOptions, diff
from npconv.pipeline.meaning import meaning
from npconv.semantics.compare import Change, Outcome
from npconv.source.load import parse


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_equal_where_no_loss_changes_flows(folder: Path) -> None:
    case = case_of(folder)
    options = case.options
    old = meaning(case.loaded, options.source, namespace=options.namespace)
    new = meaning(parse(case.output, "cilium.yaml"), options.target, namespace=options.namespace)
    assert old.failed is case.result.failed
    if old.failed:
        return
    assert not new.failed, new.diagnostics
    found = diff(
        old,
        new,
        DiffOptions(pod_cidrs=options.pod_cidrs, node_cidrs=options.node_cidrs, dual_stack=options.dual_stack),
    )
    effects = [one.effect for one in case.result.diagnostics if one.effect is not None and one.effect.changes_flows]
    assert found.outcome is (Outcome.DIFFERENT if effects else Outcome.EQUAL)
    changes = {group.change for group in found.groups}
    assert Change.GAINED not in changes or any(one.opens for one in effects)
