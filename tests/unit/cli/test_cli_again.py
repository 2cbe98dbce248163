"""A run is repeated from what was kept only if nothing is different that it could depend on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from command import environment

from npconv.cli import again

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "web.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path / "work"


def run(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, bytes, str, bool]:
    """The exit code, both outputs, and whether npconv really ran."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "npconv", *arguments],
        cwd=folder,
        env=environment(NPCONV_CACHE=str(folder.parent / "kept")) | (env or {}),
        capture_output=True,
        check=False,
    )
    lines = done.stderr.decode().splitlines()
    imports = [one for one in lines if one.startswith("import time:")]
    said = "\n".join(one for one in lines if one not in imports)
    return done.returncode, done.stdout, said, any("npconv.cli.commands" in one for one in imports)


@pytest.mark.parametrize(
    "arguments", [["k8s-to-cilium", "web.yaml"], ["convert", "--from=k8s", "--to", "calico", "web.yaml"]]
)
def test_the_second_run_prints_the_same_without_running(folder: Path, arguments: list[str]) -> None:
    first, second = run(folder, *arguments), run(folder, *arguments)
    assert first[3] and first[0] == 0 and first[1] and "proven equal" in first[2]
    assert second == (*first[:3], False)


def test_whatever_is_different_is_run(folder: Path) -> None:
    arguments = ["k8s-to-cilium", "web.yaml"]
    assert run(folder, *arguments)[3]
    assert run(folder, *arguments, "--quiet")[3]
    assert run(folder, *arguments, env={"FORCE_COLOR": "1"})[3]
    (folder / "web.yaml").write_text(POLICY.replace("web}}", "api}}"), encoding="utf-8")
    changed = run(folder, *arguments)
    assert changed[3] and b"api" in changed[1]
    (folder / "npconv.yaml").write_text("version: 1\n", encoding="utf-8")
    for _ in range(2):
        assert run(folder, *arguments)[3]


@pytest.mark.parametrize(
    "arguments",
    [
        ["k8s-to-cilium", "."],
        ["k8s-to-cilium", "web.yaml", "-d", "out"],
        ["k8s-to-cilium", "web.yaml", "--report", "json=out.json"],
        ["k8s-to-cilium", "web.yaml", "--cluster", "web.yaml"],
        ["k8s-to-cilium", "missing.yaml"],
        ["diff", "web.yaml", "web.yaml"],
    ],
    ids=" ".join,
)
def test_what_reads_or_writes_more_is_run_each_time(folder: Path, arguments: list[str]) -> None:
    assert run(folder, *arguments)[3]
    assert run(folder, *arguments)[3]


def test_only_a_clean_run_is_kept(folder: Path) -> None:
    (folder / "web.yaml").write_text(POLICY.replace("podSelector: {}", "podSelectors: {}"), encoding="utf-8")
    first, second = run(folder, "k8s-to-cilium", "web.yaml"), run(folder, "k8s-to-cilium", "web.yaml")
    assert first == second and first[0] == 2 and second[3]


def test_options_in_the_environment_may_read_or_write_anything(folder: Path) -> None:
    for _ in range(2):
        assert run(folder, "k8s-to-cilium", "web.yaml", env={"NPCONV_OUTPUT_DIR": "out"})[3]


def test_it_can_be_turned_off(folder: Path) -> None:
    for _ in range(2):
        assert run(folder, "k8s-to-cilium", "web.yaml", env={"NPCONV_CACHE": "off"})[3]
    assert not (folder.parent / "kept").exists()


def test_what_was_kept_and_is_broken_is_not_printed(folder: Path) -> None:
    first = run(folder, "k8s-to-cilium", "web.yaml")
    (kept,) = (folder.parent / "kept").iterdir()
    for broken in (kept.read_bytes()[:-1], b"", b"nonsense"):
        kept.write_bytes(broken)
        assert run(folder, "k8s-to-cilium", "web.yaml") == first


def test_another_source_of_npconv_is_another_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = tmp_path / "src" / "npconv" / "cli" / "again.py"
    module.parent.mkdir(parents=True)
    module.write_text("", encoding="utf-8")
    monkeypatch.setattr(again, "__file__", str(module))
    before = list(again._surroundings())
    (tmp_path / "src" / "npconv" / "deep").mkdir()
    (tmp_path / "src" / "npconv" / "deep" / "new.py").write_text("x = 1\n", encoding="utf-8")
    assert list(again._surroundings()) != before


def test_another_archive_of_the_same_name_is_another_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    archive = tmp_path / "npconv.pyz"
    archive.write_bytes(b"PK 1")
    monkeypatch.setattr(sys, "path", [str(archive)])
    before = list(again._surroundings())
    archive.write_bytes(b"PK 22")
    assert list(again._surroundings()) != before


def test_the_options_that_are_known_are_options_of_a_command() -> None:
    from npconv.cli.commands import npconv

    known = {one for name in ("lint", "convert") for each in npconv.commands[name].params for one in each.opts}
    assert known >= again._FLAGS | again._VALUED | again._FILES
    assert set(npconv.commands) >= again._COMMANDS
