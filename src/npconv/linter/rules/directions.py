"""A way out that is listed and has no rules, beside ways in that have some: denied as a whole, DNS included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico import model as calico
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.linter.rules.names import DENIES
from npconv.source.place_of import value_at


def of_kubernetes(context: Context) -> Iterator[Finding]:
    """`policyTypes` of a NetworkPolicy."""
    for policy in context.found.kubernetes:
        if policy.origin is not None:
            yield from _silent(policy.origin, policy.metadata.name, policy.policy_types or (), "policyTypes")


def of_calico(context: Context) -> Iterator[Finding]:
    """`types` of a Calico policy, as they are written."""
    for policy in context.found.calico:
        if isinstance(policy, calico.NetworkPolicy | calico.GlobalNetworkPolicy) and policy.origin is not None:
            types = tuple(one.value for one in policy.types or ())
            yield from _silent(policy.origin, policy.metadata.name, types, "types")


def _silent(origin: Origin, name: str, types: tuple[str, ...], key: str) -> Iterator[Finding]:
    """A list that is written, even an empty one, says that it is meant; so does a name.

    The other way round, a policy that lets nothing in and something out, is what jobs and default denies look like.
    """
    spec = value_at(origin.at("spec"))
    if "Egress" not in types or not isinstance(spec, dict) or "egress" in spec or not spec.get("ingress"):
        return
    if DENIES.search(name.lower()) is None:
        yield finding(
            codes.SILENT_DENY,
            origin.at("spec", key, types.index("Egress")),
            f"all egress is denied: `{key}` lists `Egress`, and there is no `egress`",
            help=f"write `egress: []` if that is meant, or take `Egress` out of `{key}`",
        )


RULES: Final = (
    Rule(codes=(codes.SILENT_DENY,), check=of_kubernetes),
    Rule(codes=(codes.SILENT_DENY,), check=of_calico),
)
