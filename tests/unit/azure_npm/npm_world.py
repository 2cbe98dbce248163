"""NetworkPolicies from text, and who passes them in Azure NPM, of a few peers in their order."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from npconv.dialects.azure_npm.profile import AzureNpmProfile, Fixes, System
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.dialects.k8s.parse import parse
from npconv.dialects.k8s.validate import Cidrs
from npconv.ir.dimensions import NAMESPACE, Attribute, Family, Kind, Scope
from npconv.ir.policy import Direction, PolicySet
from npconv.semantics.flow import TCP, Endpoint, Flow
from npconv.semantics.verdict import verdict
from npconv.source import load

LINUX = AzureNpmProfile(system=System.LINUX)
WINDOWS = AzureNpmProfile(system=System.WINDOWS)
MENDED = AzureNpmProfile(system=System.LINUX, fixes=Fixes.SEPTEMBER_2026)
MENDED_WINDOWS = AzureNpmProfile(system=System.WINDOWS, fixes=Fixes.SEPTEMBER_2026)
APP = Attribute.of(Scope.POD, "app")
TEAM = Attribute.of(Scope.NAMESPACE, "team")


def pod(app: str, namespace: str, team: str, address: str) -> Endpoint:
    return Endpoint(
        kind=Kind.POD,
        attributes={APP: app, NAMESPACE: namespace, TEAM: team},
        addresses=(ipaddress.ip_address(address), ipaddress.ip_address(f"fd00::{address.rpartition('.')[2]}")),
    )


SUBJECT = pod("web", "shop", "a", "10.1.0.1")
PEERS = {
    "a": pod("db", "shop", "a", "10.1.0.2"),
    "b": pod("db", "ops", "b", "10.1.0.3"),
    "c": pod("db", "lab", "c", "10.1.0.4"),
    "host": Endpoint(kind=Kind.HOST, addresses=(ipaddress.ip_address("10.2.0.1"),)),
    "node": Endpoint(kind=Kind.REMOTE_NODE, addresses=(ipaddress.ip_address("10.2.0.2"),)),
    "world": Endpoint(kind=Kind.OUTSIDE, addresses=(ipaddress.ip_address("203.0.113.5"),)),
}


def policy(spec: str, name: str = "p") -> NetworkPolicy:
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: shop}}\nspec: {{{spec}}}"
    )
    (document,) = load.parse(text, "test.yaml").documents
    found, diagnostics = parse(document, cidrs=Cidrs.STORED)
    assert found is not None, diagnostics
    return found


def passing(policies: PolicySet, way: Direction = Direction.INGRESS, family: Family = Family.V4) -> str:
    """Who gets through at TCP port 80."""
    return " ".join(
        name
        for name, peer in PEERS.items()
        if verdict(
            policies, Flow(direction=way, subject=SUBJECT, peer=peer, protocol=TCP, port=80, family=family)
        ).allowed
    )


def texts(values: Sequence[object]) -> list[str]:
    return [str(one) for one in values]
