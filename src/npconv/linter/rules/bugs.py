"""Bugs of releases that change what a policy means. Only where the user named the release.

Facts: facts/cilium.md 3.1 (GHSA-fm8w-2m5w-9j7r) and 0.1 (endPort), facts/calico.md 3.10 (HTTP prefixes).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.dialects.calico import model as calico
from npconv.dialects.calico import placed as placed_calico
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile, Platform
from npconv.dialects.k8s import placed as placed_kubernetes
from npconv.dialects.k8s.model import IPBlock
from npconv.ir.policy import Direction
from npconv.linter.context import Context, Rule, finding
from npconv.linter.model import Finding


def blocks_that_let_the_namespace_in(context: Context) -> Iterator[Finding]:
    """CVE-2026-56743: Cilium 1.19.0 to 1.19.4, and 1.18 with `policy-default-local-cluster`."""
    engine = context.options.engine
    if not isinstance(engine, CiliumProfile) or not engine.scopes_to_local_cluster or engine.version > (1, 19):
        return
    for policy in context.found.kubernetes:
        for rule in placed_kubernetes.rules(policy):
            for peer, origin in rule.peers() if rule.direction is Direction.INGRESS else ():
                if isinstance(peer, IPBlock):
                    yield finding(
                        codes.KNOWN_BUG,
                        origin,
                        "Cilium 1.19.0 to 1.19.4 also lets in every pod of the namespace here (CVE-2026-56743)",
                        help="run 1.19.5 or later, or write a CiliumNetworkPolicy with `fromCIDRSet`",
                    )


def ranges_that_are_single_ports(context: Context) -> Iterator[Finding]:
    """`endPort` in Cilium 1.16 as AKS ships it."""
    engine = context.options.engine
    managed = (Platform.AKS, Platform.AKS_ACNS)
    if not isinstance(engine, CiliumProfile) or engine.version >= (1, 17) or engine.platform not in managed:
        return
    for policy in context.found.kubernetes:
        for rule in placed_kubernetes.rules(policy):
            for port, origin in rule.ports():
                if port.end_port is not None and origin is not None:
                    yield finding(
                        codes.KNOWN_BUG,
                        origin.at("endPort"),
                        "AKS does not support `endPort` with Cilium before 1.17",
                        help="list the ports one by one, or upgrade the cluster",
                    )


def prefixes_that_are_texts(context: Context) -> Iterator[Finding]:
    """HTTP path prefixes in Calico before 3.31.6."""
    engine = context.options.engine
    if not isinstance(engine, CalicoProfile) or engine.version > (3, 31) or engine.http != "enforced":
        return
    for policy in context.found.calico:
        if not isinstance(policy, calico.NetworkPolicy | calico.GlobalNetworkPolicy):
            continue
        for rule in placed_calico.rules(policy, calico.PolicyType.INGRESS):
            http = rule.rule.http
            for index, path in enumerate(http.paths or () if http is not None else ()):
                if path.prefix and not path.prefix.endswith("/") and rule.origin is not None:
                    yield finding(
                        codes.KNOWN_BUG,
                        rule.origin.at("http", "paths", index, "prefix"),
                        f"Calico before 3.31.6 compares text: `{path.prefix}` also matches `{path.prefix}x`",
                        help="run 3.31.6 or later, or end the prefix with `/`",
                    )


def kinds_of_later_releases(context: Context) -> Iterator[Finding]:
    """Staged policies in Calico before 3.30 (facts/calico.md 0)."""
    engine = context.options.engine
    if not isinstance(engine, CalicoProfile) or engine.version >= (3, 30):
        return
    for one in context.found.calico:
        if isinstance(one, calico.Staged) and one.origin is not None:
            yield finding(
                codes.NOT_IN_RELEASE,
                one.origin.at("kind"),
                f"Calico {engine.version[0]}.{engine.version[1]} has no staged policies: they came with 3.30",
            )


RULES: Final = (
    Rule(codes=(codes.KNOWN_BUG,), check=blocks_that_let_the_namespace_in, needs_engine=True),
    Rule(codes=(codes.KNOWN_BUG,), check=ranges_that_are_single_ports, needs_engine=True),
    Rule(codes=(codes.KNOWN_BUG,), check=prefixes_that_are_texts, needs_engine=True),
    Rule(codes=(codes.NOT_IN_RELEASE,), check=kinds_of_later_releases, needs_engine=True),
)
