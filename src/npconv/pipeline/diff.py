"""Two meanings -> the flows on which they differ, by the policy that causes them, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.addresses import Addresses
from npconv.ir.condition import Either
from npconv.ir.dimensions import Axis, Family, Kind
from npconv.ir.policy import Policy, PolicyName, PolicySet, Rule, Section
from npconv.lowering import addresses
from npconv.lowering.conditions import leaves
from npconv.lowering.hosts import given
from npconv.pipeline import findings
from npconv.pipeline.engines import same_addresses
from npconv.pipeline.existing import differences
from npconv.pipeline.meaning import Meaning
from npconv.semantics.budget import Budget
from npconv.semantics.compare import Change, Counterexample, Outcome, Unproven, compare
from npconv.semantics.flow import Flow
from npconv.semantics.space import NODES, UNKNOWN, Space
from npconv.semantics.verdict import meets
from npconv.source.nodes import collector_paused

_INSIDERS: Final = (Kind.POD, Kind.HOST, Kind.REMOTE_NODE)

MOST_PEERS: Final = 20
"""Up to how many peers of one rule are told apart."""


class Standing(Enum):
    """What became of a policy between the two sets."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    KEPT = "unchanged"
    """The policy is the same: its order, its tier, or what a service leads to is not."""
    TRANSLATED = "translated"
    """The two sets are of different engines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The flows that one policy gains or loses. `policy` is None where the engines differ by themselves."""

    change: Change
    policy: PolicyName | None
    standing: Standing
    flows: tuple[Counterexample, ...]
    """One for each pair of deciding rules, each peer of a rule by itself, and at most as many as were asked for."""
    found: int
    """How many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOptions:
    """What a comparison knows of the cluster, and its bounds."""

    pod_cidrs: tuple[str, ...] = ()
    node_cidrs: tuple[str, ...] = ()
    dual_stack: bool = False
    seconds: float = 60.0
    limit: int = 3
    """How many flows of a group are kept."""
    existing: bool = False
    """Whether only flows between what is in the cluster count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What comparing two sets found. `complete`: every pair of rules that makes a difference is in a group."""

    outcome: Outcome
    groups: tuple[Group, ...]
    unproven: tuple[Unproven, ...]
    complete: bool
    assumptions: tuple[Diagnostic, ...]


@collector_paused()
def diff(old: Meaning, new: Meaning, options: DiffOptions) -> Diff:
    """Compare what two engines enforce: over all flows, or over those between what exists."""
    old, new = _parted(old), _parted(new)
    space, assumed = _space(old, new, options)
    if options.existing:
        found = tuple(differences(old.policies, new.policies, new.cluster, space))
        outcome = Outcome.DIFFERENT if found else Outcome.EQUAL
        return Diff(
            outcome=outcome,
            groups=_grouped(old, new, found, options.limit),
            unproven=(),
            complete=True,
            assumptions=(*assumed, findings.existing_only()),
        )
    budget = Budget(seconds=options.seconds, counterexamples=1000, per_question=40)
    compared = compare(old.policies, new.policies, assumptions=space, budget=budget)
    return Diff(
        outcome=compared.outcome,
        groups=_grouped(old, new, compared.counterexamples, options.limit),
        unproven=compared.unproven,
        complete=compared.complete,
        assumptions=assumed,
    )


def _parted(meaning: Meaning) -> Meaning:
    """The same meaning with a rule for each peer that a rule lists, so that each peer has a flow of its own."""

    def parts(rule: Rule) -> tuple[Rule, ...]:
        if not isinstance(rule.peer, Either) or len(rule.peer.parts) > MOST_PEERS:
            return (rule,)
        return tuple(replace(rule, peer=peer) for peer in rule.peer.parts)

    def parted(section: Section) -> Section:
        return replace(section, rules=tuple(part for rule in section.rules for part in parts(rule)))

    tiers = tuple(
        replace(
            tier,
            policies=tuple(
                replace(policy, sections=tuple(parted(section) for section in policy.sections))
                for policy in tier.policies
            ),
        )
        for tier in meaning.policies.tiers
    )
    return replace(meaning, policies=PolicySet(tiers=tiers))


def _space(old: Meaning, new: Meaning, options: DiffOptions) -> tuple[Space, tuple[Diagnostic, ...]]:
    """The flows that are compared.

    Where both engines take an address for the same thing, or nothing asks for a pod's or node's address, nothing needs
    to be assumed of the cluster's addresses. Else the assumptions are those of a translation, and they are told: which
    CIDRs of the engine that matches pods by their addresses hold pods and nodes.
    """
    kinds = old.subject_kinds | new.subject_kinds
    cluster = next((one.engine.cluster_name for one in (new, old) if isinstance(one.engine, CiliumProfile)), "default")
    asked = _about_insiders(old.policies, new.policies)
    networks = bool(old.found.policy_api or new.found.policy_api)
    if same_addresses(old.engine, new.engine, networks=networks) or not _asks_anything(asked):
        # Azure NPM leaves IPv6 open, whatever policies say.
        only_v4 = not options.dual_stack and any(isinstance(one.engine, AzureNpmProfile) for one in (old, new))
        return (
            Space(
                subject_kinds=kinds,
                cluster_families=frozenset({Family.V4}) if only_v4 else frozenset(Family),
                pod_addresses=Addresses.of(options.pod_cidrs) if options.pod_cidrs else UNKNOWN,
                node_addresses=Addresses.of(options.node_cidrs) if options.node_cidrs else UNKNOWN,
                cluster=cluster,
                named_port_kinds=_named_port_kinds(old, new),
            ),
            (findings.only_v4(),) if only_v4 and not options.existing else (),
        )
    plan = addresses.plan(
        asked, pod_cidrs=options.pod_cidrs, node_cidrs=options.node_cidrs, only_v4=not options.dual_stack
    )
    return (
        Space(
            subject_kinds=kinds,
            cluster_families=frozenset({Family.V4}) if plan.only_v4 else frozenset(Family),
            pod_addresses=plan.places(addresses.PODS),
            node_addresses=plan.places(addresses.NODES),
            exclusive=not (plan.pods.assumed or plan.nodes.assumed),
            taken=plan.told,
            cluster=cluster,
            named_port_kinds=_named_port_kinds(old, new),
        ),
        () if options.existing else tuple(findings.of_addresses(asked, plan)),
    )


def _about_insiders(*sets: PolicySet) -> PolicySet:
    """The policies with those rules alone that ask for a pod's or node's address, or for the family it is reached over.

    A rule that asks for an address of what is outside, as Cilium's do, asks nothing of the cluster.
    """

    def kept(section: Section) -> Section:
        return replace(section, rules=tuple(rule for rule in section.rules if _asks_insiders(rule)))

    return PolicySet(
        tiers=tuple(
            replace(
                tier,
                policies=tuple(
                    replace(policy, sections=tuple(kept(section) for section in policy.sections))
                    for policy in tier.policies
                ),
            )
            for policies in sets
            for tier in policies.tiers
        )
    )


def _asks_insiders(rule: Rule) -> bool:
    if Axis.ADDRESS in leaves(rule.subject) or Axis.FAMILY in leaves(rule.traffic):
        return True
    return any(Axis.ADDRESS in leaves(given(rule.peer, one)) for one in _INSIDERS)


def _asks_anything(policies: PolicySet) -> bool:
    return any(
        Axis.ADDRESS in leaves(policy.subject) or any(section.rules for section in policy.sections)
        for tier in policies.tiers
        for policy in tier.policies
    )


def _named_port_kinds(old: Meaning, new: Meaning) -> frozenset[Kind]:
    """Nodes declare ports by name as Calico's HostEndpoints only (facts/calico.md 3.7, facts/cilium.md 2.6)."""
    both_calico = isinstance(old.engine, CalicoProfile) and isinstance(new.engine, CalicoProfile)
    return frozenset({Kind.POD}) | (NODES if both_calico else frozenset())


