"""Directions that are listed and have no rules, beside one that has some: denied as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico import model as calico
from npconv.lint.context import Context, Rule, finding
from npconv.lint.model import Finding
from npconv.source.place_of import value_at

_DIRECTIONS: Final = (("Ingress", "ingress", "egress"), ("Egress", "egress", "ingress"))


def of_kubernetes(context: Context) -> Iterator[Finding]:
    """`policyTypes` of a NetworkPolicy."""
    for policy in context.found.kubernetes:
        if policy.origin is not None:
            yield from _silent(policy.origin, policy.policy_types or (), "policyTypes")


def of_calico(context: Context) -> Iterator[Finding]:
    """`types` of a Calico policy, if it is the only one that could allow anything in that direction."""
    for policy in context.found.calico:
        if isinstance(policy, calico.NetworkPolicy | calico.GlobalNetworkPolicy) and policy.origin is not None:
            yield from _silent(policy.origin, [one.value for one in policy.types or ()], "types")


def _silent(origin: Origin, types: tuple[str, ...] | list[str], key: str) -> Iterator[Finding]:
    """A list that is written, even an empty one, says that it is meant."""
    for name, field, other in _DIRECTIONS:
        spec = value_at(origin.at("spec"))
        if name in types and isinstance(spec, dict) and field not in spec and spec.get(other):
            yield finding(
                codes.SILENT_DENY,
                origin.at("spec", key, list(types).index(name)),
                f"all {field} is denied: `{key}` lists `{name}`, and there is no `{field}`",
                help=f"write `{field}: []` if that is meant, or take `{name}` out of `{key}`",
            )


RULES: Final = (
    Rule(codes=(codes.SILENT_DENY,), check=of_kubernetes),
    Rule(codes=(codes.SILENT_DENY,), check=of_calico),
)
