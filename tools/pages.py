"""The code -> docs/reference: the pages of commands, codes and the matrix. `python tools/pages.py` writes them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from man import EXITS
from outline import Outline, Paragraph, outline

from npconv.cli.pairs import TITLES
from npconv.diagnostics.codes import ALL, Code, Severity
from npconv.pipeline.support import matrix
from npconv.render.matrix_markdown import rendered

REFERENCE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference"
_MADE: Final = "<!-- Made by tools/pages.py from the code. `make docs` writes it again. -->"

_SEVERITIES: Final = {
    Severity.ERROR: "Errors: the input cannot be used as it is",
    Severity.LOSS: "Losses: something of the source is not in the output",
    Severity.WARNING: "Warnings: valid, and probably not what its author meant",
    Severity.ASSUMPTION: "Assumptions: the translation is exact only where they hold",
    Severity.NOTE: "Notes: worth knowing; nothing is lost",
}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        "commands.md": "\n".join(_commands(outline())) + "\n",
        "codes.md": "\n".join(_codes()) + "\n",
        "matrix.md": "\n".join(_matrix()) + "\n",
    }


def write(folder: Path = REFERENCE) -> None:
    """Write every page."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def _commands(root: Outline) -> Iterator[str]:
    yield from ("# Commands", "", _MADE, "", "```text", f"{root.name} {root.usage}", "```", "")
    for paragraph in root.paragraphs:
        yield from _paragraph(paragraph)
    yield from ("| command | |", "|---|---|")
    for one in root.commands:
        yield f"| [`{one.name}`](#{_anchor(one.name)}) | {_cell(one.title)} |"
    yield ""
    titles = ", ".join(f"`{name}` ({title})" for name, title in TITLES.items())
    yield f"Every ordered pair of {titles} is a command, too: `npconv calico-to-cilium` is"
    yield "`npconv convert --from calico --to cilium`, with the same options."
    yield ""
    yield from ("## Exit codes", "", "| code | means |", "|---|---|")
    for code, means in EXITS:
        yield f"| {code} | {means} |"
    yield ""
    for one in root.commands:
        yield from (f"## {one.name}", "", "```text", f"{one.name} {one.usage}", "```", "")
        for paragraph in one.paragraphs:
            yield from _paragraph(paragraph)
        yield from ("| option | |", "|---|---|")
        for option in one.options:
            yield f"| `{_cell(option.written)}` | {_cell(option.does)} |"
        yield ""
    yield "Most options have an environment variable: `NPCONV_POD_CIDR` for `--pod-cidr`."


def _paragraph(paragraph: Paragraph) -> Iterator[str]:
    if not paragraph.as_it_stands:
        yield from (paragraph.text, "")
        return
    first, *rest = paragraph.text.splitlines()
    if first == "Exit codes:":  # they have a table of their own
        return
    if first.startswith("# "):
        said = first.removeprefix("# ")
        yield from (said if said.endswith("?") else f"{said}:", "", "```sh", *rest, "```", "")
    else:
        yield from ("```text", first, *rest, "```", "")


def _codes() -> Iterator[str]:
    yield from ("# Codes", "", _MADE, "")
    yield "Everything that npconv says has a code, and every code has a page: here, and as `npconv explain NPC336`."
    yield "A code is never used again for something else."
    yield ""
    by_severity = sorted(ALL, key=lambda code: (list(Severity).index(code.severity), code.id))
    for severity, codes in groupby(by_severity, key=lambda code: code.severity):
        found = list(codes)
        yield from (f"**{_SEVERITIES[severity]}.** {', '.join(_link(code) for code in found)}", "")
    for code in sorted(ALL, key=lambda code: code.id):
        yield from (f"## {code.id}", "", f"**{code.severity.value}: {code.title}**", "", code.page.strip(), "")


def _link(code: Code) -> str:
    return f"[{code.id}](#{code.id.lower()})"


def _matrix() -> Iterator[str]:
    yield from ("# What each engine can say", "", _MADE, "")
    yield "What `npconv matrix -o md` prints. A cell is proven by a test: the feature is lowered, read back,"
    yield "and compared with what it meant. `npconv matrix --to cilium=1.18` asks about another release."
    yield ""
    yield rendered(matrix(None, ())).rstrip("\n")


def _anchor(text: str) -> str:
    return text.lower().replace(" ", "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    write()
