"""What random input once found, at its smallest: each broke a law of the design, and none does now."""

from __future__ import annotations

import pytest
from judged import judge_text

from npconv.diagnostics.effect import Effect
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import AllowLocalhost, CIDRMatch, CiliumProfile
from npconv.pipeline.model import Options

ISOLATED = """
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: isolated, namespace: shop}
spec: {types: [Ingress, Egress]}
---"""


def policy(rule: str, *, direction: str = "egress", name: str = "p", rest: str = "") -> str:
    return f"""
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec:
  types: [{direction.capitalize()}]
  {direction}: [{rule}]
  {rest}
---"""


KNOWN = Options(pod_cidrs=("10.244.0.0/16",))
BY_PODS = Options(
    target=CiliumProfile(version=(1, 20), cidr_match=frozenset({CIDRMatch.PODS, CIDRMatch.NODES})), dual_stack=True
)
CASES: dict[str, tuple[str, Options]] = {
    "nodes have no named ports": (policy("{action: Allow, destination: {ports: [http]}}"), KNOWN),
    "all ports but a named one reach nodes": (policy("{action: Allow, destination: {notPorts: [http]}}"), KNOWN),
    "a policy that passes and is left out narrows others": (
        ISOLATED
        + policy("{action: Pass}", direction="ingress", name="a", rest="{order: 1, selector: \"app contains 'x'\"}")
        .replace("  {order", "  order")
        .replace("'x'\"}", "'x'\"")
        .replace("order: 1, selector", "order: 1\n  selector"),
        KNOWN,
    ),
    "ports from 0 are no ports": (
        policy("{action: Allow, protocol: TCP, destination: {notPorts: ['1:1024', '1024:65535']}}"),
        KNOWN,
    ),
    "what passes to nobody is owned where it cannot be said": (
        ISOLATED + policy("{action: Pass, protocol: 47}", name="z", direction="ingress"),
        KNOWN,
    ),
    "ICMP of the other family is nothing": (
        policy("{action: Allow, notProtocol: UDP, destination: {notNets: ['fd00::/8']}}"),
        KNOWN,
    ),
    "a Pass cut out of everything leaves no kinds that nobody knows": (
        ISOLATED
        + policy(
            "{action: Pass, destination: {notPorts: [http]}},"
            "{action: Allow, protocol: TCP, destination: {notPorts: [443]}}",
            name="z",
        ),
        KNOWN,
    ),
    "a pass for some subjects that have no words narrows the tier's end": (
        policy("{action: Pass, destination: {serviceAccounts: {selector: team == 'a'}}}", direction="ingress"),
        KNOWN,
    ),
    "a pass for subjects with some of the pods' addresses": (
        policy("{action: Pass, destination: {nets: [10.244.3.0/24]}}", direction="ingress"),
        KNOWN,
    ),
    "Calico drops what pods send to their node": (
        policy("{action: Allow}"),
        Options(source=CalicoProfile(endpoint_to_host="drop")),
    ),
    "a node does not reach its pods by itself": (
        ISOLATED.removesuffix("---"),
        Options(target=CiliumProfile(allow_localhost=AllowLocalhost.POLICY)),
    ),
    "labels that the profile leaves out of identities": (
        policy("{action: Allow, destination: {selector: role == 'db'}}"),
        Options(target=CiliumProfile(labels=("!role",))),
    ),
    "ICMP is switched off": (
        policy("{action: Allow, protocol: ICMP}, {action: Allow, protocol: TCP}"),
        Options(target=CiliumProfile(icmp_rules=False)),
    ),
    "CIDRs match nodes, too": (
        policy("{action: Allow, destination: {nets: [10.0.0.0/8]}}"),
        Options(target=CiliumProfile(cidr_match=frozenset({CIDRMatch.NODES})), node_cidrs=("10.1.0.0/16",)),
    ),
    "CIDRs match pods of both families, and a rule is for one": (
        policy("{action: Allow, ipVersion: 4}"),
        BY_PODS,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_laws_hold(name: str) -> None:
    text, options = CASES[name]
    judged = judge_text(text.strip().removesuffix("---"), 1, options, 400)
    assert not judged.problems, judged.story
    assert judged.flows > 200
    assert judged.conversion.outputs or judged.conversion.refused


OPEN_DENY = """
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 1, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: no-mail}
spec:
  tier: security
  types: [Egress]
  egress: [{action: Deny, protocol: TCP, destination: {ports: [25]}}]
"""


def test_without_non_default_deny_a_deny_isolates_and_allows_the_rest() -> None:
    target = CiliumProfile(non_default_deny=False)
    judged = judge_text(OPEN_DENY, 1, Options(target=target), 400)
    assert not judged.problems, judged.story
    (output,) = judged.conversion.outputs
    assert "enableDefaultDeny" not in str(output.data)
    usual = judge_text(OPEN_DENY, 1, Options(), 400)
    assert not usual.problems, usual.story
    assert "enableDefaultDeny" in str(usual.conversion.outputs[0].data)


TWO_LOSSES = policy("{action: Allow, protocol: ICMP}, {action: Allow, notProtocol: ICMP}", name="both") + policy(
    "{action: Allow, protocol: UDP, source: {ports: [53]}, destination: {ports: [53]}}", name="idle"
)


def test_a_loss_is_inert_only_if_it_changes_no_flow() -> None:
    """One flow is shown for each pair of deciding rules: losses of one rule are told apart all the same."""
    judged = judge_text(TWO_LOSSES.removesuffix("---"), 1, KNOWN, 400)
    assert not judged.problems, judged.story
    effects = [(one.code.id, one.policy.name.name, one.effect) for one in judged.conversion.losses]
    assert effects == [
        ("NPC338", "both", Effect.NARROWS),
        ("NPC338", "both", Effect.INERT),  # ICMPv6, which pods with IPv4 addresses do not speak
        ("NPC325", "both", Effect.NARROWS),
        ("NPC323", "idle", Effect.INERT),
    ]
