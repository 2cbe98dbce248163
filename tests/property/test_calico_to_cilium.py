"""Random Calico input becomes Cilium that npconv proves equal or narrower, and that concrete flows find so, too.

What is random is random by its seed alone, which a failure prints: `python -m tests.property.long_run --seed N`.
"""

from __future__ import annotations

import pytest
from calico_yaml import calico_yaml
from judged import judge

SEEDS = 150


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_input_is_converted_as_its_proof_says(seed: int) -> None:
    judged = judge(seed)
    assert not judged.problems, judged.story
    assert judged.flows > 100, "too few flows of the space were found"


def test_the_same_seed_gives_the_same_input() -> None:
    assert calico_yaml(7) == calico_yaml(7)
    assert calico_yaml(7) != calico_yaml(8)


def test_flows_see_what_losses_change() -> None:
    """The flows are no idle check: on some inputs they find differences, all of which a loss announces."""
    assert sum(judge(seed).differing for seed in range(20)) > 20
