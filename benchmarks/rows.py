"""The table: each row is something to measure, what it must reach, and what it aims at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import corpus, counted, floor, others, subjects
from benchmarks.measure import MeasureError, in_turn, instructions, once, spent
from benchmarks.sets import Sets

_MIB: Final = 1024 * 1024
_NOISY: Final = 1.7
"""What a loaded machine may do to a ratio of short times; beside these, instructions are held to a tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What a row came to: the number of its table, and what it is made of."""

    value: float
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. `must` and `aim` are bounds: upper ones, or lower ones where `more_is_better`."""

    id: str
    title: str
    must: float
    aim: float
    measure: Callable[[Sets, int], Figure]
    unit: str = ""
    more_is_better: bool = False
    quick: bool = False
    """Whether it takes seconds, so that CI can run it."""
    slack: float = 1.35
    """By how much a measured value may exceed the recorded one before that is a regression."""

    def reaches(self, value: float, bound: float) -> bool:
        """Whether a value keeps a bound."""
        return value >= bound if self.more_is_better else value <= bound

    def regressed(self, value: float, recorded: float) -> bool:
        """Whether a value is worse than the recorded one by more than noise is."""
        return value < recorded / self.slack if self.more_is_better else value > recorded * self.slack


# --- against the floor --------------------------------------------------------------------------------------------


def _against_floor(sets: Sets, rounds: int, *, source: str, target: str, count: int, prove: bool) -> Figure:
    file = sets.file(_kind(source, target), count)
    found = in_turn(
        partial(subjects.translate, f"{source}-to-{target}", file, prove=prove),
        partial(floor.read_and_write, file),
        rounds=rounds,
    )
    return Figure(value=found.ratio, detail=f"{found.ours:.2f} s / {found.theirs:.2f} s")


def _by_instructions(sets: Sets, _: int, *, source: str, target: str, count: int, prove: bool) -> Figure:
    kind = _kind(source, target)
    small, large = sets.file(kind, 10), sets.file(kind, count)
    mine = counted.ours(f"{source}-to-{target}", small, large, prove=prove)
    other = counted.theirs("read_and_write", small, large)
    return Figure(value=mine / other, detail=_millions(mine / count, other / count))


def _kind(source: str, target: str) -> str:
    """The set that is translated: Kubernetes has no cluster-wide policies, so that there these would be left out."""
    return "calico-namespaced" if (source, target) == ("calico", "k8s") else source


def _millions(first: float, second: float) -> str:
    return f"{first / 1e6:.2f} M / {second / 1e6:.2f} M instructions a policy"


def _corpus(_: Sets, rounds: int, *, prove: bool) -> Figure:
    found = corpus.batches()
    ratio = in_turn(
        partial(corpus.translate, found, prove=prove),
        partial(corpus.read_and_write, found),
        rounds=rounds,
    )
    files = sum(len(one.files) for one in found)
    return Figure(value=ratio.ratio, detail=f"{ratio.ours:.2f} s / {ratio.theirs:.2f} s, {files:,} files")


def _growth(sets: Sets, rounds: int, *, large: int, small: int) -> Figure:
    work = partial(subjects.translate, "calico-to-cilium", prove=True)
    found = in_turn(
        partial(work, sets.file("calico", large)), partial(work, sets.file("calico", small)), rounds=min(rounds, 3)
    )
    return Figure(value=found.ratio, detail=f"{found.ours:.1f} s / {found.theirs:.2f} s")


_OURS_IN_MEMORY: Final = """
import sys
from npconv.cli.main import run
run(["calico-to-cilium", sys.argv[1], "--check-timeout", "6000"])
"""
_FLOOR_IN_MEMORY: Final = """
import pathlib, sys
sys.path.insert(0, sys.argv[2])
from benchmarks import floor
floor.read_and_write(pathlib.Path(sys.argv[1]))
"""


def _memory(sets: Sets, _: int, *, count: int) -> Figure:
    file = str(sets.file("calico", count))
    bare = spent("pass", []).memory
    ours = spent(_OURS_IN_MEMORY, [file]).memory - bare
    theirs = spent(_FLOOR_IN_MEMORY, [file, str(Path(__file__).parents[1])]).memory - bare
    return Figure(value=ours / theirs, detail=f"{ours / _MIB:.0f} MiB / {theirs / _MIB:.0f} MiB, translate and prove")


