"""The standard output carries policies only, and nothing that happens to a stream makes a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from command import INVALID, POLICY, environment, npconv

posix = pytest.mark.skipif(os.name != "posix", reason="signals and closed streams as POSIX has them")


def test_stdout_is_yaml_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    done = npconv("calico-to-cilium", "web.yaml", folder=tmp_path)
    documents = list(yaml.safe_load_all(done.stdout))
    assert [one["kind"] for one in documents] == ["CiliumNetworkPolicy"]
    assert "loss[NPC336]" in done.stderr
    assert done.returncode == 0


def test_stdout_is_json_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY + "---\n" + POLICY.replace("name: web", "name: api"))
    done = npconv("calico-to-cilium", "web.yaml", "-o", "json", folder=tmp_path)
    assert [one["metadata"]["name"] for one in json.loads(done.stdout)["items"]] == ["api", "web"]


@pytest.mark.parametrize(
    "arguments", [["wrong.yaml"], ["missing.yaml"], ["empty.yaml"], ["web.yaml", "--output", "x"], []]
)
def test_stdout_is_empty_after_an_error(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    (tmp_path / "wrong.yaml").write_text(INVALID)
    (tmp_path / "empty.yaml").write_text("")
    done = npconv("calico-to-cilium", *arguments, folder=tmp_path)
    assert done.stdout == ""
    assert done.stderr != ""
    assert done.returncode in (2, 3)


def test_same_bytes_twice(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    first, second = (npconv("calico-to-cilium", "web.yaml", folder=tmp_path) for _ in range(2))
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)


@posix
def test_a_reader_that_has_seen_enough_ends_npconv_quietly(tmp_path: Path) -> None:
    many = "---\n".join(POLICY.replace("name: web", f"name: web-{number}") for number in range(600))
    (tmp_path / "many.yaml").write_text(many)
    command = f"{sys.executable} -m npconv calico-to-cilium many.yaml 2> talk | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["apiVersion: cilium.io/v2", str(128 + signal.SIGPIPE)]
    assert "Traceback" not in (tmp_path / "talk").read_text()
    assert "Broken" not in (tmp_path / "talk").read_text()


@posix
def test_a_closed_or_full_stdout_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    command = f"{sys.executable} -m npconv calico-to-cilium web.yaml --quiet"
    for where, reason in ((">&-", "it is closed"), ("> /dev/full", "no space left on device")):
        if "/dev/full" in where and not Path("/dev/full").exists():
            continue
        done = subprocess.run(
            ["bash", "-c", f"{command} {where}"], cwd=tmp_path, env=environment(), capture_output=True, check=False
        )
        assert done.stderr.decode() == f"error[NPC702]: cannot write to the standard output: {reason}\n\n"
        assert done.returncode == 2


@posix
def test_a_closed_stderr_does_not_stop_the_output(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    command = f"{sys.executable} -m npconv calico-to-cilium web.yaml 2>&-"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, check=False)
    assert yaml.safe_load(done.stdout)["kind"] == "CiliumNetworkPolicy"
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("env", "options", "colored"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, [], True),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
        ({"NPCONV_COLOR": "always"}, [], True),
    ],
)
def test_colours(tmp_path: Path, env: dict[str, str], options: list[str], colored: bool) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    done = npconv("calico-to-cilium", "web.yaml", *options, folder=tmp_path, env=env)
    assert ("\x1b[" in done.stderr) is colored
    assert "\x1b[" not in done.stdout


@posix
@pytest.mark.parametrize(("term", "colored"), [("xterm", True), ("dumb", False)])
def test_colours_on_a_terminal(tmp_path: Path, term: str, colored: bool) -> None:
    import pty

    (tmp_path / "web.yaml").write_text(POLICY)
    terminal, end = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "npconv", "calico-to-cilium", "web.yaml"],
        cwd=tmp_path,
        env=environment(TERM=term),
        stdout=subprocess.PIPE,
        stderr=end,
        check=False,
    )
    os.close(end)
    printed = os.read(terminal, 100_000)
    os.close(terminal)
    assert (b"\x1b[" in printed) is colored
    assert b"\x1b[" not in done.stdout
