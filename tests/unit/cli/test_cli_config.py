"""`npconv.yaml` at work: no arguments are needed, flags beat environment beats file, and nothing foreign is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import POLICY, npconv
from jsonschema import Draft202012Validator

from npconv import resources

UDP = POLICY.replace("    - action: Allow\n", "    - action: Allow\n      protocol: UDP\n      source: {ports: [53]}\n")
OTHER = POLICY.replace("name: web", "name: api")
CONFIG = "from: calico\ninclude: [policies]\nto: cilium\ndir: out\n"
TWO = """\
from: calico
include: [policies]
accept: [{code: NPC323, reason: they protect little}]
outputs:
  - {to: cilium, dir: out/cilium, layout: flat}
  - {to: calico=3.30, dir: out/calico}
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with one policy."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "web.yaml").write_text(POLICY)
    (tmp_path / "npconv.yaml").write_text(CONFIG)
    return tmp_path


def written(repo: Path) -> list[str]:
    return sorted(path.relative_to(repo).as_posix() for path in (repo / "out").rglob("*") if path.is_file())


def test_no_arguments_from_any_folder(repo: Path) -> None:
    done = npconv("convert", folder=repo / "policies")
    assert (done.returncode, done.stdout) == (0, "")
    assert written(repo) == ["out/web.yaml"]
    assert npconv("convert", "--check", folder=repo).returncode == 0
    lock = (repo / "npconv.lock.yaml").read_bytes()
    assert "; 0 files changed\n" in npconv("convert", folder=repo).stderr
    assert (repo / "npconv.lock.yaml").read_bytes() == lock


def test_a_source_that_is_gone(repo: Path) -> None:
    (repo / "policies" / "deep").mkdir()
    (repo / "policies" / "deep" / "api.yaml").write_text(OTHER)
    npconv("convert", folder=repo)
    (repo / "out" / "deep" / "mine.txt").write_text("")
    (repo / "out" / "foreign.yaml").write_text("kind: Foreign\n")
    (repo / "policies" / "deep" / "api.yaml").unlink()
    checked = npconv("convert", "--check", "--diff", "-q", folder=repo)
    assert checked.returncode == 1
    assert checked.stderr.startswith("--- out/deep/api.yaml\n+++ /dev/null\n")
    assert "error[NPC780]: `out/deep/api.yaml` was written by npconv, and is not part of the output" in checked.stderr
    assert written(repo) == ["out/deep/api.yaml", "out/deep/mine.txt", "out/foreign.yaml", "out/web.yaml"]
    done = npconv("convert", folder=repo)
    assert done.returncode == 0
    assert "0 files changed, 1 removed\n" in done.stderr
    assert written(repo) == ["out/deep/mine.txt", "out/foreign.yaml", "out/web.yaml"]
    assert npconv("convert", "--check", folder=repo).returncode == 0


def test_a_folder_that_is_empty_then_goes(repo: Path) -> None:
    (repo / "policies" / "deep").mkdir()
    (repo / "policies" / "web.yaml").rename(repo / "policies" / "deep" / "web.yaml")
    npconv("convert", folder=repo)
    assert written(repo) == ["out/deep/web.yaml"]
    (repo / "policies" / "deep" / "web.yaml").rename(repo / "policies" / "web.yaml")
    npconv("convert", folder=repo)
    assert [path.name for path in (repo / "out").iterdir()] == ["web.yaml"]


def test_a_leftover_that_was_edited_stays(repo: Path) -> None:
    (repo / "policies" / "api.yaml").write_text(OTHER)
    npconv("convert", folder=repo)
    (repo / "policies" / "api.yaml").unlink()
    (repo / "out" / "api.yaml").write_text("mine: true\n")
    assert "error[NPC780]" in npconv("convert", "--check", folder=repo).stderr
    done = npconv("convert", folder=repo)
    assert "warning[NPC781]: `out/api.yaml` is a leftover, and stays: it was edited by hand" in done.stderr
    assert (repo / "out" / "api.yaml").read_text() == "mine: true\n"
    assert npconv("convert", "--check", folder=repo).returncode == 0


