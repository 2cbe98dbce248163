"""What Allows alone cost where many policies overlap: each is held against what it meets, not against everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_policies import bounds
from small_sets import APP, TEAM, clause, policy

from npconv.ir.dimensions import Axis
from npconv.ir.intervals import ports
from npconv.ir.policy import Action
from npconv.ir.values import none_of, one_of
from npconv.lowering import isolate
from npconv.lowering.box import Box, Clause, overlaps
from npconv.lowering.cube import FULL, Cube, minus
from npconv.lowering.isolate import Isolated, only_allows
from npconv.lowering.tiers import Isolation

PORTS = 50


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was compared, and what was cut."""
    calls: list[str] = []

    def compared(left: Box, right: Box) -> bool:
        calls.append("compared")
        return overlaps(left, right)

    def cut(cube: Cube, other: Cube) -> tuple[Cube, ...]:
        calls.append("cut")
        return minus(cube, other)

    monkeypatch.setattr(isolate, "overlaps", compared)
    monkeypatch.setattr(isolate, "minus", cut)
    return calls


def ordered(count: int) -> Iterator[Clause]:
    """A Deny for some teams, then an Allow for the pods of an application, over and over, each of one of 50 ports."""
    for number in range(count):
        port = FULL.having(Axis.DST_PORT, ports((1 + number % PORTS, 1 + number % PORTS)))
        yield clause(Box(FULL.having(TEAM, one_of(f"t{number}")), FULL, port), Action.DENY)
        yield clause(Box(FULL.having(APP, one_of(f"a{number}")), FULL, port))


@pytest.mark.parametrize("count", [PORTS, 2 * PORTS])
def test_an_allow_is_held_against_the_denies_that_it_meets(count: int, counted: list[str]) -> None:
    found = only_allows(list(ordered(count)), bounds())
    assert [len(one.box.subject.sets) for one in found.allows] == [2] * count
    rounds = count // PORTS
    few = 24 * 12  # of the first, which are compared one by one
    assert len(counted) <= PORTS * rounds * (rounds + 1) // 2 + few


@pytest.mark.parametrize("count", [30, 300])
def test_a_part_of_a_subject_that_is_isolated_is_found_and_not_cut_out(count: int, counted: list[str]) -> None:
    apps = [FULL.having(APP, one_of(f"a{number}")) for number in range(count)]
    teams = [FULL.having(TEAM, one_of(f"t{number}")) for number in range(count)]
    closed = Isolated([Isolation(policy("p"), one) for one in (*teams, *apps, *apps)], 256)
    assert len(list(closed)) == 3 * count
    part = apps[-1].having(TEAM, none_of("t3", "t5"))
    assert closed.parts(part) == (part,)
    assert not counted
    assert closed.parts(FULL.having(APP, one_of("other", "a7"))) == (
        *(FULL.having(APP, one_of("other", "a7")).having(TEAM, one_of(f"t{number}")) for number in range(count)),
        apps[7],
    )


def test_a_subject_that_one_isolation_holds_needs_no_pieces() -> None:
    """However many others it meets: before one of these held it, its pieces were more than the bound."""
    some = [FULL.having(TEAM, one_of(f"t{number}")) for number in range(5)]
    web = FULL.having(APP, one_of("web"))
    assert Isolated([Isolation(policy("p"), one) for one in (*some, web)], 0).left(web.having(TEAM, none_of("x"))) == ()
