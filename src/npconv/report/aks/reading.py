"""NetworkPolicies -> what Cilium reads otherwise: rules of undeclared directions, and labels that do not count.

Cilium enforces rules of directions that `policyTypes` does not list, and isolates by them (cilium/cilium#48703,
pkg/k8s/network_policy.go; facts/cilium.md 3.1). Labels that make no identity are absent to it (2.1, labelsfilter).
"""

from __future__ import annotations

from collections.abc import Iterator

from npconv.diagnostics.origin import Origin, below
from npconv.dialects.k8s.model import SelectorPeer
from npconv.dialects.k8s.placed import counting, rules
from npconv.report.aks import say
from npconv.report.aks.model import Certainty, Effect, Item, Repair
from npconv.report.aks.parties import ANYTHING, ask, outside, remote_node, selected, strangers, titles
from npconv.report.aks.prepared import Prepared
from npconv.report.aks.world import OnePolicy, World
from npconv.source.label_selector import LabelSelector, Operator

_NEGATIVE = (Operator.NOT_IN, Operator.DOES_NOT_EXIST)


def of_undeclared(world: World, prepared: dict[str, Prepared]) -> Iterator[Item]:
    """Policies with rules of a direction that they do not list."""
    if not world.reads.undeclared_directions:
        return
    for one in world.policies:
        inert = {rule.direction: rule for rule in rules(one.stored) if rule.is_inert}
        for direction, rule in inert.items():
            witness = None
            closed = []
            for subject in selected(world, one):
                for peer in (*strangers(world, one), outside(), remote_node()):
                    asked = ask(world, direction, subject, peer, ANYTHING)
                    if asked.today.allowed and not asked.tomorrow.allowed:
                        closed.append(subject)
                        witness = witness or say.witness(direction, subject, peer, ANYTHING, asked)
            ready = prepared.get(str(one.name))
            ways = " and ".join(one.stored.policy_types or ())
            yield Item(
                thing=say.of_policy(one.tomorrow, rule.origin),
                npm=f"the {direction.value} rules do nothing, since policyTypes only lists {ways}",
                cilium=f"they are enforced all the same: {direction.value} of its pods is denied but for what they "
                "allow",
                effect=Effect.CLOSES if closed else Effect.OPENS,
                certainty=Certainty.CERTAIN if closed else Certainty.POSSIBLE,
                because="it is a mistake of Cilium's that is to be mended (cilium/cilium#48708)",
                witness=witness,
                pods=titles(closed),
                repairs=(
                    Repair(
                        what=f"before the change, apply the policy {ready.says}: to Azure NPM and to Kubernetes it "
                        "means "
                        "the same",
                        manifest=ready.manifest,
                        changes_today=ready.changes_today,
                    ),
                )
                if ready is not None
                else (),
            )


def of_ignored_labels(world: World) -> Iterator[Item]:
    """Selectors on labels that make no identity: asked for, they are never there; excluded, never there either."""
    for one in world.policies:
        if one.refused:
            continue
        for where, selector, is_subject in _selectors(one):
            for asked in selector.requirements:
                if world.reads.takes_label(asked.key):
                    continue
                negative = asked.operator in _NEGATIVE
                effect = Effect.OPENS if is_subject != negative else Effect.CLOSES
                yield Item(
                    thing=say.of_policy(one.tomorrow, where),
                    npm=f"the label {asked.key} counts like any other",
                    cilium=_without(asked.key, is_subject=is_subject, negative=negative),
                    effect=effect,
                    pods=titles(selected(world, one)) if not is_subject else (),
                    repairs=(
                        Repair(
                            what=f"select by another label; or, once Cilium runs, let {asked.key} count by the labels "
                            "setting of cilium-config, which is the one that AKS lets you change"
                        ),
                    ),
                )


def _without(key: str, *, is_subject: bool, negative: bool) -> str:
    fact = f"{key} makes no identity, so no pod has it"
    if is_subject:
        return f"{fact}: the policy selects " + (
            "also pods that it excludes" if negative else "nobody, and isolates nobody"
        )
    return f"{fact}: the peer covers " + ("also pods that it excludes" if negative else "nobody")


def _selectors(one: OnePolicy) -> Iterator[tuple[Origin | None, LabelSelector, bool]]:
    if one.stored.pod_selector is not None:
        yield below(one.written.origin, "spec", "podSelector"), one.stored.pod_selector, True
    for rule in counting(one.stored):
        for peer, place in rule.peers():
            if isinstance(peer, SelectorPeer) and peer.pod_selector is not None:
                yield place, peer.pod_selector, False
