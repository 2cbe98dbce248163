"""The dialects, and the translations between them: a command each."""

from __future__ import annotations

from typing import Final

from npconv.dataclass import dataclass

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
    """A translation."""

    source: str
    target: str

    @property
    def command(self) -> str:
        """The name of the command: `calico-to-cilium`."""
        return f"{self.source}-to-{self.target}"


PAIRS: Final[tuple[Pair, ...]] = tuple(Pair(source, target) for source in TITLES for target in TITLES)
"""Every ordered pair. A dialect into itself is for another version, platform or form of it."""

AUTO: Final = "auto"
"""Instead of a dialect of the input: the one whose policies are there."""
