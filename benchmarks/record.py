"""Measured rows -> lines of a table, `RESULTS.md` and `ratios.json`, which later runs are held against."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.rows import Figure, Row, rows

_HERE: Final = Path(__file__).parent
_RATIOS: Final = _HERE / "ratios.json"
_RESULTS: Final = _HERE / "RESULTS.md"

HEAD: Final = "| what | must | aim | measured | | made of |\n|---|---|---|---|---|---|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A row that was measured, or why it was not."""

    row: Row
    figure: Figure | None
    why_not: str = ""

    @property
    def value(self) -> float:
        """The number of the table."""
        assert self.figure is not None
        return self.figure.value

    def regressed(self, recorded: Mapping[str, float]) -> bool:
        """Whether it is worse than what was recorded."""
        return self.row.regressed(self.value, recorded[self.row.id])


def line(result: Result) -> str:
    """One line of the table."""
    row = result.row
    head = f"| {row.title} | {row.must:g}{row.unit} | {row.aim:g}{row.unit} |"
    if result.figure is None:
        return f"{head} - | | not measured: {' '.join(result.why_not.split())} |"
    verdict = "aim" if row.reaches(result.value, row.aim) else "yes" if row.reaches(result.value, row.must) else "NO"
    return f"{head} {result.value:.2f}{row.unit} | {verdict} | {result.figure.detail} |"


def ratios() -> dict[str, float]:
    """What was recorded, by the row's id."""
    return dict(json.loads(_RATIOS.read_text(encoding="utf-8"))) if _RATIOS.exists() else {}


def write(results: Sequence[Result]) -> None:
    """Keep the ratios, beside those of rows that were not measured now; and the table, if all of them were."""
    kept = ratios() | {one.row.id: round(one.value, 3) for one in results if one.figure is not None}
    _RATIOS.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    lines = _kept_lines() | {one.row.title: line(one) for one in results}
    in_order = [lines[row.title] for row in rows() if row.title in lines]
    _RESULTS.write_text("\n".join([*_about(), HEAD, *in_order, ""]), encoding="utf-8")


def _kept_lines() -> dict[str, str]:
    if not _RESULTS.exists():
        return {}
    found = [one for one in _RESULTS.read_text(encoding="utf-8").splitlines() if one.startswith("| ")]
    return {one.split(" | ")[0].removeprefix("| "): one for one in found if not one.startswith("| what ")}


def _about() -> list[str]:
    machine = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    versions = ", ".join(f"{name} {version(name)}" for name in ("click", "PyYAML", "python-sat", "lark"))
    return [
        "# What was measured",
        "",
        f"{datetime.now(tz=UTC):%Y-%m-%d}, by `python -m benchmarks --record`, commit {commit.stdout.strip()}.",
        f"{machine[1] if machine else platform.machine()}, shared; Python {platform.python_version()}, {versions}.",
        "Compare ratios, not times: both sides of each were run in turn.",
        "",
    ]
