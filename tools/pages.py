"""The code -> docs/reference: the pages of commands, codes and the matrix. `python tools/pages.py` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from man import EXITS
from outline import Outline, Paragraph, outline

from npconv import resources
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
        "config.md": "\n".join(_config(json.loads(resources.read("schemas", "npconv.schema.json")))) + "\n",
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


EXAMPLE: Final = """\
# yaml-language-server: $schema=https://raw.githubusercontent.com/OWNER/npconv/main/schemas/npconv.schema.json
from: calico=3.30
include: [policies]
pod-cidrs: [10.244.0.0/16]
node-cidrs: [10.0.0.0/16]
outputs:
  - to: cilium=1.19
    dir: generated/cilium
  - to: k8s
    dir: generated/k8s
    layout: kustomize
    accept:
      - code: NPC345
        policy: shop/web
        reason: the pods' own nodes are ours
lint:
  ignore: [NPC630]"""


def _config(schema: dict[str, Any]) -> Iterator[str]:
    yield from ("# npconv.yaml", "", _MADE, "", schema["description"], "")
    yield "npconv looks for it beside the files that it is given, or in the current folder, and upward to the root of"
    yield "the repository. `--config FILE` names another one, `--no-config` reads none. Errors in it point at the line."
    yield from ("", "```yaml", *EXAMPLE.splitlines(), "```", "")
    yield "The first line is for editors: with it, they complete and check the keys as they are typed."
    for title, keys in _sections(schema):
        yield from ("", f"## {title}", "", "| key | values | |", "|---|---|---|")
        for name, one in keys.items():
            key = _resolved(one, schema)
            yield f"| `{name}` | {_cell(_values(key, schema))} | {_prose(key.get('description', ''))} |"
    accepted = _resolved(schema["properties"]["accept"], schema)
    yield from ("", "## Of each entry of `accept`", "", "| key | values | |", "|---|---|---|")
    for name, one in _resolved(accepted["items"], schema)["properties"].items():
        key = _resolved(one, schema)
        yield f"| `{name}` | {_cell(_values(key, schema))} | {_prose(key.get('description', ''))} |"


def _sections(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables of the page: keys of a kind together. `accept` and `lint` are in the others' tables, too."""
    top = dict(schema["properties"])
    output = top["outputs"]["items"]["properties"]
    yield "What is read, and how", {name: one for name, one in top.items() if name not in {*output, "outputs", "lint"}}
    yield "What is written: at the top for one output, or in each of `outputs`", output
    yield "Several outputs", {"outputs": top["outputs"]}
    yield "Of `lint`", top["lint"]["properties"]


def _resolved(one: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to; its own words go first."""
    if "$ref" not in one:
        return one
    return {**_resolved(schema["$defs"][one["$ref"].removeprefix("#/$defs/")], schema), **one}


def _values(key: dict[str, Any], schema: dict[str, Any]) -> str:
    """What may stand there, in short."""
    if "enum" in key:
        return ", ".join(f"`{value}`" for value in key["enum"] if value is not None)
    types = key.get("type", [])
    (named,) = [types] if isinstance(types, str) else [one for one in types if one != "null"]
    if named == "array":
        inner = _resolved(key["items"], schema)
        return "mappings" if inner.get("type") == "object" else "list of texts"
    return {"string": "text", "boolean": "`true`, `false`", "number": "number", "integer": "number"}[named]


def _anchor(text: str) -> str:
    return text.lower().replace(" ", "-")


def _prose(text: str) -> str:
    """A text of the schema, which is no Markdown: `*` is a star."""
    return _cell(text).replace("*", "\\*")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    write()
