"""npconv's dataclasses are those of `dataclasses`, only made later: every question has the same answer from both."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field, fields, replace
from pathlib import Path
from typing import Any

import pytest

import npconv
from npconv import dataclass as module
from npconv.dataclass import dataclass as lazy
from npconv.hashed import Hashed

OPTIONS = [
    {"frozen": True, "slots": True, "kw_only": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "order": True},
    {"frozen": True, "slots": True, "eq": False},
    {"slots": True},
    {"slots": True, "kw_only": True},
]


def _pair(decorator: Callable[..., Any], options: dict[str, bool]) -> tuple[type, type]:
    @decorator(**options)
    class Point:
        """A point."""

        x: int
        y: int = 2
        tags: tuple[str, ...] = field(default=(), compare=False, repr=False)
        seen: list[int] = field(default_factory=list, hash=False)

        @property
        def sum(self) -> int:
            return self.x + self.y

    @decorator(**options)
    class Named(Point):
        """A point with a name."""

        name: str = "origin"

    return Point, Named


def _answers(make: Callable[..., Any]) -> list[object]:
    one, same, other = make(x=1), make(x=1, tags=("a",)), make(x=1, y=3, seen=[1])
    answers: list[object] = [repr(one).rpartition(".")[2], repr(other).rpartition(".")[2], one == same, one == other]
    answers += [one != other, one == 1, one.sum, other.seen, one.seen is same.seen, replace(other, x=5).sum]
    answers += [[each.name for each in fields(one)], dataclasses.is_dataclass(one), type(one).__match_args__]
    answers += [list(inspect.signature(type(one)).parameters), dataclasses.asdict(other), copy.deepcopy(other).y]
    for question in (
        lambda: hash(one) == hash(same),
        lambda: one < other,
        lambda: other <= one,
        lambda: setattr(one, "x", 7),
        lambda: delattr(one, "x"),
        make,
        lambda: make(1, z=3),
        lambda: make(1, x=2),
        lambda: make(1, 2, (), [], "name", 6),
        lambda: make(1, 2, ("a",), [5]).seen,
        lambda: make(1, 2, ("a",), seen=[6]).seen,
        lambda: [(one.name, one.kind) for one in inspect.signature(type(one)).parameters.values()],
        lambda: replace(one, z=3).x,
    ):
        try:
            answers.append(question())
        except Exception as error:
            answers.append(type(error))
    return answers


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("first", [0, 3, 1000], ids="compiled after {}".format)
def test_the_answers_are_those_of_the_original(
    options: dict[str, bool], index: int, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST", first)
    ours, theirs = _answers(_pair(lazy, options)[index]), _answers(_pair(dataclasses.dataclass, options)[index])
    assert ours == theirs


@lazy(frozen=True, slots=True)
class Kept:
    """At the top of a module, so that it can be pickled."""

    a: int
    b: tuple[int, ...] = ()


def test_what_was_pickled_comes_back_before_anything_else_was_made() -> None:
    text = pickle.dumps(Kept(1, (2,)))
    fresh = pickle.loads(text)
    assert fresh == Kept(1, (2,)) and hash(fresh) == hash(Kept(1, (2,))) and fresh is not Kept(1, (2,))
    assert copy.copy(fresh) == fresh


def test_methods_of_the_class_itself_are_kept() -> None:
    @lazy(frozen=True, slots=True)
    class Own:
        a: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 3

        def __repr__(self) -> str:
            return "own"

    assert (Own(1) == Own(2), hash(Own(1)), repr(Own(1))) == (True, 3, "own")


def test_a_method_that_was_wrapped_stays_wrapped() -> None:
    @lazy(frozen=True, slots=True)
    class Point:
        a: int

    compute = Point.__hash__
    Point.__hash__ = lambda self: compute(self) + 1  # type: ignore[method-assign]
    assert hash(Point(1)) == hash((1,)) + 1


@pytest.mark.parametrize("values", [(1, True, 1.0), ("1", b"1"), ((), [], None)])
def test_nothing_is_another_value_after_it_was_compiled(values: tuple[object, ...]) -> None:
    @lazy(frozen=True, slots=True)
    class Box:
        a: object
        b: object = 0

    for _ in range(50):
        for one in values:
            for other in values:
                assert (Box(one) == Box(other)) is (one == other)
                assert Box(one, 2).a is one and Box(one, b=other).b is other
            if not isinstance(one, list):
                assert hash(Box(one)) == hash((one, 0))
    assert (
        Box.__init__.__code__.co_filename
        == "<dataclass test_nothing_is_another_value_after_it_was_compiled.<locals>.Box>"
    )


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(TypeError, match="must have slots, and no __post_init__"):

        @lazy(frozen=True, slots=False)
        class Point:
            a: int


def test_every_module_uses_it() -> None:
    """Each of the others would cost a millisecond at each start."""
    source = Path(npconv.__file__).parent
    others = [
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if path.name != "dataclass.py" and "\nfrom dataclasses import dataclass" in path.read_text(encoding="utf-8")
    ]
    assert others == []


def test_a_class_may_work_its_hash_out_once() -> None:
    asked: list[object] = []

    class Part:
        def __hash__(self) -> int:
            asked.append(self)
            return 7

    @lazy(frozen=True, slots=True)
    class Whole(Hashed):
        part: Part
        number: int = 0

    for _ in range(2 * module._FIRST):  # what goes field by field, and what is compiled
        one = Whole(Part())
        assert {hash(one), hash(one), hash(one)} == {hash((one.part, 0))}
        assert len(asked) == 2  # once for the whole, once by this test
        asked.clear()
    other = replace(Whole(Part(), 1), number=2)
    assert hash(other) == hash((other.part, 2)) and hash(copy.copy(other)) == hash(other)
    assert "_hash" not in [each.name for each in fields(other)] and "_hash=" not in repr(other)
