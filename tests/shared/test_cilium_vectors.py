"""Cilium's own engine accepted or rejected each policy of its vectors: our check without the CRD agrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from npconv.diagnostics.codes import reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cilium.kinds import claims
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.validate import sanitize
from npconv.source import load

pytestmark = pytest.mark.shared


@pytest.fixture(scope="session")
def cases(shared: Path) -> list[dict[str, Any]]:
    """The cases of the vectors, recorded from a snapshot of about 1.20."""
    found: list[dict[str, Any]] = json.loads((shared / "vectors" / "cilium_engine.json").read_text())["cases"]
    return found


def judged(text: str, profile: CiliumProfile) -> list[Diagnostic] | None:
    """What Cilium refuses of a policy; None if it is none of Cilium's kinds.

    Unknown fields are dropped, as by the decoder of the engine (and by an API server).
    """
    loaded = load.parse(text, "vector.yaml")
    documents = [document for document in loaded.documents if claims(document)]
    if not documents:
        return None
    obj, found = parse(documents[0])
    errors = [one for one in found if one.is_error and one.code is not reading.UNKNOWN_FIELD]
    return errors if obj is None else [*errors, *(one for one in sanitize(obj, profile) if one.is_error)]


# Go's typed decoder reads the unquoted name `n` as the text "false"; an API server, and npconv, refuse the boolean.
DECODED_OTHERWISE = {"80c kCNP Admin Accept vs CNP ingressDeny": ["NPC111"]}


def test_every_policy_is_accepted_or_rejected_as_by_the_engine(cases: list[dict[str, Any]]) -> None:
    wrong, count, rejected = [], 0, 0
    for case in cases:
        config = case["config"]
        profile = CiliumProfile(version=(1, 20), extended_protocols=bool(config.get("extproto")))
        for text, result in zip(case["policies"], case["policyResult"], strict=True):
            errors = judged(text, profile)
            if errors is None:
                continue
            count += 1
            rejected += " ok" not in result.split(",")[0]
            if bool(errors) != (" ok" not in result.split(",")[0]):
                wrong.append((case["name"], [one.code.id for one in errors]))
    assert dict(wrong) == DECODED_OTHERWISE
    assert (count, rejected) == (117, 15)


def test_the_reasons_are_the_engine_s(cases: list[dict[str, Any]]) -> None:
    expected = {
        "01 ingress: [] (CNP)": "NPC402",
        "13 port omitted": "NPC407",
        "22 except not contained": "NPC406",
        "22b bare IP in toCIDR": "NPC406",
        "23 combining fromEndpoints + fromCIDR": "NPC404",
        "32 fromEndpoints ns label team=y": "NPC111",
        "35 Gt operator": "NPC405",
        "38 no endpointSelector": "NPC403",
        "62 L7 proto ANY": "NPC408",
        "63 dns on ingress": "NPC408",
        "64 http+dns both": "NPC408",
        "70 icmps + toPorts": "NPC404",
        "76c GRE port 80": "NPC407",
        "87 neither spec nor specs": "NPC402",
        "88c cidr + cidrGroupRef": "NPC406",
    }
    profile = CiliumProfile(version=(1, 20))
    found = {
        case["name"]: sorted({one.code.id for one in judged(case["policies"][0], profile) or []})
        for case in cases
        if case["name"] in expected
    }
    assert found == {name: [code] for name, code in expected.items()}
