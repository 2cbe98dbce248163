"""What Azure NPM means to enforce, and what it does: who passes either way, and what is said of the difference."""

from __future__ import annotations

import pytest
from npm_world import LINUX, MENDED, WINDOWS, passing, policy

from npconv.dialects.azure_npm.lift import enforced, intent, lift
from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading
from npconv.ir.dimensions import Family
from npconv.ir.policy import Direction

EGRESS = Direction.EGRESS


def from_(peer: str) -> str:
    return f"policyTypes: [Ingress], ingress: [{{from: [{peer}]}}]"


def to(peer: str) -> str:
    return f"policyTypes: [Egress], egress: [{{to: [{peer}]}}]"


def team(operator: str, *values: str) -> str:
    listed = f", values: [{', '.join(values)}]" if values else ""
    return f"namespaceSelector: {{matchExpressions: [{{key: team, operator: {operator}{listed}}}]}}"


def codes(spec: str, profile: object = LINUX) -> list[str]:
    return [one.code.id for one in enforced([policy(spec)], profile).diagnostics]


def test_a_block_is_for_whoever_has_the_address() -> None:
    assert passing(intent([policy(from_("ipBlock: {cidr: 10.0.0.0/8}"))], LINUX).policies) == "a b c host node"
    assert passing(intent([policy(from_("ipBlock: {cidr: 0.0.0.0/0}"))], LINUX).policies) == "a b c host node world"


def test_pods_by_namespace_are_neither_nodes_nor_outside() -> None:
    assert passing(enforced([policy(from_("namespaceSelector: {}"))], LINUX).policies) == "a b c host"


def test_the_own_node_passes_both_ways_on_linux_and_in_on_windows() -> None:
    closed = policy("policyTypes: [Ingress, Egress]")
    assert passing(enforced([closed], LINUX).policies) == "host"
    assert passing(enforced([closed], LINUX).policies, EGRESS) == "host"
    assert passing(enforced([closed], WINDOWS).policies) == "host"
    assert passing(enforced([closed], WINDOWS).policies, EGRESS) == ""


def test_ipv6_passes_as_enforced_and_not_as_meant() -> None:
    closed = policy("policyTypes: [Ingress]")
    assert passing(enforced([closed], LINUX).policies, family=Family.V6) == "a b c host node world"
    assert passing(intent([closed], LINUX).policies, family=Family.V6) == "host"


def test_the_profile_says_which_reading() -> None:
    policies = [policy(from_("ipBlock: {cidr: 'fd00::/8'}"))]
    assert passing(lift(policies, AzureNpmProfile()).policies) == "host"
    assert passing(lift(policies, AzureNpmProfile(reading=Reading.ENFORCED)).policies) == "a b c host node world"


def test_a_refused_policy_is_not_there() -> None:
    spec = "policyTypes: [Ingress, Egress], ingress: [{from: [{ipBlock: {cidr: 'fd00::/8'}}]}]"
    assert passing(intent([policy(spec)], LINUX).policies) == "host"
    found = enforced([policy(spec)], LINUX)
    assert passing(found.policies) == "a b c host node world"
    assert passing(found.policies, EGRESS) == "a b c host node world"
    (said,) = found.diagnostics
    assert (said.code.id, said.message) == (
        "NPC364",
        "Azure NPM on Linux drops the whole policy for an address that is not IPv4 (`fd00::/8`)",
    )
    assert said.notes == (
        "its log says `ErrUnsupportedIPAddress`",
        "if the policy was changed, its last good version may still be in force",
    )
    assert said.help == "what it isolates is open today, and will not be where the output is enforced"
    assert said.origin is not None
    assert said.origin.dotted == "spec.ingress[0].from[0].ipBlock.cidr"


def test_what_becomes_of_a_refused_policy_depends_on_the_reading() -> None:
    policies = [policy(from_("ipBlock: {cidr: 'fd00::/8'}"))]
    (said,) = lift(policies, AzureNpmProfile(reading=Reading.ENFORCED)).diagnostics
    assert said.help == "it is not in the output: what it isolates is open there, too"


def test_other_policies_still_isolate_the_pods_of_a_refused_one() -> None:
    refused = policy(from_("ipBlock: {cidr: 'fd00::/8'}"))
    closed = policy("policyTypes: [Ingress]", "closed")
    assert passing(enforced([refused, closed], LINUX).policies) == "host"


@pytest.mark.parametrize(
    ("peer", "meant", "found", "said"),
    [
        # B1: "not a, or not b" is everybody; B2: and as a bare negation, not pods alone.
        (team("NotIn", "a", "b"), "c host", "a b c host node world", ["NPC365", "NPC366"]),
        (team("NotIn", "a"), "b c host", "b c host node world", ["NPC366"]),
        (team("DoesNotExist"), "host", "host node world", ["NPC366"]),
        (
            f"{{{team('NotIn', 'a', 'b')}, podSelector: {{matchLabels: {{app: db}}}}}}",
            "c host",
            "a b c host",
            ["NPC365"],
        ),
        (f"{{{team('NotIn', 'a')}, podSelector: {{matchLabels: {{app: db}}}}}}", "b c host", "b c host", []),
        (team("In", "a", "b"), "a b host", "a b host", []),
        ("podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [x, z]}]}", "a host", "a host", []),
    ],
)
def test_negative_namespace_selectors_on_linux(peer: str, meant: str, found: str, said: list[str]) -> None:
    for rule, way in ((from_(peer), Direction.INGRESS), (to(peer), EGRESS)):
        assert passing(intent([policy(rule)], LINUX).policies, way) == meant
        assert passing(enforced([policy(rule)], LINUX).policies, way) == found
        assert passing(enforced([policy(rule)], MENDED).policies, way) == meant
        assert codes(rule) == said
        assert codes(rule, MENDED) == []


def test_a_leaking_peer_with_a_negative_pod_selector() -> None:
    peer = f"{{{team('NotIn', 'a')}, podSelector: {{matchExpressions: [{{key: app, operator: DoesNotExist}}]}}}}"
    assert passing(enforced([policy(from_(peer))], LINUX).policies) == "host node world"


@pytest.mark.parametrize(
    ("peer", "found"),
    [(team("NotIn", "a"), "a"), (team("NotIn", "a", "b"), "a b"), (team("DoesNotExist"), "a b c")],
)
def test_windows_turns_a_negative_namespace_selector_round_on_the_way_out(peer: str, found: str) -> None:
    assert passing(enforced([policy(to(peer))], WINDOWS).policies, EGRESS) == found
    assert "NPC367" in codes(to(peer), WINDOWS)


def test_and_is_without_the_policy_on_the_way_in() -> None:
    found = enforced([policy(from_(team("NotIn", "a")))], WINDOWS)
    assert passing(found.policies) == "a b c host node world"
    assert [one.code.id for one in found.diagnostics] == ["NPC364"]


def test_mistakes_point_at_the_peer() -> None:
    (said,) = enforced([policy(from_(f"{{{team('NotIn', 'a')}}}"))], LINUX).diagnostics
    assert said.message == (
        "in Azure NPM a peer that only says what it is not also lets nodes and addresses outside the cluster through"
    )
    assert said.origin is not None
    assert said.origin.dotted == "spec.ingress[0].from[0]"
