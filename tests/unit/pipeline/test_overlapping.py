"""Ordered policies over pods that others are over, too: said exactly, or what is not said is somebody's loss."""

from __future__ import annotations

import pytest
from benchmarks import policies

from npconv.diagnostics.codes import losses
from npconv.diagnostics.effect import Effect
from npconv.lowering import isolate
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Conversion, Options
from npconv.source.load import parse

TARGETS = ("k8s", "policy-api", "azure-npm", "cilium=1.19")


def converted(count: int, target: str, pieces: int = 256) -> Conversion:
    options = Options(source=parse_engine("calico"), target=parse_engine(target), check_seconds=600, max_pieces=pieces)
    return convert(parse(policies.text(policies.overlapping(count)), "policies.yaml"), options)


@pytest.fixture(params=[0, isolate.FEW])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pieces stay as the source's Denies cut them."""
    monkeypatch.setattr(isolate, "FEW", request.param)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("count", [60, 100])
def test_what_overlaps_is_said_exactly(count: int, target: str) -> None:
    made = converted(count, target)
    assert made.proof is not None
    assert made.proof.is_conclusive
    assert not made.proof.owned
    assert not made.proof.unowned
    assert not [one for one in made.losses if one.effect.changes_flows]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("pieces", [1, 3, 9])
def test_what_the_bound_leaves_out_is_owned(pieces: int, target: str) -> None:
    made = converted(60, target, pieces)
    assert made.proof is not None
    assert made.proof.is_conclusive
    assert not made.proof.unowned
    lost = [one for one in made.losses if one.effect.changes_flows]
    assert {one.effect for one in lost} <= {Effect.NARROWS}
    assert (losses.TOO_MANY_PIECES in {one.code for one in lost}) == bool(lost)
    owning = {id(one) for _, several in made.proof.owned for one in several}
    assert owning == {id(one) for one in lost}
