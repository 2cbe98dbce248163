"""A recorded snapshot of a real cluster as `--cluster DIR`: input, addresses, engines and pods at once."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from npconv.cli.main import run
from npconv.snapshot.kubectl import Login
from npconv.snapshot.plain import lines

SESSIONS = Path(__file__).parents[1] / "snapshot" / "recorded"


@pytest.fixture(params=["whole"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The snapshot of a recorded session."""
    return _folder(request.param, tmp_path)


def _folder(session: str, tmp_path: Path) -> str:
    answers = {tuple(one["argv"]): one for one in json.loads((SESSIONS / f"{session}.json").read_text("utf-8"))}
    (tmp_path / "answers").mkdir()
    for line in list(lines(Login(), str(tmp_path / "answers")))[1:]:
        *command, _, output, _, errors = shlex.split(line)
        answer = answers.get(tuple(command[1:]), {"stdout": "", "stderr": "error: not asked"})
        Path(output).write_text(answer["stdout"], "utf-8")
        Path(errors).write_text(answer["stderr"], "utf-8")
    run(["snapshot", "--from", str(tmp_path / "answers"), "-o", str(tmp_path / "blue"), "-q"])
    return str(tmp_path / "blue")


def test_its_policies_are_the_input_and_its_engine_the_source(folder: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["calico-to-cilium", "--cluster", folder]) == 0
    said = capfd.readouterr()
    assert said.out.count("kind: Cilium") == 3
    assert "note[NPC770]: the cluster runs `calico=3.30,http=ignored`" in said.err
    assert "note[NPC768]: pods have their addresses in `10.244.0.0/16`" in said.err
    assert "converted 3 of 3 policies" in said.err


def test_policies_that_are_named_are_the_input(folder: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "only.yaml"
    policy.write_text(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: only, namespace: shop}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress]}\n"
    )
    assert run(["k8s-to-cilium", str(policy), "--cluster", folder]) == 0
    said = capfd.readouterr()
    assert said.out.count("kind: Cilium") == 1
    assert "`cilium,cluster-name=blue,enable-sctp=true,policy-cidr-match-mode=nodes`" in said.err


def test_what_the_user_gives_wins(folder: str, capfd: pytest.CaptureFixture[str]) -> None:
    given = [
        "--from",
        "calico=3.29,http=enforced",
        "--to",
        "cilium=1.20,cluster-name=green",
        "--pod-cidr",
        "10.7.0.0/16",
    ]
    assert run(["calico-to-cilium", "--cluster", folder, *given]) == 0
    said = capfd.readouterr().err
    assert "NPC768" not in said
    assert "calico=3.30" not in said
    assert "`cilium=1.20,cluster-name=green,enable-sctp=true,policy-cidr-match-mode=nodes`" in said


def test_why_asks_for_pods_by_name(folder: str, capfd: pytest.CaptureFixture[str]) -> None:
    question = ["--to", "shop/db-0:5432/tcp", "--cluster", folder]
    assert run(["why", "--engine", "calico", "--from", "shop/web-0", *question]) == 0
    assert run(["why", "--engine", "calico", "--from", "bank/ledger-0", *question]) == 1
    assert "networkpolicies.networking.k8s.io.yaml" in capfd.readouterr().out


def test_a_translation_does_what_the_cluster_does(
    folder: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target = "cilium=1.19,cluster-name=blue"
    assert run(["calico-to-cilium", "--cluster", folder, "--to", target, "-d", str(tmp_path / "out")]) == 0
    engines = ["--old", "calico", "--new", target]
    assert run(["diff", folder, str(tmp_path / "out"), *engines, "--cluster", folder]) == 0


def test_without_pods_everything_that_could_be_is_compared(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = _folder("fewer", tmp_path)
    capfd.readouterr()
    run(["calico-to-cilium", "--cluster", folder])
    said = capfd.readouterr().err
    assert "NPC756" not in said
    assert "= note: no pods are known: all flows that could exist are compared" in said
    assert "assumption[NPC769]: the snapshot lacks " in said
    assert "converted 3 of 3 policies" in said


def test_nothing_to_read_is_bad_usage(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "cluster.yaml"
    file.write_text("{}")
    assert run(["calico-to-cilium", "--cluster", str(file)]) == 2
    assert run(["why", "--from", "a/b", "--to", "a/c", "--cluster", str(file)]) == 2
    assert capfd.readouterr().err.count("nothing to read: name files") == 2
