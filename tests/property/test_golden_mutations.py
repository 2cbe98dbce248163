"""One change to the output of any golden case is found by the comparison, or changes no flow at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutations import mutants
from sampling import flows
from test_mutations import SPACE, meaning, passes

from golden import CASES, case_id, case_of
from npconv.semantics.compare import Outcome, compare

MOST = 24
"""Changes tried in a case; the largest cases have some more, of the same kinds."""


@pytest.mark.parametrize("folder", [one for one in CASES if one.parent.name != "cilium"], ids=case_id)
def test_every_kind_of_change(folder: Path) -> None:
    case = case_of(folder)
    objects = [dict(one.data) for one in case.results["cilium"].outputs]
    if not objects:
        pytest.skip("the case has no output: nothing can be changed in it")
    before = meaning(objects, case.options["cilium"])
    for number, (name, changed) in enumerate(mutants(objects)):
        if number == MOST:
            break
        after = meaning(changed, case.options["cilium"])
        found = compare(before, after, assumptions=SPACE)
        text = f"{folder.name}: {name}"
        assert found.outcome is not Outcome.INCONCLUSIVE, text
        if found.outcome is Outcome.EQUAL:
            assert not [
                one for one in flows((before, after), SPACE, number, 60) if passes(before, one) != passes(after, one)
            ], text
        for one in found.counterexamples:
            assert passes(before, one.flow) != passes(after, one.flow), text
