"""An object that no API server would take is refused; a stream of many that it takes is not."""

from __future__ import annotations

from npconv.source.load import parse
from npconv.source.objects import LARGEST

POLICY = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {{name: p{0}}}\nspec: {{selector: '{1}'}}\n"


def test_one_object_of_four_megabytes_is_refused() -> None:
    loaded = parse(POLICY.format(1, "a" * (LARGEST + 1_000_000)), "policies.yaml")
    assert [(str(one.code), one.message) for one in loaded.diagnostics] == [
        ("NPC131", "NetworkPolicy/p1 has 4.1 MB (expected at most 3.1 MB)")
    ]
    assert loaded.documents == ()


def test_many_objects_of_one_megabyte_are_read() -> None:
    stream = "---\n".join(POLICY.format(number, "a" * 1_000_000) for number in range(5))
    loaded = parse(stream, "policies.yaml")
    assert len(loaded.documents) == 5
    assert loaded.diagnostics == ()


def test_a_list_is_measured_item_by_item() -> None:
    items = "".join("- " + POLICY.format(number, "a" * 1_000_000).replace("\n", "\n  ") + "\n" for number in range(5))
    loaded = parse(f"apiVersion: v1\nkind: List\nitems:\n{items}", "policies.yaml")
    assert len(loaded.documents) == 5
    assert loaded.diagnostics == ()
