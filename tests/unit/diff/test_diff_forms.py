"""`npconv diff` as a command: its forms, its exit codes, and what it says beside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from small_town import CALICO_DENY, CILIUM_DB, CLUSTER, DB, DENY

from npconv import resources
from npconv.cli.main import run

SCHEMA = Draft202012Validator(json.loads(resources.read("schemas", "diff.schema.json")))
OPEN = DB.replace("app: web}}", "app: web}}\n          namespaceSelector: {}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `old.yaml` and `new.yaml`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(f"{DB}---\n{DENY}")
    (tmp_path / "new.yaml").write_text(f"{OPEN}---\n{DENY}")
    (tmp_path / "cluster.yaml").write_text(CLUSTER)
    return tmp_path


def ask(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code, the standard output and the standard error."""
    code = run(["diff", *arguments])
    printed = capfd.readouterr()
    return code, printed.out, printed.err


def data(capfd: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    _, out, _ = ask(capfd, *arguments, "-o", "json")
    found: dict[str, Any] = json.loads(out)
    SCHEMA.validate(found)
    return found


def test_text(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert ask(capfd, "old.yaml", "new.yaml") == (
        1,
        """\
gained  NetworkPolicy/shop/db (changed): 1 kind of flow
  pod with app=web in namespace other -> pod with app=db in namespace shop, port 5432/tcp (ingress)
    old: denied: NetworkPolicy/shop/db isolates the pod, and no rule allows it (old.yaml:1)
    new: allowed by NetworkPolicy/shop/db, spec.ingress[0] (new.yaml:8)

different: 1 policy gains flows (2 objects before, 2 after, under Kubernetes)
""",
        "old.yaml: as Kubernetes enforces it\nnew.yaml: as Kubernetes enforces it\n",
    )


def test_equal(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert ask(capfd, "old.yaml", "old.yaml", "--quiet") == (
        0,
        "equal: the same flows pass (2 objects before, 2 after, under Kubernetes)\n",
        "",
    )


def test_markdown(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert (
        ask(capfd, "old.yaml", "new.yaml", "-o", "md", "-q")[1]
        == """\
### different: 1 policy gains flows (2 objects before, 2 after, under Kubernetes)

#### Gained: `NetworkPolicy/shop/db` (changed), 1 kind of flow

| flow | before | after |
|---|---|---|
| pod with app=web in namespace other → pod with app=db in namespace shop, port 5432/tcp (ingress) \
| denied: NetworkPolicy/shop/db isolates the pod, and no rule allows it (old.yaml:1) \
| allowed by NetworkPolicy/shop/db, spec.ingress\\[0\\] (new.yaml:8) |
"""
    )


def test_json(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = data(capfd, "old.yaml", "new.yaml")
    assert (found["format"], found["outcome"], found["complete"], found["unproven"]) == (1, "different", True, [])
    assert found["old"] == {"path": "old.yaml", "engine": "k8s", "objects": 2}
    (group,) = found["groups"]
    assert group["policy"] == {"kind": "NetworkPolicy", "namespace": "shop", "name": "db"}
    assert (group["change"], group["standing"], group["found"]) == ("gained", "changed", 1)
    (flow,) = group["flows"]
    assert (flow["direction"], flow["protocol"], flow["port"], flow["icmp"]) == ("ingress", "tcp", 5432, None)
    assert flow["source"]["labels"] == {"app": "web"}
    assert flow["source"]["namespace"] == "other"
    assert flow["old"]["place"] == {"file": "old.yaml", "line": 1, "column": 1, "path": ""}
    assert flow["new"]["place"] == {"file": "new.yaml", "line": 8, "column": 7, "path": "spec.ingress[0]"}


def test_json_of_equal_and_of_what_exists(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert data(capfd, "old.yaml", "old.yaml")["groups"] == []
    found = data(capfd, "old.yaml", "new.yaml", "--cluster", "cluster.yaml")
    assert [flow["text"] for group in found["groups"] for flow in group["flows"]] == [
        "pod ops/web-1 -> pod shop/db-0, port 5432/tcp (ingress)"
    ]
    assert [one["code"] for one in found["findings"]] == ["NPC756"]


def test_schema_is_one_and_is_strict_enough() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)
    assert not SCHEMA.is_valid({"format": 2})


def test_limit(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "new.yaml").write_text(OPEN + "    - ports: [{port: 1}]\n    - ports: [{port: 2}]\n" + "---\n" + DENY)
    _, out, _ = ask(capfd, "old.yaml", "new.yaml", "--limit", "1")
    assert out.count("(ingress)\n") == 1
    assert "  and 2 more\n" in out


def test_plain_kubernetes_policies_are_enforced_by_the_engine_of_the_other_side(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "new.yaml").write_text(f"{DB}---\n{DENY}---\n{CALICO_DENY}")
    code, out, err = ask(capfd, "old.yaml", "new.yaml")
    assert code == 1
    assert out.endswith("different: 1 policy loses flows (2 objects before, 3 after, under Calico 3.32)\n")
    assert "old.yaml: as Calico 3.32 enforces it\nnew.yaml: as Calico 3.32 enforces it\n" in err


def test_named_engines_are_kept(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "new.yaml").write_text(f"{CILIUM_DB}---\n{DENY}")
    code, out, err = ask(capfd, "old.yaml", "new.yaml", "--old", "k8s", "--new", "cilium=1.18")
    assert (code, err) == (0, "")
    assert out.endswith("(2 objects under Kubernetes, 2 objects under Cilium 1.18)\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("old.yaml", "missing.yaml"), 2, "error[NPC101]: cannot read `missing.yaml`: no such file or directory"),
        (("old.yaml", "new.yaml", "--new", "cillium"), 2, "(found `cillium`) (did you mean `cilium`?)"),
        (("old.yaml", "new.yaml", "--new", "calico=1"), 2, "Error: --new: unknown version `1` of calico"),
        (("-", "-"), 2, "the standard input can be read once: only one of the inputs can be `-`"),
        (("old.yaml", "new.yaml", "--cluster", "no.yaml"), 2, "error[NPC101]: cannot read `no.yaml`"),
        (("cluster.yaml", "cluster.yaml"), 3, "error[NPC701]: no policy found in `cluster.yaml` nor in `cluster.yaml`"),
        (("bad.yaml", "old.yaml"), 2, "nothing is compared\n"),
        (("script.yaml", "old.yaml"), 2, "error[NPC11"),
        (
            ("old.yaml", "new.yaml", "--cluster", "old.yaml"),
            2,
            "error[NPC757]: no pods, namespaces, services or nodes in `old.yaml`",
        ),
    ],
)
def test_bad_input(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, message: str
) -> None:
    (folder / "bad.yaml").write_text(DB.replace("port: 5432", "port: 99999"))
    (folder / "script.yaml").write_text(CILIUM_DB.replace("app: web", 'app: "${APP}"'))
    found, out, err = ask(capfd, *arguments)
    assert (found, out) == (code, "")
    assert message in err


def test_a_script_in_a_pod_is_no_template(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "cluster.yaml").write_text(CLUSTER.replace("[{name: c}]", '[{name: c, args: ["${HOME}"]}]'))
    code, out, err = ask(capfd, "old.yaml", "new.yaml", "--cluster", "cluster.yaml", "-q")
    assert (code, err) == (1, "")
    assert "pod ops/web-1 -> pod shop/db-0" in out


def test_the_form_of_a_translation_is_none_of_a_comparison(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPCONV_OUTPUT", "yaml")
    assert ask(capfd, "old.yaml", "old.yaml")[0] == 0


def test_without_a_solver_it_is_said_what_was_not_compared(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pysat.solvers", None)  # type: ignore[arg-type]
    code, out, _ = ask(capfd, "old.yaml", "new.yaml")
    assert code == 1
    why = "it takes the SAT solver (python-sat), which is not installed"
    assert out.startswith(f"not proven: ingress flows gained by pods of namespace shop: {why}\n")
    assert "\nnot proven: no difference was found, and a part was left open (" in out
