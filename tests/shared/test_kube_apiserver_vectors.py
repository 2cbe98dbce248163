"""npconv accepts, defaults and drops what a real API server does: every case of `vectors/kube_apiserver.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from npconv.diagnostics.codes import kubernetes, reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects import k8s, policy_api
from npconv.dialects.k8s import defaults as k8s_defaults
from npconv.dialects.k8s import emit as k8s_emit
from npconv.dialects.k8s import kinds as k8s_kinds
from npconv.dialects.k8s import parse as k8s_parse
from npconv.dialects.policy_api import defaults as policy_api_defaults
from npconv.dialects.policy_api import emit as policy_api_emit
from npconv.dialects.policy_api import kinds as policy_api_kinds
from npconv.dialects.policy_api import parse as policy_api_parse
from npconv.dialects.policy_api.kinds import Channel
from npconv.source.load import parse as read

pytestmark = pytest.mark.shared

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "kube_apiserver.json"
_UNKNOWN = re.compile(r'unknown field \\*"([^"\\]+)')


def cases() -> list[Any]:
    found = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"] if VECTORS.is_file() else []
    return [pytest.param(case, id=f"{case['dialect']}-{case.get('channel', '')}-{case['name']}") for case in found]


def answer(case: dict[str, Any], *, strict: bool) -> tuple[dict[str, Any] | None, tuple[Diagnostic, ...]]:
    """The spec that npconv would store, None if it refuses the object, and what it says."""
    text = case["yaml"] if "yaml" in case else json.dumps(case["manifest"])
    loaded = read(text, "vector.yaml")
    if loaded.failed:
        return None, loaded.diagnostics
    [document] = loaded.documents
    if case["dialect"] == "k8s":
        assert k8s_kinds.claims(document)
        policy, said = k8s_parse.parse(document, strict=strict)
        return policy and k8s_emit.emit_spec(k8s_defaults.with_defaults(policy)), said
    assert policy_api_kinds.claims(document)
    channel = Channel(case.get("channel", "standard"))
    new, said = policy_api_parse.parse(document, strict=strict, channel=channel)
    return new and policy_api_emit.emit_spec(policy_api_defaults.with_defaults(new)), said


def dropped(case: dict[str, Any]) -> set[str]:
    """The fields that the server warns that it does not know, which `fieldValidation=Strict` refuses."""
    return set(_UNKNOWN.findall(case.get("warnings", "")))


def test_there_are_cases(shared: Path) -> None:
    assert len(cases()) >= 120
    assert sum(bool(dropped(one.values[0])) for one in cases()) >= 6


@pytest.mark.parametrize("case", cases())
def test_agrees_with_the_server(case: dict[str, Any]) -> None:
    spec, said = answer(case, strict=bool(case.get("strict")))
    assert (spec is not None) == case["accepted"], [one.message for one in said]
    assert any(one.is_error for one in said) != case["accepted"]
    if case.get("storedSpec") is not None:
        assert spec == case["storedSpec"]


@pytest.mark.parametrize("case", cases())
def test_says_where_it_disagrees_with_the_author(case: dict[str, Any]) -> None:
    """Every refusal and every dropped field has a position."""
    _, said = answer(case, strict=bool(case.get("strict")))
    if not case["accepted"] or "warnings" in case:
        assert said
    assert all(one.origin is not None for one in said)


@pytest.mark.parametrize("case", cases())
def test_drops_the_fields_that_the_server_drops(case: dict[str, Any]) -> None:
    _, said = answer(case, strict=False)
    found = {one.origin.dotted for one in said if one.code is kubernetes.FIELD_DROPPED and one.origin is not None}
    assert found >= dropped(case)
    assert found == dropped(case) or not case["accepted"]


@pytest.mark.parametrize("case", cases())
def test_strict_refuses_these_fields_and_nothing_else(case: dict[str, Any]) -> None:
    """What kubectl asks for since 1.25. The recorded answers are of a server that drops such fields."""
    loose, _ = answer(case, strict=False)
    spec, said = answer(case, strict=True)
    assert spec == (None if dropped(case) else loose)
    unknown = {one.origin.dotted for one in said if one.code is reading.UNKNOWN_FIELD and one.origin is not None}
    assert unknown >= dropped(case)
    assert unknown == dropped(case) or not case["accepted"]


def test_the_dialects_are_packages_of_their_own() -> None:
    assert k8s.__doc__ and policy_api.__doc__
