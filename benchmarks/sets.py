"""The files that are measured with: generated once for a run, in a folder that goes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

from benchmarks import policies

_SMALL: Final = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
  - Ingress
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: gateway
    ports:
    - protocol: TCP
      port: 8080
"""


@dataclass(frozen=True, slots=True)
class Sets:
    """A folder with a file for each set that was asked for."""

    folder: Path

    def file(self, kind: str, count: int) -> Path:
        """The file with so many objects of a kind."""
        path = self.folder / f"{kind}-{count}.yaml"
        if not path.exists():
            path.write_text(policies.text(_MAKERS[kind](count)), encoding="utf-8")
        return path

    def small(self) -> Path:
        """One policy, as a commit hook is given it."""
        path = self.folder / "web.yaml"
        path.write_text(_SMALL, encoding="utf-8")
        return path


def _renamed(count: int) -> list[dict[str, Any]]:
    """The policies of `left`, each with another name: what is equal must be found by what it says."""
    found = policies.kubernetes(count, namespaces=10)
    for one in found:
        one["metadata"]["name"] = f"renamed-{one['metadata']['name']}"
    return found


def _namespaces(count: int) -> list[dict[str, Any]]:
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"ns-{number}", "labels": {"team": team}}}
        for number, team in zip(range(count), policies.TEAMS * count, strict=False)
    ]


def _pods(count: int) -> list[dict[str, Any]]:
    """Pods for the tool that needs some: of each application in each namespace, as far as they go."""
    places = product(policies.APPS, range(10))
    return [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"{app}-{number}", "namespace": f"ns-{number}", "labels": {"app": app}},
            "spec": {"containers": [{"name": app, "image": app}], "serviceAccountName": "default"},
            "status": {"podIP": f"10.0.{number}.{index % 250 + 1}", "hostIP": "10.1.0.1"},
        }
        for index, (app, number) in zip(range(count), places, strict=False)
    ]


_MAKERS: Final[dict[str, Callable[[int], list[dict[str, Any]]]]] = {
    "calico": policies.calico,
    "calico-namespaced": policies.calico_namespaced,
    "cilium": policies.cilium,
    "overlapping": policies.overlapping,
    "overlapping-in-two": policies.overlapping_in_two,
    "left": lambda count: policies.kubernetes(count, namespaces=10),
    "right": _renamed,
    "namespaces": _namespaces,
    "pods": _pods,
}
