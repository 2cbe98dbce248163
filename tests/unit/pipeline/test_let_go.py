"""What was read is let go, and read again if somebody asks: the same data, and everything that is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.policy import PolicyName
from npconv.pipeline.as_text import AsText
from npconv.pipeline.check import read_back
from npconv.pipeline.convert import convert
from npconv.pipeline.model import Options
from npconv.pipeline.targets import Made
from npconv.source.fields import Value
from npconv.source.load import parse
from npconv.source.write import write_yaml

POLICY = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web-NUMBER, namespace: shop, labels: {team: "NUMBER"}}
spec:
  selector: app == 'web'
  ingress:
  - action: Allow
    protocol: TCP
    source: {selector: app == 'api'}
    destination: {ports: [80, http], notPorts: [22]}
"""


def policies(count: int) -> str:
    return "---\n".join(POLICY.replace("NUMBER", str(number)) for number in range(count))


def as_list(text: str) -> str:
    items = "\n".join("- " + part.strip().replace("\n", "\n  ") for part in text.split("---\n"))
    return f"apiVersion: v1\nkind: List\nitems:\n{items}\n"


@pytest.mark.parametrize("text", [policies(3), as_list(policies(3)), policies(1).replace("name:", "<<: {a: b}, name:")])
def test_data_that_were_let_go_are_read_again(text: str) -> None:
    kept, gone = parse(text, "a.yaml").documents, parse(text, "a.yaml").documents
    for document in (*gone, *gone):
        document.let_go()
    assert [one.data for one in gone] == [one.data for one in kept]
    assert gone == kept
    assert [one.label for one in gone] == [one.label for one in kept]
    assert all(one.data is one.data for one in gone)


def test_the_data_of_a_document_of_its_own_are_let_go() -> None:
    document = parse(policies(1), "a.yaml").documents[0]
    before = document.data
    document.let_go()
    assert document.data is not before
    with pytest.raises(AttributeError):
        _ = document.dat  # type: ignore[attr-defined]


def test_what_is_said_does_not_depend_on_what_is_held() -> None:
    held = convert(parse(policies(3), "a.yaml"), Options(target=CiliumProfile()))
    loaded = replace(parse(policies(3), "a.yaml"), once=True)
    gone = convert(loaded, Options(target=CiliumProfile()))
    assert gone.diagnostics == held.diagnostics
    assert [str(one) for one in gone.diagnostics] == [str(one) for one in held.diagnostics]
    assert gone.outputs == held.outputs
    assert gone.effects == held.effects
    assert gone.meant == held.meant
    assert len(held.found.calico) == 3
    assert gone.found.calico == []


@pytest.mark.parametrize("count", [1, 100, 101, 230])
def test_an_output_is_read_back_whole_however_large_it_is(count: int) -> None:
    made = convert(parse(policies(count), "a.yaml"), Options(target=CiliumProfile(), check_seconds=0))
    back = read_back([one.written() for one in made.outputs], CiliumProfile())
    names = {policy.name.name for tier in back.tiers for policy in tier.policies if policy.origin is not None}
    assert names == {f"web-{number}" for number in range(count)}


def test_an_output_is_its_text() -> None:
    loaded = parse(policies(3), "a.yaml")
    held = convert(loaded, Options(target=CiliumProfile(), check_seconds=0)).outputs
    gone = convert(replace(loaded, once=True), Options(target=CiliumProfile(), check_seconds=0)).outputs
    assert [one.text for one in gone] == [write_yaml([one.data]) for one in held]
    assert [one.yaml for one in gone] == [one.yaml for one in held]
    assert [one.data for one in gone] == [one.data for one in held]
    assert read_back([one.text for one in gone], CiliumProfile()) == read_back(
        [write_yaml([one.data]) for one in held], CiliumProfile()
    )


def test_an_object_that_is_written_is_let_go_before_the_next_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[list[bool]] = []
    made: list[Made] = []

    def let_go(one: Made) -> None:
        AsText.let_go(one)
        made.append(one)
        held.append([each.is_held for each in made])

    monkeypatch.setattr(Made, "let_go", let_go)
    loaded = replace(parse(policies(3), "a.yaml"), once=True)
    outputs = convert(loaded, Options(target=CiliumProfile(), check_seconds=0)).outputs
    assert held == [[False], [False] * 2, [False] * 3]
    assert not any(one.is_held for one in outputs)
    assert [one.text for one in outputs] == [one.text for one in made]


def test_a_key_is_looked_for_in_the_text_first() -> None:
    data: dict[str, Value] = {
        "apiVersion": "a/v1",
        "kind": "A",
        "metadata": {"name": "a"},
        "spec": [{"dns": [{"pattern": "endPort: 1"}]}],
    }
    one = Made(data=data, source=PolicyName("A", "", "a"), origin=None, text=write_yaml([data]))
    one.let_go()
    assert not one.may_have("toFQDNs") and not one.has("toFQDNs") and not one.is_held
    assert one.has("dns") and one.has("pattern")
    assert one.may_have("endPort") and not one.has("endPort")


def test_a_text_that_was_let_go_is_the_same_when_somebody_asks() -> None:
    asked: list[str] = []

    def again() -> str:
        asked.append("once")
        return policies(2)

    loaded = parse(policies(2), "a.yaml")
    text = loaded.texts[0]
    text.let_go(again)
    assert "text" not in vars(text)
    assert text.line(2) == "kind: NetworkPolicy"
    assert loaded.documents[1].span(("spec",)).line == policies(1).count("\n") + 6
    assert asked == ["once"]
    with pytest.raises(AttributeError):
        _ = text.words  # type: ignore[attr-defined]


def test_what_was_read_back_says_where_it_stands() -> None:
    made = convert(parse(policies(230), "a.yaml"), Options(target=CiliumProfile(), check_seconds=0))
    back = read_back([one.text for one in made.outputs], CiliumProfile())
    found = [one.origin for tier in back.tiers for one in tier.policies if one.origin is not None]
    assert len(found) == 230
    assert [one.place.label for one in found[::100]] == [
        f"CiliumNetworkPolicy/shop/{one.source.name}" for one in made.outputs[::100]
    ]
    assert {one.place.line_text(one.place.span(("kind",)).line) for one in found} == {"kind: CiliumNetworkPolicy"}
