"""Cluster-wide Calico policies that were meant for pods, and also govern the host endpoints of the input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.diagnostic import Label
from npconv.dialects.calico.model import GlobalNetworkPolicy
from npconv.dialects.calico.model_sets import HostEndpoint
from npconv.dialects.calico.selector import SelectorError, parse_selector
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding


def also_nodes(context: Context) -> Iterator[Finding]:
    """Policies without a namespace selector whose selector asks for no label at all."""
    hosts = [one for one in context.found.calico if isinstance(one, HostEndpoint)]
    if not hosts:
        return
    shown = hosts[0].origin
    for policy in context.found.calico:
        if not isinstance(policy, GlobalNetworkPolicy) or policy.namespace_selector or policy.origin is None:
            continue
        if policy.apply_on_forward or policy.service_account_selector or not _is_everything(policy.selector or ""):
            continue
        yield finding(
            codes.ENFORCED_HOSTS,
            policy.origin.at("spec", "selector"),
            "this selects host endpoints, too, not only pods",
            also=() if shown is None else (Label(origin=shown.at("metadata", "name"), text="such as this one"),),
            help="add `namespaceSelector: all()` for pods only",
        )


def _is_everything(text: str) -> bool:
    found = parse_selector(text)
    return not isinstance(found, SelectorError) and found.canonical() == "all()"


RULES: Final = (Rule(codes=(codes.ENFORCED_HOSTS,), check=also_nodes),)
