"""A session with npconv -> docs/images/terminal.svg: a picture of real output. `python tools/picture.py` draws it.

Each run of letters is placed and measured by itself, so that any monospaced font will do: none is fetched.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Final

IMAGES: Final = Path(__file__).resolve().parents[1] / "docs" / "images"
PICTURE: Final = IMAGES / "terminal.svg"
SESSION: Final = (
    "npconv calico-to-cilium gateway.yaml",
    "npconv why --from shop/zone=legacy,role=probe --to shop/app=gateway:443/tcp gateway.yaml | tail -n 10",
)

_LETTER: Final = 8.0
"""How wide a letter is, in pixels, at a font size of 13."""
_LINE: Final = 18.0
_EDGE: Final = 18.0
_BAR: Final = 34.0
_BACK, _FRONT, _BOLD = "#1b1f27", "#c9d1d9", "#f0f6fc"
_COLORS: Final = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea"}
_SGR: Final = re.compile(r"\x1b\[([0-9;]*)m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How letters look."""

    color: str = ""
    bold: bool = False


def draw() -> str:
    """The picture."""
    lines = [line for command in SESSION for line in (_prompt(command), *_printed(command))]
    width = max(len(_SGR.sub("", line)) for line in lines) * _LETTER + 2 * _EDGE
    height = len(lines) * _LINE + _BAR + _EDGE
    return "\n".join(_svg(lines, width, height)) + "\n"


def _prompt(command: str) -> str:
    return f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m"


def _printed(command: str) -> Iterator[str]:
    """What a command prints, on both streams, in colours; and an empty line."""
    scripts = str(Path(sys.executable).parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NPCONV_", "NO_COLOR"))}
    env = {**kept, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "FORCE_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=IMAGES,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    yield from done.stdout.decode().rstrip("\n").split("\n")
    yield ""  # below the output


def _svg(lines: list[str], width: float, height: float) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="A terminal: npconv translates a Calico policy, names what Cilium '
        f'cannot say, and explains why a connection is allowed">'
    )
    yield (
        "<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
        "white-space:pre}.b{font-weight:600}</style>"
    )
    yield f'<rect width="{width:g}" height="{height:g}" rx="9" fill="{_BACK}"/>'
    for number, color in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        yield f'<circle cx="{_EDGE + number * 20:g}" cy="17" r="6" fill="{color}"/>'
    for number, line in enumerate(lines):
        yield from _drawn(line, _BAR + (number + 0.8) * _LINE)
    yield "</svg>"


def _drawn(line: str, y: float) -> Iterator[str]:
    """The runs of a line, without the spaces around them."""
    at = 0
    for style, text in _runs(line):
        bare = text.strip(" ")
        if bare:
            x = _EDGE + (at + len(text) - len(text.lstrip(" "))) * _LETTER
            color = style.color or (_BOLD if style.bold else _FRONT)
            bold = ' class="b"' if style.bold else ""
            yield (
                f'<text x="{x:g}" y="{y:g}" textLength="{len(bare) * _LETTER:g}" fill="{color}"{bold}>'
                f"{escape(bare, quote=False)}</text>"
            )
        at += len(text)


def _runs(line: str) -> Iterator[tuple[Style, str]]:
    """The letters of a line by their style."""
    style, at = Style(), 0
    for found in _SGR.finditer(line):
        if found.start() > at:
            yield style, line[at : found.start()]
        at = found.end()
        for code in (int(one or 0) for one in found[1].split(";")):
            style = _turned(style, code)
    if at < len(line):
        yield style, line[at:]


def _turned(style: Style, code: int) -> Style:
    match code:
        case 0:
            return Style()
        case 1:
            return replace(style, bold=True)
        case _ if code in _COLORS:
            return replace(style, color=_COLORS[code])
        case _:
            raise ValueError(f"npconv prints a style that the picture does not know: {code}")


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
