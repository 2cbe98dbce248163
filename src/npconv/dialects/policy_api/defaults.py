"""Policy API object as written -> as the API server stores it: in v1alpha1, a port without a protocol is TCP."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from npconv.dialects.policy_api.model import (
    AdminNetworkPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
    NamedPort,
    Port,
    Rule,
)

_Policy = TypeVar("_Policy", ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy)


def with_defaults(policy: _Policy) -> _Policy:
    """The policy that is stored. Afterwards the `protocol` of every port by number is there."""
    return replace(policy, ingress=_rules(policy.ingress), egress=_rules(policy.egress))


def _rules(rules: tuple[Rule, ...] | None) -> tuple[Rule, ...] | None:
    return None if rules is None else tuple(_rule(rule) for rule in rules)


def _rule(rule: Rule) -> Rule:
    return rule if rule.ports is None else replace(rule, ports=tuple(_port(port) for port in rule.ports))


def _port(port: Port) -> Port:
    if isinstance(port, NamedPort) or port.protocol is not None:
        return port
    return replace(port, protocol="TCP")
