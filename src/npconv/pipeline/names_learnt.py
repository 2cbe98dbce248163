"""Cilium policies of an output -> whether what they allow by DNS name can be learnt by what else they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from npconv.diagnostics.codes import assumptions
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.targets.task import Made
from npconv.source.fields import Value


def of_names_learnt(written: Iterable[Made]) -> Iterator[Diagnostic]:
    """That pods look names up by a rule that Cilium reads, where none is in the output (facts/cilium.md 2.8)."""
    listed = list(written)
    named = next((made for made in listed if made.may_have("toFQDNs") and _allows_names(made.data)), None)
    if named is not None and not any(made.has("dns") for made in listed):
        yield Diagnostic(
            code=assumptions.NAMES_LEARNT,
            origin=named.origin,
            message="pods look names up through a rule with `dns`, which is not in the output",
            help="add one for the cluster's DNS server: `npconv explain NPC833` has it",
        )


def _allows_names(data: Mapping[str, Value]) -> bool:
    """Whether an object allows anything by DNS name."""
    specs = data.get("specs")
    for rule in (data.get("spec"), *(specs if isinstance(specs, list) else ())):
        entries = rule.get("egress") if isinstance(rule, dict) else None
        if isinstance(entries, list) and any(isinstance(one, dict) and "toFQDNs" in one for one in entries):
            return True
    return False
