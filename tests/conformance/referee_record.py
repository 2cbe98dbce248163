"""Answers of referees -> files that are small enough to read, and back.

A file for each program: its versions, `accepted` with the digests of documents that it took, and a line for each
side: the digest of the question, and the verdicts as text: `1` allowed, `0` denied, `-` no answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from referee_compare import Answered

RECORDED = Path(__file__).resolve().parent / "recorded"
KEPT = 48
"""How many flows of each side are recorded."""
_LETTERS = {True: "1", False: "0", None: "-"}


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What a program answered. `sides` has the digest of the question and the verdicts."""

    versions: Mapping[str, str]
    documents: Mapping[str, bool]
    sides: Mapping[str, tuple[str, str]]


def letters(verdicts: Iterable[bool | None]) -> str:
    """Verdicts as text."""
    return "".join(_LETTERS[one] for one in verdicts)


def verdicts(text: str) -> list[bool | None]:
    """The same back."""
    known = {letter: verdict for verdict, letter in _LETTERS.items()}
    return [known[letter] for letter in text]


def record(
    answers: Iterable[Answered], taken: Mapping[str, Mapping[str, bool]], versions: Mapping[str, Mapping[str, str]]
) -> None:
    """Write a file for each program."""
    sides: dict[str, dict[str, str]] = {}
    for one in answers:
        if any(verdict is not None for verdict in one.theirs):
            text = f"{one.side.digest()} {letters(one.theirs)}"
            sides.setdefault(one.side.referee.program, {})[one.side.name] = text
    RECORDED.mkdir(exist_ok=True)
    for program in sorted({*sides, *taken}):
        documents = taken.get(program, {})
        data = {
            "versions": dict(versions.get(program, {})),
            "accepted": sorted(key for key, verdict in documents.items() if verdict),
            "refused": sorted(key for key, verdict in documents.items() if not verdict),
            "sides": dict(sorted(sides.get(program, {}).items())),
        }
        (RECORDED / f"{program}.json").write_text(json.dumps(data, indent=0) + "\n", encoding="utf-8")


def recorded() -> dict[str, Recorded]:
    """Every file, by program."""
    found = {}
    for path in sorted(RECORDED.glob("*.json")):
        if path.stem == "hard_cases":
            continue
        data = json.loads(path.read_text(encoding="utf-8"))
        sides = {name: tuple(text.split(" ")) for name, text in data["sides"].items()}
        found[path.stem] = Recorded(
            versions=data["versions"],
            documents={**dict.fromkeys(data["accepted"], True), **dict.fromkeys(data["refused"], False)},
            sides={name: (digest, letters) for name, (digest, letters) in sides.items()},
        )
    return found
