"""Every hard case of the fact files and every gotcha of the peers has a test; `tests/hard_cases.tsv` says which."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
NONE = "none: "
"""Before the reason why there is nothing to test."""

LISTS = (
    ("calico:8.", "facts/calico.md", "## 8. Tricky cases", r"^(\d+)\. "),
    ("cilium:7.", "facts/cilium.md", "## 7. TRICKY CASES", r"^\| (\d+) \|"),
    ("k8s_np:9.", "facts/k8s_np.md", "## 9. 50 tricky cases", r"^(\d+)\. "),
    ("azure_npm:7.", "facts/azure_npm.md", "## 7. 16 NPM cases", r"^(\d+)\. "),
    ("azure_npm:1.4.", "facts/azure_npm.md", "### 1.4 Wrong translations", r"^\| (B\d) \|"),
    ("peers:", "peers.md", "### 3b. Gotchas", r"^- (G\d+) "),
)
"""Where the hard cases are counted: the beginning of their ids, the file, the section, and what a number looks like."""


def listed() -> dict[str, list[str]]:
    """The tests of each hard case."""
    found: dict[str, list[str]] = {}
    for line in (TESTS / "hard_cases.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            case, place = line.split("\t")
            found.setdefault(case, []).append(place)
    return found


def test_the_tests_are_there() -> None:
    for case, places in listed().items():
        for place in places:
            if place.startswith(NONE):
                continue
            path, _, name = place.partition("::")
            assert (TESTS / path).exists(), f"{case}: no {path}"
            if name:
                text = (TESTS / path).read_text(encoding="utf-8")
                assert re.search(rf"^\s*def {re.escape(name)}\(", text, re.MULTILINE), f"{case}: no {name} in {path}"
            else:
                assert (TESTS / path / "ir.txt").exists(), f"{case}: {path} is no golden case"


@pytest.mark.shared
def test_every_hard_case_is_listed(shared: Path) -> None:
    wanted = {f"{prefix}{one}" for prefix, file, title, row in LISTS for one in _numbers(shared / file, title, row)}
    assert len(wanted) > 200
    assert wanted == listed().keys()


def _numbers(file: Path, title: str, row: str) -> list[str]:
    section = file.read_text(encoding="utf-8").split(title, 1)[1]
    level = title.split(" ", 1)[0]
    end = re.search(rf"^#{{1,{len(level)}}} ", section, re.MULTILINE)
    return re.findall(row, section[: end.start()] if end else section, re.MULTILINE)
