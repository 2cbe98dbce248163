"""The words that completion proposes, asked for as shells and kubectl ask."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command import environment

from npconv.cli.commands import npconv
from npconv.cli.complete import completions
from npconv.cli.completion import kubectl
from npconv.diagnostics import codes

SCRIPTS = Path(sys.executable).parent
ALL = environment(PATH=f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}")
installed = pytest.mark.skipif(not (SCRIPTS / "npconv").exists(), reason="npconv is not installed beside this Python")


def proposed(line: str) -> list[str]:
    """What may stand at the end of a command line."""
    *before, last = line.split(" ")
    return [item.value for item in completions(before, last)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("azure-npm-to-c", ["azure-npm-to-calico", "azure-npm-to-cilium"]),
        ("exp", ["explain"]),
        ("convert --to c", ["calico", "cilium"]),
        ("convert --to cilium=1.1", ["cilium=1.16", "cilium=1.17", "cilium=1.18", "cilium=1.19"]),
        ("convert --from=azure-npm=", ["azure-npm=linux", "azure-npm=windows"]),
        ("convert --to k8s=", []),
        ("matrix --to calico=3.3", ["calico=3.30", "calico=3.31", "calico=3.32"]),
        ("diff --old ci", ["cilium"]),
        ("explain NPC90", ["NPC900", "NPC901", "NPC902"]),
        ("explain npc101", ["NPC101"]),
        ("convert --accept NPC101", []),  # no loss, so nobody can accept it
        ("convert --accept NPC336", ["NPC336"]),
        ("convert --fail-on n", ["none", "narrows"]),
        ("why --from sho", []),  # an endpoint: npconv knows none
        ("completion p", ["powershell"]),
    ],
)
def test_words(line: str, words: list[str]) -> None:
    found = proposed(line)
    assert found[: len(words)] == words if line.startswith("explain NPC90") else found == words


@pytest.mark.parametrize("line", ["convert poli", "convert -f poli", "diff poli", "diff a poli", "why --cluster poli"])
def test_files(line: str) -> None:
    *before, last = line.split(" ")
    assert [(item.type, item.value) for item in completions(before, last)] == [("file", "poli")]


def test_the_commands_themselves_stay_as_they_are() -> None:
    proposed("azure-npm-to-c")
    assert npconv.commands["azure-npm-to-cilium"].hidden
    assert "shell_complete" not in vars(npconv.commands["convert"].params[0])


def test_codes_are_proposed_with_their_titles() -> None:
    (item,) = completions(["explain"], "NPC336")
    assert item.help == codes.find("NPC336").title


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["convert", "--to", "cal"], "calico\tCalico\n:4\n"),
        (["convert", "policies/"], ":0\n"),
        (["convert", "--output-dir", ""], ":16\n"),
        (["completion", "fi"], "fish\n:4\n"),
    ],
)
def test_kubectl_is_answered_as_cobra_answers(
    words: list[str], printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl(words)
    assert capsys.readouterr().out == printed


@installed
@pytest.mark.skipif(shutil.which("kubectl") is None, reason="needs kubectl")
def test_kubectl_completes_the_plugin() -> None:
    command = ["kubectl", "__complete", "npconv", "convert", "--to", "cilium=1.2"]
    done = subprocess.run(command, env=ALL, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "cilium=1.20\tCilium 1.20\n:4\n"


@installed
@pytest.mark.skipif(shutil.which("kubectl") is None, reason="needs kubectl")
def test_kubectl_passes_everything_through(tmp_path: Path) -> None:
    """The name in the usage text is what the user typed; the exit code is npconv's."""

    def plugin(*arguments: str) -> tuple[int, str, str]:
        command = ["kubectl", "npconv", *arguments]
        done = subprocess.run(command, env=ALL, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout, done.stderr

    code, out, _ = plugin("explain", "--help")
    assert (code, out.splitlines()[0]) == (0, "Usage: kubectl npconv explain [OPTIONS] CODE")
    code, out, said = plugin("convrt")
    assert (code, out) == (2, "")
    assert "Try 'kubectl npconv --help' for help." in said
    assert "Error: no command `convrt` (did you mean `convert`?)" in said
    code, out, _ = plugin("calico-to-cilium", ".")
    assert (code, out) == (3, "")


@installed
@pytest.mark.parametrize(("name", "called"), [("npconv", "npconv"), ("kubectl-npconv", "kubectl npconv")])
def test_the_usage_text_says_how_npconv_was_called(name: str, called: str) -> None:
    done = subprocess.run([SCRIPTS / name, "--help"], env=ALL, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith(f"Usage: {called} [OPTIONS] COMMAND [ARGS]...\n")
