"""The action as a runner runs it: its scripts, with the inputs of action.yml, in a repository with a pull request."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ACTION = Path(__file__).resolve().parents[2] / "action"
INPUTS = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))["inputs"]
SCRIPTS = Path(sys.executable).parent
pytestmark = [
    pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash"),
    pytest.mark.skipif(shutil.which("git") is None, reason="needs git"),
    pytest.mark.skipif(not (SCRIPTS / "npconv").exists(), reason="npconv is not installed beside this Python"),
]

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: proxy}}}]
      ports: [{port: 8080, protocol: TCP}]
"""
CONFIG = "from: k8s\ninclude: [policies]\noutputs:\n  - {to: cilium=1.19, dir: cilium}\n"


@dataclass(frozen=True, kw_only=True)
class Run:
    """How the step ended: its exit code, its log, its outputs and its summary."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@dataclass(frozen=True, kw_only=True)
class Runner:
    """A checkout on a runner, whose base is the first commit."""

    repository: Path
    temporary: Path
    base: str

    def write(self, name: str, text: str) -> None:
        path = self.repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, **inputs: str) -> Run:
        """Run the step with some inputs, and the defaults of the others."""
        given = {name: one.get("default", "") for name, one in INPUTS.items()} | {"base": self.base}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        files = {name: self.temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        env = {name: value for name, value in os.environ.items() if not name.startswith(("NPCONV_", "GIT_", "GITHUB_"))}
        env |= {f"INPUT_{name.upper().replace('-', '_')}": value for name, value in given.items()}
        env |= {name: str(file) for name, file in files.items()}
        env |= {
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_ACTION_PATH": str(ACTION),
            "GITHUB_ACTIONS": "true",
            "NPCONV_CACHE": "off",
        }
        folder = self.repository / given["working-directory"]
        done = subprocess.run(
            [ACTION / "run.sh"], cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120
        )
        return Run(
            code=done.returncode,
            log=done.stdout + done.stderr,
            outputs=dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines()),
            summary=files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"),
        )


@pytest.fixture
def runner(tmp_path: Path) -> Callable[..., Runner]:
    def made(**files: str) -> Runner:
        repository, temporary = tmp_path / "repository", tmp_path / "temporary"
        (temporary / "npconv" / "bin").mkdir(parents=True)
        (temporary / "npconv" / "bin" / "npconv").symlink_to(SCRIPTS / "npconv")
        (repository / "policies").mkdir(parents=True)
        for name, text in {"policies/web.yaml": POLICY, **files}.items():
            (repository / name).write_text(text, encoding="utf-8")
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | alone
        person = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "base"]):
            subprocess.run(["git", *person, *words], cwd=repository, env=env, check=True)
        head = ["git", "rev-parse", "HEAD"]
        base = subprocess.run(head, cwd=repository, env=env, check=True, capture_output=True, text=True).stdout.strip()
        return Runner(repository=repository, temporary=temporary, base=base)

    return made


def test_nothing_changed(runner: Callable[..., Runner]) -> None:
    done = runner().run(paths="policies")
    assert done.code == 0, done.log
    assert done.outputs["different"] == "false"
    assert "equal: the same flows pass" in done.summary
    assert "npconv convert" not in done.log  # there is no npconv.yaml


def test_a_pull_request_that_opens_a_port(runner: Callable[..., Runner]) -> None:
    here = runner()
    here.write("policies/web.yaml", POLICY.replace("8080", "9090"))
    done = here.run(paths="policies")
    assert done.code == 0, done.log
    assert done.outputs["different"] == "true"
    assert "Gained: `NetworkPolicy/shop/web` (changed), 1 kind of flow" in done.summary
    assert "port 9090/tcp (ingress)" in done.summary
    assert here.run(paths="policies", fail_on_diff="true").code == 1


def test_an_invalid_policy(runner: Callable[..., Runner]) -> None:
    """An annotation for the diff, a file for code scanning, and a failure."""
    here = runner()
    here.write("policies/web.yaml", POLICY.replace("podSelector: {matchLabels: {app: web}}", "podselector: {}"))
    done = here.run(paths="policies")
    assert done.code == 2, done.log
    assert "::error file=policies/web.yaml,line=5," in done.log
    report = json.loads(Path(done.outputs["sarif"]).read_text(encoding="utf-8"))
    assert [result["ruleId"] for result in report["runs"][0]["results"]] == ["NPC110"]
    assert "NPC110" in done.summary
    assert done.outputs["different"] == ""  # what is invalid is compared with nothing


def test_generated_files_that_are_out_of_date(runner: Callable[..., Runner]) -> None:
    here = runner(**{"npconv.yaml": CONFIG})
    done = here.run(paths="policies")
    assert done.code == 1, done.log
    assert "`cilium/web.yaml` is not what npconv would write" in done.log
    subprocess.run([SCRIPTS / "npconv", "convert", "-q"], cwd=here.repository, check=True, timeout=60)
    assert here.run(paths="policies").code == 0
    assert here.run(paths="policies", check="false").code == 0


def test_paths_that_come_and_go(runner: Callable[..., Runner]) -> None:
    """A folder that the base did not have, and one that the branch has no more, are compared with nothing."""
    here = runner()
    here.write("more/db.yaml", POLICY.replace("web", "db"))
    done = here.run(paths="policies\n\n  more  \n", lint="false")
    assert done.code == 0, done.log
    assert "`policies`" in done.summary
    assert "Lost: `NetworkPolicy/shop/db`" in done.summary
    shutil.rmtree(here.repository / "policies")
    done = here.run(paths="policies", lint="false")
    assert done.code == 0, done.log
    assert "Gained: `NetworkPolicy/shop/web` (removed)" in done.summary


def test_the_whole_repository_below_a_folder(runner: Callable[..., Runner]) -> None:
    here = runner()
    here.write("policies/web.yaml", POLICY.replace("8080", "9090"))
    for inputs in ({"paths": "."}, {"paths": ".", "working_directory": "policies"}, {"paths": ""}):
        done = here.run(**inputs)
        assert (done.code, done.outputs["different"]) == (0, "true"), done.log


def test_options_of_diff(runner: Callable[..., Runner]) -> None:
    here = runner()
    options = "--pod-cidr=10.244.0.0/16\n--node-cidr=10.0.0.0/16\n"
    assert here.run(paths="policies", diff_options=options, lint="false").outputs["different"] == "false"
    done = here.run(paths="policies", diff_options="--pod-cidr=10.244.0.0", lint="false")
    assert done.code == 2
    assert "expected a network such as `10.244.0.0/16`" in done.log


def test_without_a_base_nothing_is_compared(runner: Callable[..., Runner]) -> None:
    done = runner().run(paths="policies", base="")
    assert (done.code, done.summary.count("Connections")) == (0, 0), done.log


def test_a_base_that_is_not_there_is_said(runner: Callable[..., Runner]) -> None:
    done = runner().run(paths="policies", base="0" * 40)
    assert done.code == 2
    assert "say `fetch-depth: 0` to actions/checkout" in done.log
