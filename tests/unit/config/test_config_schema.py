"""The schema that editors use and the decoder that npconv uses say the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from config_texts import FOLDER, WHOLE, faults
from jsonschema import Draft202012Validator

from npconv import resources
from npconv.config.decode import decode
from npconv.config.text import ConfigSink, read_mapping
from npconv.source.fields import Fields

SCHEMA = json.loads(resources.read("schemas", "npconv.schema.json"))
VALIDATOR = Draft202012Validator(SCHEMA)
DATA: dict[str, Any] = yaml.safe_load(WHOLE)
ODD: list[Any] = [None, True, 0, -1, 1.5, "", "x", "auto", [], [None], [""], ["x"], [[]], {}, {"x": 1}, [{}]]


def agree(data: Any) -> None:
    text = json.dumps(data)
    assert VALIDATOR.is_valid(data) == (faults(text) == []), f"{text}: {faults(text)}"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path of some data."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def put(path: tuple[Any, ...], value: Any) -> Any:
    """The whole configuration with another value at a path."""
    if not path:
        return value
    data = copy.deepcopy(DATA)
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return data


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    agree(DATA)
    assert VALIDATOR.is_valid(DATA)


@pytest.mark.parametrize("path", list(places(DATA)), ids=lambda path: ".".join(map(str, path)) or "whole")
def test_they_agree_on_every_odd_value_at_every_place(path: tuple[Any, ...]) -> None:
    for value in ODD:
        agree(put(path, value))


@pytest.mark.parametrize("path", [path for path in places(DATA) if path], ids=lambda path: ".".join(map(str, path)))
def test_they_agree_on_what_may_be_left_out(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(DATA)
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    agree(data)


@pytest.mark.parametrize(
    "data",
    [
        {"to": "cilium", "dir": "out"},
        {"to": "cilium", "outputs": [{"to": "k8s", "dir": "a"}]},
        {"to": "cilium", "outputs": None},
        {"dir": "out", "outputs": [{"to": "k8s", "dir": "a"}]},
        {"dir": ".."},
        {"dir": "a/../b"},
        {"dir": "a/.."},
        {"dir": "./"},
        {"dir": "..a/b"},
        {"dir": "/a"},
        {"from": "calico=3.30,http=ignored"},
        {"from": "calicoo"},
        {"to": "auto"},
    ],
)
def test_they_agree_on_what_belongs_together(data: Any) -> None:
    agree(data)


def test_they_know_the_same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[tuple[Any, ...], set[str]] = {}
    leave = Fields.__exit__

    def note(self: Fields, *given: object) -> None:
        read.setdefault(tuple(key for key in self.origin.path if isinstance(key, str)), set()).update(self._read)
        leave(self, *given)

    monkeypatch.setattr(Fields, "__exit__", note)
    sink = ConfigSink()
    mapping = read_mapping(WHOLE.encode(), "npconv.yaml", sink)
    assert mapping is not None
    decode(mapping, "npconv.yaml", FOLDER, sink)
    top = SCHEMA["properties"]
    output = top["outputs"]["items"]["properties"]
    accept = SCHEMA["$defs"]["accept"]["items"]["properties"]
    assert read == {
        (): set(top),
        ("outputs",): set(output),
        ("accept",): set(accept),
        ("outputs", "accept"): set(accept),
        ("lint",): set(top["lint"]["properties"]),
    }


def test_every_key_is_explained() -> None:
    defined = SCHEMA["$defs"]
    for name, one in SCHEMA["properties"].items():
        target = defined[one["$ref"].rpartition("/")[2]] if "$ref" in one else {}
        assert one.get("description") or target.get("description"), name
