"""The command tree -> man/*.1, the manual pages that installs carry. `python tools/man.py` writes them.

The macros are those of man(7), which groff and mandoc both know.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from outline import Outline, Paragraph, outline

MAN: Final = Path(__file__).resolve().parents[1] / "man"

EXITS: Final = (
    ("0", "Done, and proven equal under the printed assumptions."),
    ("1", "Not equal or not proven, or something was found that was looked for."),
    ("2", "Bad usage, unreadable input or an invalid policy."),
    ("3", "No policy was found."),
    ("70", "npconv contradicts itself: please report it."),
)
VARIABLES: Final = (
    (
        "NPCONV_*",
        "Every option: NPCONV_POD_CIDR stands for \\-\\-pod\\-cidr. An option of the command line goes first.",
    ),
    ("NO_COLOR, FORCE_COLOR", "No colours, or colours although the standard error is no terminal."),
    ("NPCONV_DEBUG", "Show the traceback of an internal error."),
)


def pages() -> dict[str, str]:
    """Every page by its file name."""
    root = outline()
    made = {f"{_file(one)}.1": _page(one, root) for one in (root, *root.commands)}
    # What `man kubectl-npconv` shows is the same page.
    made["kubectl-npconv.1"] = ".so man1/npconv.1\n"
    return made


def write(folder: Path = MAN) -> None:
    """Write every page, and remove those of commands that are gone."""
    folder.mkdir(exist_ok=True)
    made = pages()
    for old in folder.glob("*.1"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


def _file(one: Outline) -> str:
    return one.name.replace(" ", "-")


def _page(one: Outline, root: Outline) -> str:
    return "\n".join(_lines(one, root)) + "\n"


def _lines(one: Outline, root: Outline) -> Iterator[str]:
    yield '.\\" Made by tools/man.py from the command itself.'
    yield f'.TH "{_text(_file(one).upper())}" "1" "" "npconv" "npconv"'
    yield ".SH NAME"
    yield f"{_text(_file(one))} \\- {_text(one.title)}"
    yield ".SH SYNOPSIS"
    yield f"\\fB{_text(one.name)}\\fR {_text(one.usage)}"
    yield ".SH DESCRIPTION"
    for number, paragraph in enumerate(one.paragraphs):
        yield from _paragraph(paragraph, first=number == 0)
    yield ".SH OPTIONS"
    for option in one.options:
        yield from (".TP", f"\\fB{_text(option.written)}\\fR", _text(option.does))
    if one.commands:
        yield ".SH COMMANDS"
        for below in one.commands:
            yield from (".TP", f"\\fB{_text(below.name)}\\fR", f"{_text(below.title)}.")
    if one is not root:
        yield ".SH EXIT STATUS"
        for code, means in EXITS:
            yield from (".TP", f"\\fB{code}\\fR", _text(means))
    yield ".SH ENVIRONMENT"
    for name, means in VARIABLES:
        yield from (".TP", f"\\fB{_text(name)}\\fR", means)
    yield ".SH SEE ALSO"
    others = [other for other in (root, *root.commands) if other is not one]
    yield ",\n".join(f"\\fB{_text(_file(other))}\\fR(1)" for other in others)


def _paragraph(paragraph: Paragraph, *, first: bool) -> Iterator[str]:
    if not first:
        yield ".PP"
    if not paragraph.as_it_stands:
        yield _text(paragraph.text)
        return
    yield from (".RS 4", ".nf")
    for line in paragraph.text.splitlines():
        yield _text(line)
    yield from (".fi", ".RE")


_SPECIAL: Final = {"\\": "\\(rs", "-": "\\-", "`": "\\(ga", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq"}


def _text(text: str) -> str:
    """A text of which roff reads nothing as its own, on one line unless it stands in several."""
    safe = "".join(_SPECIAL.get(letter, letter) for letter in text)
    return f"\\&{safe}" if safe.startswith((".", "\\(aq")) else safe


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
