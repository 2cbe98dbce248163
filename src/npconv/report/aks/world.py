"""What was read -> both engines side by side: what Azure NPM lets through today, and Cilium of the same objects after.

The dataplane change leaves the objects as they are: from then on Cilium enforces the NetworkPolicies, before anything
translated is applied. So that is what today is compared with; the translation is one of the repairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.lift import enforced
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading
from npconv.dialects.azure_npm.refuse import Refusal, refusals
from npconv.dialects.cilium import kinds as cilium
from npconv.dialects.cilium.lift import lift as lift_cilium
from npconv.dialects.cilium.lift_kubernetes import meaning as cilium_meaning
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.model import CiliumObject
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.validate import validate
from npconv.dialects.cluster.model import Cluster, Pod
from npconv.dialects.k8s.defaults import with_defaults
from npconv.dialects.k8s.lift import lift as lift_kubernetes
from npconv.dialects.k8s.model import NetworkPolicy, Peer
from npconv.ir.dimensions import NAMESPACE
from npconv.ir.policy import Policy, PolicyName, PolicySet
from npconv.pipeline.meaning import Meaning
from npconv.pipeline.model import Conversion
from npconv.report.aks.party import Party, Pods
from npconv.report.aks.places import Places, places
from npconv.semantics.flow import Flow
from npconv.semantics.meaning import EngineMeaning
from npconv.semantics.verdict import Verdict, verdict
from npconv.source.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePolicy:
    """A NetworkPolicy: as it was written, as the API server stores it, why NPM drops it, and what either makes of it.

    `today` is None if NPM drops it.
    """

    written: NetworkPolicy
    stored: NetworkPolicy
    refused: tuple[Refusal, ...]
    today: Policy | None
    tomorrow: Policy

    @property
    def name(self) -> PolicyName:
        """What both engines call it."""
        return self.tomorrow.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """An object of Cilium's that is there already, and what its validation says of it."""

    document: Document
    object: CiliumObject | None
    problems: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """What is enforced: by NPM, by Cilium, and by a Cilium that goes by `policyTypes` (cilium/cilium#48703)."""

    today: PolicySet
    tomorrow: PolicySet
    mended: PolicySet
    alone: PolicySet
    """What Cilium enforces of NetworkPolicies alone, without objects of its own that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What both engines say of a flow."""

    today: Verdict
    tomorrow: Verdict
    mended: Verdict

    @property
    def closes(self) -> bool:
        """Whether it passes today and not after, as Cilium is or as it will be."""
        return self.today.allowed and not (self.tomorrow.allowed and self.mended.allowed)

    @property
    def opens(self) -> bool:
        """Whether it is denied today and passes after."""
        return not self.today.allowed and self.tomorrow.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that findings are made of."""

    npm: AzureNpmProfile
    cilium: CiliumProfile
    reads: EngineMeaning
    """How this Cilium reads NetworkPolicies."""
    policies: tuple[OnePolicy, ...]
    present: tuple[Present, ...]
    sets: Sets
    cluster: Cluster
    places: Places
    dual_stack: bool
    conversion: Conversion | None
    pods: Pods
    selected: dict[PolicyName, tuple[Party, ...]] = field(default_factory=dict, compare=False, repr=False)
    """The pods that policies select, as they are found."""
    destinations: dict[tuple[str, tuple[Peer, ...] | None], list[Pod]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """The pods that peers of a namespace's policies are for, as they are found."""
    _keys: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    _near: dict[str, Sets] = field(default_factory=dict, compare=False, repr=False)

    @property
    def pods_known(self) -> bool:
        """Whether the input says which pods there are."""
        return bool(self.cluster.pods)

    def ask(self, today: Flow, tomorrow: Flow | None = None) -> Asked:
        """What both engines decide of a flow. `tomorrow` is the same flow as Cilium sees it, if that differs."""
        later = today if tomorrow is None else tomorrow
        near = self.near(today.subject.attributes.get(NAMESPACE, ""))
        return Asked(
            today=verdict(near.today, today),
            tomorrow=verdict(near.tomorrow, later),
            mended=verdict(near.mended, later),
        )

    def subject_keys(self, namespace: str) -> frozenset[str]:
        """The labels by which policies of a namespace select pods."""
        if namespace not in self._keys:
            self._keys[namespace] = frozenset(
                asked.key
                for one in self.policies
                if one.name.namespace == namespace and one.stored.pod_selector is not None
                for asked in one.stored.pod_selector.requirements
            )
        return self._keys[namespace]

    def near(self, namespace: str) -> Sets:
        """The policies that can be about pods of one namespace."""
        found = self._near.get(namespace)
        if found is None:
            found = self._near[namespace] = Sets(
                today=_within(self.sets.today, namespace),
                tomorrow=_within(self.sets.tomorrow, namespace),
                mended=_within(self.sets.mended, namespace),
                alone=_within(self.sets.alone, namespace),
            )
        return found


