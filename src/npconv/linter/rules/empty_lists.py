"""Empty lists: everybody to Kubernetes and Calico, nobody to Cilium (facts/k8s_np.md 5.1, facts/cilium.md 2.3, 2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.origin import Origin, below
from npconv.dialects.calico import model as calico
from npconv.dialects.calico import placed as placed_calico
from npconv.dialects.calico.model_rule import SIDES
from npconv.dialects.cilium.model import CiliumCIDRGroup
from npconv.dialects.k8s import placed as placed_kubernetes
from npconv.dialects.k8s.model import Rule as KubernetesRule
from npconv.dialects.k8s.placed import PEERS
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding
from npconv.source.place_of import value_at

_CALICO: Final = {
    "nets": "any address",
    "ports": "any port",
    "notNets": "no address is left out",
    "notPorts": "no port is left out",
}
_CILIUM: Final = ("Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes")
"""The lists of peers in which an empty one is nobody; others are looked up, and NPC495 is about these."""


def of_kubernetes(context: Context) -> Iterator[Finding]:
    """`from: []`, `to: []`, `ports: []` of a NetworkPolicy."""
    for policy in context.found.kubernetes:
        for one in placed_kubernetes.rules(policy):
            if one.origin is not None:
                yield from _of_kubernetes(one.rule, one.origin, PEERS[one.direction])


def _of_kubernetes(rule: KubernetesRule, origin: Origin, key: str) -> Iterator[Finding]:
    if rule.peers == ():
        whom = "every source" if key == "from" else "every destination"
        yield finding(
            codes.EMPTY_LIST,
            origin.at(key),
            f"`{key}: []` is {whom}, also outside the cluster",
            help=f"leave `{key}` out if everybody is meant, or the whole rule if nobody is",
        )
    if rule.ports == ():
        yield finding(
            codes.EMPTY_LIST,
            origin.at("ports"),
            "`ports: []` is every port of every protocol",
            help="leave `ports` out if every port is meant, or the whole rule if none is",
        )


def of_calico(context: Context) -> Iterator[Finding]:
    """Empty lists of a Calico rule's `source` and `destination`."""
    for policy in context.found.calico:
        if not isinstance(policy, calico.NetworkPolicy | calico.GlobalNetworkPolicy):
            continue
        for one in placed_calico.rules(policy):
            for side, (key, meaning) in product(SIDES, _CALICO.items()):
                origin = below(one.origin, side, key)
                if origin is not None and value_at(origin) == []:
                    yield finding(
                        codes.EMPTY_LIST,
                        origin,
                        f"`{key}: []` is no condition: {meaning}",
                        help=f"leave `{key}` out, or say what is meant",
                    )


def of_cilium(context: Context) -> Iterator[Finding]:
    """Empty lists of peers and ports in a Cilium rule."""
    for policy in context.found.cilium:
        for rule in () if isinstance(policy, CiliumCIDRGroup) else policy.rules:
            if rule.origin is not None:
                for index in range(len(rule.ingress or ())):
                    yield from _of_entry(rule.origin.at("ingress", index), "from")
                for index in range(len(rule.egress or ())):
                    yield from _of_entry(rule.origin.at("egress", index), "to")


def _of_entry(entry: Origin, word: str) -> Iterator[Finding]:
    for kind in _CILIUM:
        key = f"{word}{kind}"
        if value_at(entry.at(key)) == []:
            yield finding(
                codes.NOBODY,
                entry.at(key),
                f"`{key}: []` is nobody: this entry allows nothing",
                help=f"for everybody write `{word}Entities: [all]`; to deny all, the one entry `- {{}}`",
            )
    parts = value_at(entry.at("toPorts"))
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(part, dict) and not part.get("ports"):
            yield _no_ports(entry.at("toPorts", index))


def _no_ports(origin: Origin) -> Finding:
    return finding(
        codes.NOBODY,
        origin,
        "`toPorts` without `ports` allows no port at all",
        help="leave `toPorts` out for every port",
    )


RULES: Final = (
    Rule(codes=(codes.EMPTY_LIST,), check=of_kubernetes),
    Rule(codes=(codes.EMPTY_LIST,), check=of_calico),
    Rule(codes=(codes.NOBODY,), check=of_cilium),
)
