"""`cilium-config`, the agent's DaemonSet, the nodes' labels -> the Cilium of a cluster, or the one that AKS offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import snapshot as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium.profile import FLAGS, VERSIONS, Platform, TargetError, parse_target
from npconv.dialects.cluster.model import Cluster
from npconv.pipeline.surroundings.model import Installed, Setting
from npconv.pipeline.surroundings.objects import Objects, strings
from npconv.pipeline.surroundings.versions import image_release, nearest, on_aks, on_gke
from npconv.source.document import Document

_AGENTS: Final = ("cilium", "anetd")
"""The agent's DaemonSet; `anetd` on GKE."""

_AKS: Final[tuple[tuple[int, int], ...]] = ((1, 16), (1, 17), (1, 17), (1, 18), (1, 18), (1, 18))
"""Cilium for Kubernetes 1.31 to 1.36 on AKS (azure-cni-powered-by-cilium, August 2026); older ones as the first."""

_AKS_FIRST: Final = 31
_EBPF: Final = "kubernetes.azure.com/ebpf-dataplane"


def cilium(objects: Objects, cluster: Cluster, kubernetes: tuple[int, int] | None) -> Installed | None:
    """The Cilium that runs there; else the one that AKS would install, if its nodes are AKS's; else None."""
    settings = next(iter(objects.named("ConfigMap", "cilium-config")), None)
    agent = next(iter(objects.named("DaemonSet", *_AGENTS)), None)
    evidence = settings or agent
    if evidence is None:
        return _offered(cluster, kubernetes) if on_aks(cluster) else None
    version, said = "", list[Diagnostic]()
    if agent is not None and (found := image_release(agent, "cilium-agent")) is not None:
        version, remarks = nearest(found, VERSIONS, "Cilium", agent)
        said += remarks
    taken = [*_platform(cluster, evidence), *(_settings(settings, said) if settings is not None else ())]
    return Installed(engine="cilium", origin=evidence.origin, version=version, settings=tuple(taken), said=tuple(said))


def _platform(cluster: Cluster, evidence: Document) -> Iterator[Setting]:
    managed = [node for node in cluster.nodes if node.labels.get(_EBPF) == "cilium"]
    if managed:
        origin = managed[0].origin or evidence.origin
        yield _aks(origin)
    elif on_gke(cluster) and evidence.name == "anetd":
        yield Setting(key="platform", value=Platform.GKE.value, origin=evidence.origin)


def _settings(config: Document, said: list[Diagnostic]) -> Iterator[Setting]:
    """The keys of cilium-config that change what policies mean, as the agent reads them (lists by blanks)."""
    standard = parse_target("cilium")
    given = {key: _as_typed(key, text) for key, text in strings(config, "data").items() if key in FLAGS}
    for key, value in sorted(given.items()):
        if not value:
            continue
        try:
            unusable = "" if "," not in value else "it has a comma"
            changes = not unusable and parse_target(f"cilium,{key}={value}") != standard
        except TargetError as error:
            unusable, changes = str(error), False
        if unusable:
            said.append(
                Diagnostic(
                    code=codes.SETTING_UNREAD,
                    origin=config.origin.at("data", key),
                    message=f"`{key}` of cilium-config is left out of account: {unusable}",
                    help=f"say it behind `cilium`, as in `cilium,{key}=…`",
                )
            )
        elif changes:
            yield Setting(key=key, value=value, origin=config.origin)


def _as_typed(key: str, text: str) -> str:
    """A value of cilium-config as it stands in a profile."""
    return "+".join(text.replace(",", " ").split()) if key == "policy-cidr-match-mode" else text.strip()


def _aks(origin: Origin) -> Setting:
    acns = Diagnostic(
        code=codes.ASSUMED,
        origin=origin,
        message="Advanced Container Networking Services are taken to be off: no object says whether they are",
        help="where they are on, say `platform=aks-acns`",
    )
    return Setting(key="platform", value=Platform.AKS.value, origin=origin, said=(acns,))


def _offered(cluster: Cluster, kubernetes: tuple[int, int] | None) -> Installed | None:
    """Azure CNI powered by Cilium, as AKS installs it for this version of Kubernetes."""
    node = next((one for one in cluster.nodes if one.origin is not None), None)
    if node is None or node.origin is None:
        return None
    platform = _aks(node.origin)
    version = ""
    if kubernetes is not None:
        major, minor = _AKS[min(max(kubernetes[1] - _AKS_FIRST, 0), len(_AKS) - 1)]
        version = f"{major}.{minor}"
    return Installed(
        engine="cilium",
        origin=node.origin,
        version=version,
        settings=(platform,),
        offered=True,
    )
