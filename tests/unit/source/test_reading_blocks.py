"""Plain documents: each block is read once, whatever comes again is shared, and what is not plain goes to libyaml."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from yaml_texts import HEAD, document, found

import npconv
from npconv.diagnostics.origin import Span
from npconv.source.blocks import Blocks
from npconv.source.fields import Value
from npconv.source.load import Loaded, load, parse

POLICY = """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: NAME
  namespace: shop
spec:
  selector: app == 'web'
  types:
  - Ingress
  ingress:
  - action: Allow
    protocol: TCP
    source:
      selector: app == 'api'
    destination:
      ports:
      - 80
"""
sets = pytest.importorskip("benchmarks.sets", reason="needs benchmarks/, which is not beside these tests")

EXAMPLES = Path(__file__).parents[3] / "examples"


def plain(text: str) -> bool:
    return Blocks().read(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        POLICY,
        POLICY.replace("\n", "\r\n"),
        "# why\n\n" + POLICY.replace("  types:", "\n  # both\n  types:   # both"),
        POLICY.replace("  - ", "    - ").replace("    protocol", "      protocol").split("    source")[0],
        "a: [80, 443]\nb: {app: web}\nc: \"x\\ny\"\nd: 'it''s'\ne: []\nf: {}\ng: ::/0\nh: -1\ni:\nj: ~\n",
        "a:\n- - b\n  - c: d\n    e: f\n-   g: h\n    i: j\n- # nothing\n".replace("- # nothing\n", ""),
    ],
)
def test_plain(text: str) -> None:
    assert plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x b\n",
        "a: *x\n",
        "a: !!str 1\n",
        "a: |\n  b\n",
        "a: >-\n  b\n",
        "a: b\n  c\n",
        "a: 'b\n  c'\n",
        "a: [b,\n  c]\n",
        "a:\n  b\n",
        "a:\tb\n",
        "a: b # \t\n",
        "? a\n: b\n",
        "a: b: c\n",
        "a: 1\na: 2\n",
        "1: a\n0x1: b\n",
        "<<: {a: b}\n",
        "a: .inf\n",
        "~: a\n",
        "a: {b: 1, b: 2}\n",
        "a: [*x]\n",
        "a: {b: !c d}\n",
        "a:\n    b: 1\n  c: 2\n",
        "  a: 1\n",
        "a: 1\n...\n",
        "a: 1\n- b\n",
        "a:\n  - b\n c: d\n",
        "- a\n",
        "a\n",
        "",
        "a: \x07\n",
        "a: b\x85c: d\n",
        "a: \ufeffb\n",
        "%YAML 1.1\n",
        f"{' ' * 49}a: b\n",
        "a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 60)),
        f"a: {'[' * 60}{']' * 60}\n",
        f"{'k' * 1100}: a\n",
    ],
)
def test_not_plain(text: str) -> None:
    assert not plain(text)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each text that was read since: whether it was plain."""
    given: list[bool] = []
    whole = Blocks.read

    def read(self: Blocks, text: str) -> tuple[Value, int] | None:
        answer = whole(self, text)
        given.append(answer is not None)
        return answer

    monkeypatch.setattr(Blocks, "read", read)
    return given


def test_the_examples_are_plain(answers: list[bool]) -> None:
    load([str(EXAMPLES)])
    assert len(answers) > 10
    assert all(answers)


@pytest.mark.parametrize(("kind", "write"), [("calico", "cilium"), ("cilium", "calico"), ("left", "calico")])
def test_large_sets_are_plain_and_so_is_what_is_made_of_them(
    kind: str, write: str, answers: list[bool], tmp_path: Path
) -> None:
    loaded = load([str(sets.Sets(tmp_path).file(kind, 100))])
    made = npconv.convert(loaded, write=write, seconds=0).to_yaml()
    parse(made, "made.yaml")
    assert len(answers) > 180
    assert all(answers)


def test_what_comes_again_is_the_same_object() -> None:
    one, other = parse(POLICY.replace("NAME", "a") + "---\n" + POLICY.replace("NAME", "b"), "a.yaml").documents
    assert one.data["spec"] is other.data["spec"]
    assert one.data["metadata"] != other.data["metadata"]
    assert [each.name for each in (one, other)] == ["a", "b"]


