"""Negative selectors that match more than pods: nodes, network sets, the outside.

Facts: facts/calico.md 3.3 and 3.4 (libcalico-go .../updateprocessors/rules.go), facts/cilium.md 1.8 and 2.11.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.origin import Origin, below
from npconv.dialects.calico import model as calico
from npconv.dialects.calico import placed
from npconv.dialects.calico import selector_ast as ast
from npconv.dialects.calico.model_rule import Action, EntityRule, Side
from npconv.dialects.calico.model_sets import GlobalNetworkSet, HostEndpoint
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.selector import SelectorError, parse_selector
from npconv.dialects.cilium.labels import NAMESPACE_LABELS, POD_NAMESPACE, split_key
from npconv.dialects.cilium.model import CiliumCIDRGroup, CiliumNetworkPolicy
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s import placed as placed_kubernetes
from npconv.dialects.k8s.model import SelectorPeer
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.source.label_selector import LabelSelector, Operator

_NEGATIVE: Final = (Operator.NOT_IN, Operator.DOES_NOT_EXIST)


def of_calico(context: Context) -> Iterator[Finding]:
    """Peers of Calico rules. A Deny that reaches too far is only told where there is something that it reaches."""
    if not isinstance(context.engine, CalicoProfile):
        return
    others = any(isinstance(one, GlobalNetworkSet | HostEndpoint) for one in context.found.calico)
    for policy in context.found.calico:
        if not isinstance(policy, calico.NetworkPolicy | calico.GlobalNetworkPolicy):
            continue
        is_global = isinstance(policy, calico.GlobalNetworkPolicy)
        for one in placed.rules(policy):
            side: Side = "source" if one.direction is calico.PolicyType.INGRESS else "destination"
            entity, action = one.rule.entity(side), one.rule.action
            if one.origin is None or action not in (Action.ALLOW, Action.DENY):
                continue
            if action is Action.ALLOW or others:
                yield from _of_namespaces(entity, one.origin.at(side))
            if action is Action.ALLOW and is_global:
                yield from _of_everybody_else(entity, one.origin.at(side))


def _of_namespaces(entity: EntityRule, origin: Origin) -> Iterator[Finding]:
    text = entity.namespace_selector
    if not text or entity.service_accounts is not None or entity.services is not None:
        return
    if not _holds_without_namespace(text) or (entity.selector and not _holds_without_labels(entity.selector)):
        return
    yield finding(
        codes.NEGATIVE_LEAK,
        origin.at("namespaceSelector"),
        "host endpoints and global network sets match this, too: they are in no namespace",
        help=f"for pods only, write `all() && {text.strip()}`",
    )


def _of_everybody_else(entity: EntityRule, origin: Origin) -> Iterator[Finding]:
    others = (entity.selector, entity.namespace_selector, entity.services, entity.service_accounts, entity.nets)
    if entity.not_selector and not any(others):
        yield finding(
            codes.NEGATIVE_LEAK,
            origin.at("notSelector"),
            "every address outside of the cluster matches this, too",
            help="for pods only, add `namespaceSelector: all()`",
        )


def _holds_without_namespace(text: str) -> bool:
    """Whether something without a namespace meets a `namespaceSelector`, and nobody asked for it by `global()`."""
    found = parse_selector(text)
    if isinstance(found, SelectorError) or any(isinstance(one, ast.Global) for one in ast.leaves(found)):
        return False
    if isinstance(found, ast.Not) and isinstance(found.operand, ast.All):
        return False
    return _without(found)


def _without(selector: ast.Selector) -> bool:
    """The selector for what has no labels, where `all()` asks for a namespace."""
    match selector:
        case ast.All():
            return False
        case ast.Not(operand=operand):
            return not _without(operand)
        case ast.And(operands=operands):
            return all(_without(one) for one in operands)
        case ast.Or(operands=operands):
            return any(_without(one) for one in operands)
        case (
            ast.Global() | ast.Has() | ast.Equals() | ast.NotEquals() | ast.In() | ast.NotIn()
            | ast.Contains() | ast.StartsWith() | ast.EndsWith()
        ):  # fmt: skip
            return selector.evaluate({})
        case _:
            assert_never(selector)


def _holds_without_labels(text: str) -> bool:
    found = parse_selector(text)
    return not isinstance(found, SelectorError) and found.evaluate({})


def of_cilium(context: Context) -> Iterator[Finding]:
    """Namespaces by what they are not, where Cilium does not scope peers to its own cluster (before 1.19)."""
    engine = context.engine
    if not isinstance(engine, CiliumProfile) or engine.scopes_to_local_cluster:
        return
    for policy in context.found.kubernetes:
        for rule in placed_kubernetes.rules(policy):
            for peer, origin in rule.peers():
                match peer:
                    case SelectorPeer(pod_selector=pods, namespace_selector=namespaces) if namespaces is not None:
                        if _is_negative(namespaces) and (pods is None or pods.selects_all or _is_negative(pods)):
                            yield _leak(below(origin, "namespaceSelector"))
                    case _:
                        continue
    for one in context.found.cilium:
        if isinstance(one, CiliumCIDRGroup):
            continue
        is_namespaced = isinstance(one, CiliumNetworkPolicy)
        for each in one.rules:
            for selector, path in each.endpoints():
                is_allow = path[0] in ("ingress", "egress")
                if is_allow and _is_negative(selector) and _names_namespaces(selector, by_label=is_namespaced):
                    yield _leak(each.at(*path))


def _is_negative(selector: LabelSelector) -> bool:
    return not selector.selects_all and all(one.operator in _NEGATIVE for one in selector.requirements)


def _names_namespaces(selector: LabelSelector, *, by_label: bool) -> bool:
    """Whether a key stops Cilium from adding the namespace; namespace labels only do so in namespaced policies."""
    names = [split_key(one.key)[1] for one in selector.requirements]
    return any(name == POD_NAMESPACE or (by_label and name.startswith(NAMESPACE_LABELS)) for name in names)


def _leak(origin: Origin | None) -> Finding:
    return finding(
        codes.NEGATIVE_LEAK,
        origin,
        "nodes and the outside match this, too: they have no namespace",
        help="add a requirement that every namespace meets, such as `kubernetes.io/metadata.name` `Exists`",
    )


RULES: Final = (
    Rule(codes=(codes.NEGATIVE_LEAK,), check=of_calico),
    Rule(codes=(codes.NEGATIVE_LEAK,), check=of_cilium),
)
