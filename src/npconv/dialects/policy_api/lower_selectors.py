"""Cubes over labels of pods and namespaces -> `namespaces` and `pods` of the policy API."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from npconv.dialects.policy_api.model import Namespaces, Pods
from npconv.ir.dimensions import NAMESPACE_NAME, Attribute, Scope
from npconv.ir.values import Values
from npconv.lowering.cube import Cube
from npconv.lowering.label_requirements import requirements
from npconv.source.label_selector import LabelSelector, Operator, Requirement


def selected(cube: Cube, *, anchored: bool) -> Iterator[Namespaces | Pods]:
    """Selectors that together select the pods of a cube, which asks for labels of pods and namespaces only.

    `anchored`: whether a selector over namespaces that all are negative asks for a namespace, too. Engines let what
    has no namespace match there: nodes and outside endpoints (facts/calico.md 4.2, facts/cilium.md 2.11).
    """
    options = [
        tuple((attribute.scope, option) for option in requirements(attribute.key, members))
        for attribute, members in cube.sets
        if isinstance(attribute, Attribute) and isinstance(members, Values)
    ]
    for chosen in product(*options):
        pods = [one for scope, listed in chosen if scope is Scope.POD for one in listed]
        namespaces = [one for scope, listed in chosen if scope is Scope.NAMESPACE for one in listed]
        if anchored and namespaces and all(one.operator not in (Operator.IN, Operator.EXISTS) for one in namespaces):
            namespaces.append(Requirement(key=NAMESPACE_NAME, operator=Operator.EXISTS))
        if pods:
            yield Pods(pod_selector=_selector(pods), namespace_selector=_selector(namespaces))
        else:
            yield Namespaces(selector=_selector(namespaces))


def _selector(requirements: list[Requirement]) -> LabelSelector:
    """Single values go to `matchLabels`, the rest to `matchExpressions`."""
    single = {
        one.key: one.values[0]
        for one in requirements
        if one.operator is Operator.IN and len(one.values or ()) == 1 and one.values
    }
    rest = [one for one in requirements if one.operator is not Operator.IN or one.key not in single]
    return LabelSelector(
        match_labels=tuple(sorted(single.items())) or None,
        match_expressions=tuple(sorted(rest, key=lambda one: (one.key, str(one.operator)))) or None,
    )
