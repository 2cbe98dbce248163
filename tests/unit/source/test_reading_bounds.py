"""Inputs made to exhaust the reader are refused quickly; large honest ones are read."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from yaml_texts import HEAD, found, value_of

from npconv.diagnostics.render.report import render
from npconv.source import blocks, decode, nodes
from npconv.source.blocks import Blocks
from npconv.source.load import parse


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Generous: a hundred times what these take. What is not bounded takes hours, or crashes."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 60


DEEP = "error[NPC107] nested deeper than 300 levels"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: " + "[" * 100_000 + "]" * 100_000,
        "{" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "\n".join(" " * n + "a:" for n in range(3_000)),
        "a: " + "[" * 301 + "]" * 301,
        "a: " + "['x in {a}'," * 100_000,
    ],
    ids=["[", "[]", "{", "{a:", "-", "?", "indent", "301", "disguised"],
)
def test_deep_nesting(text: str) -> None:
    (line,) = found(text)
    assert line.endswith(DEEP)


def test_deep_json() -> None:
    (line,) = found('{"a":' * 100_000 + "1" + "}" * 100_000)
    assert line.endswith(DEEP)


def test_nesting_within_bounds() -> None:
    assert value_of("v: " + "[" * 299 + "]" * 299)


def test_many_brackets_are_no_deep_nesting() -> None:
    value = value_of("v:\n" + "- {a: 'x', b: [\"y\"]}\n" * 10_000)
    assert value == [{"a": "x", "b": ["y"]}] * 10_000


BOMB = "error[NPC107] the document grows beyond bounds through its aliases"


def test_an_alias_bomb() -> None:
    levels = [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (line,) = found(f"{HEAD}a0: &a0 [x, x, x]\n" + "\n".join(levels))
    assert line.endswith(BOMB)


def test_a_merge_bomb() -> None:
    levels = [f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    (line,) = found(f"{HEAD}a0: &a0 {{x: 1}}\n" + "\n".join(levels))
    assert line.endswith(BOMB)


def test_honest_aliases() -> None:
    value = value_of("base: &a {x: [1, 2, 3]}\nv:\n" + "- *a\n" * 90)
    assert value == [{"x": [1, 2, 3]}] * 90


@pytest.mark.parametrize("text", ["v: &a [*a]", "v: &a {b: [*a]}", "v: &a {b: {<<: *a}}", "v: &a\n- b\n- *a\n"])
def test_values_that_contain_themselves(text: str) -> None:
    (line,) = found(f"{HEAD}{text}\n")
    assert line.endswith("error[NPC107] an anchor's value contains itself")


def test_ten_megabytes_of_one_policy_are_refused_as_an_api_server_would() -> None:
    items = "".join(f"- 10.{n // 250 % 250}.{n % 250}.0/24\n" for n in range(650_000))
    loaded = parse(f"{HEAD}v:\n{items}", "a.yaml")
    assert [str(one.code) for one in loaded.diagnostics] == ["NPC131"]
    assert loaded.documents == ()


def test_two_megabytes_of_one_selector() -> None:
    selector = " || ".join(["app == 'x'"] * 140_000)
    assert value_of(f'v: "{selector}"') == selector


def test_three_megabytes_of_one_list() -> None:
    item = "- metadata:\n    name: x\n  spec:\n    selector: app in {'a', 'b'}\n    ports: [80, 443]\n"
    loaded = parse("apiVersion: v1\nkind: AList\nitems:\n" + item * 30_000, "a.yaml")
    assert len(loaded.documents) == 30_000
    assert loaded.documents[-1].span(("spec", "ports", 1)).line == 3 + 5 * 30_000


def test_many_findings_in_one_list() -> None:
    loaded = parse("apiVersion: v1\nkind: AList\nitems:\n" + "- {a: .inf, b: 1}\n" * 20_000, "a.yaml")
    assert len(loaded.diagnostics) == 20_000
    assert "19997 more like this" in render(loaded.diagnostics)


def test_many_json_values() -> None:
    assert len(parse('{"apiVersion":"v1","kind":"A"}\n' * 50_000, "a").documents) == 50_000


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}v: '{'x' * 2_000_000}'\n",
        f"{HEAD}v: '{chr(39) * 2_000_000}'\n",
        "# c\n" * 500_000 + HEAD,
        HEAD + "# c\n" * 500_000 + "v: 1\n",
        HEAD + "v:\n" + "".join(" " * n + "a:\n" for n in range(1, 48)) + (" " * 48 + "- x\n") * 50_000,
        f"{HEAD}v: {'a ' * 1_000_000}\n",
        f"{HEAD}{'k' * 2_000_000}: 1\n",
    ],
    ids=["quoted", "quotes", "comments before", "comments between", "deep", "words", "key"],
)
def test_plain_text_takes_little_memory(text: str) -> None:
    tracemalloc.start()
    try:
        Blocks().read(text)
        assert tracemalloc.get_traced_memory()[1] < 50 * len(text)
    finally:
        tracemalloc.stop()


def test_long_blocks_are_not_copied_for_each_level(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + "v:\n  v:\n    v:\n" + "    - x\n" * 100
    assert Blocks().read(text) is not None
    monkeypatch.setattr(blocks, "_COPIED", 1000)
    assert Blocks().read(text) is None


def test_a_file_above_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "MAX_BYTES", 1024 * 1024)
    assert found(b"a" * 1024 * 1024 + b"b") == ["error[NPC101] `a.yaml` is larger than 1 MiB"]


def test_a_gzip_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "MAX_BYTES", 1024 * 1024)
    assert found(gzip.compress(b" " * 50_000_000)) == ["error[NPC101] `a.yaml` is larger than 1 MiB"]


def test_the_quick_guard_never_misses() -> None:
    assert nodes.may_nest_deeply("[" * 5_001)
    assert nodes.may_nest_deeply("- " * 5_001)
    assert nodes.may_nest_deeply("a in {'b', " + "{ # }\n" * 5_001)
    assert not nodes.may_nest_deeply("a in {'b'} \n" * 10_000)
    assert not nodes.may_nest_deeply("p: [80, 443]\n" * 10_000)
