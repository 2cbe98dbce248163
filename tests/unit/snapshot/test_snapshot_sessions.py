"""Sessions with a real kubectl and a real API server, replayed: what is read, what is left out, what is said."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import kubectl_replay
import pytest
import yaml
from kubectl_replay import Taken

from npconv.cli.main import run
from npconv.snapshot.kubectl import Answer, Login
from npconv.snapshot.plain import lines
from npconv.snapshot.take import Snapshot
from npconv.snapshot.take import take as take_snapshot

Take = Callable[..., Taken]


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest without its time."""
    found: dict[str, Any] = yaml.safe_load((folder / "snapshot.yaml").read_text(encoding="utf-8"))
    found.pop("taken")
    return found


def answers_of(session: str, folder: Path) -> None:
    """What the printed lines leave, where kubectl answers them as it did in a session."""
    answers = {tuple(call["argv"]): call for call in kubectl_replay.calls(session)}
    folder.mkdir()
    for line in list(lines(Login(), str(folder)))[1:]:
        *command, _, output, _, errors = shlex.split(line)
        answer = answers.get(tuple(command[1:]), {"stdout": "", "stderr": "error: no such kind"})
        Path(output).write_text(answer["stdout"], "utf-8")
        Path(errors).write_text(answer["stderr"], "utf-8")


def test_every_kind_is_read_with_the_rights_of_the_role(take: Take) -> None:
    taken = take("whole")
    assert taken.code == 0
    assert taken.said == f"read 36 objects of 26 kinds into {taken.folder}; 20 kinds are not installed\n"
    for name in ("web-0", "no-telnet", "no-metadata-service", "no-smtp", "partners", "default-ipv4-ippool", "worker-a"):
        assert name in taken.text


def test_nothing_secret_is_written(take: Take) -> None:
    assert "s3cret" in (kubectl_replay.RECORDED / "whole.json").read_text(encoding="utf-8")
    assert "s3cret" not in take("whole").text


def test_noise_is_not_written(take: Take) -> None:
    recorded = (kubectl_replay.RECORDED / "whole.json").read_text(encoding="utf-8")
    text = take("whole").text
    for word in ("uid", "resourceVersion", "creationTimestamp", "last-applied", "example.org/web", "volumeMounts"):
        assert word in recorded
        assert word not in text


def test_twice_gives_the_same_files_and_replaces_the_folder(take: Take) -> None:
    first = take("whole")
    files = {file.name: file.read_bytes() for file in first.folder.iterdir() if file.name != "snapshot.yaml"}
    before = manifest(first.folder)
    (first.folder / "stagednetworkpolicies.projectcalico.org.yaml").write_text("of an earlier snapshot", "utf-8")
    again = take("whole")
    assert again.code == 0
    assert {file.name: file.read_bytes() for file in again.folder.iterdir() if file.name != "snapshot.yaml"} == files
    assert manifest(again.folder) == before
    assert sorted(file.name for file in first.folder.parent.iterdir()) == ["bin", "cluster"]


def test_a_bare_cluster_lacks_nothing(take: Take) -> None:
    taken = take("bare")
    assert taken.code == 0
    assert "are not installed" in taken.said
    assert "notRead" not in manifest(taken.folder)


def test_each_right_that_is_missing_is_told_with_what_it_costs(take: Take) -> None:
    taken = take("fewer")
    assert taken.code == 1
    assert "assumption[NPC762]: `pods` may not be read\n" in taken.said
    assert "= note: which pods a policy means, and their port names, is not known\n" in taken.said
    denied = {one["resource"]: one for one in manifest(taken.folder)["notRead"]}
    assert denied.keys() == {
        "pods",
        "nodes",
        "ciliumnetworkpolicies.cilium.io",
        "configmaps",
        "nodenetworkconfigs.acn.azure.com",
    }
    assert denied["pods"]["why"] == "denied"
    assert 'pods is forbidden: User "newcomer" cannot list resource "pods"' in denied["pods"]["said"]


def test_where_calicos_kinds_are_crds_what_was_stored_before_is_left_out(take: Take) -> None:
    taken = take("twins")
    assert taken.code == 0
    assert taken.text.count("app == 'web'") == 1
    assert "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n" in taken.text
    assert "kind: GlobalNetworkPolicy" not in taken.text
    assert taken.said.endswith("2 objects of Calico's old storage left out (`leftOver` in snapshot.yaml)\n")
    assert manifest(taken.folder)["leftOver"] == ["GlobalNetworkPolicy/security.no-telnet", "Tier/security"]


def test_what_calicos_api_server_does_not_show_is_read_as_it_is_stored(take: Take) -> None:
    taken = take("shown")
    assert taken.code == 0
    assert taken.text.count("app == 'web'") == 1
    assert "assumption[NPC767]: 2 objects of Calico were read as they are stored\n" in taken.said
    assert "`GlobalNetworkPolicy/security.no-telnet`, `Tier/security`\n" in taken.said
    assert manifest(taken.folder)["notShown"] == ["GlobalNetworkPolicy/security.no-telnet", "Tier/security"]


def test_where_calicos_api_server_is_down_its_objects_are_read_as_they_are_stored(take: Take) -> None:
    # What kubectl says of it is nothing at all: its kinds look as if they were not installed.
    listed = next(one for one in kubectl_replay.calls("down") if one["argv"][0] == "api-resources")
    assert listed["code"] == 0
    assert " projectcalico.org/v3 " not in listed["stdout"]
    taken = take("down")
    assert taken.code == 0
    assert "apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy\n" in taken.text
    assert "notRead" not in manifest(taken.folder)


