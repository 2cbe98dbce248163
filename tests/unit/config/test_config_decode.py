"""What `npconv.yaml` may say, and how it is told what is wrong with it: at the line, in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_texts import FOLDER, WHOLE, faults, parsed

from npconv.config import parse
from npconv.diagnostics.render.report import render


def test_everything() -> None:
    found = parsed(WHOLE)
    assert (found.source, found.reading, found.namespace, found.namespaces) == (
        "calico=3.30",
        "intent",
        "shop",
        ("shop", "pay"),
    )
    assert (found.include, found.exclude, found.cluster) == (("policies", "**/*.np.yaml"), ("templates",), ("cluster",))
    assert (found.pod_cidrs, found.node_cidrs, found.dual_stack) == (("10.244.0.0/16",), ("10.0.0.0/24",), False)
    assert (found.check_timeout, found.skip_invalid, found.allow_empty) == (30.0, False, True)
    assert (found.lint.engine, found.lint.select, found.lint.ignore) == ("auto", ("NPC323",), ("NPC336", "NPC6"))
    assert list(found.folders) == ["out/cilium", "out/npm"]


def test_an_output_says_what_the_top_does_not() -> None:
    cilium, npm = parsed(WHOLE).outputs
    assert (cilium.to, cilium.layout, cilium.form, cilium.fail_on) == ("cilium=1.20", "kustomize", "yaml", "widens")
    assert (npm.to, npm.layout, npm.form, npm.fail_on) == ("azure-npm", "flat", "json", "none")
    assert [(one.code, one.policy) for one in cilium.accept] == [("NPC323", "shop/web")]
    assert [(one.code, one.policy) for one in npm.accept] == [("NPC323", "shop/web"), ("NPC336", "")]


def test_one_output_at_the_top() -> None:
    (one,) = parsed("to: cilium\ndir: ./out/cilium/\n").outputs
    assert (one.to, one.folder, one.layout) == ("cilium", "out/cilium", None)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}\n", "from: null\nto:\noutputs:\n"])
def test_nothing_is_said(text: str) -> None:
    found = parsed(text)
    assert (found.source, found.outputs, found.include) == (None, (), (".",))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("form: calico\n", "1:1: error[NPC776] unknown key `form`"),
        ("to: cilium\naccept:\n- {code: NPC323, reason: x, why: y}\n", "3:29: error[NPC776] unknown key `why`"),
        ("from: 3\n", "1:7: error[NPC777] unexpected number (expected text) in `from`"),
        ("pod-cidrs: 10.0.0.0/8\n", "1:12: error[NPC777] unexpected text (expected list) in `pod-cidrs`"),
        (
            "pod-cidrs: [10.0.0.1/8]\n",
            "1:13: error[NPC777] expected a network such as `10.244.0.0/16` (found `10.0.0.1/8`)",
        ),
        (
            "layout: flt\n",
            "1:9: error[NPC777] `layout`: expected one of `by-source`, `by-namespace`, `flat`, `kustomize` "
            "(found `flt`) (did you mean `flat`?)",
        ),
        ("max-pieces: 0\n", "1:13: error[NPC777] `max-pieces`: expected 1 or more (found `0`)"),
        ("check-timeout: -1\n", "1:16: error[NPC777] `check-timeout`: expected 0 or more (found `-1`)"),
        ("dual-stack: yes please\n", "1:13: error[NPC777] unexpected text (expected boolean) in `dual-stack`"),
        ("include: [a, '']\n", "1:14: error[NPC777] empty text in `include`"),
        ("dir: ../x\n", "1:6: error[NPC777] `dir`: expected a folder below this one (found `../x`)"),
        ("dir: /x\n", "1:6: error[NPC777] `dir`: expected a folder below this one (found `/x`)"),
        ("dir: .\n", "1:6: error[NPC777] `dir`: expected a folder below this one (found `.`)"),
        ("accept: [{code: NPC323}]\n", "1:10: error[NPC778] `reason` is required: why the loss may be"),
        (
            "accept: [{code: NPC323, reason: ' '}]\n",
            "1:33: error[NPC777] `reason` is empty (expected why the loss may be)",
        ),
        ("accept: [{code: NPC3233, reason: x}]\n", "1:17: error[NPC777] no code `NPC3233` (`npconv codes` lists them)"),
        (
            "accept: [{code: NPC701, reason: x}]\n",
            "1:17: error[NPC777] `NPC701` is no loss, so it cannot be accepted (error: no policy found)",
        ),
        ("lint: {ignore: [x]}\n", "1:17: error[NPC777] no code `x`"),
        ("lint: {rules: [x]}\n", "1:8: error[NPC776] unknown key `rules`"),
        ("outputs: []\n", "1:10: error[NPC778] `outputs` is empty (expected one at least)"),
        ("outputs: [{to: k8s}]\n", "1:11: error[NPC778] `dir` is required: each of several outputs has a folder"),
        ("outputs: [{dir: x}]\n", "1:11: error[NPC778] `to` is required: what will enforce this output"),
        ("- from: calico\n", "1:1: error[NPC775] unexpected list (expected a mapping)"),
        ("from: calico\nfrom: cilium\n", "2:1: error[NPC104] key `from` is set twice in one mapping"),
        ("from: k8s\n---\nto: k8s\n", "3:1: error[NPC775] unexpected second document (expected one)"),
        ("from: [\n", "1:8: error[NPC103] invalid YAML"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(text: str, fault: str) -> None:
    found = faults(text)
    assert len(found) == 1, found
    assert found[0].startswith(f"npconv.yaml:{fault}"), found
    assert parse(text.encode(), "npconv.yaml", FOLDER).config is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("outputs:\n- {to: k8s, dir: a}\n- {to: cilium, dir: a}\n", 1),
        ("outputs:\n- {to: k8s, dir: a}\n- {to: cilium, dir: a/b}\n", 1),
        ("outputs:\n- {to: k8s, dir: a/b}\n- {to: cilium, dir: a}\n", 1),
        ("to: k8s\ndir: x\noutputs:\n- {to: k8s, dir: a}\n", 2),
        ("outputs:\n- {to: k8s, dir: a}\n- {to: cilium, dir: ab}\n", 0),
    ],
)
def test_contradictions(text: str, count: int) -> None:
    assert [one.split("[")[1][:6] for one in faults(text)] == ["NPC779"] * count


def test_an_engine_that_there_is_not() -> None:
    (fault,) = faults("from: calico\nto: cilium=9.9\n")
    assert fault.startswith("npconv.yaml:2:5: error[NPC777] `to`: ")
    (fault,) = faults("to: auto\n")
    assert fault.startswith("npconv.yaml:1:5: error[NPC777] `to`: ")


def test_several_faults_at_once_with_the_line() -> None:
    text = "from: calico\nlayuot: flat\noutput: xml\n"
    printed = render(parse(text.encode(), "npconv.yaml", FOLDER).diagnostics)
    assert "2 | layuot: flat\n  | ^^^^^^ did you mean `layout`?\n" in printed
    assert "3 | output: xml\n  |         ^^^\n" in printed


def test_a_file_that_is_no_text() -> None:
    assert "NPC1" in render(parse(b"\xff\xfe\x00", "npconv.yaml", Path("/")).diagnostics, concise=True)