def test_what_looks_alike_is_told_apart() -> None:
    alike = ["1", "'1'", "1.0", "true", "'true'", "y", "", "~", "''", "0x1", "1 # c", "[1]", "['1']", "{a: 1}"]
    text = "---\n".join(f"{HEAD}v: {one}\nw:\n- {one}\n- a: {one}\n" for one in alike)
    values: list[Value] = [1, "1", 1, True, "true", True, None, None, "", 1, 1, [1], ["1"], {"a": 1}]
    documents = parse(text, "a.yaml").documents
    assert repr([one.data["v"] for one in documents]) == repr(values)
    assert repr([one.data["w"] for one in documents]) == repr([[one, {"a": one}] for one in values])


def test_a_list_item_is_no_entry_of_a_mapping() -> None:
    assert document(f"{HEAD}v:\n- a: b\n- - a: b\nw:\n  a: b\n").data["v"] == [{"a": "b"}, [{"a": "b"}]]


def test_the_second_of_two_alike_documents_has_positions_of_its_own() -> None:
    one, other = parse(POLICY + "---\n" + POLICY, "a.yaml").documents
    path = ("spec", "ingress", 0, "destination", "ports", 0)
    assert (one.span(path), other.span(path)) == (Span(17, 9, 17, 11), Span(35, 9, 35, 11))
    assert (one.first_line, other.first_line) == (1, 19)


def test_errors_stand_where_they_are_in_the_second_of_two_alike_documents() -> None:
    again = POLICY.replace("- 80", "- 80\n      ports: []")
    assert found(f"{POLICY}---\n{again}") == ["a.yaml:36:7: error[NPC104] key `ports` is set twice in one mapping"]


def test_forgetting_changes_nothing() -> None:
    text = "---\n".join(POLICY.replace("NAME", f"p{number % 7}") for number in range(30))
    whole = parse(text, "a.yaml")
    for room in (0, 300, 1500):
        again = parse(text, "a.yaml", blocks=Blocks(room))
        assert [one.data for one in again.documents] == [one.data for one in whole.documents]


def test_texts_of_one_run_share_what_they_have_in_common() -> None:
    blocks = Blocks()
    (one,), (other,) = (parse(POLICY, file, blocks=blocks).documents for file in ("a.yaml", "b.yaml"))
    assert one.data["spec"] is other.data["spec"]
    (apart,) = parse(POLICY, "a.yaml").documents
    assert one.data["spec"] is not apart.data["spec"]


def test_what_is_remembered_is_bounded() -> None:
    tracemalloc.start()
    try:
        blocks = Blocks(200_000)
        for number in range(3000):
            blocks.read(POLICY.replace("NAME", f"p{number}").replace("web", f"w{number}"))
        assert tracemalloc.get_traced_memory()[0] < 2_000_000
    finally:
        tracemalloc.stop()


def test_reading_leaves_no_garbage() -> None:
    """A cycle would stay: `collector_paused` makes old what was made meanwhile, and that is seldom looked through."""
    parse(POLICY, "a.yaml")
    gc.collect()
    parse(POLICY, "a.yaml")
    parse(POLICY + "x: [\n", "a.yaml")
    assert gc.collect() == 0


PAIRS = (
    "calico cilium",
    "calico k8s",
    "calico policy-api",
    "cilium calico",
    "cilium k8s",
    "k8s cilium",
    "k8s azure-npm",
)
RUNS: dict[str, Callable[[Loaded], object]] = {
    **{
        pair: partial(
            lambda read, write, loaded: npconv.convert(loaded, read=read, write=write, seconds=0), *pair.split()
        )
        for pair in PAIRS
    },
    "lint": npconv.lint,
    "compare": lambda loaded: npconv.compare(loaded, loaded),
    "plan": lambda loaded: npconv.plan(loaded, write="cilium"),
}


@pytest.mark.parametrize("name", RUNS)
def test_nobody_changes_what_was_read(name: str) -> None:
    for folder in EXAMPLES.iterdir():
        loaded = load([str(folder)])
        before = [json.dumps(one.data) for one in loaded.documents]
        RUNS[name](loaded)
        assert [json.dumps(one.data) for one in loaded.documents] == before


def test_a_copy_shares_nothing() -> None:
    one = document(f"{HEAD}v:\n- a: [1]\n- a: [1]\n")
    copied = one.copied()
    assert copied == one.data
    (first, second) = copied["v"]
    assert first is not second
    assert first["a"] is not second["a"]
    first["a"].append(2)
    assert one.data["v"] == [{"a": [1]}, {"a": [1]}]
