"""Every code that calico-to-cilium can say is hit by some golden; the others are listed, with the reason."""

from __future__ import annotations

import re

from golden import CASES
from npconv.diagnostics.codes import Code, assumptions, calico, calico_lift, kubernetes, losses, reading

_HEAD = re.compile(r"^(?:error|loss|warning|assumption|note)\[(NPC\d+)\]", re.MULTILINE)

ELSEWHERE = {
    "NPC101": "a case is read from text: unreadable files are tested with the command line",
    "NPC102": "a golden is text: tests/unit/source has bytes that are none",
    "NPC107": "a document this deep is no case to read: tests/unit/source",
    "NPC109": "about files that a folder holds; a case is a file that was named (then it is NPC108)",
    "NPC116": "only where libyaml is missing",
    "NPC131": "a case has at most 40 lines: tests/unit/source",
    "NPC211": "a selector this deep is no case to read: tests/unit/calico",
    "NPC305": "a blank selector is refused when the policy is read (NPC210), however it was stored",
    "NPC503": "Calico and Kubernetes input says NPC110, an error",
    "NPC560": "about snapshots of a cluster: tests/unit/cluster",
    "NPC561": "about snapshots of a cluster: tests/unit/cluster",
}
"""Single codes that no case can or should hit."""

OURS = (reading, calico, calico_lift, kubernetes, losses, assumptions)
"""What can be said of Calico and Kubernetes policies on their way to Cilium. The other modules are about other targets,
Cilium and the policy API as input, commands and their arguments (tests/cli), and bugs of npconv."""


def test_every_code_is_hit() -> None:
    missing = {code.id: code.title for code in _ours() if code.id not in _hit() and code.id not in ELSEWHERE}
    assert not missing, f"codes that no golden shows: {missing}"


def test_excuses_are_needed() -> None:
    assert not ELSEWHERE.keys() & _hit(), "these have a golden: take them off the list"
    assert not ELSEWHERE.keys() - {code.id for code in _ours()}, "no such codes"


def _hit() -> set[str]:
    return {code for folder in CASES for code in _HEAD.findall((folder / "losses.txt").read_text(encoding="utf-8"))}


def _ours() -> tuple[Code, ...]:
    return tuple(value for module in OURS for value in vars(module).values() if isinstance(value, Code))