def _soak(sets: Sets, _: int, *, count: int) -> Figure:
    ours = spent(_OURS_IN_MEMORY, [str(sets.file("calico", count))])
    return Figure(
        value=ours.seconds / 60, detail=f"{ours.memory / _MIB:.0f} MiB, {ours.memory / count / 1024:.1f} KiB a policy"
    )


_COMPARED: Final = """
import sys
from npconv.cli.main import run
sys.exit(run(["diff", sys.argv[1], sys.argv[2], "--check-timeout", "6000"]))
"""


def _overlapping(sets: Sets, _: int, *, count: int) -> Figure:
    """Against the same in other words: each rule in two, for peers that have a label and for those that do not."""
    ours = spent(_COMPARED, [str(sets.file("overlapping", count)), str(sets.file("overlapping-in-two", count))])
    return Figure(value=ours.seconds, detail=f"{ours.memory / _MIB:.0f} MiB")


# --- against other tools ------------------------------------------------------------------------------------------


def _equivalence(sets: Sets, _: int, *, policies: int) -> Figure:
    """The same question to both: do two sets, whose policies are called differently, let the same through?"""
    left, right = sets.file("left", policies), sets.file("right", policies)
    ours = once(partial(subjects.command, "diff", left, right, "--old", "k8s", "--new", "k8s"))
    theirs = others.equivalence(left, right, sets.file("pods", 100), sets.file("namespaces", 10))
    return Figure(value=theirs / ours, detail=f"{theirs:.1f} s for 100 pods / {ours:.2f} s for all pods")


def _migrator(sets: Sets, rounds: int, *, count: int) -> Figure:
    file = sets.file("calico-namespaced", count)
    found = in_turn(
        partial(floor.read_and_write_slowly, file),
        partial(subjects.translate, "calico-to-k8s", file, prove=False),
        rounds=rounds,
    )
    each = 1000 / count
    return Figure(value=found.ratio, detail=f"{found.ours * each:.2f} ms / {found.theirs * each:.2f} ms a policy")


