"""A recorded session with kubectl -> a program called `kubectl` that answers these calls, and no others."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

RECORDED: Final = Path(__file__).parent / "recorded"
"""What a real kubectl 1.32 answered of a real API server 1.36 (tests/conformance/cluster/ask_cluster.py --record)."""

UNKNOWN: Final = 97
"""The exit code for a call that was not recorded."""

_PROGRAM: Final = """\
#!{python} -S
import json, sys
for call in json.load(open({file!r}, encoding="utf-8")):
    if call["argv"] == sys.argv[1:]:
        sys.stdout.buffer.write(call["stdout"].encode())
        sys.stderr.buffer.write(call["stderr"].encode())
        sys.exit(call["code"])
sys.stderr.write("error: this call was not recorded: " + " ".join(sys.argv[1:]) + "\\n")
with open({asked!r}, "a", encoding="utf-8") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
sys.exit({unknown})
"""


@dataclass(frozen=True)
class Taken:
    """How `npconv snapshot` ended, what it said, and what it wrote."""

    code: int
    said: str
    folder: Path

    @property
    def text(self) -> str:
        """Everything that was written."""
        return "\n".join(file.read_text(encoding="utf-8") for file in sorted(self.folder.iterdir()))


def calls(session: str) -> list[dict[str, Any]]:
    """The calls of a session, by their arguments."""
    found: list[dict[str, Any]] = json.loads((RECORDED / f"{session}.json").read_text(encoding="utf-8"))
    return found


def install(session: str, folder: Path) -> Path:
    """Put the program into a folder for PATH. Calls that it does not know are noted in the file that is returned."""
    folder.mkdir(exist_ok=True)
    unknown = folder / "unknown-calls"
    program = folder / "kubectl"
    text = _PROGRAM.format(
        python=sys.executable, file=str(RECORDED / f"{session}.json"), asked=str(unknown), unknown=UNKNOWN
    )
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    return unknown
