"""`import npconv`: names, purity, threads, and what callers get for bad input."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from test_doctests import POLICY

import npconv

LOSSY = POLICY.replace("app == 'web'}", "app starts with 'web'}")
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web}}
status: {podIP: 10.244.0.5, phase: Running}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, labels: {app: db}}
status: {podIP: 10.244.0.6, phase: Running}
"""


@pytest.mark.parametrize("name", npconv.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(npconv, name) is not None


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError, match="no attribute 'emit'"):
        npconv.emit  # noqa: B018


def test_texts_bytes_files_and_objects_are_read_alike() -> None:
    given = (POLICY, POLICY.encode(), {"policies/db.yaml": POLICY}, [yaml.safe_load(POLICY)])
    outputs = {npconv.convert(one, read="calico", write="cilium").to_yaml() for one in given}
    assert len(outputs) == 1


def test_diagnostics_name_the_text() -> None:
    said = npconv.convert({"policies/db.yaml": LOSSY}, write="cilium").diagnostics
    assert {one.origin.place.file for one in said if one.origin is not None} == {"policies/db.yaml"}


def test_what_is_lost_can_be_raised() -> None:
    done = npconv.convert(LOSSY, write="cilium")
    assert not done.ok and done.proven and done.effect.value == "narrows"
    done.raise_for("widens")
    with pytest.raises(npconv.LossError, match="NPC"):
        done.raise_for()


def test_what_is_not_proven_is_raised_too() -> None:
    done = npconv.convert(POLICY, write="cilium", seconds=0)
    assert not done.ok and not done.proven
    with pytest.raises(npconv.LossError, match="not proven equal"):
        done.raise_for("widens")


@pytest.mark.parametrize(
    "text", ["kind: [", "a: *b", "\x00", b"\xff\xfe\x00", "- - -", POLICY.replace("Allow", "Alow")]
)
def test_bad_policies_are_diagnostics(text: str | bytes) -> None:
    calls: list[Callable[[], object]] = [
        lambda: npconv.convert(text, read="calico", write="cilium").diagnostics,
        lambda: npconv.parse(text, read="calico").diagnostics,
        lambda: npconv.lint(text).diagnostics,
        lambda: npconv.compare(text, text).diagnostics,
        lambda: npconv.plan(text, write="cilium").result.diagnostics,
    ]
    for call in calls:
        assert isinstance(call(), tuple)


def test_an_unknown_engine_is_an_error_of_the_caller() -> None:
    for write in ("calicoo", "cilium=9.9", "auto"):
        with pytest.raises(npconv.EngineError):
            npconv.convert(POLICY, write=write)


def test_a_cluster_says_what_exists() -> None:
    known, said = npconv.cluster(POD)
    assert not said
    context = npconv.Context(cluster=known)
    meant = npconv.parse(POLICY, read="calico", context=context)
    assert npconv.evaluate(meant, "shop/web-0", "shop/db-0:5432/tcp", context=context).allowed
    with pytest.raises(npconv.EndpointError, match="no pod"):
        npconv.evaluate(meant, "shop/web-1", "shop/db-0", context=context)


def test_comparing_shows_flows() -> None:
    found = npconv.compare(POLICY, npconv.convert(POLICY, write="cilium").objects)
    assert found.equal, found.diagnostics
    assert not npconv.compare(POLICY, LOSSY).equal
    assert npconv.compare("kind: [", POLICY).diff is None


def test_threads_get_what_one_gets() -> None:
    texts = [POLICY.replace("5432", str(port)) for port in range(5000, 5016)]
    alone = [npconv.convert(one, write="cilium").to_yaml() for one in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda one: npconv.convert(one, write="cilium").to_yaml(), texts))
    assert together == alone


def test_nothing_is_printed_read_or_written() -> None:
    program = f"""
import sys, builtins, io
import npconv
text = {LOSSY!r}
npconv.convert(text, write="cilium"), npconv.lint(text), npconv.plan(text, write="cilium")
def refuse(event, arguments):
    if event == "open" and not str(arguments[0]).endswith((".py", ".pyc", ".so", ".lark", ".json")):
        raise AssertionError(f"opened {{arguments}}")
    if event.startswith(("socket.", "subprocess.")):
        raise AssertionError(event)
sys.addaudithook(refuse)
npconv.convert(text, write="cilium"), npconv.lint(text), npconv.compare(text, text)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
