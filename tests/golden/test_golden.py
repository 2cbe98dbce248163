"""Every case means, gives and says what its files hold, and keeps the laws."""

from __future__ import annotations

from pathlib import Path

import golden_laws as laws
import pytest

from golden import CASES, LONGEST_GOLDEN, LONGEST_INPUT, LONGEST_REPORT, case_id, case_of, check, inputs, rendered

each_case = pytest.mark.parametrize("folder", CASES, ids=case_id)


@each_case
def test_files(folder: Path, update_golden: bool) -> None:
    check(folder, rendered(case_of(folder)), update=update_golden)


@each_case
def test_sizes(folder: Path) -> None:
    assert inputs(folder), "a case has an input"
    for path in folder.iterdir():
        report = path.name in ("losses.txt", "flows.txt")
        longest = LONGEST_INPUT if path in inputs(folder) else LONGEST_REPORT if report else LONGEST_GOLDEN
        count = len(path.read_text(encoding="utf-8").splitlines())
        assert count <= longest, f"{path.name} has {count} lines, more than {longest}: one behaviour a case"


@each_case
def test_output_is_read_back_and_accepted(folder: Path) -> None:
    laws.round_trip(case_of(folder))


@each_case
def test_same_bytes_twice(folder: Path) -> None:
    laws.same_bytes_twice(case_of(folder))


@each_case
def test_proven(folder: Path) -> None:
    laws.proven(case_of(folder))


@each_case
def test_same_flows_but_for_declared_losses(folder: Path) -> None:
    laws.same_verdicts(case_of(folder))
