"""The action and the examples for CI, by the linters of their users' platforms; each skips where its linter is not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from npconv.cli.commands import npconv

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "docs" / "ci"
ACTION = ROOT / "action"
GITHUB, GITLAB, AZURE = CI / "github.yml", CI / "gitlab-ci.yml", CI / "azure-pipelines.yml"
COMMANDS = {"lint", "convert", "diff"}


def linted(program: str, *arguments: str | Path) -> None:
    """Run a linter; whatever it says is a failure."""
    found = shutil.which(program, path=str(Path(sys.executable).parent)) or shutil.which(program)
    if found is None:
        pytest.skip(f"needs {program}")
    command = [found, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-actions", ACTION / "action.yml"),
        ("vendor.github-workflows", GITHUB),
        ("custom.github-workflows-require-timeout", GITHUB),
        ("vendor.gitlab-ci", GITLAB),
        ("vendor.azure-pipelines", AZURE),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_schemas(schema: str, file: Path) -> None:
    # Azure's schema has expressions that only older regular expressions take.
    linted("check-jsonschema", "--builtin-schema", schema, "--regex-variant", "nonunicode", file)


def test_github_workflow_by_actionlint() -> None:
    linted("actionlint", GITHUB)


@pytest.mark.parametrize("file", [ACTION / "action.yml", GITHUB], ids=lambda file: file.name)
def test_nothing_is_unsafe_in_workflows(file: Path) -> None:
    linted("zizmor", "--offline", "--no-progress", "--persona", "pedantic", file)


def test_shell_scripts() -> None:
    linted("shellcheck", *sorted(ACTION.glob("*.sh")))


@pytest.mark.parametrize("file", sorted(ACTION.glob("*.sh")), ids=lambda file: file.name)
def test_scripts_can_be_run_and_read_no_variable_of_npconvs(file: Path) -> None:
    """An input in a variable `NPCONV_CHECK` would become the option `--check` of every command."""
    assert file.stat().st_mode & 0o111
    text = file.read_text(encoding="utf-8")
    assert set(re.findall(r"NPCONV_\w+", text)) == set()
    declared = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
    given = {name for step in declared["runs"]["steps"] for name in step.get("env", {})}
    assert set(re.findall(r"\bINPUT_\w+", text)) <= given


def test_every_input_is_used_and_described() -> None:
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    declared = yaml.safe_load(text)
    for name, one in declared["inputs"].items():
        assert one["description"].endswith("."), name
        assert f"${{{{ inputs.{name} }}}}" in text or f"inputs.{name} ==" in text, name


def commands(text: str) -> list[list[str]]:
    """Every command of npconv in a file, as words."""
    joined = text.replace("\\\n", " ").replace(">-\n", " ")
    found = re.findall(r'(?:\bnpconv|"\$npconv") ([a-z]+) ([^\n>]*)', joined)
    return [[name, *rest.split()] for name, rest in found if rest.strip()]


@pytest.mark.parametrize("file", [ACTION / "run.sh", GITLAB, AZURE], ids=lambda file: file.name)
def test_commands_and_options_are_npconvs(file: Path) -> None:
    found = [words for words in commands(file.read_text(encoding="utf-8")) if words[0] in COMMANDS]
    assert {words[0] for words in found} == COMMANDS
    for words in found:
        options = {one for parameter in npconv.commands[words[0]].params for one in parameter.opts}
        assert set(re.findall("--[a-z][a-z-]*", " ".join(words))) <= options, words
