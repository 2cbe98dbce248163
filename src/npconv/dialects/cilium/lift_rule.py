"""One Cilium rule -> its subject, whether it isolates, and its allows and denies as IR rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin, Path
from npconv.dialects.cilium import labels, lift_entries, lift_ports, lift_selectors
from npconv.dialects.cilium.lift_context import Context, Contexts
from npconv.dialects.cilium.lift_merge import Allow, Merged, demands
from npconv.dialects.cilium.lift_ports import Key
from npconv.dialects.cilium.lift_settled import Entry
from npconv.dialects.cilium.model import (
    CiliumNetworkPolicy,
    CiliumPolicy,
    EgressDenyRule,
    EgressRule,
    IngressDenyRule,
    IngressRule,
    Rule,
)
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir import policy as ir
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, kind, negate
from npconv.ir.dimensions import Kind

Placed: TypeAlias = tuple[Entry, Path]
"""An entry, and the way to it from its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRule:
    """A rule with its entries settled. `isolates` lists the directions in which it has entries."""

    name: ir.PolicyName
    subject: Condition
    isolates: Mapping[ir.Direction, bool]
    allows: tuple[Placed, ...]
    denies: tuple[Placed, ...]
    rule: Rule
    origin: Origin | None

    @property
    def demanding(self) -> Iterator[Allow]:
        """The allows that say more than whom they let in at which ports, with whose they are."""
        return (self.allow(entry, path) for entry, path in self.allows if demands(entry))

    def allow(self, entry: Entry, path: Path) -> Allow:
        """An allow with whose it is."""
        return Allow(policy=self.name, subject=self.subject, entry=entry, origin=self.rule.at(*path))


def settle(policy: CiliumPolicy, rule: Rule, contexts: Contexts) -> SettledRule | None:
    """The rule on its own; None if nothing in it can have an effect (a node's rule without the host firewall)."""
    namespace = (policy.metadata.namespace or "default") if isinstance(policy, CiliumNetworkPolicy) else ""
    context = contexts.of(namespace, rule.endpoint_selector)
    subject = _subject(rule, context)
    if subject == NEVER:
        return None
    return SettledRule(
        name=ir.PolicyName(type(policy).__name__, namespace, policy.metadata.name),
        subject=subject,
        isolates=_isolation(rule, contexts.where.profile),
        allows=tuple(_entries(rule.ingress, rule.egress, "", context)),
        denies=tuple(_entries(rule.ingress_deny, rule.egress_deny, "Deny", context)),
        rule=rule,
        origin=rule.origin or policy.origin,
    )


def denying(rule: SettledRule) -> ir.Policy | None:
    """The rule's denies; they isolate in `allowing`, which every rule with entries has."""
    if not rule.denies:
        return None
    sections = tuple(
        ir.Section(direction=direction, isolates=False, rules=rules)
        for direction in ir.Direction
        if (rules := tuple(_undisturbed(rule, rule.denies, ir.Action.DENY, direction)))
    )
    return _policy(rule, sections) if sections else None


def allowing(rule: SettledRule, merged: Merged) -> ir.Policy | None:
    """The rule's allows, and its isolation, be it only by denies (oracle case 24d)."""
    sections = tuple(
        ir.Section(direction=direction, isolates=isolates, rules=rules)
        for direction, isolates in rule.isolates.items()
        if (rules := _allows(rule, direction, merged)) or isolates
    )
    return _policy(rule, sections) if sections else None


def _policy(rule: SettledRule, sections: tuple[ir.Section, ...]) -> ir.Policy:
    return ir.Policy(name=rule.name, subject=rule.subject, sections=sections, origin=rule.origin)


