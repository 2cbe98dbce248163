"""What makes Azure NPM drop a whole policy, each beside what does not."""

from __future__ import annotations

import pytest
from npm_world import LINUX, MENDED, MENDED_WINDOWS, WINDOWS, policy

from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.azure_npm.refuse import refusals

NEGATIVE = "matchExpressions: [{key: app, operator: NotIn, values: [x]}]"
ABSENT = "matchExpressions: [{key: app, operator: DoesNotExist}]"
WHY_NEGATIVE = "ErrUnsupportedNegativeMatch: `NotIn` or `DoesNotExist`, which it does not know on Windows"


def why(spec: str, profile: AzureNpmProfile) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in one.path)}: {one.error}: {one.why}" for one in refusals(policy(spec), profile)
    ]


def from_(peer: str) -> str:
    return f"policyTypes: [Ingress], ingress: [{{from: [{peer}]}}]"


def to(peer: str) -> str:
    return f"policyTypes: [Egress], egress: [{{to: [{peer}]}}]"


@pytest.mark.parametrize("profile", [LINUX, WINDOWS, MENDED, MENDED_WINDOWS])
@pytest.mark.parametrize(
    "spec",
    [
        "",
        "policyTypes: [Ingress, Egress]",
        from_("ipBlock: {cidr: 10.0.0.0/8}"),
        from_("ipBlock: {cidr: 0.0.0.0/0}"),
        from_("ipBlock: {cidr: 10.0.0.5/8}"),
        from_("{podSelector: {matchLabels: {app: x}}, namespaceSelector: {}}"),
        from_("{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}"),
        "ingress: [{ports: [{port: 80, endPort: 90}, {protocol: UDP}]}, {}]",
    ],
)
def test_what_every_npm_takes(spec: str, profile: AzureNpmProfile) -> None:
    assert refusals(policy(spec), profile) == ()


@pytest.mark.parametrize("profile", [LINUX, WINDOWS])
@pytest.mark.parametrize(
    ("cidr", "said"),
    [
        ("fd00::/8", "an address that is not IPv4 (`fd00::/8`)"),
        ("::/0", "an address that is not IPv4 (`::/0`)"),
        ("::ffff:10.0.0.0/104", "an address that is not IPv4 (`::ffff:10.0.0.0/104`)"),
        ("010.0.0.0/8", "an address with leading zeros (`010.0.0.0/8`)"),
        ("10.0.0.0/0", "`10.0.0.0/0`, of which it only knows the spelling `0.0.0.0/0`"),
    ],
)
def test_addresses(cidr: str, said: str, profile: AzureNpmProfile) -> None:
    block = f"ipBlock: {{cidr: '{cidr}'}}"
    assert why(from_(block), profile) == [f"spec.ingress.0.from.0.ipBlock.cidr: ErrUnsupportedIPAddress: {said}"]
    assert why(to(block), profile) == [f"spec.egress.0.to.0.ipBlock.cidr: ErrUnsupportedIPAddress: {said}"]


def test_the_fixes_know_every_spelling_of_everything() -> None:
    assert refusals(policy(from_("ipBlock: {cidr: 10.0.0.0/0}")), MENDED) == ()


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (f"podSelector: {{{NEGATIVE}}}", f"spec.podSelector: {WHY_NEGATIVE}"),
        (f"podSelector: {{{ABSENT}}}", f"spec.podSelector: {WHY_NEGATIVE}"),
        (from_(f"podSelector: {{{NEGATIVE}}}"), f"spec.ingress.0.from.0.podSelector: {WHY_NEGATIVE}"),
        (to(f"podSelector: {{{ABSENT}}}"), f"spec.egress.0.to.0.podSelector: {WHY_NEGATIVE}"),
        (from_(f"namespaceSelector: {{{NEGATIVE}}}"), f"spec.ingress.0.from.0.namespaceSelector: {WHY_NEGATIVE}"),
        (
            "ingress: [{ports: [{port: web}]}]",
            "spec.ingress.0.ports.0.port: ErrUnsupportedNamedPort: a named port (`web`), which it does not know on "
            "Windows",
        ),
        (
            "ingress: [{ports: [{port: 80}, {protocol: SCTP}]}]",
            "spec.ingress.0.ports.1.protocol: ErrUnsupportedSCTP: SCTP, which it does not know on Windows",
        ),
        (
            from_("ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}"),
            "spec.ingress.0.from.0.ipBlock.except: ErrUnsupportedExceptCIDR: an `except`, which it does not know on "
            "Windows",
        ),
    ],
)
def test_what_windows_alone_does_not_know(spec: str, found: str) -> None:
    assert why(spec, WINDOWS) == [found]
    assert refusals(policy(spec), LINUX) == ()


def test_a_negative_namespace_on_the_way_out_is_refused_by_the_fixes_alone() -> None:
    spec = to(f"namespaceSelector: {{{NEGATIVE}}}")
    assert why(spec, WINDOWS) == []
    assert why(spec, MENDED_WINDOWS) == [f"spec.egress.0.to.0.namespaceSelector: {WHY_NEGATIVE}"]


def test_rules_of_a_direction_that_the_policy_does_not_have_are_not_looked_at() -> None:
    rules = "egress: [{to: [{ipBlock: {cidr: '::/0'}}]}]"
    assert why(f"policyTypes: [Ingress], {rules}", LINUX) == []
    assert len(why(rules, LINUX)) == 1
