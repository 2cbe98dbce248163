"""`source` or `destination` of a Calico rule -> IR conditions on that end of a flow.

Source: libcalico-go/lib/backend/syncersv1/updateprocessors/rules.go (GetEndpointSelector), felix/calc/rule_scanner.go,
felix/labelindex/named_port_index.go; facts 3.4, 3.5, 3.7, 3.9. The same in Calico 3.27 to 3.34-dev.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.calico import lift_selector as select
from npconv.dialects.calico import selector_ast as ast
from npconv.dialects.calico.lift_nets import addresses_of, family_of
from npconv.dialects.calico.lift_objects import Holder
from npconv.dialects.calico.lift_ports import has_names, numeric_ports_of, ports_of
from npconv.dialects.calico.model_rule import NO_ENTITY, SIDES, EntityRule, Rule, ServiceMatch, Side
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir.addresses import NO_ADDRESS, Addresses
from npconv.ir.condition import ALWAYS, NEVER, REMEMBERED, Condition, both, either, holds, negate, within
from npconv.ir.dimensions import Axis, BackendOf, Family


@dataclass(frozen=True, slots=True)
class End:
    """One way to be this end of a flow: who it is, and at which ports."""

    who: Condition
    ports: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What a combined selector matches: pods, and other objects by their addresses."""

    pods: Condition
    sets: Addresses
    hosts: Addresses

    @property
    def endpoints(self) -> Condition:
        """Those that can have named ports: pods and host endpoints."""
        return either(self.pods, within(Axis.ADDRESS, self.hosts))

    @property
    def everything(self) -> Condition:
        """All of them. An address of a set may be anybody's, a pod's too."""
        return either(self.pods, within(Axis.ADDRESS, self.sets), within(Axis.ADDRESS, self.hosts))

    @property
    def is_empty(self) -> bool:
        """Whether nothing matches: no pod can, and no object of the input does."""
        return self.pods == NEVER and self.sets.is_empty and self.hosts.is_empty


_ANYBODY: Final = (End(ALWAYS, ALWAYS),)


def positive(entity: EntityRule, namespace: str, parse: Callable[[str], Selector]) -> Selector | None:
    """The one selector that Calico makes of an entity's positive parts; None if it has none: any address at all.

    `namespace` is the policy's own one, empty for a GlobalNetworkPolicy. A negative part alone is enough to bring the
    namespace in, so that `notSelector` of a NetworkPolicy never lets the outside match.
    """
    accounts = entity.service_accounts
    parts: list[Selector] = []
    if accounts is not None and accounts.selector:
        parts.append(select.prefixed(parse(accounts.selector), select.SERVICE_ACCOUNT_PREFIX))
    if accounts is not None and accounts.names:
        parts.append(ast.In(select.SERVICE_ACCOUNT_LABEL, tuple(sorted(set(accounts.names)))))
    if entity.selector:
        parts.append(parse(entity.selector))
    if entity.namespace_selector:
        named = select.prefixed(parse(entity.namespace_selector), select.NAMESPACE_PREFIX)
        no_namespace = ast.Not(select.HAS_NAMESPACE)
        parts.insert(0, select.replaced(named, every=select.HAS_NAMESPACE, global_=no_namespace))
    elif namespace and (parts or entity.not_selector):
        parts.insert(0, ast.Equals(select.NAMESPACE_LABEL, namespace))
    return None if not parts else parts[0] if len(parts) == 1 else ast.And(tuple(parts))


def is_local(entity: EntityRule) -> bool:
    """Whether `positive` of an entity depends on the namespace."""
    accounts = entity.service_accounts
    parts = entity.selector or entity.not_selector or (accounts is not None and (accounts.selector or accounts.names))
    return bool(parts) and not entity.namespace_selector


@lru_cache(maxsize=REMEMBERED)
def has_blank_selector(rule: Rule, *, namespaced: bool) -> bool:
    """Whether a `selector` is blank but not empty, and something is joined to it: `(...) && ( )` is no selector."""
    return any(_is_blank(rule.entity(side), namespaced=namespaced) for side in SIDES)


def _is_blank(entity: EntityRule, *, namespaced: bool) -> bool:
    if entity.selector is None or not entity.selector or entity.selector.strip(" \t"):
        return False
    accounts = entity.service_accounts
    return bool(namespaced or entity.namespace_selector or (accounts and (accounts.names or accounts.selector)))


def matching(selector: Selector, holders: tuple[Holder, ...]) -> Matching:
    """What a selector matches among pods and the objects of the input. Each object is asked by itself."""
    sets, hosts = NO_ADDRESS, NO_ADDRESS
    for holder in holders:
        if not selector.evaluate(holder.labels):
            continue
        if holder.is_endpoint:
            hosts |= holder.addresses
        else:
            sets |= holder.addresses
    return Matching(pods=select.pods(selector), sets=sets, hosts=hosts)


def selector_of(entity: EntityRule, namespace: str, parse: Callable[[str], Selector]) -> Selector | None:
    """The positive selector with `notSelector` folded in; None if there is no positive part."""
    found = positive(entity, namespace, parse)
    if found is None or not entity.not_selector:
        return found
    return ast.And((found, ast.Not(parse(entity.not_selector))))


def ends_of(
    entity: EntityRule,
    side: Side,
    *,
    namespace: str,
    families: frozenset[Family],
    holders: tuple[Holder, ...],
    parse: Callable[[str], Selector],
) -> tuple[End, ...]:
    """The ways to be this end of a flow; one, but for the odd rule that mixes port names with network sets.

    A port's name is looked up on the endpoints that the selector matches, and on no others, even where their
    addresses match because a network set holds them.
    """
    if entity is NO_ENTITY:
        return _ANYBODY
    plain = both(_nets(entity, families), _services(entity.services, side))
    selector = selector_of(entity, namespace, parse)
    if selector is None:
        refused = parse(entity.not_selector) if entity.not_selector else None
        unless = NEVER if refused is None else matching(refused, holders).everything
        return (End(both(plain, negate(unless)), ports_of(entity, side)),)
    found = matching(selector, holders)
    if found.sets.is_empty or not has_names(entity):
        return (End(both(plain, found.everything), ports_of(entity, side)),)
    others = both(within(Axis.ADDRESS, found.sets), negate(found.endpoints))
    return (
        End(both(plain, found.endpoints), ports_of(entity, side)),
        End(both(plain, others), numeric_ports_of(entity, side)),
    )


def _nets(entity: EntityRule, families: frozenset[Family]) -> Condition:
    """`nets` without `notNets`, in the families for which the rule exists."""
    found: Condition = ALWAYS
    if entity.nets:
        found = within(Axis.ADDRESS, _addresses(entity.nets, families))
    if entity.not_nets:
        found = both(found, within(Axis.ADDRESS, ~_addresses(entity.not_nets, families)))
    return found


def _addresses(nets: tuple[str, ...], families: frozenset[Family]) -> Addresses:
    return addresses_of(net for net in nets if family_of(net) in families)


def _services(services: ServiceMatch | None, side: Side) -> Condition:
    """The backends of a service: with their ports as a destination, only by address as a source.

    Felix finds no service where no namespace is written, not even in a NetworkPolicy.
    """
    if services is None:
        return ALWAYS
    if not services.namespace or not services.name:
        return NEVER
    return holds(BackendOf(services.namespace, services.name, side == "destination"))
