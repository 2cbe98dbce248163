"""Answers of the real Calico packages (`../shared/vectors/calico_selectors.json`) against npconv's."""

import json
from pathlib import Path
from typing import Any

import pytest

from npconv.dialects.calico import emit_rule, parse_values
from npconv.dialects.calico.model_rule import NamedPort, PortRange
from npconv.dialects.calico.parse_values import Undecodable
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.selector import SelectorError, parse_selector
from npconv.dialects.calico.validate_checks import Checks, Gate
from npconv.dialects.calico.validate_rule import has_ports
from npconv.source.refusals import Refusals

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def vectors(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "vectors" / "calico_selectors.json").read_text(encoding="utf-8"))
    return found


def test_every_selector_agrees(vectors: dict[str, Any]) -> None:
    label_sets = vectors["labelSets"]
    disagreements = []
    for case in vectors["selectors"]:
        found = parse_selector(case["selector"])
        if isinstance(found, SelectorError):
            if case["valid"]:
                disagreements.append((case["selector"], found.message))
        elif not case["valid"]:
            disagreements.append((case["selector"], "accepted"))
        elif found.canonical() != case["canonical"]:
            disagreements.append((case["selector"], found.canonical()))
        elif [found.evaluate(labels) for labels in label_sets] != case["matches"]:
            disagreements.append((case["selector"], "matches"))

    assert len(vectors["selectors"]) > 1500
    assert disagreements == []


def test_every_refusal_points_into_the_text(vectors: dict[str, Any]) -> None:
    for case in vectors["selectors"]:
        found = parse_selector(case["selector"])
        if isinstance(found, SelectorError):
            start, end = found.chars
            assert 0 <= start <= end <= len(case["selector"])
            assert found.message


def test_canonical_text_is_read_back_with_the_same_meaning(vectors: dict[str, Any]) -> None:
    # Not as the same tree: Calico prints `!(!a)` as `!!a`, and reads `!!a` as `a`.
    for case in vectors["selectors"]:
        if case["valid"]:
            again = parse_selector(case["canonical"])
            assert not isinstance(again, SelectorError)
            assert [again.evaluate(labels) for labels in vectors["labelSets"]] == case["matches"]


def test_every_port_is_decoded_as_by_calico(vectors: dict[str, Any]) -> None:
    for case in vectors["ports"]:
        found = parse_values.port(case["json"])
        if not case["ok"]:
            assert isinstance(found, Undecodable), case
        elif case["name"]:
            assert found == NamedPort(case["name"]), case
        else:
            assert found == PortRange(case["min"], case["max"]), case
        if not isinstance(found, Undecodable):
            assert emit_rule.port(found) == case["out"], case


def test_every_protocol_is_decoded_as_by_calico(vectors: dict[str, Any]) -> None:
    checks = Checks(refusals=Refusals(None), profile=CalicoProfile(), gate=Gate.CALICO)
    for case in vectors["protocols"]:
        found = parse_values.protocol(case["json"])
        assert isinstance(found, Undecodable) != case["ok"], case
        if not isinstance(found, Undecodable):
            assert found == case["out"], case
            assert type(found) is type(case["out"]), case
            assert has_ports(found, checks) == case["supportsPorts"], case
