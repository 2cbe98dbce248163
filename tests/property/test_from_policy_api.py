"""Random policies of the policy API into every dialect: proven, or each difference owned."""

from __future__ import annotations

import random

import pytest
from policy_api_yaml import policy_api_yaml
from test_pairs import NODES, PODS, PROFILES

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options, text_of
from npconv.source.load import parse

SEEDS = range(12)
TARGETS = sorted({one for listed in PROFILES.values() for one in listed} | {"policy-api,channel=experimental"})


def options(seed: int, source: str, target: str) -> Options:
    random_ = random.Random(f"{seed} {source} {target}")
    known = random_.random() < 0.5
    return Options(
        source=parse_engine(source),
        target=parse_engine(target),
        pod_cidrs=PODS if known else (),
        node_cidrs=NODES if known else (),
        dual_stack=random_.random() < 0.2,
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", ["policy-api", "policy-api,channel=experimental"])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_difference_is_owned(seed: int, source: str, target: str) -> None:
    given = policy_api_yaml(seed, experimental="experimental" in source)
    found = convert(parse(given, f"seed-{seed}.yaml"), options(seed, source, target))
    context = f"{given}\n---- {target}\n{text_of(found.outputs, 'yaml')}"
    errors = [one.message for one in found.diagnostics if one.is_error]
    assert not errors, f"{errors}\n{context}"
    assert found.proof is not None
    assert not found.proof.unowned, f"{found.proof.unowned[0]}\n{context}"
    if source == target:
        assert all(effect.value == "inert" for effect in found.effects.values()), context
