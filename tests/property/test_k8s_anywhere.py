"""Random NetworkPolicies, read as each engine reads them, into every other dialect: proven, or owned; and back."""

from __future__ import annotations

import random

import pytest
from k8s_yaml import k8s_yaml
from test_pairs import NODES, PODS, PROFILES, judged
from there_and_back import changes, dialect, problem

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.source.load import parse

SEEDS = range(10)
READERS = (
    "k8s",
    "k8s,own-node=open",
    "azure-npm=linux",
    "azure-npm=windows,as=enforced",
    "calico=3.32",
    "cilium=1.19",
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("reader", READERS)
def test_equal_or_owned_and_back(reader: str, seed: int) -> None:
    random_ = random.Random(f"{reader} {seed}")
    loaded = parse(k8s_yaml(seed), f"seed-{seed}.yaml")
    for target in sorted(PROFILES.keys() - {dialect(parse_engine(reader))}):
        known = random_.random() < 0.5
        options = Options(
            source=parse_engine(reader),
            target=parse_engine(random_.choice(PROFILES[target])),
            pod_cidrs=PODS if known else (),
            node_cidrs=NODES if known else (),
            dual_stack=random_.random() < 0.2,
            namespaces=("shop", "ops", "other") if random_.random() < 0.5 else (),
        )
        found = convert(loaded, options)
        judged(found, f"{reader} {target} {seed}")
        if not changes(found):
            assert not problem(found, options), f"{reader} {target} {seed}"
