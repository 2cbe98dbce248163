"""`python -m tests.property.long_run 10000`: many random inputs, and what became of them, kept in RESULTS.md."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from judged import Judged, judge  # noqa: E402

RESULTS = HERE / "RESULTS.md"


def main() -> int:
    """Judge a range of seeds; 1 if any has a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000, help="how many seeds")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="one seed only: print its whole story")
    parser.add_argument("--flows", type=int, default=300, help="flows for each seed")
    asked = parser.parse_args()
    if asked.seed is not None:
        judged = judge(asked.seed, asked.flows)
        print(judged.story)
        return 1 if judged.problems else 0
    started = time.monotonic()
    bad: list[int] = []
    counts: Counter[str] = Counter()
    for seed in range(asked.first, asked.first + asked.count):
        try:
            judged = judge(seed, asked.flows)
        except Exception as error:
            print(f"seed {seed}: {type(error).__name__}: {error}")
            bad.append(seed)
            continue
        counts.update(_counted(judged))
        if judged.problems:
            bad.append(seed)
            print(f"seed {seed}: {judged.problems[0]}")
    _record(asked.first, asked.count, asked.flows, time.monotonic() - started, counts, bad)
    return 1 if bad else 0


def _counted(judged: Judged) -> Counter[str]:
    proof = judged.conversion.proof
    assert proof is not None
    outcome = "equal" if not proof.owned else "different, as losses say"
    return Counter(
        {
            "policies": len(judged.conversion.effects),
            "objects": len(judged.conversion.outputs),
            "flows": judged.flows,
            "flows that differ": judged.differing,
            f"inputs {outcome if proof.is_conclusive else 'not proven'}": 1,
        }
    )


def _record(first: int, count: int, flows: int, seconds: float, counts: Counter[str], bad: list[int]) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False
    ).stdout.strip()
    shown = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
    failed = f"{len(bad)} seeds with a problem: {bad[:20]}" if bad else "no seed with a problem"
    line = f"- `{commit}`, seeds {first} to {first + count - 1}, {seconds:.0f} s: {shown}; {failed}\n"
    print(line, end="")
    if not RESULTS.exists():
        RESULTS.write_text(
            "# Long runs of random input\n\nEach line is one run of `python -m tests.property.long_run`.\n\n"
        )
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(line)


if __name__ == "__main__":
    sys.exit(main())
