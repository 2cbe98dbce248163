"""Ports by name, against the names that the cluster's pods declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint_set as codes
from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.ir.dimensions import DstPortNamed
from npconv.ir.policy import Direction
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.subjects import is_never
from npconv.linter.written import Key, key_of
from npconv.lowering.conditions import leaves
from npconv.semantics.flow import Endpoint


def names(context: Context) -> Iterator[Finding]:
    """Names that nobody declares, and names with several numbers where the engine cannot tell them apart."""
    inhabitants = context.inhabitants
    if inhabitants is None or not inhabitants.total:
        return
    seen: set[tuple[Key, str]] = set()
    for policy in context.policies:
        for section in policy.sections:
            for rule in section.rules:
                asked = {leaf.name for leaf in leaves(rule.traffic) if isinstance(leaf, DstPortNamed)}
                if not asked or rule.origin is None or is_never(rule.peer):
                    continue
                whose = policy.subject if section.direction is Direction.INGRESS else rule.peer
                pods = list(inhabitants.meeting(whose, section.direction))
                for name in sorted(asked):
                    if pods and (key_of(rule.origin), name) not in seen:
                        seen.add((key_of(rule.origin), name))
                        yield from _of_name(context, rule.origin, section.direction, name, pods)


def _of_name(
    context: Context, origin: Origin, direction: Direction, name: str, pods: list[Endpoint]
) -> Iterator[Finding]:
    declared = {(port.protocol, port.number) for pod in pods for port in pod.named_ports if port.name == name}
    if not declared:
        yield finding(
            codes.UNDECLARED_PORT,
            origin,
            f"no pod that this rule is for declares a port `{name}`",
            help="declare it in the container's `ports`, or write the number",
        )
        return
    twice = next((pod for pod in pods if _is_twice(pod, name)), None)
    numbers = ", ".join(f"`{number}`" for number in sorted({number for _, number in declared}))
    if twice is not None:
        message = f"`{name}` is more than one port of {twice.title}: {numbers}"
    elif _differs(declared) and direction is Direction.EGRESS and _confuses(context):
        message = f"`{name}` is not the same port in all pods that this rule is for: {numbers}"
    else:
        return
    yield finding(codes.AMBIGUOUS_PORT, origin, message, help="write the numbers")


def _is_twice(pod: Endpoint, name: str) -> bool:
    return _differs({(port.protocol, port.number) for port in pod.named_ports if port.name == name})


def _differs(declared: set[tuple[int, int]]) -> bool:
    """Whether one protocol has several numbers."""
    return len(declared) > len({protocol for protocol, _ in declared})


def _confuses(context: Context) -> bool:
    """Whether the engine may be one that does not resolve such names in egress rules (cilium/cilium #30003)."""
    engine = context.engine
    return isinstance(engine, KubernetesProfile) or (isinstance(engine, CiliumProfile) and engine.version < (1, 20))


RULES: Final = (Rule(codes=(codes.UNDECLARED_PORT, codes.AMBIGUOUS_PORT), check=names, needs_cluster=True),)
