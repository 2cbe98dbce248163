"""A condition on an endpoint -> what is left of it for one kind of endpoint, in a cluster of one name.

What an endpoint of a kind cannot have is absent there, and what every pod has is never absent: a namespace, a service
account, and the name of the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import is_
from typing import Final, assert_never

from npconv.ir.condition import (
    ALWAYS,
    NEVER,
    REMEMBERED,
    Always,
    Both,
    Condition,
    Either,
    Holds,
    Never,
    Within,
    both,
    either,
    within,
)
from npconv.ir.dimensions import (
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    Kind,
    Kinds,
    LabelText,
    Scope,
)
from npconv.ir.values import Values

CLUSTER: Final = Attribute.of(Scope.CLUSTER, NAME)

OF_PODS: Final = frozenset(
    {Scope.POD, Scope.NAMESPACE, Scope.SERVICE_ACCOUNT, Scope.CLUSTER, Scope.OTHER},
)
"""What attributes of pods, and of nobody else, are of."""
_OF_NODES: Final = frozenset({Scope.NODE, Scope.HOST_ENDPOINT, Scope.RESERVED})
_BORNE: Final[Mapping[Kind, frozenset[Scope]]] = {
    Kind.POD: OF_PODS,
    Kind.HOST: _OF_NODES,
    Kind.REMOTE_NODE: _OF_NODES,
    Kind.OUTSIDE: frozenset({Scope.CIDR_GROUP, Scope.RESERVED}),
}
"""The attributes that endpoints of a kind can have; others have none."""


@lru_cache(maxsize=REMEMBERED)
def seen_as(condition: Condition, kind: Kind, cluster: str = "default") -> Condition:
    """What a condition asks of endpoints of this kind."""
    match condition:
        case Always() | Never():
            return condition
        case Within(Axis.KIND, Kinds() as kinds):
            return ALWAYS if kind in kinds else NEVER
        case Within(Attribute() as attribute, Values() as members):
            found = _attribute(attribute, members, kind, cluster)
            return condition if found == condition else found
        case Holds(LabelText(attribute), negated) if attribute.scope not in _BORNE.get(kind, frozenset()):
            return ALWAYS if negated else NEVER
        case Within() | Holds():
            return condition
        case Both(parts):
            seen = [seen_as(part, kind, cluster) for part in parts]
            is_same = all(map(is_, seen, parts))
            return condition if is_same else both(*seen)
        case Either(parts):
            return either(*(seen_as(part, kind, cluster) for part in parts))
        case _:
            assert_never(condition)


def _attribute(attribute: Attribute, members: Values, kind: Kind, cluster: str) -> Condition:
    if attribute.scope not in _BORNE.get(kind, frozenset()):
        return ALWAYS if members.absent else NEVER
    if attribute == CLUSTER:
        return ALWAYS if cluster in members else NEVER
    if kind is Kind.POD and attribute in (NAMESPACE, SERVICE_ACCOUNT):
        if not members.named:
            return ALWAYS if members.cofinite else NEVER
        return within(attribute, Values(members.named, members.cofinite, members.cofinite))
    return within(attribute, members)
