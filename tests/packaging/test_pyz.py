"""One file that runs anywhere, and the plugin that krew makes of it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tarfile
from pathlib import Path
from typing import Any

import krew
import pytest
import pyz
import yaml
from installs import OUTPUT, ROOT, copied, run, wheel

from npconv import __version__

pytestmark = pytest.mark.packaging
SCHEMA = "from npconv import resources; print(resources.read('schemas', 'report.schema.json'), end='')"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(copied(tmp_path_factory.mktemp("source")), tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def archive(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pyz") / "npconv.pyz"
    pyz.build(made, built)
    return made


def test_it_gives_the_same_output_and_proves_what_takes_no_solver(archive: Path, tmp_path: Path) -> None:
    done = run([sys.executable, "-I", "-S", archive, "calico-to-cilium", "-"], tmp_path)
    assert (done.stdout, done.returncode) == (OUTPUT, 0), done.stderr
    assert "1 proven equal" in done.stderr and "NPC911" not in done.stderr
    schema = run([sys.executable, "-S", "-c", SCHEMA], tmp_path, PYTHONPATH=str(archive))
    assert schema.stdout == (ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8")


TANGLED = """
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  types: [Ingress]
  ingress:
    - {action: Allow, source: {selector: app == 'api'}}
    - {action: Deny, source: {selector: team == 'red'}}
    - {action: Allow}
"""


def test_it_says_what_is_not_proven_for_lack_of_a_solver(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(TANGLED, encoding="utf-8")
    done = run([sys.executable, "-I", "-S", archive, "calico-to-cilium", "web.yaml"], tmp_path)
    assert done.returncode == 1 and done.stdout.startswith("apiVersion: cilium.io/v2\n"), done.stderr
    assert "assumption[NPC911]: not proven equal: ingress flows " in done.stderr


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("plan --from calico --to cilium -o html -", "<!DOCTYPE html>"),
        ("lint --diff -", ""),
        ("matrix -o md", "| "),
        ("explain NPC336", "NPC336: "),
        ("completion bash", "_npconv_completion() {"),
        ("snapshot --print-role", "apiVersion: rbac.authorization.k8s.io/v1"),
    ],
)
def test_commands_find_what_they_need_in_it(words: str, begins: str, archive: Path, tmp_path: Path) -> None:
    """Templates, schemas, the grammar, roles: whatever is a file in a checkout."""
    done = run([sys.executable, "-I", "-S", archive, *words.split()], tmp_path)
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout.startswith(begins)
    assert "NPC901" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows runs no file by its first line")
def test_it_is_a_program(archive: Path, tmp_path: Path) -> None:
    done = run([archive, "--version"], tmp_path)
    assert done.stdout == f"npconv, version {__version__}\n"


def test_an_old_python_is_told_so(archive: Path, tmp_path: Path) -> None:
    script = f"import sys, runpy; sys.version_info = (3, 9, 1); runpy.run_path({str(archive)!r}, run_name='__main__')"
    done = run([sys.executable, "-c", script], tmp_path)
    assert (done.returncode, done.stderr) == (1, "npconv needs Python 3.11 or later (found 3.9)\n")


def test_the_same_files_make_the_same_archive(archive: Path, built: Path, tmp_path: Path) -> None:
    pyz.build(tmp_path / "again.pyz", built)
    assert (tmp_path / "again.pyz").read_bytes() == archive.read_bytes()


@pytest.fixture(scope="module")
def released(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return krew.release("https://github.com/OWNER/npconv/", tmp_path_factory.mktemp("krew"), pyz=archive)


@pytest.fixture(scope="module")
def manifest(released: tuple[Path, Path]) -> dict[str, Any]:
    (_, path) = released
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_manifest_is_what_krew_asks_for(manifest: dict[str, Any], released: tuple[Path, Path]) -> None:
    """krew 0.4, `internal/index/validation/validate.go`; developer guide, "Writing Krew plugin manifests"."""
    assert set(manifest) == {"apiVersion", "kind", "metadata", "spec"}
    assert manifest["apiVersion"] == "krew.googlecontainertools.github.com/v1alpha2"
    assert manifest["kind"] == "Plugin"
    assert manifest["metadata"] == {"name": released[1].stem}
    assert re.fullmatch(r"[\w-]+", manifest["metadata"]["name"])
    spec = manifest["spec"]
    assert set(spec) == {"version", "homepage", "shortDescription", "description", "caveats", "platforms"}
    assert spec["version"] == f"v{__version__}"
    assert re.fullmatch(r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", spec["version"])
    assert "\n" not in spec["shortDescription"]
    assert len(spec["shortDescription"]) <= 50  # "in only a few words"
    assert not spec["shortDescription"].endswith(".")
    assert "$" not in released[1].read_text(encoding="utf-8")
    for platform in spec["platforms"]:
        assert set(platform) == {"selector", "uri", "sha256", "bin", "files"}
        assert platform["uri"].startswith(f"https://github.com/OWNER/npconv/releases/download/v{__version__}/")
        assert platform["uri"].endswith((".tar.gz", ".zip"))
        assert {one["key"] for one in platform["selector"]["matchExpressions"]} <= {"os", "arch"}


def test_krew_finds_in_the_archive_what_the_manifest_says(
    manifest: dict[str, Any], released: tuple[Path, Path], tmp_path: Path
) -> None:
    """What krew does: compare the sum, unpack, move `files`, link `bin`; then kubectl finds it."""
    (platform,) = manifest["spec"]["platforms"]
    assert hashlib.sha256(released[0].read_bytes()).hexdigest() == platform["sha256"]
    assert platform["uri"].rpartition("/")[2] == released[0].name
    with tarfile.open(released[0]) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    for file in platform["files"]:
        (found,) = (tmp_path / "unpacked").glob(file["from"])
        target = tmp_path / "store" / file["to"]
        target.mkdir(parents=True, exist_ok=True)
        shutil.move(found, target)
    assert (tmp_path / "store" / "LICENSE").is_file()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kubectl-npconv").symlink_to(tmp_path / "store" / platform["bin"])
    path = f"{tmp_path / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kubectl = shutil.which("kubectl")
    command = [kubectl, "npconv"] if kubectl else [tmp_path / "bin" / "kubectl-npconv"]
    done = run([*command, "calico-to-cilium", "-"], tmp_path, PATH=path)
    assert (done.stdout, done.returncode) == (OUTPUT, 0), done.stderr
    assert run([*command, "--help"], tmp_path, PATH=path).stdout.startswith("Usage: kubectl npconv ")


def test_the_archive_is_the_same_again(released: tuple[Path, Path], archive: Path, tmp_path: Path) -> None:
    again = krew.release("https://github.com/OWNER/npconv", tmp_path, pyz=archive)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in released]


def test_the_archive_needs_nothing_compiled(archive: Path, tmp_path: Path) -> None:
    script = "import zipfile, sys; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep='\\n')"
    names = run([sys.executable, "-c", script, archive], tmp_path).stdout.splitlines()
    assert "npconv/_grammars/calico_selector.lark" in names
    assert not [name for name in names if name.endswith((".so", ".pyd", ".pyc")) or name.startswith("pysat/")]
