"""`npconv lint` as a process: streams, exit codes, files, reports, configuration."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import npconv

CLEAN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
TRAP = CLEAN + "  ingress:\n    - from: []\n"
NOTE = CLEAN + "  ingress:\n    - ports: [{port: 1}, {port: 1}]\n"
INVALID = CLEAN + "  unheardOf: 1\n"


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (CLEAN, (), 0),
        (NOTE, (), 0),
        (NOTE, ("--fail-on", "note"), 1),
        (TRAP, (), 1),
        (TRAP, ("--fail-on", "none"), 0),
        (TRAP, ("--ignore", "NPC600"), 0),
        (TRAP, ("--ignore", "npc60,NPC641"), 0),
        (TRAP, ("--select", "NPC604"), 0),
        (INVALID, ("--fail-on", "none"), 2),
        ("a: b\n", (), 3),
        ("a: b\n", ("--allow-empty",), 0),
        ("", ("--allow-empty",), 0),
        ("NetworkPolicy: [", (), 2),
    ],
)
def test_exit_codes(text: str, options: tuple[str, ...], code: int) -> None:
    assert npconv("lint", "-", *options, stdin=text).returncode == code


def test_findings_are_the_result_and_all_else_is_said_beside() -> None:
    done = npconv("lint", "-", "--format", "concise", stdin=TRAP)
    assert done.stdout == "<stdin>:8:13: warning[NPC600] `from: []` is every source, also outside the cluster\n"
    assert done.stderr == "checked 1 policy in 1 file as Kubernetes enforces them: 1 warning\n"
    assert npconv("lint", "-", "-q", stdin=CLEAN).stderr == ""


def test_files_that_are_no_policies_are_not_even_read(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: [")
    (tmp_path / "binary.yaml").write_bytes(b"\x00\xff")
    (tmp_path / "web.yaml").write_text(CLEAN)
    done = npconv("lint", ".", "broken.yaml", "binary.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert npconv("lint", "missing.yaml", folder=tmp_path).returncode == 2


def test_forms_for_machines(tmp_path: Path) -> None:
    done = npconv("lint", "-", "--format", "sarif", "--report", f"json={tmp_path / 'r.json'}", stdin=TRAP)
    assert done.returncode == 1
    (run,) = json.loads(done.stdout)["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["NPC600"]
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["command"] == "lint"


def test_what_a_comment_hides_is_in_the_report(tmp_path: Path) -> None:
    text = TRAP.replace("[]", "[] # npconv: ignore[NPC600] public")
    done = npconv("lint", "-", "--format", "sarif", stdin=text)
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    assert (done.returncode, result["suppressions"][0]["kind"]) == (0, "inSource")
    assert result["suppressions"][0]["justification"] == "public"


def test_fix_writes_what_changes_and_keeps_the_rest(tmp_path: Path) -> None:
    file, clean = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.write_text(NOTE)
    file.chmod(0o640)
    clean.write_text(CLEAN.replace("web", "other"))
    before = clean.stat().st_mtime_ns
    done = npconv("lint", "--fix", ".", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 mended" in done.stderr
    assert file.read_text() == NOTE.replace(", {port: 1}", "")
    assert file.stat().st_mode & 0o777 == 0o640
    assert clean.stat().st_mtime_ns == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_fix_follows_links_and_leaves_packed_files_alone(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.yaml").write_text(NOTE)
    (tmp_path / "a.yaml").symlink_to("real/a.yaml")
    (tmp_path / "b.yaml.gz").write_bytes(
        gzip.compress(NOTE.replace("web, namespace: shop", "web, namespace: other").encode())
    )
    packed = (tmp_path / "b.yaml.gz").read_bytes()
    assert npconv("lint", "--fix", "a.yaml", "b.yaml.gz", folder=tmp_path).returncode == 0
    assert (tmp_path / "a.yaml").is_symlink()
    assert (tmp_path / "real/a.yaml").read_text() == NOTE.replace(", {port: 1}", "")
    assert (tmp_path / "b.yaml.gz").read_bytes() == packed


def test_a_comment_accepts_one_loss_of_a_translation() -> None:
    rule = "    - {action: Allow, protocol: TCP, source: {ports: [1000]}, destination: {ports: [80]}}"
    head = (
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
        "spec:\n  types: [Ingress]\n  ingress:\n"
    )
    noted = f"{rule} # npconv: ignore[NPC323] old clients\n"
    assert npconv("calico-to-cilium", "-", stdin=f"{head}{rule}\n").returncode == 1
    done = npconv("calico-to-cilium", "-", "--report", "sarif=-", stdin=head + noted)
    assert done.returncode == 0 and "accepted: old clients" in done.stderr
    assert '"inSource"' in done.stderr
    assert npconv("calico-to-cilium", "-", stdin=f"{head}{noted}{rule}\n").returncode == 1
    assert npconv("lint", "-", stdin=head + noted).returncode == 0
    without = head + noted.replace(" old clients", "")
    assert npconv("calico-to-cilium", "-", stdin=without).returncode == 1
    assert npconv("lint", "-", stdin=without).returncode == 1


def test_a_closed_output_ends_quietly() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "npconv", "lint", "-"],
        input=TRAP.encode(),
        stdout=os.open(os.devnull, os.O_RDONLY),
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr and b"NPC702" in done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(NOTE)
    tmp_path.chmod(0o500)
    try:
        done = npconv("lint", "--fix", "a.yaml", folder=tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert done.returncode == 2 and "NPC702" in done.stderr


def test_the_configuration_says_what_and_how(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/a.yaml").write_text(TRAP)
    config = "include: [policies]\nlint: {ignore: [NPC600], engine: calico=3.30}\n"
    (tmp_path / "npconv.yaml").write_text(config)
    done = npconv("lint", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "as Calico 3.30 enforces them" in done.stderr
    assert npconv("lint", "policies", "--no-config", folder=tmp_path).returncode == 1
    assert npconv("lint", "--ignore", "NPC641", folder=tmp_path).returncode == 1


def test_a_clean_run_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom npconv.cli.main import run\n"
        "assert run(['lint', '-q', '-']) == 0\n"
        "heavy = {'jsonschema', 'lark', 'pysat', 'ruamel', 'jinja2', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=NOTE.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
