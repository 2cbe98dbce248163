"""JUnit: a case for each policy, read by a reader that others use."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from machine_runs import ERROR, LOSS, NOTE, document, finding, many, whole

from npconv.diagnostics.codes import Code
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.render.junit import as_junit
from npconv.diagnostics.render.run import Looked, Run

ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname", "time", "file", "line"},
    "failure": {"message", "type"},
    "system-out": set(),
}
"""What Jenkins' junit-10.xsd allows, as far as npconv uses it."""


def cases(run: Run) -> dict[str, list[str]]:
    """The failures of each case."""
    tree = ElementTree.fromstring(as_junit(run).encode())
    return {
        f"{one.get('classname')} {one.get('name')}": [each.get("message", "") for each in one.findall("failure")]
        for one in tree.iter("testcase")
    }


def test_a_reader_reads_it() -> None:
    junitparser = pytest.importorskip("junitparser")
    found = junitparser.JUnitXml.fromstring(as_junit(whole()).encode())
    suites = {suite.name: suite for suite in found}
    assert sorted(suites) == ["npconv", "policies/ok.yaml", "policies/web.yaml"]
    (ok,) = suites["policies/ok.yaml"]
    assert (ok.name, ok.is_passed) == ("Thing/shop/ok", True)
    (web,) = suites["policies/web.yaml"]
    (failure,) = web.result
    assert failure.type == "NPC998"
    assert (found.tests, found.failures, found.errors) == (3, 2, 0)


@pytest.mark.parametrize("run", [whole(), many(3), Run(command="lint", version="1")], ids=["whole", "many", "empty"])
def test_nothing_but_what_readers_know(run: Run) -> None:
    for one in ElementTree.fromstring(as_junit(run).encode()).iter():
        assert set(one.attrib) <= ATTRIBUTES[one.tag]
        assert len(one.findall("failure")) <= 1


def test_one_failure_a_case_with_all_excerpts() -> None:
    tree = ElementTree.fromstring(as_junit(many(3)).encode())
    (failure,) = tree.iter("failure")
    assert failure.get("message") == "no 0 (and 2 more)"
    assert (failure.text or "").count("error[NPC998]") == 3


@pytest.mark.parametrize(
    ("code", "effect", "fails", "messages"),
    [
        (ERROR, None, True, ["wrong"]),
        (LOSS, Effect.NARROWS, True, ["wrong"]),
        (LOSS, Effect.NARROWS, False, []),
        (LOSS, Effect.INERT, True, []),
        (NOTE, None, True, []),
    ],
)
def test_what_fails_a_policy(code: Code, effect: Effect | None, fails: bool, messages: list[str]) -> None:
    one = finding(code, "one", effect=effect, fails=fails)
    run = replace(many(0), findings=(one,), policies=(Looked.at(document()),))
    assert cases(run) == {"policies/web.yaml Thing/shop/web": messages}


def test_a_remark_on_something_else_is_no_case() -> None:
    assert cases(replace(many(0), findings=(finding(NOTE, "one"),))) == {}
