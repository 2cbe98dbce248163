"""The hooks, run by the real pre-commit in scratch repositories; offline, but for what fills the folder of wheels."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from installs import ROOT, copied, pip, program, run

pytestmark = [pytest.mark.packaging, pytest.mark.skipif(os.name == "nt", reason="scripts of hooks are for a shell")]

GOOD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec:
  podSelector: {matchLabels: {app: NAME}}
  policyTypes: [Ingress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: proxy}}}]
      ports: [{port: 8080, protocol: TCP}]
"""
BAD = GOOD.replace("podSelector: {matchLabels: {app: NAME}}", "podselector: {matchLabels: {app: NAME}}")
"""A field that the API server would prune: the policy would be for every pod."""

OTHERS = {
    "values.yaml": "image: {tag: 1.2.3}\n",
    "deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n",
    "package.json": '{"name": "web"}\n',
    "empty.yaml": "",
    "chart/templates/policy.yaml": "{{ if .Values.on }}\n"
    + GOOD.replace("NAME", "{{ .Release.Name }}")
    + "{{ end }}\n",
    "chart/templates/other.yaml": "{{ range .Values.all }}\n- {{ . }}\n{{ end }}\n",
}
CONFIG = "from: k8s\ninclude: [policies]\noutputs:\n  - {to: cilium=1.19, dir: cilium}\n"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This project as a repository that others name in their settings, and its revision."""
    checkout = copied(tmp_path_factory.mktemp("source"))
    git(checkout, "init", "-q")
    git(checkout, "add", "--all", "--force")
    git(checkout, "commit", "-q", "-m", "all")
    return checkout, git(checkout, "rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment without any registry: a folder of wheels, as the documentation says to fill it."""
    program("pre-commit")
    wheels = tmp_path_factory.mktemp("wheels")
    pip("wheel", "-q", "--wheel-dir", wheels, ROOT, "hatchling>=1.27")
    for own in wheels.glob("npconv-*.whl"):
        own.unlink()  # it is built from the repository, as by everybody
    return {
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("cache")),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_CONFIG_FILE": os.devnull,
    }


