"""IR policy -> Calico policies: whom it selects, its types and its rules.

One of a namespace becomes a NetworkPolicy, any other a GlobalNetworkPolicy for pods (never for host endpoints).
A subject that Calico's selectors say only in alternatives becomes several policies in a row, with the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import calico_losses as codes
from npconv.dialects.calico import lower_losses as losses
from npconv.dialects.calico import lower_rule
from npconv.dialects.calico import lower_selectors as select
from npconv.dialects.calico.lower_peers import Known, Scene
from npconv.dialects.calico.lower_selectors import Home, Labels
from npconv.dialects.calico.lower_tiers import Placed
from npconv.dialects.calico.model import GlobalNetworkPolicy, NetworkPolicy, Policy, PolicyType
from npconv.dialects.calico.model_metadata import Metadata
from npconv.dialects.calico.model_rule import Rule
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.say import all_unsayable
from npconv.ir import policy as ir
from npconv.ir.condition import ALWAYS, NEVER, Condition, both
from npconv.ir.dimensions import NAMESPACE, Axis, BackendOf, Kind
from npconv.ir.policy import Direction
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import TooManyError
from npconv.lowering.losses import Loss
from npconv.lowering.sayable import Unsayable
from npconv.lowering.views import seen_as
from npconv.source.object_meta import ObjectMeta

TYPES = {Direction.INGRESS: PolicyType.INGRESS, Direction.EGRESS: PolicyType.EGRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What every policy of a translation is made with."""

    profile: CalicoProfile
    plan: AddressPlan
    cluster: str
    pieces: int
    known: Known = field(default_factory=dict, compare=False)
    """What rules ask of either end, in Calico's words."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whom a policy selects, in alternatives, in a namespace or (empty) in any. `problem`: why it cannot be said."""

    namespace: str
    options: tuple[Labels, ...] = ()
    problem: Loss | None = None


def subjects(policy: ir.Policy, namespace: str, shop: Shop) -> Subjects:
    """The selectors of a policy, or why it is left out."""
    asked = seen_as(policy.subject, Kind.POD, shop.cluster)
    if asked == NEVER:
        return Subjects(namespace, problem=losses.selects_nothing(policy))
    reasons = [*all_unsayable("subject", asked), *_no_label(asked)]
    if reasons:
        return Subjects(namespace, problem=losses.refused(policy, f"policy left out: {reasons[0].why}", reasons[0]))
    own, rest = select.only(NAMESPACE, asked)
    local = bool(namespace) and own == (namespace,)
    try:
        options = select.alternatives(rest if local else asked, shop.pieces, whole=True)
        if local and any(one.namespaces != ALWAYS for one in options):
            local, options = False, select.alternatives(asked, shop.pieces, whole=True)
    except TooManyError:
        message = "policy left out: its subject takes too many policies"
        return Subjects(namespace, problem=losses.refused(policy, message))
    return Subjects(namespace if local else "", options)


def lower_policy(
    placed: Placed, found: Subjects, metadata: ObjectMeta, name: str, shop: Shop
) -> tuple[tuple[Policy, ...], tuple[Loss, ...]]:
    """The policies that a policy becomes, and what its rules lose."""
    lost: list[Loss] = []
    by_type: dict[PolicyType, tuple[Rule, ...]] = {}
    for section in placed.policy.sections:
        scene = _scene(section.direction, found.namespace, shop)
        said = [lower_rule.rules(rule, placed.source, scene, shop.profile) for rule in section.rules]
        lost += [loss for one in said for loss in one.losses]
        rules = tuple(rule for one in said for rule in one.rules)
        if section.isolates or rules:
            by_type[TYPES[section.direction]] = rules
    if not by_type:
        return (), tuple(lost)
    policies = tuple(
        _policy(placed, option, _metadata(metadata, _numbered(name, number), found.namespace), by_type)
        for number, option in enumerate(found.options, 1)
    )
    return policies, tuple(lost)


def _scene(direction: Direction, namespace: str, shop: Shop) -> Scene:
    return Scene(
        plan=shop.plan,
        namespace=namespace,
        direction=direction,
        cluster=shop.cluster,
        pieces=shop.pieces,
        widest=False,
        known=shop.known,
    )


def _policy(placed: Placed, option: Labels, meta: Metadata, by_type: dict[PolicyType, tuple[Rule, ...]]) -> Policy:
    types = tuple(one for one in PolicyType if one in by_type)
    ingress, egress = by_type.get(PolicyType.INGRESS) or None, by_type.get(PolicyType.EGRESS) or None
    pods = None if option.pods == ALWAYS else select.text(option.pods, Home.PODS)
    accounts = None if option.accounts == ALWAYS else select.text(option.accounts, Home.ACCOUNTS)
    if meta.namespace:
        return NetworkPolicy(
            metadata=meta,
            tier=placed.tier,
            order=placed.order,
            selector=pods,
            service_account_selector=accounts,
            types=types,
            ingress=ingress,
            egress=egress,
            origin=placed.source.origin,
        )
    return GlobalNetworkPolicy(
        metadata=meta,
        tier=placed.tier,
        order=placed.order,
        namespace_selector=select.of_namespaces(option.namespaces),
        selector=pods,
        service_account_selector=accounts,
        types=types,
        ingress=ingress,
        egress=egress,
        origin=placed.source.origin,
    )


def _metadata(source: ObjectMeta, name: str, namespace: str) -> Metadata:
    labels, annotations = dict(source.labels or {}), dict(source.annotations or {})
    return Metadata(name=name, namespace=namespace, labels=labels, annotations=annotations)


def _numbered(name: str, number: int) -> str:
    """The names of the policies that a policy becomes. Their order decides nothing: their rules are the same."""
    return name if number == 1 else f"{name}-{number}"


def _no_label(asked: Condition) -> Iterator[Unsayable]:
    """Subjects are chosen by labels alone."""
    for leaf in leaves(both(asked)):
        if isinstance(leaf, Axis):
            yield Unsayable("subject", leaf, codes.REFUSED, "Calico chooses subjects by labels, not by address")
        elif isinstance(leaf, BackendOf):
            yield Unsayable("subject", Axis.KIND, codes.REFUSED, "Calico chooses subjects by labels, not by service")
