"""Subjects found again by namespace: the same answers as a look at each of them."""

from __future__ import annotations

import random

import pytest

from npconv.ir.condition import ALWAYS, Condition, both, either, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Scope
from npconv.ir.values import none_of, one_of
from npconv.lowering import subjects
from npconv.lowering.subjects import Subjects, covered, may_meet

APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")
NAMES = ("shop", "pay", "ops")


def subject(random_: random.Random) -> Condition:
    """Pods of one namespace, of several, of all but some, or of those with a label."""
    where = random_.choice(
        [
            within(NAMESPACE, one_of(random_.choice(NAMES))),
            within(NAMESPACE, one_of(*random_.sample(NAMES, 2))),
            within(NAMESPACE, none_of(random_.choice(NAMES))),
            within(TEAM, one_of("a")),
            ALWAYS,
        ]
    )
    one = both(where, random_.choice([ALWAYS, within(APP, one_of("web")), within(APP, none_of("web"))]))
    other = both(within(NAMESPACE, one_of(random_.choice(NAMES))), within(APP, one_of("db")))
    return either(one, other) if random_.random() < 0.2 else one


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("limit", [1, 2, 256])
def test_the_answers_are_those_of_a_look_at_each(seed: int, limit: int) -> None:
    random_ = random.Random(seed)
    listed, asked = [subject(random_) for _ in range(random_.randrange(6))], subject(random_)
    found = Subjects(limit)
    for one in listed:
        found.add(one)
    behind = random_.randrange(-1, 4)
    assert found.cover(asked) == covered(asked, listed, limit)
    assert found.meet(asked) == any(may_meet(asked, one, limit) for one in listed)
    assert found.meet(asked, behind=behind) == any(may_meet(asked, one, limit) for one in listed[behind + 1 :])
    near = found.near(asked)
    assert near == [one for one in listed if one in near]
    assert not any(may_meet(asked, one, 256) for one in listed if one not in near)


def test_subjects_of_other_namespaces_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def counted(left: Condition, right: Condition, limit: int) -> bool:
        nonlocal looks
        looks += 1
        return may_meet(left, right, limit)

    monkeypatch.setattr(subjects, "may_meet", counted)
    found = Subjects(16)
    for number in range(200):
        found.add(both(within(NAMESPACE, one_of(f"ns-{number}")), within(APP, one_of("web"))))
    for number in range(200):
        assert not found.meet(both(within(NAMESPACE, one_of(f"ns-{number}")), within(APP, one_of("db"))))
    assert looks == 200
