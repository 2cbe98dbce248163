"""The selectors of a Calico policy -> whom it selects: pods by their attributes, host endpoints by their names.

Source: libcalico-go/lib/backend/syncersv1/updateprocessors/{,global}networkpolicyprocessor.go; facts 3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from npconv.dataclass import dataclass
from npconv.dialects.calico import lift_selector as select
from npconv.dialects.calico import selector_ast as ast
from npconv.dialects.calico.model import GlobalNetworkPolicy, NetworkPolicy, Policy
from npconv.dialects.calico.model_sets import HostEndpoint
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir.condition import NEVER, Condition, both, either, kind, within
from npconv.ir.dimensions import NAME, Attribute, Kind, Scope
from npconv.ir.values import one_of

HOST_NAME = Attribute.of(Scope.HOST_ENDPOINT, NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a policy selects."""

    pods: Condition
    """The pods; never, if it selects none."""
    hosts: tuple[str, ...]
    """The names of the host endpoints of the input that it selects."""
    could_be_host: bool
    """Whether some host endpoint could be selected; they are in no namespace."""

    @property
    def condition(self) -> Condition:
        """All of them."""
        return either(self.pods, hosts_named(self.hosts))


def hosts_named(names: Sequence[str]) -> Condition:
    """The host endpoints with these names."""
    return both(kind(Kind.HOST), within(HOST_NAME, one_of(*names))) if names else NEVER


def subject_of(
    policy: Policy, namespace: str, hosts: Sequence[HostEndpoint], parse: Callable[[str], Selector]
) -> Subject:
    """Whom a policy of this namespace (empty: of none) selects; network sets are never selected.

    Call only if `selector_is_void` is false.
    """
    selector = _combined(policy, namespace, parse)
    return Subject(
        pods=select.pods(selector),
        hosts=tuple(host.metadata.name for host in hosts if selector.evaluate(host.metadata.labels)),
        could_be_host=isinstance(policy, GlobalNetworkPolicy) and select.on_hosts(selector) != NEVER,
    )


def selector_is_void(policy: Policy) -> bool:
    """Whether `selector` is blank but not empty, and something is joined to it: Felix then drops the whole policy."""
    if not policy.selector or policy.selector.strip(" \t"):
        return False
    match policy:
        case NetworkPolicy():
            return True
        case GlobalNetworkPolicy():
            return bool(policy.namespace_selector or policy.service_account_selector)
        case _:
            assert_never(policy)


def _combined(policy: Policy, namespace: str, parse: Callable[[str], Selector]) -> Selector:
    """The one selector that Calico makes of a policy's selectors.

    In a GlobalNetworkPolicy, a namespace selector turns every `all()`, of `selector` too, into "has a namespace", and
    a service account selector what is then left of them into "has a service account".
    """
    parts: list[Selector] = [parse(policy.selector)] if policy.selector else []
    accounts = policy.service_account_selector
    match policy:
        case NetworkPolicy():
            parts.append(ast.Equals(select.NAMESPACE_LABEL, namespace))
            if accounts:
                parts.append(select.prefixed(parse(accounts), select.SERVICE_ACCOUNT_PREFIX))
        case GlobalNetworkPolicy(namespace_selector=namespaces):
            if namespaces:
                parts.append(select.prefixed(parse(namespaces), select.NAMESPACE_PREFIX))
                parts = [select.replaced(part, every=select.HAS_NAMESPACE) for part in parts]
            if accounts:
                parts.append(select.prefixed(parse(accounts), select.SERVICE_ACCOUNT_PREFIX))
                parts = [select.replaced(part, every=select.HAS_SERVICE_ACCOUNT) for part in parts]
        case _:
            assert_never(policy)
    return ast.And(tuple(parts)) if parts else ast.All()
