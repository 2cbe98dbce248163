"""IR -> Calico model: policies in order, in tiers, with their structure kept; exact, or narrower and said so.

Calico has order, Deny, Pass, tiers and boolean selectors, so that little has to be taken apart: a set of allows, as
Kubernetes has them, becomes policies of tier `default` at order 1000; Cilium's denies come before its allows there.
Facts: facts/calico.md 1 to 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from npconv.dataclass import dataclass
from npconv.dialects.calico import lower_losses as losses
from npconv.dialects.calico.defaults import DEFAULT_TIER
from npconv.dialects.calico.lower_node import node_losses
from npconv.dialects.calico.lower_policy import Shop, Subjects, lower_policy, subjects
from npconv.dialects.calico.lower_tiers import Placed, Row, arrange
from npconv.dialects.calico.model import CalicoObject
from npconv.dialects.calico.model_metadata import Metadata
from npconv.dialects.calico.model_sets import Tier, TierDefault
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir import policy as ir
from npconv.ir.condition import NEVER, Condition
from npconv.ir.dimensions import Axis, Kind
from npconv.ir.policy import Action, Direction, PolicySet, TierEnd
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.conditions import leaves
from npconv.lowering.losses import Loss, once
from npconv.lowering.together import DENIES, together
from npconv.lowering.views import seen_as
from npconv.source.object_meta import ObjectMeta

PIECES = 256
"""The most rules that one rule may become, and policies that one policy may (`--max-pieces`)."""

_LONGEST = 240
"""Of a name, with room for a number after it: Calico takes 253 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """Calico objects, each with the source policy that it comes from (a Tier has none), and what was lost."""

    objects: tuple[tuple[CalicoObject, ir.Policy | None], ...]
    losses: tuple[Loss, ...]


def lower(
    policies: PolicySet,
    profile: CalicoProfile,
    plan: AddressPlan,
    *,
    names: Mapping[ir.PolicyName, ObjectMeta],
    cluster: str = "default",
    pieces: int = PIECES,
) -> Lowered:
    """Say a policy set in Calico's words, exactly where these can, narrower elsewhere (design, section 4).

    The set is about pods: take policies on nodes out first (`lowering.hosts.pods_only`). `names` gives every policy
    that is to be written its metadata. Policies without one are built into the source's engine: what they allow from
    the own node Calico has built in, too; what they isolate or deny is written under their own names. `cluster` is
    what the source's engine calls the cluster.
    """
    shop = Shop(profile=profile, plan=plan, cluster=cluster, pieces=pieces)

    def on_pods(condition: Condition) -> Condition:
        return seen_as(condition, Kind.POD, cluster)

    lost: list[Loss] = []
    chosen: dict[int, tuple[Subjects, ObjectMeta]] = {}
    tiers: list[ir.Tier] = []
    for tier in together(policies.tiers, on_pods, pieces):
        kept: list[ir.Policy] = []
        for policy in tier.policies:
            metadata = names.get(policy.name) or _own_metadata(policy, tier, profile)
            if metadata is None:
                continue
            found = subjects(policy, metadata.namespace, shop)
            if found.problem is not None:
                lost.append(found.problem)
                continue
            chosen[id(policy)] = (found, metadata)
            kept.append(policy)
        tiers.append(replace(tier, policies=tuple(kept)))
    rows = arrange(tiers, profile, on_pods, pieces)
    objects: list[tuple[CalicoObject, ir.Policy | None]] = [(_tier(row), None) for row in rows if row.order is not None]
    for placed, (found, metadata), name in _named(rows, chosen, shop):
        if found.problem is not None:
            lost.append(losses.isolates_more(placed.source, placed.policy))
            continue
        built, of_rules = lower_policy(placed, found, metadata, name, shop)
        objects += [(one, placed.source) for one in built]
        lost += of_rules
    lost += node_losses(policies, {policy.name for tier in tiers for policy in tier.policies}, shop)
    return Lowered(objects=tuple(objects), losses=once(lost))