def _entries(
    arriving: tuple[IngressRule | IngressDenyRule, ...] | None,
    leaving: tuple[EgressRule | EgressDenyRule, ...] | None,
    suffix: str,
    context: Context,
) -> Iterator[Placed]:
    for index, source in enumerate(arriving or ()):
        yield lift_entries.ingress(source, context), ("ingress" + suffix, index)
    for index, destination in enumerate(leaving or ()):
        yield lift_entries.egress(destination, context), ("egress" + suffix, index)


def _subject(rule: Rule, context: Context) -> Condition:
    profile = context.where.profile
    if rule.node_selector is None:
        return NEVER if rule.endpoint_selector is None else context.subject(rule.endpoint_selector)
    if not profile.host_firewall:
        return NEVER
    return both(kind(Kind.HOST), lift_selectors.on_nodes(labels.with_sources(rule.node_selector), profile))


def _isolation(rule: Rule, profile: CiliumProfile) -> dict[ir.Direction, bool]:
    """Per direction with entries: whether they isolate. Without entries nothing carries it (oracle case 25b)."""
    given = rule.enable_default_deny if profile.non_default_deny else None
    found: dict[ir.Direction, bool] = {}
    if rule.ingress or rule.ingress_deny:
        found[ir.Direction.INGRESS] = given is None or given.ingress is not False
    if rule.egress or rule.egress_deny:
        found[ir.Direction.EGRESS] = given is None or given.egress is not False
    return found


def _allows(rule: SettledRule, direction: ir.Direction, merged: Merged) -> tuple[ir.Rule, ...]:
    if not merged.replacing or not any(merged.touches(entry) for entry, _ in rule.allows):
        return tuple(_undisturbed(rule, rule.allows, ir.Action.ALLOW, direction))
    found: list[ir.Rule] = []
    for entry, path in rule.allows:
        if entry.direction is direction:
            found += _merged(rule, entry, path, merged)
    return tuple(found)


def _undisturbed(
    rule: SettledRule, placed: tuple[Placed, ...], action: ir.Action, direction: ir.Direction
) -> Iterator[ir.Rule]:
    """What entries say where no other entry changes it."""
    for entry, path in placed:
        if entry.direction is direction:
            for one in entry.said:
                yield ir.Rule(
                    action=action,
                    peer=entry.peer,
                    traffic=one.traffic,
                    request=one.request,
                    origin=rule.rule.at(*path, *one.place),
                )


def _merged(rule: SettledRule, entry: Entry, path: Path, merged: Merged) -> Iterator[ir.Rule]:
    """The same where another allow may change it: a part that is changed makes a rule for each peer and key."""
    allow = rule.allow(entry, path)
    plain: list[Key] = []
    for index, part in enumerate(entry.parts):
        taken = {
            (peer, key): claim
            for peer in entry.peers
            for key in part.keys
            if (claim := merged.taken(allow, part, peer, key)) != NEVER
        }
        said = ir.Rule(
            action=ir.Action.ALLOW,
            peer=entry.peer,
            request=both(part.request, entry.asks),
            origin=rule.rule.at(*path, *entry.place(index)),
        )
        if taken:
            for peer in entry.peers:
                for key in part.keys:
                    left = negate(taken.get((peer, key), NEVER))
                    if both(allow.subject, left) != NEVER and allow.subject != negate(left):
                        yield from _meant(replace(said, subject=left, peer=peer, traffic=key.condition))
        elif said.request == ALWAYS:
            plain += part.keys
        else:
            yield from _meant(replace(said, traffic=lift_ports.traffic(part.keys)))
    if plain:
        place = entry.place(0) if len(entry.parts) == 1 else ()
        yield from _meant(
            ir.Rule(
                action=ir.Action.ALLOW,
                peer=entry.peer,
                traffic=lift_ports.traffic(tuple(plain)),
                origin=rule.rule.at(*path, *place),
            )
        )


def _meant(rule: ir.Rule) -> Iterator[ir.Rule]:
    """The rule, unless it can match nothing."""
    if NEVER not in (rule.peer, rule.traffic, rule.subject, rule.request):
        yield rule