def _grouped(old: Meaning, new: Meaning, found: Iterable[Counterexample], limit: int) -> tuple[Group, ...]:
    """The flows by change and cause: gained before lost, then what makes the most differences, then by name."""
    causes = _Causes(old, new)
    groups: dict[tuple[Change, PolicyName | None, Standing], list[Counterexample]] = {}
    for one in found:
        groups.setdefault((one.change, *causes.of(one)), []).append(one)
    made = [
        Group(change=change, policy=name, standing=standing, flows=tuple(flows[:limit]), found=len(flows))
        for (change, name, standing), flows in groups.items()
    ]
    return tuple(sorted(made, key=lambda one: (one.change is Change.LOST, -one.found, str(one.policy))))


class _Causes:
    """Which policy a difference is down to."""

    def __init__(self, old: Meaning, new: Meaning) -> None:
        self._old, self._new = _by_name(old.policies), _by_name(new.policies)
        self._comparable = type(old.engine) is type(new.engine)

    def of(self, example: Counterexample) -> tuple[PolicyName | None, Standing]:
        """The policy that decides on either side and is not what it was; else another such that selects the subject."""
        deciding = [one.policy for one in (example.new, example.old) if one.policy is not None]
        if not self._comparable:
            written = [one for one in deciding if one.origin is not None] or deciding
            return (written[0].name if written else None), Standing.TRANSLATED
        for policy in deciding:
            standing = self._standing(policy.name)
            if standing is not Standing.KEPT:
                return policy.name, standing
        for name in self._moved(example.flow):
            return name, self._standing(name)
        return (deciding[0].name if deciding else None), Standing.KEPT

    def _standing(self, name: PolicyName) -> Standing:
        before, after = self._old.get(name), self._new.get(name)
        if before is None:
            return Standing.ADDED
        if after is None:
            return Standing.REMOVED
        return Standing.KEPT if before == after else Standing.CHANGED

    def _moved(self, flow: Flow) -> Iterator[PolicyName]:
        for name in sorted({*self._old, *self._new}):
            if self._old.get(name) != self._new.get(name) and any(
                policy.section(flow.direction) is not None and meets(policy.subject, flow, flow.subject)
                for _, policy in (*self._old.get(name, ()), *self._new.get(name, ()))
            ):
                yield name


def _by_name(policies: PolicySet) -> dict[PolicyName, tuple[tuple[str, Policy], ...]]:
    """Every policy with the tier that it is in; some are cut into several."""
    found: dict[PolicyName, list[tuple[str, Policy]]] = {}
    for tier in policies.tiers:
        for policy in tier.policies:
            found.setdefault(policy.name, []).append((tier.name, policy))
    return {name: tuple(several) for name, several in found.items()}