def _migrator_by_instructions(sets: Sets, _: int, *, count: int) -> Figure:
    """For each policy. Theirs takes the same for each, and ten times ours: a tenth of them is enough."""
    small, part, large = (sets.file("calico-namespaced", one) for one in (10, count // 10, count))
    other = counted.theirs("read_and_write_slowly", small, part) / (count // 10)
    mine = counted.ours("calico-to-k8s", small, large, prove=False) / count
    return Figure(value=other / mine, detail=_millions(other, mine))


# --- cold starts --------------------------------------------------------------------------------------------------


def _cold(sets: Sets, _: int, *, ours: tuple[str, ...], theirs: str, first: bool = False) -> Figure:
    """A process from its start to its end; of a file that was looked at before, or, if `first`, was not."""
    kept = {"NPCONV_CACHE": "off" if first else str(sets.folder / "kept")}
    small = str(sets.small())
    if ours[0] != "--version" and not subjects.knows(ours[0]):
        raise MeasureError(f"there is no `npconv {ours[0]}` yet")
    command = subjects.entry(*(small if one == "FILE" else one for one in ours))
    mine = min(instructions(command, kept) for _ in range(1 if first else 3))  # others may be changing the source
    other = instructions([sys.executable, "-c", theirs], {})
    return Figure(value=mine / other, detail=f"{mine / 1e6:.0f} M / {other / 1e6:.0f} M instructions")


def _plan(sets: Sets, _: int, *, count: int) -> Figure:
    if not subjects.knows("plan"):
        raise MeasureError("there is no `npconv plan` yet")
    file = sets.file("calico", count)
    ours = partial(subjects.command, "plan", "--from", "calico", "--to", "cilium", "-o", "html", file)
    return Figure(value=once(ours), detail="")


def _both_ways(id: str, title: str, source: str, target: str, *, prove: bool) -> Iterator[Row]:
    """Translating 1,000 policies against the floor: by instructions, and by time."""
    ways = (("-counted", "instructions", _by_instructions, 1.1), ("", "time", _against_floor, _NOISY))
    for suffix, of, measure, slack in ways:
        yield Row(
            id=f"{id}{suffix}",
            title=f"{title}, {of}",
            must=2.0 if prove else 1.0,
            aim=1.0 if prove else 0.5,
            measure=partial(measure, source=source, target=target, count=1000, prove=prove),
            quick=True,
            slack=slack,
        )


# --- all of them --------------------------------------------------------------------------------------------------


def rows() -> Iterator[Row]:
    """Every row of the table, in its order."""
    yield from _both_ways("translate", "translate 1,000 policies / floor", "calico", "cilium", prove=False)
    yield from _both_ways("prove", "translate and prove 1,000 / floor", "calico", "cilium", prove=True)
    yield from _both_ways("prove-cilium", "the same from Cilium to Calico", "cilium", "calico", prove=True)
    yield Row(
        id="growth",
        title="10,000 / 1,000 policies, translate and prove",
        must=11.5,
        aim=10.5,
        measure=partial(_growth, large=10_000, small=1000),
    )
    yield Row(
        id="growth-small",
        title="1,000 / 100 policies, translate and prove",
        must=11.5,
        aim=10.5,
        measure=partial(_growth, large=1000, small=100),
        quick=True,
    )
    yield Row(
        id="memory",
        title="peak memory for 10,000 / the floor's",
        must=1.0,
        aim=0.5,
        measure=partial(_memory, count=10_000),
        slack=1.15,
    )
    yield Row(
        id="memory-small",
        title="peak memory for 1,000 / the floor's",
        must=2.0,
        aim=1.0,
        measure=partial(_memory, count=1000),
        quick=True,
        slack=1.15,
    )
    yield Row(
        id="soak",
        title="75,000 policies, translate and prove",
        must=30,
        aim=10,
        unit=" min",
        measure=partial(_soak, count=75_000),
    )
    yield Row(
        id="overlapping",
        title="1,000 ordered, overlapping policies in one namespace, proof",
        must=20,
        aim=5,
        unit=" s",
        measure=partial(_overlapping, count=1000),
    )
    yield Row(
        id="equivalence",
        title="equivalence of 300 policies: network-config-analyzer (100 pods) / npconv (all pods)",
        must=20,
        aim=100,
        more_is_better=True,
        measure=partial(_equivalence, policies=300),
    )
    yield Row(
        id="migrator-counted",
        title="a policy: awslabs' reading and writing / npconv, instructions",
        must=10,
        aim=25,
        more_is_better=True,
        measure=partial(_migrator_by_instructions, count=1000),
        slack=1.1,
    )
    yield Row(
        id="migrator",
        title="a policy: awslabs' reading and writing / npconv, time",
        must=10,
        aim=25,
        more_is_better=True,
        measure=partial(_migrator, count=1000),
        quick=True,
    )
    yield Row(
        id="version",
        title="`npconv --version` / `python -c pass`",
        must=4,
        aim=2.5,
        measure=partial(_cold, ours=("--version",), theirs="pass"),
        quick=True,
        slack=1.05,
    )
    small = partial(_cold, theirs="import click, yaml")
    for name, ours in (("convert", ("k8s-to-cilium", "FILE")), ("lint", ("lint", "FILE"))):
        yield Row(
            id=f"cold-{name}",
            title=f'{name} one small file, unchanged / `python -c "import click, yaml"`',
            must=2.0,
            aim=1.3,
            measure=partial(small, ours=ours),
            quick=True,
            slack=1.1,
        )
        yield Row(
            id=f"first-{name}",
            title=f"{name} one small file for the first time / the same",
            must=2.0,
            aim=1.3,
            measure=partial(small, ours=ours, first=True),
            quick=True,
            slack=1.1,
        )
    yield Row(
        id="plan",
        title="HTML plan of 5,000 policies",
        must=10,
        aim=3,
        unit=" s",
        measure=partial(_plan, count=5000),
    )
    for prove, title in ((False, "translate"), (True, "translate and prove")):
        yield Row(
            id=f"corpus-{'prove' if prove else 'translate'}",
            title=f"{title} every repository of `../shared/corpus` / floor",
            must=2.0 if prove else 1.0,
            aim=1.0 if prove else 0.5,
            measure=partial(_corpus, prove=prove),
        )
    for source, target in (("calico", "cilium"), ("calico", "k8s"), ("cilium", "calico")):
        for count in (100, 10_000):
            yield Row(
                id=f"{source}-{target}-{count}",
                title=f"{source}-to-{target}, {count:,} policies, translate and prove / floor",
                must=2.0,
                aim=1.0,
                measure=partial(_against_floor, source=source, target=target, count=count, prove=True),
            )
