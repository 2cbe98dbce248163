"""`- from:` beside `- ports:` as two rules, where one was meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.diagnostic import Label
from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium.model import CiliumCIDRGroup
from npconv.dialects.k8s import placed
from npconv.dialects.k8s.placed import PEERS
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.source.place_of import value_at


def of_kubernetes(context: Context) -> Iterator[Finding]:
    """Two neighbouring rules of a NetworkPolicy, one of peers and one of ports."""
    for policy in context.found.kubernetes:
        for direction, peers in PEERS.items():
            rules = [one.origin for one in placed.rules(policy) if one.direction is direction]
            yield from _split(rules, (peers,), "ports")


def of_cilium(context: Context) -> Iterator[Finding]:
    """The same in a Cilium policy."""
    for policy in context.found.cilium:
        for rule in () if isinstance(policy, CiliumCIDRGroup) else policy.rules:
            for word, key, entries in (("from", "ingress", rule.ingress), ("to", "egress", rule.egress)):
                peers = tuple(f"{word}{kind}" for kind in ("Endpoints", "CIDR", "CIDRSet", "Entities", "FQDNs"))
                yield from _split([rule.at(key, index) for index in range(len(entries or ()))], peers, "toPorts")


def _split(origins: Sequence[Origin | None], peers: tuple[str, ...], ports: str) -> Iterator[Finding]:
    """Two rules, and no others: one of peers alone, then one of ports alone. Three are a list of alternatives."""
    rules = [one for one in origins if one is not None]
    if len(rules) != 2:
        return
    for first, second in pairwise(rules):
        one, other = value_at(first), value_at(second)
        if not isinstance(one, dict) or not isinstance(other, dict):
            continue
        of_peers = next((key for key in peers if set(one) == {key} and one[key]), None)
        if of_peers is not None and set(other) == {ports} and other[ports]:
            yield finding(
                codes.SPLIT_RULE,
                second,
                f"these `{ports}` are open to everybody: they are a rule of their own",
                label="not of the rule above",
                also=(Label(origin=first, text="and these peers reach every port"),),
                help=f"leave out the `-` before `{ports}` if both are one rule",
            )


RULES: Final = (
    Rule(codes=(codes.SPLIT_RULE,), check=of_kubernetes),
    Rule(codes=(codes.SPLIT_RULE,), check=of_cilium),
)
