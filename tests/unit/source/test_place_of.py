"""The first of some paths that is written."""

from __future__ import annotations

from npconv.diagnostics.origin import Path
from npconv.source.label_place import asks_for
from npconv.source.load import parse
from npconv.source.place_of import ANY, Item, Saying, Steps, first, value_at

TEXT = """
apiVersion: v1
kind: Thing
metadata: {name: x}
spec:
  none: null
  items:
  - {name: a, labels: {app: web}}
  - {name: b, port: 80}
  - just text
"""


def found(*candidates: Steps, below: Path = ("spec",)) -> str | None:
    """The path of what was found."""
    (document,) = parse(TEXT, "test.yaml").documents
    origin = first(document.origin.at(*below), candidates)
    return None if origin is None else origin.dotted


def test_the_first_candidate_that_is_written_wins() -> None:
    assert found(("other",), ("items",), ("none",)) == "spec.items"
    assert found(("other",), ("none",)) is None


def test_any_item_is_the_first_for_which_the_rest_is_written() -> None:
    assert found(("items", ANY, "port")) == "spec.items[1].port"
    assert found(("items", ANY, "labels", "app")) == "spec.items[0].labels.app"
    assert found(("items", ANY, "missing")) is None
    assert found(("items", 2)) == "spec.items[2]"
    assert found(("items", 3)) is None


def test_an_item_may_be_asked_for_by_what_it_says() -> None:
    assert found(("items", Item("name", "b"))) == "spec.items[1]"
    assert found(("items", Item("port", "80"), "name")) == "spec.items[1].name"
    assert found(("items", Item("name", "c"))) is None


def test_a_text_may_be_asked_for_by_a_word_in_it() -> None:
    assert found(("items", 0, "name", Saying("a"))) == "spec.items[0].name"
    assert found(("items", 0, "name", Saying("b")), ("items", 1, "name", Saying("b"))) == "spec.items[1].name"
    assert found(("items", 1, "port", Saying("80"))) is None


def test_values_can_be_looked_up_by_origin() -> None:
    (document,) = parse(TEXT, "test.yaml").documents
    assert value_at(document.origin.at("spec", "items", 1, "port")) == 80
    assert value_at(document.origin.at("spec", "items", 7, "port")) is None
    assert value_at(document.origin.at("metadata", "name", "deeper")) is None


def test_a_label_selector_asks_by_value_or_by_expression() -> None:
    assert list(asks_for("app")) == [("matchLabels", "app"), ("matchExpressions", Item("key", "app"))]
