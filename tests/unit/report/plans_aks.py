"""What AKS asks for when a small cluster changes its dataplane: every part of the model is there."""

from __future__ import annotations

from npconv.report.aks.model import (
    AksReport,
    Certainty,
    Check,
    Effect,
    Item,
    Repair,
    Step,
    Thing,
    When,
    Witness,
)
from npconv.report.model import Spot

POLICY = Thing(
    kind="NetworkPolicy",
    namespace="shop",
    name="storefront",
    spot=Spot(file="policies/shop/storefront.yaml", line=8, column=14, path="spec.ingress[0].from[0]"),
)


def aks_report() -> AksReport:
    """A report with a step of each time."""
    return AksReport(
        verdict="1 finding about 1 object changes what passes, 1 more may",
        blocked=True,
        ready=False,
        steps=(
            Step(
                code="NPC677",
                when=When.BEFORE,
                title="Name the pods that ipBlocks cover",
                why="To Cilium pods are identities, and no ipBlock covers them.",
                effect=Effect.CLOSES,
                items=(_item(Certainty.CERTAIN), _item(Certainty.POSSIBLE)),
                source="learn.microsoft.com/azure/aks: migrate-from-npm-to-cilium-network-policy",
            ),
            Step(
                code="NPC690",
                when=When.CHANGE,
                title="Change the dataplane",
                why="All node pools are imaged again.",
                effect=Effect.NONE,
                repairs=(Repair(what="change it", command="az aks update -g RESOURCE_GROUP -n CLUSTER"),),
            ),
            Step(
                code="NPC691",
                when=When.AFTER,
                title="Look at what is dropped",
                why="What is dropped now passed before.",
                effect=Effect.NONE,
            ),
        ),
        checks=(Check(name="CIDR", flagged=3, found=1, missed=1, why="two ipBlocks cover no pod"),),
        panics="policies/shop/storefront.yaml:3:1",
        compared="every flow of 3 policies was compared",
        unknown=("the services: `kubectl get services` was not among the input",),
    )


def _item(certainty: Certainty) -> Item:
    return Item(
        thing=POLICY,
        npm="ipBlock 10.0.0.0/8 also means the pods that have such addresses",
        cilium="an ipBlock never means a pod",
        effect=Effect.CLOSES,
        certainty=certainty,
        because="" if certainty is Certainty.CERTAIN else "it depends on where the pods are",
        witness=Witness(
            source="pod ops/tool-0",
            destination="pod shop/storefront-0",
            traffic="8080/TCP",
            before="allowed by NetworkPolicy/shop/storefront",
            after="denied: NetworkPolicy/shop/storefront isolates the pod",
        ),
        also=(Thing(kind="Service", namespace="shop", name="storefront"),),
        pods=("shop/storefront-0", "shop/storefront-1"),
        repairs=(
            Repair(
                what="select the pods, beside the ipBlock",
                manifest="kind: NetworkPolicy\nmetadata:\n  name: storefront\n  namespace: shop\n",
                changes_today=True,
            ),
        ),
    )
