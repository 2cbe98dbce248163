"""What ClusterNetworkPolicy cannot say of an endpoint or of traffic (facts/k8s_np.md 6.2)."""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import policy_api_losses as codes
from npconv.ir.condition import Condition, Holds
from npconv.ir.dimensions import NAME, Attribute, Axis, BackendOf, Dimension, Fact, LabelText, Named, Scope
from npconv.lowering.conditions import leaves
from npconv.lowering.cube import Cube
from npconv.lowering.sayable import Unsayable

_LABELS: Final = (Scope.POD, Scope.NAMESPACE)


def unsayable(part: str, leaf: Fact | Dimension, code: Code = codes.PEER) -> Unsayable | None:
    """Why a fact or dimension of an endpoint cannot be said; None if it can, be it by `networks`."""
    why = ""
    match leaf:
        case Axis():
            return None
        case Attribute(scope_name=scope, key=key):
            attribute_scope = Scope(scope)
            if attribute_scope in _LABELS:
                return None
            named = f"`{key}`"
            if attribute_scope is Scope.SERVICE_ACCOUNT:
                named = "names of service accounts" if key == NAME else f"`{key}` of service accounts"
            why = f"selectors are over labels of pods and namespaces, not over {named}"
        case LabelText():
            why = "label selectors compare whole values, not parts of them"
        case BackendOf():
            why = "services cannot be named"
        case Named():
            why = "DNS names need the experimental channel, and Accept"
        case _:
            why = "the policy API has no words for it"
    return Unsayable(part, leaf if isinstance(leaf, Attribute) else Holds(leaf), code, why)


def all_unsayable(part: str, condition: Condition, code: Code = codes.PEER) -> tuple[Unsayable, ...]:
    """Everything in a condition on an endpoint that cannot be said, each once."""
    found = (unsayable(part, leaf, code) for leaf in leaves(condition))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def freed(cube: Cube, reasons: tuple[Unsayable, ...]) -> Cube:
    """The cube without the conditions that cannot be said."""
    for reason in reasons:
        if isinstance(reason.what, Holds):
            fact = reason.what.fact
            cube = cube.without(Holds(fact), Holds(fact, negated=True))
        else:
            cube = cube.having(reason.what, None)
    return cube
