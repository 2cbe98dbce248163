"""The record of written files: what npconv writes, it reads; anything else is left out of account."""

from __future__ import annotations

from pathlib import Path

import pytest

from npconv.config import lock
from npconv.config.lock import Lock

HASH = lock.digest("a\n")
FILES = {"out/b.yaml": HASH, "out/a b: c.yaml": HASH, "out/sub/1.yaml": HASH, "outer/x.yaml": HASH}


def test_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "npconv.lock.yaml"
    path.write_text(lock.written(Lock(files=FILES)))
    assert lock.read(path, "x") == (Lock(files=FILES), ())
    assert lock.written(Lock(files=dict(reversed(FILES.items())))) == path.read_text()
    assert path.read_text().splitlines()[3].startswith('  "out/a b: c.yaml": sha256:')


def test_none_is_empty(tmp_path: Path) -> None:
    assert lock.read(tmp_path / "none", "x") == (Lock(), ())


def test_an_output_has_its_own() -> None:
    one = Lock(files=FILES)
    assert sorted(one.below("out")) == ["out/a b: c.yaml", "out/b.yaml", "out/sub/1.yaml"]
    assert sorted(one.outside(("out",))) == ["outer/x.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< HEAD\nformat: 1\n",
        "format: 2\nfiles: {}\n",
        "format: 1\nfiles: []\n",
        f"format: 1\nfiles: {{/etc/passwd: {HASH}}}\n",
        f"format: 1\nfiles: {{../x: {HASH}}}\n",
        f"format: 1\nfiles: {{a/../../x: {HASH}}}\n",
        "format: 1\nfiles: {a: sha256:0}\n",
        "format: 1\nfiles: {a: null}\n",
        f"format: 1\nfiles: {{a: {HASH}}}\nmore: 1\n",
        "",
        "\x00",
    ],
)
def test_what_is_not_as_npconv_writes_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "npconv.lock.yaml"
    path.write_text(text)
    found, said = lock.read(path, "npconv.lock.yaml")
    assert found == Lock()
    assert [one.code.id for one in said] == ["NPC782"]
