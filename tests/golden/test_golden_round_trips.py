"""What a target says of a case without a loss means, translated back, what the case said at first."""

from __future__ import annotations

from pathlib import Path

import pytest
from there_and_back import changes, problem

from golden import CASES, case_id, case_of


@pytest.mark.parametrize("folder", CASES, ids=case_id)
def test_there_and_back(folder: Path) -> None:
    case = case_of(folder)
    for target, result in case.results.items():
        if not changes(result) and result.outputs:
            assert not problem(result, case.options[target]), target