def _own_metadata(policy: ir.Policy, tier: ir.Tier, profile: CalicoProfile) -> ObjectMeta | None:
    """Metadata for a policy that nobody wrote, if it does more than to let the own node in."""
    denying = [(section, rule) for section in policy.sections for rule in section.rules if rule.action is Action.DENY]
    isolates = tier.end is TierEnd.DENY and any(section.isolates for section in policy.sections)
    if profile.endpoint_to_host == "drop":
        denying = [(section, rule) for section, rule in denying if not _about_own_node(section.direction, rule)]
    if (isolates or denying) and seen_as(policy.subject, Kind.POD) != NEVER:
        return ObjectMeta(name=policy.name.name)
    return None


def _about_own_node(direction: Direction, rule: ir.Rule) -> bool:
    others = (Kind.POD, Kind.REMOTE_NODE, Kind.OUTSIDE)
    only_kind = set(leaves(rule.peer)) == {Axis.KIND}
    return direction is Direction.EGRESS and only_kind and all(seen_as(rule.peer, one) == NEVER for one in others)


def _tier(row: Row) -> Tier:
    end = TierDefault.PASS if row.end is TierEnd.PASS else TierDefault.DENY
    return Tier(metadata=Metadata(name=row.name), order=row.order, default_action=end)


def _named(
    rows: Sequence[Row], chosen: Mapping[int, tuple[Subjects, ObjectMeta]], shop: Shop
) -> Iterator[tuple[Placed, tuple[Subjects, ObjectMeta], str]]:
    """Every policy with a name of its own: Calico's names are unique over all tiers.

    Policies of one source object share its name. The first that does more than deny keeps it; one of denies alone is
    called `<name>-deny`, others are numbered.
    """
    placed = [one for row in rows for one in row.placed]
    taken: set[tuple[str, str]] = set()
    names: dict[int, str] = {}
    for one in sorted(placed, key=_only_denies):
        found, metadata = chosen.get(id(one.policy)) or _made(one, shop)
        base = _fitting(metadata.name, one.tier, shop.profile)
        for name in _candidates(base, denies=_only_denies(one)):
            row = [(found.namespace, each) for each in _row(name, found)]
            if taken.isdisjoint(row):
                break
        taken.update(row)
        names[id(one)] = name
    for one in placed:
        yield one, chosen.get(id(one.policy)) or _made(one, shop), names[id(one)]


def _candidates(base: str, *, denies: bool) -> Iterator[str]:
    yield base
    stem = f"{base}-{DENIES}" if denies else base
    if denies:
        yield stem
    yield from (f"{stem}-{number}" for number in count(2))


def _row(name: str, found: Subjects) -> Iterable[str]:
    return (name, *(f"{name}-{number}" for number in range(2, len(found.options) + 1)))


def _only_denies(placed: Placed) -> bool:
    actions = {rule.action for section in placed.policy.sections for rule in section.rules}
    return actions == {Action.DENY} and not any(section.isolates for section in placed.policy.sections)


def _made(placed: Placed, shop: Shop) -> tuple[Subjects, ObjectMeta]:
    """A policy that the arrangement of the tiers needs."""
    return subjects(placed.policy, "", shop), ObjectMeta(name=placed.policy.name.name)


def _fitting(name: str, tier: str, profile: CalicoProfile) -> str:
    """The name as Calico takes it: a DNS label or two; up to 3.31 with the tier in front, and no other dot."""
    fitting = name
    if profile.names_carry_tier:
        plain = name.removeprefix(f"{tier}.").replace(".", "-")
        fitting = plain if tier == DEFAULT_TIER else f"{tier}.{plain}"
    elif profile.applied_by == "calicoctl" and name.count(".") > 1:
        fitting = name.replace(".", "-")
    return fitting[:_LONGEST].strip("-.")
