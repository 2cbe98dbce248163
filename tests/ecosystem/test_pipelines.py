"""The scripts of the pipelines for GitLab and Azure, run in a repository with a change."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

CI = Path(__file__).resolve().parents[2] / "docs" / "ci"
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


def around() -> dict[str, str]:
    """The environment of a job: npconv is installed, and pip and apt have nothing to do."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NPCONV_", "GIT_"))}
    alone = {"NPCONV_CACHE": "off", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return kept | alone | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A branch that moves a port, and forgets to write what is generated."""
    folder = tmp_path / "repository"
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "web.yaml").write_text(POLICY)
    (folder / "npconv.yaml").write_text(CONFIG)
    subprocess.run([SCRIPTS / "npconv", "convert", "-q"], cwd=folder, env=around(), check=True, timeout=60)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "base")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(folder, "switch", "-q", "-c", "change")
    (folder / "policies" / "web.yaml").write_text(POLICY.replace("8080", "9090"))
    git(folder, "commit", "-q", "-a", "-m", "change")
    return folder


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *words]
    return subprocess.run(command, cwd=folder, env=around(), check=True, capture_output=True, text=True).stdout.strip()


def shell(lines: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-e", "-c", lines]
    return subprocess.run(
        command, cwd=folder, env=around() | env, capture_output=True, text=True, check=False, timeout=120
    )


def gitlab(job: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script of a job, as GitLab's runner does: line by line, until one fails."""
    script = yaml.safe_load((CI / "gitlab-ci.yml").read_text(encoding="utf-8"))[job]["script"]
    return shell("\n".join(script), folder, CI_MERGE_REQUEST_DIFF_BASE_SHA=git(folder, "rev-parse", "main"))


def test_gitlab(repository: Path) -> None:
    done = gitlab("npconv-lint", repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((repository / "npconv-quality.json").read_text()) == []
    ElementTree.parse(repository / "npconv-junit.xml")
    done = gitlab("npconv-check", repository)
    assert done.returncode == 1
    assert '+            - port: "9090"' in done.stdout + done.stderr
    done = gitlab("npconv-diff", repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "port 9090/tcp" in (repository / "connections.md").read_text()


def test_gitlab_fails_where_nothing_can_be_compared(repository: Path) -> None:
    (repository / "policies" / "web.yaml").write_text("kind: NetworkPolicy\nspec: [")
    assert gitlab("npconv-diff", repository).returncode == 1
    assert gitlab("npconv-lint", repository).returncode == 2


def azure(title: str, folder: Path, temporary: Path) -> subprocess.CompletedProcess[str]:
    """Run a step, with the variables that the agent puts into its text and its environment."""
    steps = yaml.safe_load((CI / "azure-pipelines.yml").read_text(encoding="utf-8"))["jobs"][0]["steps"]
    (script,) = [step["script"] for step in steps if step.get("displayName") == title]
    script = script.replace("$(Agent.TempDirectory)", str(temporary))
    branch = "refs/heads/main"
    return shell(script, folder, AGENT_TEMPDIRECTORY=str(temporary), SYSTEM_PULLREQUEST_TARGETBRANCH=branch)


def test_azure(repository: Path, tmp_path: Path) -> None:
    done = azure("Lint", repository, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    ElementTree.parse(tmp_path / "npconv.xml")
    done = azure("Generated policies are up to date", repository, tmp_path)
    assert done.returncode == 1
    assert "##vso[task.logissue type=error" in done.stdout
    done = azure("Connections that this change opens or closes", repository, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"##vso[task.uploadsummary]{tmp_path}/connections.md" in done.stdout
    assert "port 9090/tcp" in (tmp_path / "connections.md").read_text()
