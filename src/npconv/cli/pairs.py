"""Which dialects there are, and which of them can be translated into which: a command each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TITLES: Final[dict[str, str]] = {
    "k8s": "Kubernetes",
    "calico": "Calico",
    "cilium": "Cilium",
    "azure-npm": "Azure NPM",
    "policy-api": "ClusterNetworkPolicy",
}
"""The dialects, as users type them and as they are called."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A translation that npconv has."""

    source: str
    target: str

    @property
    def command(self) -> str:
        """The name of the command: `calico-to-cilium`."""
        return f"{self.source}-to-{self.target}"


PAIRS: Final[tuple[Pair, ...]] = (Pair("calico", "cilium"),)


def find(source: str, target: str) -> Pair | None:
    """The translation from one dialect to another; None if npconv does not have it."""
    return next((one for one in PAIRS if (one.source, one.target) == (source, target)), None)
