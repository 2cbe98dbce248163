"""Rules about endpoints that the target's engine does not have -> losses that change nothing, but are said.

Cilium knows health endpoints, proxies for Ingress and Gateway, and the pods of other clusters of a mesh. Where it is
the source, rules about these are about nobody for other engines, and no flow shows that they are gone.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from npconv.diagnostics.codes import losses
from npconv.diagnostics.effect import Effect
from npconv.ir.condition import NEVER, Condition, Either
from npconv.ir.policy import PolicyName, PolicySet
from npconv.lowering.conditions import leaves
from npconv.lowering.endpoints import KINDS
from npconv.lowering.losses import Loss
from npconv.lowering.views import CLUSTER, seen_as


def of_nobody(policies: PolicySet, written: Container[PolicyName], cluster: str = "default") -> Iterator[Loss]:
    """A loss for every written rule of which some peer is neither a pod of the cluster nor a node nor an address."""
    for tier in policies.tiers:
        for policy in tier.policies:
            if policy.name not in written:
                continue
            for section in policy.sections:
                for rule in section.rules:
                    parts = rule.peer.parts if isinstance(rule.peer, Either) else (rule.peer,)
                    gone = [one for one in parts if _is_nobody(one, cluster)]
                    if gone:
                        whole = "" if len(gone) == len(parts) else "part of the "
                        yield Loss(
                            code=losses.UNREACHED,
                            effect=Effect.INERT,
                            policy=policy,
                            direction=section.direction,
                            rule=rule,
                            message=f"{whole}{rule.action.value.capitalize()} rule left out: {_why(gone)}",
                        )


def _is_nobody(peer: Condition, cluster: str) -> bool:
    return peer != NEVER and all(seen_as(peer, kind, cluster) == NEVER for kind in KINDS)


def _why(gone: list[Condition]) -> str:
    if all(CLUSTER in leaves(one) for one in gone):
        return "it is for pods of another cluster"
    return "it is for endpoints that only the source's engine has"