def test_an_output_that_is_no_more(repo: Path) -> None:
    npconv("convert", folder=repo)
    (repo / "npconv.yaml").write_text(CONFIG.replace("dir: out", "dir: other"))
    checked = npconv("convert", "--check", "-q", folder=repo)
    assert "error[NPC780]: `out/web.yaml`" in checked.stderr
    npconv("convert", folder=repo)
    assert not (repo / "out").exists()
    assert (repo / "other" / "web.yaml").exists()


def test_what_could_not_be_converted_keeps_its_files(repo: Path) -> None:
    npconv("convert", folder=repo)
    before = (repo / "npconv.lock.yaml").read_text()
    (repo / "policies" / "web.yaml").write_text(POLICY.replace("app == 'web'", "app =="))
    assert npconv("convert", folder=repo).returncode == 2
    assert written(repo) == ["out/web.yaml"]
    assert (repo / "npconv.lock.yaml").read_text() == before


def test_a_link_leads_to_nothing_that_is_removed(repo: Path, tmp_path: Path) -> None:
    npconv("convert", folder=repo)
    outside = tmp_path / "elsewhere"
    (repo / "out").rename(outside)
    (repo / "npconv.yaml").write_text(CONFIG.replace("dir: out", "dir: sub/out"))
    (repo / "out").symlink_to(outside.parent.parent)
    npconv("convert", folder=repo)
    assert (outside / "web.yaml").exists()


def test_a_lost_record_is_noticed(repo: Path) -> None:
    npconv("convert", folder=repo)
    (repo / "npconv.lock.yaml").unlink()
    checked = npconv("convert", "--check", "-q", folder=repo)
    assert (checked.returncode, checked.stderr) == (
        1,
        "error[NPC705]: `npconv.lock.yaml` is not what npconv would write\n\n",
    )
    (repo / "npconv.lock.yaml").write_text("<<<<<<< HEAD\n")
    assert "warning[NPC782]" in npconv("convert", folder=repo).stderr
    assert npconv("convert", "--check", folder=repo).returncode == 0


def test_several_outputs(repo: Path) -> None:
    (repo / "npconv.yaml").write_text(TWO)
    (repo / "policies" / "web.yaml").write_text(UDP)
    done = npconv("convert", "--report", "json=r.json", "--report", "sarif=r.sarif", folder=repo)
    assert done.returncode == 0, done.stderr
    assert written(repo) == ["out/calico/web.yaml", "out/cilium/ciliumnetworkpolicy.shop.web.yaml"]
    report = json.loads((repo / "r.json").read_text())
    Draft202012Validator(json.loads(resources.read("schemas", "report.schema.json"))).validate(report)
    assert [(one["to"], one["exit"]) for one in report["conversions"]] == [("cilium=1.19", 0), ("calico=3.30", 0)]
    results = json.loads((repo / "r.sarif").read_text())["runs"][0]["results"]
    assert len({json.dumps(one) for one in results}) == len(results)
    (accepted,) = [one for one in results if one["ruleId"] == "NPC323"]
    assert accepted["suppressions"] == [{"kind": "external", "justification": "they protect little"}]


def test_reports_hold_what_is_said_of_the_configuration(repo: Path) -> None:
    schema = Draft202012Validator(json.loads(resources.read("schemas", "report.schema.json")))
    (repo / "npconv.yaml").write_text(TWO)
    npconv("convert", "--report", "json=r.json", folder=repo)
    report = json.loads((repo / "r.json").read_text())
    schema.validate(report)
    assert [(one["code"], one["place"]["file"]) for one in report["findings"]] == [("NPC783", "npconv.yaml")]
    (repo / "npconv.yaml").write_text("form: calico\n")
    done = npconv("convert", "-q", "--report", "json=r.json", "--report", "github=-", folder=repo)
    report = json.loads((repo / "r.json").read_text())
    schema.validate(report)
    assert (done.returncode, report["exit"], report["conversions"]) == (2, 2, [])
    assert done.stderr.splitlines()[-1].startswith("::error file=npconv.yaml,line=1,")


