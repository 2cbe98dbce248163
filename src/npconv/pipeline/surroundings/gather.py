"""Files and folders about a cluster -> Surroundings. A file is objects, a folder (`npconv snapshot`) all there is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from npconv.diagnostics.codes import comparing, kubernetes
from npconv.diagnostics.codes import snapshot as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.cluster.read import read as read_cluster
from npconv.pipeline.read import wanted
from npconv.pipeline.surroundings import networks
from npconv.pipeline.surroundings.azure_npm import azure_npm
from npconv.pipeline.surroundings.calico import calico
from npconv.pipeline.surroundings.cilium import cilium
from npconv.pipeline.surroundings.manifest import incomplete, manifests, not_read, server
from npconv.pipeline.surroundings.model import Surroundings
from npconv.pipeline.surroundings.objects import Objects
from npconv.pipeline.surroundings.policy_api import policy_api
from npconv.source.load import load

NO_PODS: Final = "no pods are known: all flows that could exist are compared"


def surroundings(paths: Sequence[str], stdin: BinaryIO | None = None) -> Surroundings:
    """What some files and folders say of a cluster; `Surroundings()` if there are none.

    Of files, only the objects count that say what exists. A folder is everything that is known of the cluster: its
    addresses and its engines, and its policies may be the input. What looks like a template in a pod's command is
    none, and a slice of a service that is not there says nothing.
    """
    if not paths:
        return Surroundings()
    is_snapshot = any(Path(path).is_dir() for path in paths)
    loaded = load(paths, stdin, wanted=wanted if is_snapshot else lambda _: False)
    facts, said = read_cluster(loaded.documents)
    findings = [*loaded.diagnostics, *(one for one in said if one.code is not kubernetes.CONTEXT_ORPHAN)]
    if facts.is_empty and not any(one.is_error for one in findings):
        findings.append(_empty(paths))
    if not is_snapshot:
        return Surroundings(paths=tuple(paths), loaded=loaded, cluster=facts, facts=facts, diagnostics=tuple(findings))
    objects = Objects(loaded.documents)
    taken, newer = manifests(objects)
    findings += newer
    kubernetes_version = next(filter(None, map(server, taken)), None)
    lacking = tuple(dict.fromkeys(missing for one in taken for missing in not_read(one)))
    no_pods = not facts.pods and not facts.is_empty
    if lacking:
        findings.append(incomplete(taken[0], lacking, *([NO_PODS] if no_pods else [])))
    elif no_pods:
        findings.append(_no_pods(facts))
    pods, services = networks.pods(objects, facts), networks.services(objects)
    engines = (
        azure_npm(objects, facts),
        calico(objects),
        cilium(objects, facts, kubernetes_version),
        policy_api(objects),
    )
    return Surroundings(
        paths=tuple(paths),
        loaded=loaded,
        cluster=facts if facts.pods else None,
        facts=facts,
        pods=pods,
        services=services,
        dual_stack=networks.is_dual_stack(facts, pods),
        installed=tuple(one for one in engines if one is not None),
        kubernetes=kubernetes_version,
        not_read=lacking,
        is_snapshot=True,
        diagnostics=tuple(findings),
    )


def _empty(paths: Sequence[str]) -> Diagnostic:
    listed = ", ".join(f"`{path}`" for path in paths)
    return Diagnostic(
        code=comparing.EMPTY_CLUSTER,
        message=f"no pods, namespaces, services or nodes in {listed}",
        help="write a folder with `npconv snapshot -o DIR`, or a file with "
        "`kubectl get pods,namespaces,services,nodes -A -o yaml`",
    )


def _no_pods(facts: Cluster) -> Diagnostic:
    origins = [*(one.origin for one in facts.namespaces), *(one.origin for one in facts.nodes)]
    return Diagnostic(
        code=codes.INCOMPLETE,
        origin=next(iter(origins), None),
        message=NO_PODS,
    )
