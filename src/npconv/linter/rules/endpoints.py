"""Policies and rules that are for none of the pods that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint_set as codes
from npconv.diagnostics.origin import Origin
from npconv.ir.condition import Condition
from npconv.ir.dimensions import Attribute, Axis, Kind, Kinds, Scope
from npconv.ir.policy import Direction
from npconv.ir.values import Values
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.subjects import is_never, parts
from npconv.linter.written import Key, key_of

_PODS: Final = frozenset({Kind.POD, Kind.INIT, Kind.UNMANAGED})


def selects_no_pod(context: Context) -> Iterator[Finding]:
    """Policies whose subject is no pod of the cluster; those for nodes are passed over."""
    inhabitants = context.inhabitants
    if inhabitants is None or not inhabitants.total or context.cluster is None:
        return
    known = {one.name for one in context.cluster.namespaces} | {one.namespace for one in context.cluster.pods}
    objects: dict[int, tuple[Origin, str]] = {}
    used: set[int] = set()
    for policy in context.policies:
        if policy.origin is None:
            continue
        place = id(policy.origin.place)
        objects.setdefault(place, (policy.origin, policy.name.namespace))
        if is_never(policy.subject) or not _is_for_pods(policy.subject) or any(inhabitants.meeting(policy.subject)):
            used.add(place)
    for place, (origin, namespace) in objects.items():
        if place not in used:
            missing = bool(namespace) and namespace not in known
            yield finding(
                codes.SELECTS_NO_POD,
                Origin(origin.place, ("spec",)),
                f"this policy selects no pod of the cluster, which has {inhabitants.total}",
                notes=(f"there is no namespace `{namespace}`",) if missing else (),
                help="compare its selector with the labels of the pods that it is for",
            )


def peer_selects_no_pod(context: Context) -> Iterator[Finding]:
    """Rules for pods by labels that no pod has."""
    inhabitants = context.inhabitants
    if inhabitants is None or not inhabitants.total:
        return
    used: set[Key] = set()
    unused: dict[Key, tuple[Origin, Direction]] = {}
    for policy in context.policies:
        for section in policy.sections:
            for rule in section.rules:
                if rule.origin is None or is_never(rule.peer):
                    continue
                if not _is_for_pods(rule.peer) or any(inhabitants.meeting(rule.peer, section.direction)):
                    used.add(key_of(rule.origin))
                else:
                    unused.setdefault(key_of(rule.origin), (rule.origin, section.direction))
    for key, (origin, _) in unused.items():
        if key not in used:
            yield finding(
                codes.PEER_SELECTS_NO_POD,
                origin,
                "no pod of the cluster is a peer of this rule",
                help="compare its selectors with the labels of the pods and namespaces",
            )


def _is_for_pods(condition: Condition) -> bool:
    """Whether only pods can meet a condition: it says so, or asks for a label that only pods have."""
    cubes = parts(condition)
    if cubes is None:
        return False
    for cube in cubes:
        kinds = cube.members(Axis.KIND)
        if isinstance(kinds, Kinds) and kinds.members <= _PODS:
            continue
        if not any(
            isinstance(dimension, Attribute)
            and dimension.scope in (Scope.POD, Scope.NAMESPACE, Scope.SERVICE_ACCOUNT)
            and isinstance(members, Values)
            and not members.absent
            for dimension, members in cube.sets
        ):
            return False
    return True


RULES: Final = (
    Rule(codes=(codes.SELECTS_NO_POD,), check=selects_no_pod, needs_cluster=True),
    Rule(codes=(codes.PEER_SELECTS_NO_POD,), check=peer_selects_no_pod, needs_cluster=True),
)
