"""Files of the output: where they go, and that none is ever half-written."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest
from command import POLICY, npconv

from npconv.cli import folder
from npconv.cli.layout import files
from npconv.ir.policy import PolicyName
from npconv.pipeline.model import Output


def output(file: str, name: str = "web") -> Output:
    return Output(data={"kind": "X", "name": name}, source=PolicyName("NetworkPolicy", "shop", name), file=file, line=1)


@pytest.mark.parametrize(
    ("paths", "sources", "names"),
    [
        (["a.yaml"], ["a.yaml"], ["a.yaml"]),
        (["-"], ["<stdin>"], ["stdin.yaml"]),
        (["a.yaml"], ["a.yaml", ""], ["a.yaml", "generated.yaml"]),
        (["in"], ["in/a.yml", "in/b/c.json", "in/d.yaml.gz"], ["a.yaml", "b/c.yaml", "d.yaml"]),
        (["in/"], ["in/a.yaml"], ["a.yaml"]),
        (["."], ["a.yaml", "b/a.yaml"], ["a.yaml", "b/a.yaml"]),
        (["in", "in/b"], ["in/b/a.yaml"], ["a.yaml"]),
        (
            ["x/a.yaml", "y/a.yaml", "y/b.yaml"],
            ["x/a.yaml", "y/a.yaml", "y/b.yaml"],
            ["x/a.yaml", "y/a.yaml", "b.yaml"],
        ),
        (["in"], ["in/a.yaml", "in/a.json"], ["a.yaml.yaml", "a.json.yaml"]),
        (["policies"], ["policies"], ["policies.yaml"]),
        ([".yaml"], [".yaml"], [".yaml.yaml"]),
        (["../up/a.yaml"], ["../up/a.yaml"], ["a.yaml"]),
    ],
)
def test_names(paths: list[str], sources: list[str], names: list[str]) -> None:
    found = files([output(source, name=str(number)) for number, source in enumerate(sources)], paths, "yaml")
    by_text = {text: str(name) for name, text in found.items()}
    ordered = [by_text[f'kind: X\nname: "{number}"\n'] for number in range(len(sources))]
    assert ordered == names


def test_names_stay_below_the_folder_that_was_named() -> None:
    for source in ("../../etc/a.yaml", "/etc/a.yaml"):
        clash = files([output(source, "x"), output("a.yaml", "y")], [source, "a.yaml"], "yaml")
        assert len(clash) == 2
        assert not any(".." in name.parts or name.is_absolute() for name in clash)


def test_objects_of_one_file_stay_together() -> None:
    found = files([output("a.yaml", "x"), output("b.yaml", "y"), output("a.yaml", "z")], ["a.yaml", "b.yaml"], "json")
    assert sorted(map(str, found)) == ["a.json", "b.json"]
    assert '"items"' in found[PurePath("a.json")]


def test_store_leaves_what_is_up_to_date_and_removes_nothing(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("mine")
    assert folder.store(tmp_path, {PurePath("a.yaml"): "x\n"}) == [tmp_path / "a.yaml"]
    before = (tmp_path / "a.yaml").stat()
    assert folder.store(tmp_path, {PurePath("a.yaml"): "x\n"}) == []
    assert (tmp_path / "a.yaml").stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "other.yaml"]


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_store_gives_files_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("old")
    (tmp_path / "secret.yaml").chmod(0o600)
    (tmp_path / "usual").touch()
    folder.store(tmp_path, {PurePath("new.yaml"): "x", PurePath("secret.yaml"): "x"})
    assert (tmp_path / "new.yaml").stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert (tmp_path / "secret.yaml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("error", [OSError(28, "no space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_changes_no_file(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text("old a")
    (tmp_path / "b.yaml").write_text("old b")
    calls: list[int] = []

    def mode(path: Path) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise error
        return 0o644

    monkeypatch.setattr(folder, "_mode", mode)
    with pytest.raises(type(error)):
        folder.store(tmp_path, {PurePath("a.yaml"): "new a", PurePath("b.yaml"): "new b"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.yaml": "old a", "b.yaml": "old b"}


@pytest.mark.skipif(os.name != "posix", reason="needs kill")
def test_a_process_killed_while_it_writes_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("old")
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(folder, "_mode", lambda path: os.kill(os.getpid(), 9))
        folder.store(tmp_path, {PurePath("a.yaml"): "new"})
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
    assert (tmp_path / "a.yaml").read_text() == "old"
    assert [path.name for path in tmp_path.glob("*.yaml")] == ["a.yaml"]


def test_an_output_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    (tmp_path / "out").write_text("a file")
    done = npconv("calico-to-cilium", "web.yaml", "-d", "out/below", "--quiet", folder=tmp_path)
    assert done.stderr == "error[NPC702]: cannot write `out/below/web.yaml`: not a directory\n\n"
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_an_input_is_never_overwritten_whatever_links_lead_there(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "web.yaml").write_text(POLICY)
    (tmp_path / "out").symlink_to("in")
    done = npconv("calico-to-cilium", "in", "-d", "out", "--quiet", folder=tmp_path)
    assert done.stderr.startswith("error[NPC704]: `out/web.yaml` was read and would be overwritten")
    assert done.returncode == 2
    assert (tmp_path / "in" / "web.yaml").read_text() == POLICY


def test_check_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    missing = npconv("calico-to-cilium", "web.yaml", "-d", "out", "--check", folder=tmp_path)
    assert (missing.returncode, (tmp_path / "out").exists()) == (1, False)
    assert npconv("calico-to-cilium", "web.yaml", "-d", "out", folder=tmp_path).returncode == 0
    assert npconv("calico-to-cilium", "web.yaml", "-d", "out", "--check", folder=tmp_path).returncode == 0
    (tmp_path / "out" / "web.yaml").write_text("edited\n")
    edited = npconv("calico-to-cilium", "web.yaml", "-d", "out", "--check", "--diff", folder=tmp_path)
    assert edited.returncode == 1
    assert "--- out/web.yaml\n+++ out/web.yaml\n@@" in edited.stderr
    assert "\n-edited\n" in edited.stderr
    assert edited.stdout == ""
    assert (tmp_path / "out" / "web.yaml").read_text() == "edited\n"
