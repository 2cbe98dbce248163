"""What is known of the engine behind a cluster's NetworkPolicies, where it is any that keeps to the API."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Final

from npconv.dataclass import dataclass
from npconv.ir.policy import Direction
from npconv.semantics.meaning import KUBERNETES, EngineMeaning

ENGINE: Final = "k8s"


class OwnNode(Enum):
    """Whether policies count for what a pod sends to its own node (facts/k8s_np.md 5.4).

    The documentation says that it always passes, the API does not. Engines differ.
    """

    POLICED = "policed"
    """As Calico and Cilium do it."""
    OPEN = "open"
    """As Azure NPM and OVN-Kubernetes do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesProfile:
    """An engine of which nothing is known but that it keeps to the Kubernetes API."""

    own_node: OwnNode | None = None
    """None: nobody said. In a translation it is then as the other engine has it, else `POLICED`."""

    @property
    def meaning(self) -> EngineMeaning:
        """What it promises to enforce."""
        return replace(KUBERNETES, own_node=frozenset(Direction)) if self.own_node is OwnNode.OPEN else KUBERNETES

    @property
    def name(self) -> str:
        """How the profile is asked for: `k8s`, `k8s,own-node=open`."""
        return ENGINE if self.own_node is None else f"{ENGINE},own-node={self.own_node.value}"


class ProfileError(ValueError):
    """What is wrong with a profile as the user wrote it; the text is the message."""


def parse_profile(text: str) -> KubernetesProfile:
    """The profile that `k8s` or `k8s,own-node=open` asks for. Raises ProfileError."""
    engine, *others = [part.strip() for part in text.split(",")]
    if engine != ENGINE:
        raise ProfileError(f"`{ENGINE}` takes no version (found `{text}`)")
    profile = KubernetesProfile()
    for one in filter(None, others):
        key, _, value = one.partition("=")
        if key != "own-node":
            raise ProfileError(f"unknown key `{key}` (expected `own-node`)")
        found = next((known for known in OwnNode if known.value == value), None)
        if found is None:
            raise ProfileError(f"unknown `own-node` `{value}` (expected `policed` or `open`)")
        profile = KubernetesProfile(own_node=found)
    return profile
