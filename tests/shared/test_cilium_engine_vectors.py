"""Cilium's own engine gave a verdict on every flow of its vectors: ours agrees, and its policy errors are found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from world import endpoints, flow

from npconv.diagnostics.codes import engines
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cilium.lift import lift
from npconv.dialects.cilium.lift_kubernetes import meaning
from npconv.dialects.cilium.model import CiliumObject
from npconv.dialects.cilium.parse import parse as parse_cilium
from npconv.dialects.cilium.profile import AllowLocalhost, CIDRMatch, CiliumProfile
from npconv.dialects.k8s import parse as k8s
from npconv.dialects.k8s.lift import lift as lift_kubernetes
from npconv.dialects.policy_api.lift import lift as lift_policy_api
from npconv.dialects.policy_api.model import Policy
from npconv.dialects.policy_api.parse import parse as parse_policy_api
from npconv.ir.policy import PolicySet
from npconv.semantics.verdict import verdict
from npconv.source import load
from npconv.source.document import Document
from npconv.source.fields import Sink

pytestmark = pytest.mark.shared


@pytest.fixture(scope="session")
def vectors(shared: Path) -> dict[str, Any]:
    """The worlds and cases, recorded from a snapshot of about 1.20."""
    found: dict[str, Any] = json.loads((shared / "vectors" / "cilium_engine.json").read_text())
    return found


def profile_of(case: Mapping[str, Any]) -> CiliumProfile:
    """The installation that a case was recorded with."""
    config = case["config"]
    modes = {CIDRMatch(one) for one in config.get("cidrMatch", "").split(",") if one}
    return CiliumProfile(
        version=(1, 20),
        default_local_cluster=bool(case["cluster"]),
        allow_localhost=AllowLocalhost(config.get("allowLocalhost", "always")),
        host_firewall=bool(config.get("hostFirewall")),
        extended_protocols=bool(config.get("extproto")),
        cidr_match=frozenset(modes),
        ipv6=bool(config.get("ipv6")),
        k8s_cluster_network_policy=True,
    )


def read(text: str) -> Document:
    """A policy's text, read as Kubernetes reads it, but for what Go's typed decoder made of unquoted booleans."""
    as_decoded = text.replace("  name: n\n", '  name: "false"\n').replace(
        "          team: y\n", '          team: "true"\n'
    )
    # A protocol without a port is all of its ports to the engine, but refused by the schema (case 80p).
    as_decoded = as_decoded.replace(
        '{"tcp": {}}', '{"tcp": {"destinationPort": {"range": {"start": 1, "end": 65535}}}}'
    )
    loaded = load.parse(as_decoded, "vector.yaml")
    return loaded.documents[0]


def lifted(case: Mapping[str, Any]) -> tuple[PolicySet, tuple[Diagnostic, ...]]:
    """What the policies that the engine took mean to us."""
    profile = profile_of(case)
    reading = meaning(profile)
    objects: list[CiliumObject] = []
    network: list[k8s.NetworkPolicy] = []
    cluster: list[Policy] = []
    for text, result in zip(case["policies"], case["policyResult"], strict=True):
        if " ok" not in result.split(",", maxsplit=1)[0]:
            continue
        document = read(text)
        if document.api_version.startswith("cilium.io"):
            found, _ = parse_cilium(document)
            assert found is not None, case["name"]
            objects.append(found)
        elif document.kind == "NetworkPolicy":
            # The engine was given two peers that an API server refuses (cases 51c, 55): read without validation.
            network.append(k8s._policy(document, Sink()))
        else:
            policy, diagnostics = parse_policy_api(document)
            assert policy is not None, (case["name"], diagnostics)
            cluster.append(policy)
    tiers = lift_policy_api(cluster, reading)
    assert not tiers.diagnostics
    whole = lift(
        objects,
        profile,
        kubernetes=[lift_kubernetes(policy, reading) for policy in network],
        admin=tiers.admin,
        baseline=tiers.baseline,
    )
    return whole.policies, whole.diagnostics


def test_every_flow_has_the_engine_s_verdict(vectors: dict[str, Any]) -> None:
    wrong, counts = [], Counter[str]()
    for case in vectors["cases"]:
        by_address = CIDRMatch.PODS.value in case["config"].get("cidrMatch", "")
        world = endpoints(vectors["worlds"][case["world"]], pods_have_addresses=not by_address)
        policies, diagnostics = lifted(case)
        conflicts = [one.message for one in diagnostics if one.code is engines.MERGE_CONFLICT]
        for recorded in case["flows"]:
            counts[recorded["verdict"]] += 1
            if conflicts:
                ours = "POLICY-ERROR"
                expected = recorded.get("error", "").removeprefix("cannot merge ")
                agreed = bool(expected) and any(message.endswith(expected) for message in conflicts)
            else:
                ours = "ALLOW" if verdict(policies, flow(recorded, world)).allowed else "DENY"
                agreed = ours == recorded["verdict"]
            if not agreed:
                wrong.append((case["name"], recorded, ours, conflicts))
    assert wrong == []
    assert counts == {"ALLOW": 304, "DENY": 322, "POLICY-ERROR": 1}


def test_a_conflict_names_the_policies_and_the_filter(vectors: dict[str, Any]) -> None:
    case = next(one for one in vectors["cases"] if one["name"].startswith("65 "))
    _, diagnostics = lifted(case)
    assert [one.message for one in diagnostics] == [
        "`CiliumNetworkPolicy/a/p` and `CiliumNetworkPolicy/a/q` cannot be merged for egress on `53/TCP`: "
        "conflicting L7 parsers (http/dns)"
    ]
