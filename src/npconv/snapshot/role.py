"""The table of what is read -> the least roles for it, as docs/rbac.yaml has them with comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.snapshot.answers import Object
from npconv.snapshot.table import RESOURCES, SHOWN, Resource

NAME: Final = "npconv-snapshot"
_API: Final = "rbac.authorization.k8s.io/v1"
_HOME: Final = ("kube-system",)
"""The one namespace that every cluster has: a Role for any other could not be applied everywhere."""

_TIERED: Final = (
    "tier.globalnetworkpolicies",
    "tier.networkpolicies",
    "tier.stagedglobalnetworkpolicies",
    "tier.stagednetworkpolicies",
)
"""Calico's API server shows the policies of those tiers only that one may get, and whose policies one may list
(apiserver/pkg/registry/projectcalico/util/rbac.go, `EnsureTierSelector`)."""


def roles() -> tuple[Object, Object]:
    """A ClusterRole, and a Role in kube-system."""
    home = [one for one in RESOURCES if one.namespaces == _HOME]
    others = [one for one in RESOURCES if one not in home]
    rules = [*_rules(others), _rule(SHOWN, ["tiers"], "get"), _rule(SHOWN, list(_TIERED), "list")]
    return (
        {"apiVersion": _API, "kind": "ClusterRole", "metadata": {"name": NAME}, "rules": rules},
        {
            "apiVersion": _API,
            "kind": "Role",
            "metadata": {"name": NAME, "namespace": _HOME[0]},
            "rules": list(_rules(home)),
        },
    )


def _rules(resources: list[Resource]) -> Iterator[Object]:
    """A rule for the lists of each API group, and one for each kind that is read by name."""
    for group in dict.fromkeys(one.group for one in resources):
        of_group = [one for one in resources if one.group == group]
        listed = sorted(one.plural for one in of_group if not one.names)
        if listed:
            yield _rule(group, listed, "list")
        for one in of_group:
            if one.names:
                yield _rule(group, [one.plural], "get") | {"resourceNames": list(one.names)}


def _rule(group: str, resources: list[str], verb: str) -> Object:
    return {"apiGroups": [group], "resources": resources, "verbs": [verb]}
