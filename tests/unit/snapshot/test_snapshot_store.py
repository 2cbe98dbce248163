"""Files -> a folder: complete or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from npconv.snapshot.store import store, strangers


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_folder_is_made_with_all_that_is_above(tmp_path: Path) -> None:
    store(tmp_path / "a" / "b", {"pods.yaml": "x\n"})
    assert (tmp_path / "a" / "b" / "pods.yaml").read_text() == "x\n"
    assert names(tmp_path / "a") == ["b"]


def test_an_earlier_one_is_replaced_as_a_whole(tmp_path: Path) -> None:
    store(tmp_path / "b", {"pods.yaml": "x\n", "nodes.yaml": "y\n"})
    store(tmp_path / "b", {"pods.yaml": "z\n"})
    assert names(tmp_path) == ["b"]
    assert names(tmp_path / "b") == ["pods.yaml"]
    assert (tmp_path / "b" / "pods.yaml").read_text() == "z\n"


def test_a_write_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    store(tmp_path / "b", {"pods.yaml": "x\n"})
    with pytest.raises(OSError, match="No such file"):
        store(tmp_path / "b", {"pods.yaml": "z\n", "no/such/folder.yaml": ""})
    assert names(tmp_path) == ["b"]
    assert (tmp_path / "b" / "pods.yaml").read_text() == "x\n"


def test_the_folder_may_be_a_link(tmp_path: Path) -> None:
    store(tmp_path / "real", {"pods.yaml": "x\n"})
    (tmp_path / "link").symlink_to("real")
    store(tmp_path / "link", {"pods.yaml": "z\n"})
    assert (tmp_path / "real" / "pods.yaml").read_text() == "z\n"
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path) == ["link", "real"]


def test_what_no_snapshot_puts_there_is_a_stranger(tmp_path: Path) -> None:
    for name in ("pods.yaml", "snapshot.yaml", "tiers.projectcalico.org.yaml", "policy.yaml", ".git"):
        (tmp_path / name).touch()
    (tmp_path / "nodes.yaml").mkdir()
    assert strangers(tmp_path) == [".git", "nodes.yaml", "policy.yaml"]
    assert strangers(tmp_path / "none") == []