def git(folder: Path, *arguments: str, **env: str) -> str:
    """Ask git, as somebody without settings of his own."""
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *names, "-c", "commit.gpgsign=false", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=kept | alone | env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """A repository of a user."""

    folder: Path
    env: dict[str, str]

    def write(self, files: dict[str, str]) -> None:
        """Write files, and stage them."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        git(self.folder, "add", "--all")

    def pre_commit(self, *arguments: str, **env: str) -> tuple[int, str]:
        """How pre-commit ends, and what it prints."""
        done = run([program("pre-commit"), *arguments], self.folder, stdin="", **self.env, **env)
        return done.returncode, done.stdout + done.stderr

    def hook(self, name: str) -> tuple[int, str]:
        """Run one hook over what is staged, as a commit would."""
        return self.pre_commit("run", name, "--color", "never")


@pytest.fixture
def scratch(source: tuple[Path, str], offline: dict[str, str], tmp_path: Path) -> Callable[..., Scratch]:
    def made(*hooks: str | dict[str, object]) -> Scratch:
        folder = tmp_path / "scratch"
        folder.mkdir()
        git(folder, "init", "-q")
        listed = [{"id": one} if isinstance(one, str) else one for one in hooks]
        settings = {"repos": [{"repo": str(source[0]), "rev": source[1], "hooks": listed}]}
        repository = Scratch(folder=folder, env=offline)
        repository.write({".pre-commit-config.yaml": yaml.safe_dump(settings)})
        git(folder, "commit", "-q", "-m", "settings")
        return repository

    return made


def policies(count: int, text: str = GOOD) -> dict[str, str]:
    """Some policies, each for other pods."""
    return {f"policies/p{number}.yaml": text.replace("NAME", f"p{number}") for number in range(count)}


def test_the_manifest_is_valid() -> None:
    done = run([program("pre-commit"), "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], stdin="")
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_hook_has_a_twin_without_an_environment() -> None:
    hooks = {one["id"]: one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert set(hooks) == {f"npconv-{name}{twin}" for name in ("lint", "check", "convert") for twin in ("", "-system")}
    told = {"language", "id", "description"}
    for name in ("npconv-lint", "npconv-check", "npconv-convert"):
        own, twin = hooks[name], hooks[f"{name}-system"]
        assert (own["language"], twin["language"]) == ("python", "system")
        assert {k: v for k, v in own.items() if k not in told} == {k: v for k, v in twin.items() if k not in told}


def test_try_repo(source: tuple[Path, str], scratch: Callable[..., Scratch]) -> None:
    """What a user types first; also the environment that is built then, without a registry."""
    repository = scratch()
    repository.write(policies(1))
    code, printed = repository.pre_commit("try-repo", str(source[0]), "npconv-lint", "--color", "never")
    assert code == 0, printed
    assert "npconv lint..............................................................Passed" in printed


def test_lint_passes_what_is_right_and_what_is_no_policy(scratch: Callable[..., Scratch]) -> None:
    repository = scratch("npconv-lint")
    repository.write(policies(2) | OTHERS)
    assert repository.hook("npconv-lint")[0] == 0


def test_lint_fails_with_the_place(scratch: Callable[..., Scratch]) -> None:
    repository = scratch("npconv-lint")
    repository.write(policies(1) | {"policies/bad.yaml": BAD.replace("NAME", "bad")} | OTHERS)
    code, printed = repository.hook("npconv-lint")
    assert code == 1
    assert "policies/bad.yaml:5:3: error[NPC110]" in printed
    assert "policies/p0.yaml" not in printed


def test_lint_mends_if_it_is_told_to(scratch: Callable[..., Scratch]) -> None:
    """`args: [--fix]`: what can be mended is, the commit is stopped, and the next one goes through."""
    repository = scratch({"id": "npconv-lint", "args": ["--fix"]})
    repository.write({"policies/bad.yaml": "# of the shop\n" + BAD.replace("NAME", "bad")})
    code, printed = repository.hook("npconv-lint")
    assert (code, "files were modified by this hook" in printed) == (1, True), printed
    text = (repository.folder / "policies" / "bad.yaml").read_text(encoding="utf-8")
    assert text == "# of the shop\n" + GOOD.replace("NAME", "bad")
    repository.write({})
    assert repository.hook("npconv-lint")[0] == 0


def test_lint_looks_at_what_is_staged_and_not_at_what_is_not(scratch: Callable[..., Scratch]) -> None:
    repository = scratch("npconv-lint")
    repository.write(policies(1))
    (repository.folder / "policies" / "p0.yaml").write_text(BAD, encoding="utf-8")  # not staged
    assert repository.hook("npconv-lint")[0] == 0
    assert (repository.folder / "policies" / "p0.yaml").read_text(encoding="utf-8") == BAD


def test_lint_is_given_many_files_at_once(scratch: Callable[..., Scratch]) -> None:
    """Three hundred files are one run: the summary is there once."""
    repository = scratch("npconv-lint")
    repository.write(policies(300) | {"policies/bad.yaml": BAD.replace("NAME", "bad")})
    code, printed = repository.hook("npconv-lint")
    assert code == 1
    assert printed.count("error[NPC110]") == 1
    assert printed.count("exit code: ") == 1


def test_check_follows_source_and_output(scratch: Callable[..., Scratch]) -> None:
    repository = scratch("npconv-check", "npconv-convert")
    repository.write(policies(2) | {"npconv.yaml": CONFIG})
    assert repository.hook("npconv-check")[0] == 1
    assert repository.hook("npconv-convert")[1].count("npconv convert") == 1
    repository.write({})
    assert repository.hook("npconv-check")[0] == 0
    repository.write({"policies/p0.yaml": GOOD.replace("NAME", "p0").replace("8080", "9090")})
    code, printed = repository.hook("npconv-check")
    assert code == 1
    assert '-            - port: "8080"' in printed
    assert '+            - port: "9090"' in printed


def test_convert_fails_once_and_writes(scratch: Callable[..., Scratch]) -> None:
    repository = scratch("npconv-convert")
    repository.write(policies(1) | {"npconv.yaml": CONFIG})
    repository.hook("npconv-convert")
    repository.write({})
    repository.write({"policies/p0.yaml": GOOD.replace("NAME", "p0").replace("8080", "9090")})
    code, printed = repository.hook("npconv-convert")
    assert (code, "files were modified by this hook" in printed) == (1, True), printed
    assert '- port: "9090"' in (repository.folder / "cilium" / "p0.yaml").read_text(encoding="utf-8")
    repository.write({})
    assert repository.hook("npconv-convert")[0] == 0


def test_a_new_output_fails_the_hook_too(scratch: Callable[..., Scratch]) -> None:
    """Git does not show a file that it does not know: the record beside npconv.yaml is what changes."""
    repository = scratch("npconv-convert")
    repository.write(policies(1) | {"npconv.yaml": CONFIG})
    repository.hook("npconv-convert")
    repository.write(policies(2))
    assert repository.hook("npconv-convert")[0] == 1
    repository.write({})
    assert repository.hook("npconv-convert")[0] == 0


@pytest.mark.parametrize("change", [("rm", "-q", "policies/p1.yaml"), ("mv", "policies/p1.yaml", "policies/q.yaml")])
def test_a_source_that_is_gone_is_seen_by_a_commit(change: tuple[str, ...], scratch: Callable[..., Scratch]) -> None:
    """A commit of nothing but a deletion passes no file to a hook, and may not slip through for that."""
    repository = scratch("npconv-check", "npconv-convert")
    repository.write(policies(2) | {"npconv.yaml": CONFIG})
    repository.hook("npconv-convert")
    repository.write({})
    git(repository.folder, "commit", "-q", "-m", "policies")
    git(repository.folder, *change)
    code, printed = repository.hook("npconv-check")
    assert code == 1, printed
    assert repository.hook("npconv-convert")[0] == 1
    repository.write({})
    assert {path.name for path in (repository.folder / "cilium").iterdir()} == (
        {"p0.yaml"} if change[0] == "rm" else {"p0.yaml", "q.yaml"}
    )
    assert repository.hook("npconv-check")[0] == 0


def test_an_installed_hook_stops_a_commit(scratch: Callable[..., Scratch]) -> None:
    repository = scratch("npconv-lint")
    assert repository.pre_commit("install")[0] == 0
    repository.write({"bad.yaml": BAD})
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    commit = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-m", "bad"]
    done = subprocess.run(
        commit, cwd=repository.folder, env=kept | repository.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "error[NPC110]" in done.stdout + done.stderr


def test_the_npconv_of_the_path(scratch: Callable[..., Scratch], tmp_path: Path) -> None:
    """Air-gapped, and with a version that somebody else chose: no environment is made."""
    if not Path(sys.executable).with_name("npconv").exists():
        pytest.skip("npconv is not installed beside this Python")
    repository = scratch("npconv-lint-system", "npconv-check-system", "npconv-convert-system")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    alone = Scratch(
        folder=repository.folder, env=repository.env | {"PATH": path, "PRE_COMMIT_HOME": str(tmp_path / "home")}
    )
    alone.write(policies(1) | {"npconv.yaml": CONFIG})
    assert alone.hook("npconv-lint-system")[0] == 0
    assert alone.hook("npconv-check-system")[0] == 1
    alone.hook("npconv-convert-system")
    alone.write({})
    assert alone.hook("npconv-check-system")[0] == 0
    assert not list((tmp_path / "home").glob("repo*/py_env*"))
