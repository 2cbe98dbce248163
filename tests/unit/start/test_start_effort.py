"""What a translation costs, in what does not depend on the machine: questions, atoms, gates, conflicts, calls."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from typing import Any

import pytest

import npconv
from npconv.semantics import compare
from npconv.semantics.budget import Counters, Meter

policies = pytest.importorskip("benchmarks.policies", reason="needs benchmarks/, which is not beside these tests")


@pytest.fixture
def effort(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, int], tuple[Counters, bool]]:
    """Translates a made-up set, and says what its proof cost."""
    meters: list[Meter] = []

    class Noted(Meter):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            meters.append(self)

    monkeypatch.setattr(compare, "Meter", Noted)

    def run(source: str, target: str, count: int) -> tuple[Counters, bool]:
        meters.clear()
        text = policies.text(getattr(policies, source)(count))
        done = npconv.convert(text, read=source.partition("_")[0], write=target)
        total = Counters()
        for meter in meters:
            for name in ("groups", "identical", "questions", "by_structure", "searches", "atoms", "gates", "conflicts"):
                setattr(total, name, getattr(total, name) + getattr(meter.counters, name))
        return total, done.proven

    return run


def test_a_translation_is_proven_without_much_search(effort: Callable[..., tuple[Counters, bool]]) -> None:
    found, proven = effort("calico", "cilium", 100)
    assert proven
    assert found.groups <= 11  # ten namespaces, and all the others
    assert found.questions == 0  # what is translated rule by rule has the same normal form


def test_a_translation_with_losses_takes_few_questions(effort: Callable[..., tuple[Counters, bool]]) -> None:
    found, proven = effort("calico_namespaced", "k8s", 100)
    assert proven
    assert found.groups <= 4 * 11  # compared as they are, beyond the losses, and within those that own nothing yet
    assert found.questions <= 40
    assert found.searches <= 150
    assert found.atoms <= 2_500
    assert found.gates <= 3_000
    assert found.conflicts <= 1_500


def test_twice_the_policies_are_twice_the_questions(effort: Callable[..., tuple[Counters, bool]]) -> None:
    small, large = effort("calico_namespaced", "k8s", 200)[0], effort("calico_namespaced", "k8s", 400)[0]
    for name in ("groups", "questions", "searches", "atoms", "gates"):  # and one more that is cluster-wide
        assert getattr(large, name) <= 2.3 * getattr(small, name), name


def _calls(text: str) -> int:
    profile = cProfile.Profile()
    profile.runcall(npconv.convert, text, read="calico", write="cilium")
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_twice_the_policies_are_twice_the_calls() -> None:
    texts = [policies.text(policies.calico(count)) for count in (10, 200, 400)]
    _, small, large = (_calls(text) for text in texts)  # the first one imports
    assert large <= 2.15 * small