def world(
    source: Meaning,
    target: CiliumProfile,
    *,
    conversion: Conversion | None = None,
    pod_cidrs: Sequence[str] = (),
    node_cidrs: Sequence[str] = (),
    dual_stack: bool = False,
) -> World:
    """Both engines over the same objects. `source` must be what Azure NPM enforces."""
    npm = source.engine
    if not isinstance(npm, AzureNpmProfile):
        raise TypeError(f"expected Azure NPM as the source (found {type(npm).__name__})")
    npm = replace(npm, reading=Reading.ENFORCED)
    reads = cilium_meaning(target)
    written = tuple(source.found.kubernetes)
    present = tuple(_present(one, target) for one in source.found.foreign if cilium.claims(one))
    today = enforced(written, npm).policies

    def after(meaning: EngineMeaning, beside: Sequence[Present]) -> PolicySet:
        return _enforced_after([lift_kubernetes(one, meaning) for one in written], beside, source.cluster, target)

    tomorrow = after(reads, present)
    alone = after(reads, ()) if present else tomorrow
    mended = replace(reads, undeclared_directions=False)
    by_name = {one.name: one for tier in today.tiers for one in tier.policies}
    return World(
        npm=npm,
        cilium=target,
        reads=reads,
        policies=tuple(_one(one, npm, reads, by_name) for one in sorted(written, key=_order)),
        present=present,
        sets=Sets(today=today, tomorrow=tomorrow, mended=after(mended, present), alone=alone),
        cluster=source.cluster,
        places=places(source.cluster, pod_cidrs=pod_cidrs, node_cidrs=node_cidrs),
        dual_stack=dual_stack,
        conversion=conversion,
        pods=Pods(source.cluster, target.cluster_name),
    )


def _order(policy: NetworkPolicy) -> tuple[str, str]:
    return policy.metadata.namespace, policy.metadata.name


def _one(
    written: NetworkPolicy, npm: AzureNpmProfile, reads: EngineMeaning, today: dict[PolicyName, Policy]
) -> OnePolicy:
    tomorrow = lift_kubernetes(written, reads)
    return OnePolicy(
        written=written,
        stored=with_defaults(written),
        refused=refusals(written, npm),
        today=today.get(tomorrow.name),
        tomorrow=tomorrow,
    )


def _present(document: Document, target: CiliumProfile) -> Present:
    found, said = parse(document)
    if found is not None:
        said = [*said, *validate(found, target)]
    return Present(document=document, object=found, problems=tuple(one for one in said if one.is_error))


def _enforced_after(
    kubernetes: Sequence[Policy], present: Sequence[Present], cluster: Cluster, target: CiliumProfile
) -> PolicySet:
    """What the agents enforce once they run: the NetworkPolicies, and objects of Cilium's own that are valid."""
    own = [one.object for one in present if one.object is not None and not one.problems]
    services = Services(known=cluster.services, complete=False)
    return lift_cilium(own, target, kubernetes=kubernetes, services=services).policies


def _within(policies: PolicySet, namespace: str) -> PolicySet:
    return _kept(policies, lambda one: one.name.namespace in ("", namespace))


def _kept(policies: PolicySet, keep: Callable[[Policy], bool]) -> PolicySet:
    tiers = tuple(replace(tier, policies=tuple(one for one in tier.policies if keep(one))) for tier in policies.tiers)
    return PolicySet(tiers=tiers)