def test_a_check_that_fails_for_leftovers_says_so_in_its_report(repo: Path) -> None:
    npconv("convert", folder=repo)
    (repo / "npconv.yaml").write_text(CONFIG.replace("dir: out", "dir: other"))
    (repo / "out").rename(repo / "other")
    npconv("convert", folder=repo)
    (repo / "npconv.yaml").write_text(CONFIG)
    (repo / "other" / "web.yaml").rename(repo / "out.yaml")
    (repo / "out").mkdir()
    (repo / "out.yaml").rename(repo / "out" / "web.yaml")
    (repo / "other" / "web.yaml").write_bytes((repo / "out" / "web.yaml").read_bytes())
    done = npconv("convert", "--check", "--report", "json=r.json", folder=repo)
    report = json.loads((repo / "r.json").read_text())
    assert (done.returncode, report["exit"]) == (1, 1)
    assert [one["message"] for one in report["findings"] if one["code"] == "NPC780"] == [
        "`other/web.yaml` was written by npconv, and is not part of the output"
    ]


def test_files_of_others_are_nobodys_concern(repo: Path) -> None:
    (repo / "npconv.yaml").write_text("from: calico\nto: cilium\ndir: out\n")
    (repo / "Chart.yaml").write_text("apiVersion: v2\nname: x\n")
    (repo / "broken.json").write_text('{"a": [1,2')
    (repo / "values.yaml").write_text("a: {{ b }}\n")
    done = npconv("convert", folder=repo)
    assert done.returncode == 0
    assert "NPC1" not in done.stderr
    (repo / "hidden.yaml").write_text(OTHER.replace("kind: NetworkPolicy", 'kind: "Network\\u0050olicy"'))
    npconv("convert", folder=repo)
    assert written(repo) == ["out/hidden.yaml", "out/policies/web.yaml"]


def test_layouts_are_about_files(repo: Path) -> None:
    done = npconv("calico-to-cilium", "policies", "--no-config", "--layout", "flat", folder=repo)
    assert done.returncode == 2
    assert "`--layout` is about files: say where they are with `-d DIR`" in done.stderr


def test_one_of_several_outputs(repo: Path) -> None:
    (repo / "npconv.yaml").write_text(TWO)
    npconv("convert", folder=repo)
    (repo / "policies" / "api.yaml").write_text(OTHER)
    assert npconv("convert", "--to", "calico", folder=repo).returncode == 0
    assert written(repo) == [
        "out/calico/api.yaml",
        "out/calico/web.yaml",
        "out/cilium/ciliumnetworkpolicy.shop.web.yaml",
    ]
    assert npconv("convert", "--check", folder=repo).returncode == 1
    assert npconv("convert", "--check", "--to", "calico=3.30", folder=repo).returncode == 0
    wrong = npconv("convert", "--to", "k8s", folder=repo)
    assert "`npconv.yaml` has no output for `k8s` (there are `cilium`, `calico=3.30`)" in wrong.stderr


def test_an_acceptance_that_no_output_needs(repo: Path) -> None:
    (repo / "npconv.yaml").write_text(TWO)
    assert npconv("convert", folder=repo).stderr.count("note[NPC783]") == 1


