"""Random policies of every dialect into every other: proven, or each difference owned; and back again.

Random policies of a dialect are what random Calico policies become in it.
"""

from __future__ import annotations

import random

import pytest
from calico_yaml import calico_yaml
from there_and_back import changes, problem

from npconv.cli.pairs import TITLES
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Conversion, Options, text_of
from npconv.source.load import Loaded, parse

SEEDS = range(12)
PODS, NODES = ("10.244.0.0/16",), ("10.1.0.0/16",)
PROFILES = {
    "azure-npm": ("azure-npm=linux", "azure-npm=windows"),
    "calico": ("calico=3.29", "calico=3.32"),
    "cilium": ("cilium=1.17", "cilium=1.19", "cilium=1.20"),
    "k8s": ("k8s",),
    "policy-api": ("policy-api",),
}


def input_of(dialect: str, seed: int) -> Loaded:
    """Random policies of a dialect."""
    first = parse(calico_yaml(seed), f"seed-{seed}.yaml")
    if dialect == "calico":
        return first
    chosen = Options(target=parse_engine(dialect), namespaces=("shop", "ops", "other"), check_seconds=0)
    return parse(text_of(convert(first, chosen).outputs, "yaml"), f"seed-{seed}.{dialect}.yaml")


def options(source: str, target: str, seed: int) -> Options:
    random_ = random.Random(f"{source} {target} {seed}")
    known = random_.random() < 0.5
    return Options(
        source=parse_engine(source),
        target=parse_engine(random_.choice(PROFILES[target])),
        pod_cidrs=PODS if known else (),
        node_cidrs=NODES if known else (),
        dual_stack=random_.random() < 0.2,
        namespaces=("shop", "ops", "other") if random_.random() < 0.5 else (),
    )


def judged(conversion: Conversion, context: str) -> None:
    errors = [one.message for one in conversion.diagnostics if one.is_error]
    assert not errors, f"{context}: {errors}"
    assert conversion.proof is not None
    assert not conversion.proof.unowned, f"{context}: {conversion.proof.unowned[0]}"


@pytest.mark.parametrize("target", TITLES)
@pytest.mark.parametrize("source", TITLES)
@pytest.mark.parametrize("seed", SEEDS)
def test_random_policies_of_every_pair(source: str, target: str, seed: int) -> None:
    loaded = input_of(source, seed)
    chosen = options(source, target, seed)
    found = convert(loaded, chosen)
    judged(found, f"{source} to {target}, seed {seed}")
    if not changes(found):
        assert not problem(found, chosen), f"{source} to {target} and back, seed {seed}"
