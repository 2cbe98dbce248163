"""Targets as users write them."""

from __future__ import annotations

import pytest

from npconv.dialects.cilium.profile import (
    AllowLocalhost,
    CIDRMatch,
    CiliumProfile,
    Enforcement,
    Platform,
    TargetError,
    parse_target,
)


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("cilium", CiliumProfile(version=(1, 19))),
        ("cilium=1.16", CiliumProfile(version=(1, 16))),
        ("cilium=v1.20.2", CiliumProfile(version=(1, 20))),
        ("cilium,platform=aks", CiliumProfile(version=(1, 18), platform=Platform.AKS)),
        ("cilium=1.17, platform=aks-acns", CiliumProfile(version=(1, 17), platform=Platform.AKS_ACNS)),
        (
            "cilium=1.20,host-firewall=true,cluster-name=north,policy-default-local-cluster=false",
            CiliumProfile(version=(1, 20), host_firewall=True, cluster_name="north", default_local_cluster=False),
        ),
        (
            "cilium=1.20,enable-policy=always,allow-localhost=policy,policy-cidr-match-mode=nodes+pods",
            CiliumProfile(
                version=(1, 20),
                enforcement=Enforcement.ALWAYS,
                allow_localhost=AllowLocalhost.POLICY,
                cidr_match=frozenset(CIDRMatch),
            ),
        ),
        ("cilium=1.19,labels=k8s:app !team", CiliumProfile(labels=("k8s:app", "!team"))),
    ],
)
def test_targets(text: str, profile: CiliumProfile) -> None:
    assert parse_target(text) == profile


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("calico=3.30", "unknown engine `calico` (expected `cilium`)"),
        ("cilium=1.15", "unknown Cilium version (expected one of 1.16, 1.17, 1.18, 1.19, 1.20, found `1.15`)"),
        ("cilium=1.19.x", "unknown Cilium version (expected one of 1.16, 1.17, 1.18, 1.19, 1.20, found `1.19.x`)"),
        ("cilium=1.19,platform=eks", "unknown `platform` (expected generic, aks, aks-acns, gke, found `eks`)"),
        ("cilium=1.19,hostfirewall=true", "unknown key `hostfirewall` (did you mean `host-firewall`?)"),
        ("cilium=1.19,host-firewall", "expected `key=value`, found `host-firewall`"),
        ("cilium=1.19,host-firewall=yes", "`host-firewall` is `true` or `false` (found `yes`)"),
        ("cilium=1.19,cluster-name=", "`cluster-name` needs a value"),
        ("cilium,labels=a,labels=b", "a key is given twice in `cilium,labels=a,labels=b`"),
    ],
)  # fmt: skip
def test_what_is_no_target(text: str, message: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(text)
    assert str(caught.value) == message


def test_peers_are_scoped_to_the_own_cluster_by_version() -> None:
    default = {minor: CiliumProfile(version=(1, minor)).scopes_to_local_cluster for minor in range(16, 21)}
    assert default == {16: False, 17: False, 18: False, 19: True, 20: True}
    asked = {
        minor: CiliumProfile(version=(1, minor), default_local_cluster=True).scopes_to_local_cluster
        for minor in range(16, 21)
    }
    assert asked == {16: False, 17: False, 18: True, 19: True, 20: True}


def test_the_name_is_a_target_again() -> None:
    for text in ("cilium=1.16", "cilium=1.18,platform=aks"):
        assert parse_target(text).name == text
