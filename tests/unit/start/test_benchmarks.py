"""The sets that are measured are the same each time, valid, and of the size that was asked for; worse is noticed."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

import npconv

policies = pytest.importorskip("benchmarks.policies", reason="needs benchmarks/, which is not beside these tests")
rows = pytest.importorskip("benchmarks.rows")

SUPPORT = ("GlobalNetworkSet", "Tier")


@pytest.mark.parametrize("source", ["calico", "calico_namespaced", "cilium"])
@pytest.mark.parametrize("count", [7, 100, 310])
def test_sets_are_the_same_each_time_and_of_their_size(source: str, count: int) -> None:
    made = getattr(policies, source)(count)
    assert made == getattr(policies, source)(count)
    assert len([one for one in made if one["kind"] not in SUPPORT]) == count
    names = Counter((one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in made)
    assert max(names.values()) == 1


@pytest.mark.parametrize(("source", "target"), [("calico", "cilium"), ("cilium", "calico")])
def test_sets_are_valid(source: str, target: str) -> None:
    done = npconv.convert(policies.text(getattr(policies, source)(60)), read=source, write=target, seconds=0)
    assert [one.message for one in done.diagnostics if one.is_error] == []
    assert done.objects


def test_the_other_words_of_overlapping_policies_say_the_same() -> None:
    left, right = policies.overlapping(12), policies.overlapping_in_two(12)
    assert left != right
    assert npconv.compare(policies.text(left), policies.text(right)).equal


@pytest.mark.parametrize(
    ("more_is_better", "value", "reaches", "regressed"),
    [(False, 1.0, True, False), (False, 1.9, False, True), (True, 30.0, True, False), (True, 0.5, False, True)],
)
def test_worse_than_recorded_is_noticed(more_is_better: bool, value: float, reaches: bool, regressed: bool) -> None:
    row = rows.Row(id="x", title="x", must=1.5, aim=1, measure=partial(int), more_is_better=more_is_better)
    assert row.reaches(value, row.must) is reaches
    assert row.regressed(value, 1.0) is regressed
