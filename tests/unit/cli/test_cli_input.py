"""Input that cannot be read is an error with its file, exit code 2, and never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command import INVALID, POLICY, npconv


def test_no_file(tmp_path: Path) -> None:
    done = npconv("calico-to-cilium", "gone.yaml", "--quiet", folder=tmp_path)
    assert done.stderr == "error[NPC101]: cannot read `gone.yaml`: no such file or directory\n\n"
    assert done.returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_file_that_vanishes_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "web.yaml").write_text(POLICY)
    (tmp_path / "policies" / "gone.yaml").symlink_to("nowhere.yaml")
    done = npconv("calico-to-cilium", "policies", "--quiet", folder=tmp_path)
    assert done.stderr == "error[NPC101]: cannot read `policies/gone.yaml`: no such file or directory\n\n"
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    (tmp_path / "web.yaml").chmod(0)
    done = npconv("calico-to-cilium", "web.yaml", "--quiet", folder=tmp_path)
    assert done.stderr == "error[NPC101]: cannot read `web.yaml`: permission denied\n\n"
    assert done.returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_link_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    done = npconv("calico-to-cilium", "loop.yaml", "--quiet", folder=tmp_path)
    assert done.stderr.startswith("error[NPC101]: cannot read `loop.yaml`: ")
    assert done.returncode == 2


@pytest.mark.parametrize("text", ["", "\n", "---\n---\n", "# nothing\n"])
def test_empty_input(text: str) -> None:
    done = npconv("calico-to-cilium", "-", "--quiet", stdin=text)
    assert done.stderr.startswith("error[NPC701]: no policy found in `-`: there is no document\n")
    assert (done.returncode, done.stdout) == (3, "")
    allowed = npconv("calico-to-cilium", "-", "--allow-empty", stdin=text)
    assert (allowed.returncode, allowed.stdout) == (0, "")


def test_binary_input() -> None:
    done = npconv("calico-to-cilium", "-", "--quiet", stdin=bytes(range(256)))
    assert done.stderr.startswith("error[NPC102]: ")
    assert (done.returncode, done.stdout) == (2, "")


def test_invalid_beside_valid(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    (tmp_path / "wrong.yaml").write_text(INVALID.replace("name: web", "name: wrong"))
    refused = npconv("calico-to-cilium", ".", folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    skipped = npconv("calico-to-cilium", ".", "--skip-invalid", folder=tmp_path)
    alone = npconv("calico-to-cilium", "web.yaml", folder=tmp_path)
    assert (skipped.returncode, skipped.stdout) == (1, alone.stdout)


def test_nothing_valid_is_invalid_also_if_skipped(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(INVALID)
    done = npconv("calico-to-cilium", "wrong.yaml", "--skip-invalid", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


def test_standard_input_is_a_file_like_others(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POLICY)
    by_name = npconv("calico-to-cilium", "web.yaml", folder=tmp_path)
    for arguments in (["-"], ["-f", "-"], ["--filename", "-"]):
        assert npconv("calico-to-cilium", *arguments, stdin=POLICY).stdout == by_name.stdout


def test_convert_is_the_same_command(tmp_path: Path) -> None:
    named = npconv("calico-to-cilium", "-", stdin=POLICY)
    general = npconv("convert", "--from", "calico=3.32", "--to", "cilium=1.19", "-", stdin=POLICY)
    assert (named.stdout, named.stderr) == (general.stdout, general.stderr)


def test_findings_in_other_objects_are_not_told() -> None:
    script = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {run: "echo ${NAME}", again: "{{ x }}"}\n'
    beside = npconv("calico-to-cilium", "-", stdin=f"{script}---\n{POLICY}")
    alone = npconv("calico-to-cilium", "-", stdin=POLICY)
    assert (beside.returncode, beside.stdout) == (0, alone.stdout)
    assert beside.stderr.rstrip().endswith("; 1 document is no policy (ConfigMap 1)")


@pytest.mark.parametrize("mode", ["always", "never"])
def test_enforcement_that_no_policy_changes_is_no_target(mode: str) -> None:
    done = npconv("calico-to-cilium", "-", "--to", f"cilium=1.19,enable-policy={mode}", stdin=POLICY)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: --to: policies are written for `enable-policy=default` (found `{mode}`)\n")
