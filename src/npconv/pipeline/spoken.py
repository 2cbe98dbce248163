"""What a translation takes for granted of requests -> assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npconv.diagnostics.codes import assumptions
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.ir.policy import Rule


def of_spoken(rules: Sequence[tuple[Rule, str]]) -> Iterator[Diagnostic]:
    """The rules that were about any request of a protocol, and are about their ports in the output."""
    for rule, protocol in rules:
        yield Diagnostic(
            code=assumptions.SPOKEN,
            message=f"nothing but {protocol} is sent to these ports",
            origin=rule.origin,
            help="the rule takes any request of it, and in the output anything at all",
        )