def test_calicos_kinds_are_doubted_where_it_should_have_some() -> None:
    # Real answers, without those that say what Calico stores: as if it were in etcd, and its API server down.
    def kubectl(arguments: Sequence[str]) -> Answer:
        found = answers[tuple(arguments)]
        lines = [line for line in found["stdout"].splitlines(keepends=True) if "projectcalico.org/v" not in line]
        output = "".join(lines) if arguments[0] == "api-resources" else found["stdout"]
        return Answer(code=found["code"], output=output.encode(), errors=found["stderr"])

    answers = {tuple(call["argv"]): call for call in kubectl_replay.calls("down")}
    taken = take_snapshot(kubectl, Login(), progress=lambda *_: None)
    assert isinstance(taken, Snapshot)
    assert {one.said for one in taken.lacking} == {
        "Calico's API server is not available (`kubectl get apiservice v3.projectcalico.org`)"
    }
    assert {one.resource.group for one in taken.lacking} == {"projectcalico.org"}
    answers = {tuple(call["argv"]): call for call in kubectl_replay.calls("whole")}
    taken = take_snapshot(kubectl, Login(), progress=lambda *_: None)
    assert isinstance(taken, Snapshot)
    assert {one.said for one in taken.lacking} == {
        "calico-node runs, and the server has none of its kinds: perhaps they are in etcd (`calicoctl get`)"
    }


@pytest.mark.parametrize("session", ["stranger", "nowhere"])
def test_nothing_is_written_where_nothing_is_answered(take: Take, session: str) -> None:
    taken = take(session)
    assert taken.code == 2
    assert "error[NPC761]: the cluster does not answer, so nothing is written\n" in taken.said
    assert not taken.folder.exists()


def test_an_earlier_snapshot_stays_where_nothing_is_answered(take: Take) -> None:
    before = take("whole").text
    assert take("nowhere").code == 2
    assert take("whole").text.split("taken:")[0] == before.split("taken:")[0]


def test_files_of_others_are_not_touched(take: Take, tmp_path: Path) -> None:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "mine.txt").write_text("keep", "utf-8")
    taken = take("whole")
    assert taken.code == 2
    assert "holds `mine.txt`, which no snapshot put there" in taken.said
    assert taken.text == "keep"


def test_the_printed_lines_are_the_calls_that_are_made() -> None:
    printed = [shlex.split(line) for line in lines(Login(), "answers")]
    assert printed[0] == ["mkdir", "-p", "answers"]
    asked = [line[1 : line.index(">")] for line in printed[1:]]
    made = [call["argv"] for call in kubectl_replay.calls("whole")]
    assert all(one in asked for one in made)
    served = {one["argv"][1] for one in kubectl_replay.calls("twins") if one["argv"][0] == "get"}
    assert served <= {one[1] for one in asked if one[0] == "get"}


def test_answers_of_the_printed_lines_make_the_same_snapshot(take: Take, tmp_path: Path) -> None:
    whole = take("whole")
    answers_of("whole", tmp_path / "answers")
    assert run(["snapshot", "--from", str(tmp_path / "answers"), "-o", str(tmp_path / "later")]) == 0
    names = sorted(file.name for file in whole.folder.iterdir())
    assert names == sorted(file.name for file in (tmp_path / "later").iterdir())
    for name in names:
        if name != "snapshot.yaml":
            assert (tmp_path / "later" / name).read_bytes() == (whole.folder / name).read_bytes()
    assert manifest(tmp_path / "later") == manifest(whole.folder)


def test_what_was_denied_to_the_printed_lines_is_denied(take: Take, tmp_path: Path) -> None:
    fewer = take("fewer")
    answers_of("fewer", tmp_path / "answers")
    assert run(["snapshot", "--from", str(tmp_path / "answers"), "-o", str(tmp_path / "later")]) == 1
    assert manifest(tmp_path / "later") == manifest(fewer.folder)


@pytest.mark.parametrize("session", sorted(file.stem for file in kubectl_replay.RECORDED.glob("*.json")))
def test_nothing_but_reading_was_ever_asked(session: str) -> None:
    for call in kubectl_replay.calls(session):
        assert call["argv"][0] in ("get", "api-resources", "version")
        assert not any("secret" in word for word in call["argv"])


def test_login_options_go_to_kubectl_as_they_are(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    options = ["--context", "blue", "--kubeconfig", "/k", "--as", "auditor", "-n", "shop", "-n", "bank"]
    assert run(["snapshot", "-o", str(tmp_path / "x"), "--print-commands", *options]) == 0
    printed = capfd.readouterr().out
    login = "--context=blue --kubeconfig=/k --as=auditor --request-timeout=60s"
    assert f"kubectl get pods --namespace=shop {login} --output=json > {tmp_path}/x/pods.1.json 2> " in printed
    assert f"kubectl get pods --namespace=bank {login} --output=json > {tmp_path}/x/pods.2.json 2> " in printed
    assert f"kubectl get nodes {login} --output=json > {tmp_path}/x/nodes.json 2> " in printed
    assert not (tmp_path / "x").exists()


def test_without_kubectl_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(["snapshot", "-o", str(tmp_path / "x")]) == 2
    assert "error[NPC760]: there is no `kubectl` in PATH\n" in capfd.readouterr().err
