"""All diagnostics of a run -> the text that goes to stderr."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.render import concise as concise_form
from npconv.diagnostics.render import text
from npconv.diagnostics.render.color import Pen
from npconv.diagnostics.render.place import Placed, placed

SHOWN: Final = 3
"""How many findings of one code and message are shown in full before the rest is only counted."""

_FILES: Final = 3


def render(
    diagnostics: Iterable[Diagnostic], *, color: bool = False, concise: bool = False, show_all: bool = False
) -> str:
    """Everything that was found, sorted by file, line, column and code; empty if nothing was.

    The concise form has a line for each finding. The full one shows the first three of equal code and
    message, and counts the rest, unless `show_all`.
    """
    found = placed(diagnostics)
    if concise:
        return "".join(f"{concise_form.line(one)}\n" for one in found)
    pen = Pen(color)
    folded: dict[tuple[str, str], list[Placed]] = {}
    for one in found:
        folded.setdefault((one.diagnostic.code.id, one.diagnostic.message), []).append(one)
    blocks: list[str] = []
    shown: Counter[tuple[str, str]] = Counter()
    for one in found:
        group = (one.diagnostic.code.id, one.diagnostic.message)
        shown[group] += 1
        alike = folded[group]
        folds = len(alike) > SHOWN and not show_all
        if folds and shown[group] > SHOWN:
            continue
        blocks.append(text.block(one, pen, _more(alike[SHOWN:]) if folds and shown[group] == SHOWN else ""))
    return "".join(f"{block}\n\n" for block in blocks).removesuffix("\n")


def _more(rest: list[Placed]) -> str:
    """How many others there are, and where."""
    files = Counter(one.diagnostic.origin.place.file for one in rest if one.diagnostic.origin is not None)
    places = [f"{file} ({count})" for file, count in sorted(files.items())]
    if len(places) > _FILES:
        places = [*places[:_FILES], f"and {len(places) - _FILES} other files"]
    return f"{len(rest)} more like this" + (f": {', '.join(places)}" if places else "")
