"""Calico selector -> IR condition, given what kind of object its labels belong to.

Source of the label universe: facts 3.2; libcalico-go/lib/backend/k8s/conversion/workload_endpoint_default.go,
libcalico-go/lib/backend/syncersv1/updateprocessors/{workloadendpoint,networkset}processor.go, Calico 3.29 to 3.34-dev.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from npconv.dataclass import dataclass
from npconv.dialects.calico import selector_ast as ast
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir.condition import ALWAYS, NEVER, REMEMBERED, Condition, both, either, holds, kind, negate, within
from npconv.ir.dimensions import (
    NAMESPACE,
    NAMESPACE_NAME,
    SERVICE_ACCOUNT,
    Attribute,
    Kind,
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

_PODS: Final = kind(Kind.POD)

_GLOBAL: Final[Selector] = ast.Global()
HAS_NAMESPACE: Final[Selector] = ast.Has(NAMESPACE_LABEL)
HAS_SERVICE_ACCOUNT: Final[Selector] = ast.Has(SERVICE_ACCOUNT_LABEL)


Comparison: TypeAlias = (
    ast.Has | ast.Equals | ast.NotEquals | ast.In | ast.NotIn | ast.Contains | ast.StartsWith | ast.EndsWith
)
"""A part of a selector that looks at one label."""


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
    match selector:
        case ast.And(operands):
            return both(*map(on_pods, operands))
        case _:
            return _on_pods(selector)


@lru_cache(maxsize=REMEMBERED)
def _on_pods(selector: Selector) -> Condition:
    return _condition(selector, _of_pod)


def pods(selector: Selector) -> Condition:
    """The pods that it selects: their attributes, and that they are pods."""
    match selector:
        case ast.And(operands):
            return both(_PODS, *map(on_pods, operands))
        case _:
            return both(_PODS, on_pods(selector))


def on_hosts(selector: Selector) -> Condition:
    """The condition on the labels of a host endpoint or global network set of which nothing else is known."""
    return _condition(selector, _of_host)


def could_match(selector: Selector) -> bool:
    """Whether some object could match, whatever its labels; false only if the selector contradicts itself."""
    return _condition(selector, lambda label: Attribute.of(Scope.OTHER, label)) != NEVER


def prefixed(selector: Selector, prefix: str) -> Selector:
    """The selector with `prefix` before every key (Calico's PrefixVisitor)."""
    match selector:
        case ast.All() | ast.Global():
            return selector
        case ast.Not(operand):
            return ast.Not(prefixed(operand, prefix))
        case ast.And(operands):
            return ast.And(tuple(prefixed(one, prefix) for one in operands))
        case ast.Or(operands):
            return ast.Or(tuple(prefixed(one, prefix) for one in operands))
        case _:
            return replace(selector, label=prefix + selector.label)


def replaced(selector: Selector, *, every: Selector, global_: Selector = _GLOBAL) -> Selector:
    """The selector with other parts in the place of `all()` and `global()`.

    Calico replaces in the selector's text; a label value cannot hold parentheses, so the tree says the same.
    """
    match selector:
        case ast.All():
            return every
        case ast.Global():
            return global_
        case ast.Not(operand):
            return ast.Not(replaced(operand, every=every, global_=global_))
        case ast.And(operands):
            return ast.And(tuple(replaced(one, every=every, global_=global_) for one in operands))
        case ast.Or(operands):
            return ast.Or(tuple(replaced(one, every=every, global_=global_) for one in operands))
        case _:
            return selector


def _of_pod(label: str) -> Lookup:
    match label:
        case _ if label == NAMESPACE_LABEL:
            return Always(NAMESPACE)
        case _ if label == ORCHESTRATOR_LABEL:
            return Constant("k8s")
        case _ if label == SERVICE_ACCOUNT_LABEL:
            return Always(SERVICE_ACCOUNT)
        case _ if label.startswith(NAMESPACE_PREFIX):
            key = label.removeprefix(NAMESPACE_PREFIX)
            return Always(NAMESPACE) if key in (NAME_LABEL, NAMESPACE_NAME) else Attribute.of(Scope.NAMESPACE, key)
        case _ if label.startswith(SERVICE_ACCOUNT_PREFIX):
            key = label.removeprefix(SERVICE_ACCOUNT_PREFIX)
            return Always(SERVICE_ACCOUNT) if key == NAME_LABEL else Attribute.of(Scope.SERVICE_ACCOUNT, key)
        case _:
            return Attribute.of(Scope.POD, label)


def _of_host(label: str) -> Lookup:
    reserved = (NAMESPACE_LABEL, ORCHESTRATOR_LABEL, SERVICE_ACCOUNT_LABEL)
    if label in reserved or label.startswith((NAMESPACE_PREFIX, SERVICE_ACCOUNT_PREFIX)):
        return Missing()
    return Attribute.of(Scope.HOST_ENDPOINT, label)


def _condition(selector: Selector, look_up: Callable[[str], Lookup]) -> Condition:
    match selector:
        case ast.All() | ast.Global():
            return ALWAYS
        case ast.Not(operand):
            return negate(_condition(operand, look_up))
        case ast.And(operands):
            return both(*(_condition(one, look_up) for one in operands))
        case ast.Or(operands):
            return either(*(_condition(one, look_up) for one in operands))
        case _:
            return _comparison(selector, look_up(selector.label))


def _comparison(selector: Comparison, what: Lookup) -> Condition:
    match what:
        case Constant(text):
            return ALWAYS if selector.evaluate({selector.label: text}) else NEVER
        case Missing():
            return ALWAYS if selector.evaluate({}) else NEVER
        case Always(attribute):
            return _on(attribute, selector, always=True)
        case Attribute():
            return _on(what, selector, always=False)
        case _:
            assert_never(what)


def _on(attribute: Attribute, selector: Comparison, *, always: bool) -> Condition:
    match selector:
        case ast.Has():
            return _among(attribute, PRESENT, always=always)
        case ast.Equals(value=value):
            return _among(attribute, one_of(value), always=always)
        case ast.NotEquals(value=value):
            return _among(attribute, none_of(value), always=always)
        case ast.In(values=values):
            return _among(attribute, one_of(*values), always=always)
        case ast.NotIn(values=values):
            return _among(attribute, none_of(*values), always=always)
        case ast.Contains(value="") | ast.StartsWith(value="") | ast.EndsWith(value=""):
            return _among(attribute, PRESENT, always=always)
        case ast.Contains(value=value):
            return holds(LabelText(attribute, TextTest.CONTAINS.value, value))
        case ast.StartsWith(value=value):
            return holds(LabelText(attribute, TextTest.STARTS_WITH.value, value))
        case ast.EndsWith(value=value):
            return holds(LabelText(attribute, TextTest.ENDS_WITH.value, value))
        case _:
            assert_never(selector)


def _among(attribute: Attribute, members: Values, *, always: bool) -> Condition:
    # Where it is never absent, absence is in a set or not so that complements stay complements.
    return within(attribute, Values(members.named, members.cofinite, members.cofinite) if always else members)
