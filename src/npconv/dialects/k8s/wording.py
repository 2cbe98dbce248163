"""How NetworkPolicies are worded for one engine: what it makes of their words, and which it should not be given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.ir.addresses import EVERY_ADDRESS, Addresses
from npconv.ir.policy import Direction
from npconv.lowering.box import Clause
from npconv.lowering.cube import Cube
from npconv.lowering.sayable import Target

Cut: TypeAlias = Callable[[Cube], Iterator[Cube]]
"""Cuts a cube of traffic into cubes that hold the same."""


class Blocks(Enum):
    """Whom an `ipBlock` is for."""

    OUTSIDE = "outside"
    """Addresses outside the cluster: all that the API promises (facts/k8s_np.md 5.4)."""
    ANYBODY = "anybody"
    """Whoever has the address: pods and nodes, too."""


def no_limits(_: Clause) -> tuple[()]:
    """Nothing is unsayable beyond what NetworkPolicies have no words for."""
    return ()


def uncut(cube: Cube) -> Iterator[Cube]:
    """The cube as it is."""
    yield cube


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What to write, and what not, for an engine of NetworkPolicies."""

    engine: str
    """How messages call it."""
    own_node: frozenset[Direction]
    """The directions in which a pod's own node always passes, whatever policies say."""
    blocks: Blocks
    addresses: Addresses = EVERY_ADDRESS
    """What an `ipBlock` may hold."""
    exceptions: bool = True
    """Whether an `ipBlock` may have exceptions; otherwise it becomes the CIDRs between these."""
    guarded: bool = False
    """Whether negative namespace selectors are written so that an engine that gets them wrong gets them right."""
    limits: Target = no_limits
    """What the engine refuses, beyond what NetworkPolicies have no words for."""
    cut: Cut = uncut
    """Cuts traffic so that what the engine refuses stands apart."""


KUBERNETES = Wording(engine="Kubernetes", own_node=frozenset({Direction.INGRESS}), blocks=Blocks.OUTSIDE)
"""For any engine, by what the API promises alone."""
