"""Calico selector -> IR condition, given what kind of object its labels belong to.

Source of the label universe: facts 3.2; libcalico-go/lib/backend/k8s/conversion/workload_endpoint_default.go,
libcalico-go/lib/backend/syncersv1/updateprocessors/{workloadendpoint,networkset}processor.go, Calico 3.29 to 3.34-dev.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias, assert_never

from npconv.dialects.calico import selector_ast as ast
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, holds, negate, within
from npconv.ir.dimensions import (
    NAMESPACE,
    NAMESPACE_NAME,
    SERVICE_ACCOUNT,
    Attribute,
    LabelText,
    Scope,
    TextTest,
)
from npconv.ir.values import PRESENT, Values, none_of, one_of

NAMESPACE_LABEL: Final = "projectcalico.org/namespace"
SERVICE_ACCOUNT_LABEL: Final = "projectcalico.org/serviceaccount"
ORCHESTRATOR_LABEL: Final = "projectcalico.org/orchestrator"
NAME_LABEL: Final = "projectcalico.org/name"
"""Only under a prefix: the name of the namespace or service account."""
NAMESPACE_PREFIX: Final = "pcns."
SERVICE_ACCOUNT_PREFIX: Final = "pcsa."

HAS_NAMESPACE: Final[Selector] = ast.Has(NAMESPACE_LABEL)
HAS_SERVICE_ACCOUNT: Final[Selector] = ast.Has(SERVICE_ACCOUNT_LABEL)


@dataclass(frozen=True, slots=True)
class Constant:
    """The label has this value on every object of the view."""

    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """No object of the view has the label."""


@dataclass(frozen=True, slots=True)
class Always:
    """Every object of the view has the label; its value is this attribute."""

    attribute: Attribute


Lookup: TypeAlias = Constant | Missing | Always | Attribute
"""What a label key means on a kind of object; a bare attribute may be absent."""


def on_pods(selector: Selector) -> Condition:
    """The condition on a pod's attributes. It holds or not for pods only: pair it with `kind(POD)`.

    Every pod has a namespace (which kube-apiserver labels with its name) and a service account (which its
    ServiceAccount admission fills in), so asking whether they are there is asking nothing. Pod labels that start
    with `pcns.` or `pcsa.` never reach Calico's selectors, so nothing can be spoofed (facts 3.2).
    """
    return _condition(selector, _of_pod)


def on_hosts(selector: Selector) -> Condition:
    """The condition on the labels of a host endpoint or global network set of which nothing else is known."""
    return _condition(selector, _of_host)


def prefixed(selector: Selector, prefix: str, *, every: Selector | None, global_: Selector | None) -> Selector:
    """The selector with `prefix` before every key; `all()` and `global()` become what is given, if anything."""
    selector = replaced(selector, every=every, global_=global_)
    return _rekeyed(selector, prefix, keep=frozenset(one for one in (every, global_) if one is not None))


def replaced(selector: Selector, *, every: Selector | None, global_: Selector | None = None) -> Selector:
    """The selector with other parts in the place of `all()` and `global()` (None leaves them)."""
    match selector:
        case ast.All():
            return selector if every is None else every
        case ast.Global():
            return selector if global_ is None else global_
        case ast.Not(operand):
            return ast.Not(replaced(operand, every=every, global_=global_))
        case ast.And(operands):
            return ast.And(tuple(replaced(one, every=every, global_=global_) for one in operands))
        case ast.Or(operands):
            return ast.Or(tuple(replaced(one, every=every, global_=global_) for one in operands))
        case _:
            return selector


def _rekeyed(selector: Selector, prefix: str, *, keep: frozenset[Selector]) -> Selector:
    if selector in keep:
        return selector
    match selector:
        case ast.All() | ast.Global():
            return selector
        case ast.Not(operand):
            return ast.Not(_rekeyed(operand, prefix, keep=keep))
        case ast.And(operands):
            return ast.And(tuple(_rekeyed(one, prefix, keep=keep) for one in operands))
        case ast.Or(operands):
            return ast.Or(tuple(_rekeyed(one, prefix, keep=keep) for one in operands))
        case _:
            return replace(selector, label=prefix + selector.label)
