"""Names of documents: each policy's own first, then numbers, which are counted on and not looked for again."""

from __future__ import annotations

import pytest

from npconv.dialects.k8s import lower_names
from npconv.dialects.k8s.lower_names import Namer
from npconv.source.object_meta import ObjectMeta


def test_numbers_pass_over_what_is_somebody_elses() -> None:
    one, other = ObjectMeta(name="p", namespace="a"), ObjectMeta(name="p-2", namespace="a")
    wide = ObjectMeta(name="p")
    namer = Namer([wide, one, other])
    assert [namer.name(wide, "a") for _ in range(3)] == ["p-1", "p-3", "p-4"]
    assert [namer.name(one, "a") for _ in range(2)] == ["p", "p-5"]
    assert [namer.name(wide, "b") for _ in range(2)] == ["p", "p-1"]
    assert [namer.name(other, "a") for _ in range(2)] == ["p-2", "p-2-1"]
    assert namer.name(wide, "a") == "p-6"


def test_policies_that_are_called_alike_count_for_themselves() -> None:
    first, second = ObjectMeta(name="p", namespace="a"), ObjectMeta(name="p", namespace="a")
    namer = Namer([first, second])
    assert [namer.name(first, "a"), namer.name(second, "a")] == ["p-1", "p"]
    assert [namer.name(first, "a"), namer.name(second, "a")] == ["p-2", "p-3"]


@pytest.mark.parametrize("count", [10, 100])
def test_a_name_is_made_once_for_each_document(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    numbered = lower_names._numbered

    def counted(policy: ObjectMeta, number: int) -> str:
        made.append(number)
        return numbered(policy, number)

    monkeypatch.setattr(lower_names, "_numbered", counted)
    meta = ObjectMeta(name="p", namespace="a")
    namer = Namer([meta])
    assert len({namer.name(meta, "a") for _ in range(count)}) == count
    assert len(made) <= 2 * count
