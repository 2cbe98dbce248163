"""Real NetworkPolicies, read as Azure NPM enforces them: whatever Cilium changes, a step of the report is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from npconv.dialects.azure_npm.profile import parse_profile
from npconv.dialects.cilium.profile import parse_target
from npconv.pipeline.meaning import meaning
from npconv.pipeline.read import wanted
from npconv.report.aks import Effect, assess
from npconv.source.load import load

pytestmark = pytest.mark.shared
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
"""Beside the checkout; the names of its folders are needed before any test runs."""
REPOSITORIES = sorted(path.name for path in CORPUS.glob("*+*")) if CORPUS.is_dir() else []
CILIUM = parse_target("cilium=1.18,platform=aks")


@pytest.mark.parametrize("repository", REPOSITORIES)
@pytest.mark.parametrize("system", ["linux", "windows"])
def test_no_difference_is_left_to_no_step(repository: str, system: str) -> None:
    loaded = load([str(CORPUS / repository)], None, wanted=wanted)
    source = meaning(loaded, parse_profile(f"azure-npm={system}"))
    if not source.found.kubernetes:
        pytest.skip("no NetworkPolicy")
    made = assess(source, CILIUM, seconds=60)
    assert made.step("NPC693") is None
    assert made.compared.startswith("every flow of")
    for step in made.steps:
        for item in step.items:
            assert item.npm and item.cilium and (item.thing.spot.file or step.code == "NPC670")
            assert step.effect is not Effect.NONE or item.effect is Effect.NONE
