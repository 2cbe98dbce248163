"""Where `npconv.yaml` is looked for, and which files it means."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_texts import parsed

from npconv.config import find, inputs, parse, read


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a configuration at its root, one above it, and policies."""
    (tmp_path / "npconv.yaml").write_text("from: k8s\n")
    root = tmp_path / "repo"
    for name in (
        ".git/config.yaml",
        "npconv.yaml",
        "npconv.lock.yaml",
        "policies/a.yaml",
        "policies/b.yml",
        "policies/notes.md",
        "policies/deep/c.json",
        "policies/deep/.hidden/d.yaml",
        "policies/templates/e.yaml",
        "out/cilium/f.yaml",
        "g.yaml.gz",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.chdir(root)
    return root


def test_upward_from_the_current_folder(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find() == repo / "npconv.yaml"
    monkeypatch.chdir(repo / "policies" / "deep")
    assert find() == repo / "npconv.yaml"


def test_upward_from_the_files(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.parent)
    assert find(["repo/policies/a.yaml", "repo/policies/deep"]) == repo / "npconv.yaml"
    assert find(["-"]) == repo.parent / "npconv.yaml"
    (repo / "policies" / "npconv.yaml").write_text("")
    assert find(["repo/policies/a.yaml"]) == repo / "policies" / "npconv.yaml"
    assert find(["repo/policies/a.yaml", "repo/out"]) == repo / "npconv.yaml"


def test_never_beyond_the_repository(repo: Path) -> None:
    (repo / "npconv.yaml").unlink()
    assert find() is None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (
            "",
            "g.yaml.gz out/cilium/f.yaml policies/a.yaml policies/b.yml policies/deep/c.json policies/templates/e.yaml",
        ),
        (
            "to: cilium\ndir: out/cilium\nexclude: [templates, g.*]",
            "policies/a.yaml policies/b.yml policies/deep/c.json",
        ),
        ("include: [policies]\nexclude: [policies/deep, '*.yml']", "policies/a.yaml policies/templates/e.yaml"),
        ("include: [policies/*.yaml]", "policies/a.yaml"),
        ("include: ['**/*.yaml']\nexclude: ['out/**']", "policies/a.yaml policies/templates/e.yaml"),
        ("include: ['**/deep/*', ./policies/a.yaml]", "policies/a.yaml policies/deep/c.json"),
        ("include: [policies/?.yml, policies/notes.md]", "policies/b.yml policies/notes.md"),
        ("include: [npconv.yaml, none.yaml]", "none.yaml"),
    ],
)
def test_which_files_are_meant(repo: Path, text: str, files: str) -> None:
    found = parse(text.encode(), "npconv.yaml", repo).config
    assert found is not None
    assert inputs.files(found) == files.split()


def test_files_are_named_from_the_current_folder(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo / "policies" / "deep")
    found = read(repo / "npconv.yaml").config
    assert found is not None and found.file == "../../npconv.yaml"
    assert "c.json" in inputs.files(found)
    assert "../a.yaml" in inputs.files(found)


def test_a_file_that_is_not_there(repo: Path) -> None:
    found = read(Path("none.yaml"))
    assert found.config is None
    assert [one.message for one in found.diagnostics] == ["cannot read `none.yaml`: no such file or directory"]


def test_paths_of_outputs_are_told_apart() -> None:
    assert list(parsed("outputs: [{to: k8s, dir: a}, {to: cilium, dir: ab}]").folders) == ["a", "ab"]
