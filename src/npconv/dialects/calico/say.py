"""What Calico cannot say of an endpoint, condition by condition (facts/calico.md 1.5, 2.1, 3.2)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, assert_never

from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import calico_losses as codes
from npconv.dialects.calico.lift_selector import (
    NAME_LABEL,
    NAMESPACE_LABEL,
    NAMESPACE_PREFIX,
    ORCHESTRATOR_LABEL,
    SERVICE_ACCOUNT_LABEL,
    SERVICE_ACCOUNT_PREFIX,
)
from npconv.ir.condition import REMEMBERED, Condition, Holds
from npconv.ir.dimensions import (
    API_SERVER,
    NAME,
    NAMESPACE_NAME,
    Attribute,
    Axis,
    BackendOf,
    Dimension,
    DstPortNamed,
    Fact,
    HttpMethod,
    HttpPath,
    LabelText,
    Named,
    Request,
    Scope,
    SrcPortNamed,
)
from npconv.lowering.conditions import leaves
from npconv.lowering.sayable import Unsayable

_TAKEN: Final = (NAMESPACE_LABEL, ORCHESTRATOR_LABEL, SERVICE_ACCOUNT_LABEL)


def unsayable(part: str, leaf: Fact | Dimension) -> Unsayable | None:
    """Why a fact or dimension of an endpoint cannot be said; None if it can."""
    found = _reason(leaf)
    if found is None:
        return None
    code, why = found
    return Unsayable(part, leaf if isinstance(leaf, Axis | Attribute) else Holds(leaf), code, why)


@lru_cache(maxsize=REMEMBERED)
def all_unsayable(part: str, condition: Condition) -> tuple[Unsayable, ...]:
    """Everything in a condition on an endpoint that cannot be said, each once."""
    found = (unsayable(part, leaf) for leaf in leaves(condition))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _reason(leaf: Fact | Dimension) -> tuple[Code, str] | None:
    match leaf:
        case Axis():
            return None
        case Attribute():
            return _label(leaf)
        case LabelText(attribute):
            return _label(attribute)
        case BackendOf():
            return None
        case Named():
            return codes.NAMES, "Calico knows no DNS names"
        case HttpMethod() | HttpPath() | Request():
            return codes.REQUEST, "Calico has no words for it"
        case DstPortNamed() | SrcPortNamed():
            return codes.TRAFFIC, "a port's name is no property of an endpoint"
        case _:
            assert_never(leaf)


def _label(attribute: Attribute) -> tuple[Code, str] | None:
    key = attribute.key
    match attribute.scope:
        case Scope.POD:
            own = key in _TAKEN or key.startswith((NAMESPACE_PREFIX, SERVICE_ACCOUNT_PREFIX))
            return (codes.LABEL, f"Calico keeps labels such as `{key}` for itself") if own else None
        case Scope.NAMESPACE | Scope.SERVICE_ACCOUNT:
            own = key == NAME_LABEL and key not in (NAME, NAMESPACE_NAME)
            return (codes.LABEL, f"Calico reads `{key}` as the name") if own else None
        case Scope.NODE | Scope.HOST_ENDPOINT:
            return codes.NODE_LABEL, "Calico sees nodes through host endpoints only, and none are given"
        case Scope.CIDR_GROUP:
            return codes.CIDR_GROUP, "what is in the group is not known"
        case Scope.RESERVED:
            return codes.MARKED, (
                "Calico knows the API server by its address alone, and that is not known"
                if attribute == API_SERVER
                else f"Calico has no mark `{key}`"
            )
        case Scope.CLUSTER:
            return codes.LABEL, "Calico knows one cluster only"
        case Scope.OTHER:
            return codes.LABEL, f"no Kubernetes object has the label `{key}`"
        case _:
            assert_never(attribute.scope)
