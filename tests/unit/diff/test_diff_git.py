"""Policies of a git revision as one side: read through git, or a clear reason why not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from small_town import DB, DENY

from npconv.source.load import Loaded
from npconv.source.revision import load_side

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose only commit has two policies, with one of them changed since."""
    monkeypatch.chdir(tmp_path)
    for name in [one for one in os.environ if one.startswith("GIT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "policies" / "deep").mkdir(parents=True)
    (tmp_path / "policies" / ".hidden").mkdir()
    (tmp_path / "policies" / "db.yaml").write_text(DB)
    (tmp_path / "policies" / "deep" / "däny.yml").write_text(DENY)
    (tmp_path / "policies" / "deep" / "readme.md").write_text("no policy")
    (tmp_path / "policies" / ".hidden" / "x.yaml").write_text("no: policy")
    (tmp_path / "policies" / "link.yaml").symlink_to("db.yaml")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "-m", "x")
    (tmp_path / "policies" / "db.yaml").write_text(DB.replace("5432", "5433"))
    return tmp_path


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True)


def said(loaded: Loaded) -> list[str]:
    assert loaded.documents == ()
    assert {one.code.id for one in loaded.diagnostics} == {"NPC751"}
    return [one.message for one in loaded.diagnostics]


@pytest.mark.parametrize("name", ["main:policies", "HEAD:policies/", "HEAD:", "HEAD:.", "HEAD:./policies"])
def test_folder(repository: Path, name: str) -> None:
    loaded = load_side(name)
    assert loaded.diagnostics == ()
    assert sorted(one.name for one in loaded.documents) == ["db", "default-deny"]


def test_files_are_called_by_their_revision(repository: Path) -> None:
    loaded = load_side("main:policies")
    assert [one.file for one in loaded.documents] == ["main:policies/db.yaml", "main:policies/deep/däny.yml"]


def test_a_file_is_as_it_was(repository: Path) -> None:
    (then,) = load_side("main:policies/db.yaml").documents
    (now,) = load_side("policies/db.yaml").documents
    assert (then.line_text(10), now.line_text(10)) == ("      ports: [{port: 5432}]", "      ports: [{port: 5433}]")


def test_a_path_counts_from_the_top_unless_it_says_otherwise(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "policies")
    assert len(load_side("main:policies").documents) == 2
    assert len(load_side("main:./deep").documents) == 1
    assert said(load_side("main:deep")) == ["cannot read `main:deep`: revision `main` has no `deep`"]


def test_the_index(repository: Path) -> None:
    git("add", ".")
    (document,) = load_side(":policies/db.yaml").documents
    assert document.line_text(10) == "      ports: [{port: 5433}]"


def test_a_file_that_exists_is_no_revision(repository: Path) -> None:
    (repository / "main:x.yaml").write_text(DB)
    assert [one.file for one in load_side("main:x.yaml").documents] == ["main:x.yaml"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("dev:policies", "cannot read `dev:policies`: there is no file of this name, and no revision `dev`"),
        ("main:other", "cannot read `main:other`: revision `main` has no `other`"),
        (":other", "cannot read `:other`: the index has no `other`"),
        ("--output=x:y", "cannot read `--output=x:y`: a revision does not begin with `-`"),
    ],
)
def test_what_is_not_there(repository: Path, name: str, message: str) -> None:
    assert said(load_side(name)) == [message]
    assert not (repository / "x").exists()


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert said(load_side("main:x")) == ["cannot read `main:x`: the current folder is in no git repository"]


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert said(load_side("main:x")) == ["cannot read `main:x`: git is not installed"]
