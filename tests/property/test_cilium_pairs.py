"""Random policies of Cilium in its own words, into every dialect and other Ciliums: each flow that differs is owned."""

from __future__ import annotations

import random

import pytest
from cilium_yaml import cilium_yaml

from npconv.diagnostics.codes import engines
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.source.load import parse

SEEDS = (*range(12), 104, 110, 117, 209, 314, 476, 556)
"""The last ones found something: Denies of the own node were lost where isolation does the rest; to the policy API, so
were Denies of a direction in which their policy allows nothing, and Allows for pods that others isolate."""
SOURCES = ("cilium=1.17", "cilium=1.18", "cilium", "cilium=1.20", "cilium=1.19,enable-ipv6=true")
TARGETS = ("k8s", "calico", "azure-npm", "policy-api", "cilium=1.17", "cilium=1.20")


def options(seed: int, target: str) -> Options:
    """An installation, and what is known of its cluster."""
    random_ = random.Random(seed)
    source = random_.choice(SOURCES)
    known = random_.random() < 0.5
    return Options(
        source=parse_engine(source),
        target=parse_engine(target),
        pod_cidrs=("10.244.0.0/16",) if known else (),
        node_cidrs=("10.1.0.0/16",) if known and random_.random() < 0.8 else (),
        dual_stack="ipv6" in source,
        namespaces=("shop", "ops", "other") if random_.random() < 0.6 else (),
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_flow_that_differs_is_owned(seed: int, target: str) -> None:
    found = convert(parse(cilium_yaml(seed), f"seed-{seed}.yaml"), options(seed, target))
    errors = [one.message for one in found.diagnostics if one.is_error and one.code is not engines.MERGE_CONFLICT]
    assert not errors, errors
    assert found.proof is not None
    assert found.proof.is_conclusive
