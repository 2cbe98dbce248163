"""What the dataplane change is, and what surrounds it: facts of AKS that are the same for every cluster.

Sources (facts/azure_npm.md 4.2 to 4.5, 5; MicrosoftDocs/azure-aks-docs fb060abe, 2026-08-21, articles/aks/):
migrate-from-npm-to-cilium-network-policy.md, azure-cni-powered-by-cilium.md, use-network-policies.md,
advanced-network-container-services-*.md.
"""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import aks as codes
from npconv.report.aks import say
from npconv.report.aks.model import Effect, Repair, Step, When
from npconv.report.aks.world import World

GUIDE: Final = "learn.microsoft.com/azure/aks: migrate-from-npm-to-cilium-network-policy"
DATAPLANE: Final = "learn.microsoft.com/azure/aks: azure-cni-powered-by-cilium"

RELEASES: Final = (
    ("1.31", (1, 16)),
    ("1.32", (1, 17)),
    ("1.33", (1, 17)),
    ("1.34", (1, 18)),
    ("1.35", (1, 18)),
    ("1.36", (1, 18)),
)
"""The Cilium that AKS runs at least with each Kubernetes (azure-cni-powered-by-cilium.md, 2026-08-05)."""

_CLUSTER: Final = "-g RESOURCE_GROUP -n CLUSTER"


def prepare(world: World) -> Step:
    """What to look at and keep before anything else."""
    return Step(
        code=str(codes.PREPARE),
        when=When.BEFORE,
        title="Look at the cluster, and keep what is there",
        why=f"AKS changes the dataplane of clusters with Azure CNI and Linux nodes alone. {_release(world)} There is "
        "no way "
        "back in Microsoft's guide, so rehearse it on a copy of the cluster.",
        effect=Effect.NONE,
        repairs=(
            Repair(
                what="network plugin azure, network policy azure, and the version of Kubernetes (kubenet goes to "
                "Azure CNI "
                "Overlay first)",
                command=f'az aks show {_CLUSTER} --query "[currentKubernetesVersion, networkProfile]"',
            ),
            Repair(what="no Windows nodes", command="kubectl get nodes -l kubernetes.io/os=windows"),
            Repair(
                what="Azure CLI 2.52.0 or later, and node auto-provisioning off while the dataplane changes",
                command="az version --query '\"azure-cli\"'",
            ),
            Repair(
                what="keep the policies as they are",
                command="kubectl get networkpolicies -A -o yaml > networkpolicies-before.yaml",
            ),
        ),
        source=GUIDE,
    )


def change(world: World) -> Step:
    """The change itself."""
    nodes = len(world.cluster.nodes)
    return Step(
        code=str(codes.CHANGE),
        when=When.CHANGE,
        title="Change the dataplane",
        why="All node pools are reimaged at once"
        + (f" ({say.counted(nodes, 'node', 'nodes')})" if nodes else "")
        + ", Azure NPM is removed, and no policy is enforced until all nodes are done: pods move, connections end, and "
        "whatever policies deny may pass meanwhile. NetworkPolicies stay as they are, and Cilium enforces them from "
        "then "
        "on. There is no command to go back.",
        effect=Effect.NONE,
        repairs=(
            Repair(
                what="in a maintenance window",
                command=f"az aks update {_CLUSTER} --network-dataplane cilium",
            ),
            Repair(
                what="wait until every node runs Cilium: only then are policies enforced",
                command="kubectl -n kube-system rollout status daemonset/cilium --timeout=60m",
            ),
            Repair(
                what="see that Azure NPM is gone, and the new dataplane on record",
                command=f'az aks show {_CLUSTER} --query "networkProfile.{{dataplane:networkDataplane, '
                'policy:networkPolicy}"',
            ),
        ),
        source=GUIDE,
    )


def apply(world: World) -> Step:
    """What npconv wrote, once Cilium runs."""
    made = world.conversion.outputs if world.conversion is not None else ()
    return Step(
        code=str(codes.APPLY),
        when=When.AFTER,
        title="Apply the translated policies, then delete the originals",
        why=f"{say.counted(len(made), 'object', 'objects')} of Cilium's own say what NetworkPolicies have no words "
        "for. "
        "Cilium adds up what they and the NetworkPolicies allow, so nothing closes while both are there; what the "
        "originals let through beyond their translation ends when they are deleted."
        if made
        else "Cilium's own policies say what NetworkPolicies have no words for, and add to these while both are there.",
        effect=Effect.NONE,
        repairs=(
            Repair(
                what="write them, if that is not done",
                command=f"npconv convert --from azure-npm --to {world.cilium.name} PATH... -d cilium",
            )
            if world.conversion is None
            else Repair(
                what="let the API server check them first: AKS refuses some policies that Cilium takes "
                "(Azure/AKS#4663)",
                command="kubectl apply --server-side --dry-run=server -R -f cilium",
            ),
            Repair(what="apply them", command="kubectl apply --server-side -R -f cilium"),
            Repair(
                what="delete the originals, namespace by namespace, once what should pass does",
                command="kubectl delete networkpolicy NAME -n NAMESPACE",
            ),
        ),
        source=DATAPLANE,
    )


def _release(world: World) -> str:
    asked = world.cilium.version
    fitting = [kubernetes for kubernetes, cilium in RELEASES if cilium == asked]
    shown = f"Cilium {asked[0]}.{asked[1]}"
    if fitting:
        return f"{shown}, for which this report is, comes with Kubernetes {say.listed(fitting, 6)}."
    listed = "; ".join(f"{kubernetes}: {cilium[0]}.{cilium[1]}" for kubernetes, cilium in RELEASES)
    return (
        f"No Kubernetes of AKS is known to come with {shown}, for which this report is: it runs at least, by version "
        "of "
        f"Kubernetes, {listed}."
    )
