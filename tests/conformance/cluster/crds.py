"""The engines' own CRDs, out of their Go modules; Calico's newest ones, where `../shared` has them, from there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SHARED: Final = Path(__file__).parents[4] / "shared" / "crds"
_CALICO: Final = "libcalico-go/config/crd/crd.projectcalico.org_{}.yaml"
_POLICIES: Final = ("tiers", "networkpolicies", "globalnetworkpolicies", "networksets", "globalnetworksets")
_CILIUM: Final = "pkg/k8s/apis/cilium.io/client/crds/{}.yaml"


def missing() -> str:
    """What is not there to install kinds from; empty if everything is."""
    return "" if _SHARED.is_dir() else "Calico's CRDs are in ../shared, which is not beside this checkout"


def calico() -> Iterator[Path]:
    """The kinds as Calico stores them: settings as 3.28 has them, policies and sets as 3.32 has."""
    module = _module("github.com/projectcalico/calico@v1.11.0-cni-plugin.0.20250813170300-a0db560f0520")
    if module is not None:
        for name in ("clusterinformations", "felixconfigurations", "ippools"):
            yield module / _CALICO.format(name)
    yield from _of_shared("calico-v1", *_POLICIES)


def calico_v3() -> Iterator[Path]:
    """The kinds that Calico 3.32 serves as CRDs."""
    return _of_shared("calico-v3", "tiers", "networkpolicies", "globalnetworkpolicies")


def cilium() -> Iterator[Path]:
    """Those of Cilium 1.20."""
    module = _module("github.com/cilium/cilium@v1.20.1")
    for name in ("networkpolicies", "clusterwidenetworkpolicies", "cidrgroups", "nodes"):
        if module is not None:
            yield module / _CILIUM.format(f"v2/cilium{name}")


def policy_api() -> Iterator[Path]:
    """Those of the experimental channel of the policy API 0.2.0."""
    module = _module("sigs.k8s.io/network-policy-api@v0.2.0")
    if module is not None:
        yield module / "config/crd/experimental/policy.networking.k8s.io_clusternetworkpolicies.yaml"


def managed() -> Iterator[Path]:
    """Kinds that no Go module brings: our own, as far as they are read."""
    yield from sorted((Path(__file__).parent / "kinds").glob("*.yaml"))


def _of_shared(folder: str, *names: str) -> Iterator[Path]:
    return (file for name in names if (file := _SHARED / folder / f"{name}.yaml").is_file())


def _module(name: str) -> Path | None:
    """Where Go keeps a module; None if it cannot be had."""
    shown = subprocess.run(
        ["go", "mod", "download", "-json", name], capture_output=True, text=True, check=False, cwd=Path(__file__).parent
    )
    folder = shown.stdout.partition('"Dir": "')[2].partition('"')[0]
    return Path(folder) if folder else None
