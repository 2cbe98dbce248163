"""`python tests/conformance/ask_goldens.py [--only calico] [--record]`: ask the referees about every golden case."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "golden"), str(HERE.parent / "property")]

from referee_accept import accepted, refusals  # noqa: E402
from referee_compare import Answered, Tally, answered, count, told  # noqa: E402
from referee_engines import compared  # noqa: E402
from referee_explained import explained  # noqa: E402
from referee_record import KEPT, record  # noqa: E402
from referee_sides import Side, sides  # noqa: E402
from referees import is_built, versions  # noqa: E402

from golden import CASES, Case, case_id, inputs  # noqa: E402
from golden import _options as options_of  # noqa: E402
from npconv.pipeline.convert import convert  # noqa: E402
from npconv.source.load import Loaded, parse  # noqa: E402


def main() -> int:
    """Ask, print what disagrees and the counts, and record if asked to; 1 if anything disagrees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="cases whose name starts so, such as `calico/all`")
    parser.add_argument("--flows", type=int, default=0, help="so many flows of each case (default: all)")
    parser.add_argument("--record", action="store_true", help="keep a sample of the answers for ordinary tests")
    parser.add_argument("--every", type=int, default=1, help="every n-th case")
    asked = parser.parse_args()
    started = time.monotonic()
    keep = KEPT if asked.record else asked.flows
    tally, bad = Tally(), 0
    cases = [one for one in CASES if case_id(one).startswith(asked.only)][:: asked.every]
    kept: list[Answered] = []
    taken: dict[str, dict[str, bool]] = {}
    for batch in _batches(cases):
        asked_sides: list[Side] = []
        for case in batch:
            for engine, verdicts in accepted(case).items():
                taken.setdefault(engine, {}).update(verdicts)
            found = sides(case_id(case.folder), case.loaded, case.options, case.results, keep=keep)
            asked_sides += [one for one in found if is_built(one.referee.program)]
        answers = answered(asked_sides)
        count(answers, tally)
        kept += answers
        said = [told(one) for one in answers if any(True for _ in one.wrong) or one.error or one.refused]
        said += [text for case in batch for text in (*refusals(case), *compared(case, answers, tally))]
        for text in said:
            why = explained(text)
            tally.add("disagreements", **{"explained" if why else "open": 1})
            bad += not why
            print(f"{text}\n  explained: {why}" if why else text, flush=True)
    for engine, verdicts in taken.items():
        tally.add(f"{engine} (accept)", documents=len(verdicts), accepted=sum(verdicts.values()))
    print(f"{len(cases)} cases in {time.monotonic() - started:.0f} s")
    print("\n".join(tally.lines()))
    if asked.record:
        record(kept, taken, versions({*taken, *(one.side.referee.program for one in kept)}))
    return 1 if bad else 0


def _batches(cases: list[Path], size: int = 20) -> Iterator[list[Case]]:
    for start in range(0, len(cases), size):
        yield [unproven(one) for one in cases[start : start + size]]


def unproven(folder: Path) -> Case:
    """A case converted without the proof: referees ask the engines instead."""
    parts = [parse(path.read_bytes(), path.name) for path in inputs(folder)]
    loaded = Loaded(
        documents=tuple(document for part in parts for document in part.documents),
        diagnostics=tuple(one for part in parts for one in part.diagnostics),
    )
    options = {target: replace(one, check_seconds=0) for target, one in options_of(folder).items()}
    return Case(
        folder=folder,
        loaded=loaded,
        options=options,
        results={target: convert(loaded, one) for target, one in options.items()},
    )


if __name__ == "__main__":
    sys.exit(main())
