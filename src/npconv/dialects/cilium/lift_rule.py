"""One Cilium rule -> its subject, whether it isolates, and its allows and denies as IR rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium import labels, lift_entries, lift_ports, lift_selectors
from npconv.dialects.cilium.lift_addresses import CIDRGroups
from npconv.dialects.cilium.lift_entries import Context, Entry
from npconv.dialects.cilium.lift_merge import Allow, Merged
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.model import CiliumNetworkPolicy, CiliumPolicy, Rule
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir import policy as ir
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, kind, negate
from npconv.ir.dimensions import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRule:
    """A rule with its entries settled. `isolates` lists the directions in which it has entries."""

    name: ir.PolicyName
    subject: Condition
    isolates: Mapping[ir.Direction, bool]
    allows: tuple[Entry, ...]
    denies: tuple[Entry, ...]
    origin: Origin | None

    @property
    def allowing(self) -> tuple[Allow, ...]:
        """The allows with whose they are."""
        return tuple(Allow(policy=self.name, subject=self.subject, entry=entry) for entry in self.allows)


def settle(
    policy: CiliumPolicy, rule: Rule, profile: CiliumProfile, groups: CIDRGroups, services: Services
) -> SettledRule | None:
    """The rule on its own; None if nothing in it can have an effect (a node's rule without the host firewall)."""
    namespace = (policy.metadata.namespace or "default") if isinstance(policy, CiliumNetworkPolicy) else ""
    subject = _subject(rule, namespace, profile)
    if subject == NEVER:
        return None
    context = Context(
        namespace=namespace,
        subject_has_init=labels.mentions_init(rule.endpoint_selector),
        profile=profile,
        groups=groups,
        services=services,
    )
    return SettledRule(
        name=ir.PolicyName(type(policy).__name__, namespace, policy.metadata.name),
        subject=subject,
        isolates=_isolation(rule, profile),
        allows=(
            *(lift_entries.ingress(entry, context) for entry in rule.ingress or ()),
            *(lift_entries.egress(entry, context) for entry in rule.egress or ()),
        ),
        denies=(
            *(lift_entries.ingress(entry, context) for entry in rule.ingress_deny or ()),
            *(lift_entries.egress(entry, context) for entry in rule.egress_deny or ()),
        ),
        origin=rule.origin or policy.origin,
    )


def denying(rule: SettledRule) -> ir.Policy | None:
    """The rule's denies; they isolate in `allowing`, which every rule with entries has."""
    sections = tuple(
        ir.Section(direction=direction, isolates=False, rules=rules)
        for direction in ir.Direction
        if (rules := tuple(_denies(rule, direction)))
    )
    return _policy(rule, sections) if sections else None


def allowing(rule: SettledRule, merged: Merged, profile: CiliumProfile) -> ir.Policy | None:
    """The rule's allows, and its isolation, be it only by denies (oracle case 24d)."""
    sections = tuple(
        section
        for direction in ir.Direction
        if direction in rule.isolates and (section := _section(rule, direction, merged, profile)) is not None
    )
    return _policy(rule, sections) if sections else None


def _section(rule: SettledRule, direction: ir.Direction, merged: Merged, profile: CiliumProfile) -> ir.Section | None:
    rules = tuple(
        one for allow in rule.allowing if allow.entry.direction is direction for one in _allows(allow, merged, profile)
    )
    isolates = rule.isolates[direction]
    return ir.Section(direction=direction, isolates=isolates, rules=rules) if rules or isolates else None


def _policy(rule: SettledRule, sections: tuple[ir.Section, ...]) -> ir.Policy:
    return ir.Policy(name=rule.name, subject=rule.subject, sections=sections, origin=rule.origin)


def _subject(rule: Rule, namespace: str, profile: CiliumProfile) -> Condition:
    """A namespaced rule selects pods of its namespace; a clusterwide one all endpoints but nodes (40, 77, G7)."""
    if rule.node_selector is not None:
        if not profile.host_firewall:
            return NEVER
        return both(kind(Kind.HOST), lift_selectors.on_nodes(labels.with_sources(rule.node_selector), profile))
    if rule.endpoint_selector is None:
        return NEVER
    chosen = lift_selectors.condition(labels.inject_subject(rule.endpoint_selector, namespace), profile)
    return both(kind(Kind.POD) if namespace else negate(kind(Kind.HOST)), chosen)


def _isolation(rule: Rule, profile: CiliumProfile) -> dict[ir.Direction, bool]:
    """Per direction with entries: whether they isolate. Without entries nothing carries it (oracle case 25b)."""
    given = rule.enable_default_deny
    found: dict[ir.Direction, bool] = {}
    for direction, entries, asked in (
        (ir.Direction.INGRESS, bool(rule.ingress or rule.ingress_deny), None if given is None else given.ingress),
        (ir.Direction.EGRESS, bool(rule.egress or rule.egress_deny), None if given is None else given.egress),
    ):
        if entries:
            found[direction] = True if asked is None or not profile.non_default_deny else asked
    return found


def _denies(rule: SettledRule, direction: ir.Direction) -> Iterator[ir.Rule]:
    for entry in rule.denies:
        if entry.direction is direction:
            keys = tuple(key for part in entry.parts for key in part.keys)
            denied = ir.Rule(
                action=ir.Action.DENY,
                peer=either(*entry.peers),
                traffic=lift_ports.traffic(keys),
                origin=_origin(entry),
            )
            yield from _meant(denied)


def _allows(allow: Allow, merged: Merged, profile: CiliumProfile) -> Iterator[ir.Rule]:
    """An entry's ports without layer 7 make one rule; other port rules, and what another allow changes, their own."""
    entry = allow.entry
    plain: list[lift_ports.Key] = []
    for part in entry.parts:
        taken = {
            (peer, key): claim
            for peer in entry.peers
            for key in part.keys
            if (claim := merged.taken(allow, part, peer, key)) != NEVER
        }
        request = entry.request(part, profile)
        if taken:
            for peer in entry.peers:
                for key in part.keys:
                    left = negate(taken.get((peer, key), NEVER))
                    if both(allow.subject, left) != NEVER and allow.subject != negate(left):
                        yield from _meant(
                            ir.Rule(
                                action=ir.Action.ALLOW,
                                subject=left,
                                peer=peer,
                                traffic=key.condition,
                                request=request,
                                origin=part.origin or entry.origin,
                            )
                        )
        elif request == ALWAYS:
            plain += part.keys
        else:
            yield from _meant(
                ir.Rule(
                    action=ir.Action.ALLOW,
                    peer=either(*entry.peers),
                    traffic=lift_ports.traffic(part.keys),
                    request=request,
                    origin=part.origin or entry.origin,
                )
            )
    if plain:
        yield from _meant(
            ir.Rule(
                action=ir.Action.ALLOW,
                peer=either(*entry.peers),
                traffic=lift_ports.traffic(tuple(plain)),
                origin=_origin(entry),
            )
        )


def _meant(rule: ir.Rule) -> Iterator[ir.Rule]:
    """The rule, unless it can match nothing."""
    if NEVER not in (rule.peer, rule.traffic, rule.subject, rule.request):
        yield rule


def _origin(entry: Entry) -> Origin | None:
    """Where the entry's ports stand if they are all in one place, else the entry."""
    only = entry.parts[0].origin if len(entry.parts) == 1 else None
    return only or entry.origin
