"""`python -m benchmarks`: measure, print the table, and keep it or hold it against what was kept.

python -m benchmarks                  every row; takes an hour
python -m benchmarks --quick          the small ones; under ten minutes
python -m benchmarks --only translate,prove --rounds 1
python -m benchmarks --quick --check  exit 1 if a ratio is worse than in ratios.json
python -m benchmarks --record         write RESULTS.md and ratios.json
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import record, subjects
from benchmarks.measure import MeasureError
from benchmarks.rows import Row, rows
from benchmarks.sets import Sets


def main() -> int:
    """Run what was asked for; the exit code."""
    asked = _arguments()
    wanted = [one for one in rows() if _is_wanted(one, asked)]
    recorded = record.ratios()
    results: list[record.Result] = []
    print(record.HEAD, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        sets = Sets(Path(folder))
        subjects.imports([sets.file("calico", 3), sets.file("cilium", 3)])
        for row in wanted:
            results.append(_result(row, sets, asked.rounds))
            print(record.line(results[-1]), flush=True)
    if asked.record:
        record.write(results)
    worse = [one for one in results if one.figure is not None and one.row.id in recorded and one.regressed(recorded)]
    for one in worse:
        print(f"worse: {one.row.title}: {one.value:.2f}, and {recorded[one.row.id]:.2f} was recorded", file=sys.stderr)
    return 1 if worse and asked.check else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only the rows that take seconds")
    parser.add_argument("--only", default="", metavar="ID,ID", help="only these rows")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side of a ratio is run")
    parser.add_argument("--check", action="store_true", help="exit 1 if a ratio is worse than the recorded one")
    parser.add_argument("--record", action="store_true", help="keep what was measured")
    return parser.parse_args()


def _is_wanted(row: Row, asked: argparse.Namespace) -> bool:
    if asked.only:
        return row.id in asked.only.split(",")
    return row.quick or not asked.quick


def _result(row: Row, sets: Sets, rounds: int) -> record.Result:
    try:
        return record.Result(row=row, figure=row.measure(sets, rounds))
    except MeasureError as error:
        return record.Result(row=row, figure=None, why_not=str(error))


sys.exit(main())