@pytest.mark.parametrize(
    ("file", "env", "flags", "head"),
    [
        ("to: cilium\n", {}, [], "apiVersion: cilium.io/v2"),
        ("to: cilium\noutput: json\n", {}, [], "{"),
        ("to: cilium\noutput: json\n", {"NPCONV_OUTPUT": "yaml"}, [], "apiVersion: cilium.io/v2"),
        ("to: cilium\noutput: yaml\n", {"NPCONV_OUTPUT": "yaml"}, ["-o", "json"], "{"),
        ("to: k8s\n", {"NPCONV_TO": "cilium"}, [], "apiVersion: cilium.io/v2"),
        ("to: k8s\n", {"NPCONV_TO": "k8s"}, ["--to", "cilium"], "apiVersion: cilium.io/v2"),
        ("", {}, ["--to", "cilium"], "apiVersion: cilium.io/v2"),
    ],
)
def test_flags_beat_environment_beats_file(
    repo: Path, file: str, env: dict[str, str], flags: list[str], head: str
) -> None:
    (repo / "npconv.yaml").write_text(f"include: [policies]\n{file}")
    done = npconv("convert", *flags, folder=repo, env=env)
    assert done.stdout.startswith(head), done.stderr
    assert not (repo / "npconv.lock.yaml").exists()


def test_with_paths_the_file_says_what_the_cluster_is_like(repo: Path) -> None:
    (repo / "policies" / "web.yaml").write_text(UDP)
    (repo / "npconv.yaml").write_text(TWO)
    done = npconv("calico-to-cilium", "policies/web.yaml", folder=repo)
    assert done.returncode == 0
    assert done.stdout.startswith("apiVersion: cilium.io/v2")
    assert "with the settings of `npconv.yaml`\n" in done.stderr
    assert written(repo) == []
    assert npconv("calico-to-cilium", "policies/web.yaml", "--no-config", folder=repo).returncode == 1
    ambiguous = npconv("convert", "policies/web.yaml", folder=repo)
    assert "say which one (`--to cilium`, `--to calico=3.30`)" in ambiguous.stderr


def test_engines_are_those_of_the_file_if_none_is_named(repo: Path) -> None:
    (repo / "npconv.yaml").write_text("from: calico=3.29\noutputs: [{to: 'cilium=1.18', dir: a}, {to: k8s, dir: b}]\n")
    plain = npconv("calico-to-cilium", "policies", "--report", "json=r.json", folder=repo)
    assert "to Cilium 1.18:" in plain.stderr
    assert json.loads((repo / "r.json").read_text())["from"] == "calico=3.29"
    assert "to Cilium 1.20:" in npconv("calico-to-cilium", "policies", "--to", "cilium=1.20", folder=repo).stderr
    assert "to Calico 3.32:" in npconv("calico-to-calico", "policies", folder=repo).stderr


def test_another_file(repo: Path) -> None:
    (repo / "npconv.yaml").rename(repo / "other.yaml")
    assert npconv("convert", "--config", "other.yaml", folder=repo).returncode == 0
    assert npconv("convert", folder=repo, env={"NPCONV_CONFIG": "other.yaml"}).returncode == 0
    assert npconv("convert", "--config", "none.yaml", folder=repo).returncode == 2


@pytest.mark.parametrize(
    ("config", "arguments", "said"),
    [
        (None, ["convert"], "or say in `npconv.yaml` what is converted here"),
        (CONFIG, ["calico-to-cilium"], "`npconv convert` does what `npconv.yaml` says"),
        ("from: calico\n", ["convert"], "`npconv.yaml` does not say what to convert to: add `to:`, or say `--to`"),
        ("lint: {}\n", ["convert", "policies"], "missing option `--to`, which `npconv.yaml` does not say either"),
        (TWO, ["convert", "-d", "x"], "`-d` is for one output: say which one with `--to`"),
        ("to: cilium\n", ["convert", "--check"], "say where they are with `-d DIR`"),
        ("too: cilium\n", ["convert"], "npconv.yaml:1:1"),
    ],
)
def test_what_is_left_open(repo: Path, config: str | None, arguments: list[str], said: str) -> None:
    if config is None:
        (repo / "npconv.yaml").unlink()
    else:
        (repo / "npconv.yaml").write_text(config)
    done = npconv(*arguments, folder=repo)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (repo / "out").exists()
