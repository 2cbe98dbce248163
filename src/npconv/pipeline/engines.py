"""Text such as `cilium=1.18`, or the kinds of some documents -> the engine that enforces them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias, assert_never

from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.azure_npm.profile import ProfileError as NpmError
from npconv.dialects.azure_npm.profile import parse_profile as parse_npm
from npconv.dialects.calico import kinds as calico
from npconv.dialects.calico.profile import CalicoProfile, parse_profile
from npconv.dialects.cilium import kinds as cilium
from npconv.dialects.cilium.profile import CiliumProfile, TargetError, parse_target
from npconv.dialects.k8s.profile import KubernetesProfile, OwnNode
from npconv.dialects.k8s.profile import ProfileError as KubernetesError
from npconv.dialects.k8s.profile import parse_profile as parse_kubernetes
from npconv.dialects.policy_api import kinds as policy_api
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.dialects.policy_api.profile import ProfileError as PolicyApiError
from npconv.dialects.policy_api.profile import parse_profile as parse_policy_api
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Direction
from npconv.semantics import meaning
from npconv.semantics.meaning import EngineMeaning
from npconv.source.document import Document

Engine: TypeAlias = AzureNpmProfile | CalicoProfile | CiliumProfile | KubernetesProfile | PolicyApiProfile

AUTO: Final = "auto"
"""Instead of an engine: the one whose policies are there."""

NAMES: Final = ("calico", "cilium", "k8s", "policy-api", "azure-npm")
"""The engines, as users type them."""


class EngineError(ValueError):
    """Why a text names no engine; the text is for users."""


def parse_engine(text: str) -> Engine:
    """The engine that `calico=3.30`, `cilium=1.19,platform=aks`, `k8s` or `policy-api` names. Raises EngineError."""
    name = re.split("[=,]", text, maxsplit=1)[0].strip()
    parse = _PARSERS.get(name)
    if parse is None:
        listed = ", ".join(f"`{one}`" for one in NAMES)
        raise EngineError(f"expected {listed} or `{AUTO}` (found `{name}`)")
    try:
        return parse(text)
    except (TargetError, NpmError, KubernetesError, PolicyApiError) as error:
        raise EngineError(str(error)) from None


def _parse_calico(text: str) -> CalicoProfile:
    profile = parse_profile(text)
    if isinstance(profile, str):
        raise EngineError(profile)
    return profile


_PARSERS: Final[Mapping[str, Callable[[str], Engine]]] = {
    "azure-npm": parse_npm,
    "calico": _parse_calico,
    "cilium": parse_target,
    "k8s": parse_kubernetes,
    "policy-api": parse_policy_api,
}


def detect(documents: Iterable[Document]) -> Engine:
    """Cilium where any object is Cilium's, Calico where any is Calico's, else Kubernetes, with the policy API or not.

    Each at its newest profile: a version that nobody named is an assumption, which callers print.
    """
    is_calico = is_api = False
    for document in documents:
        if cilium.claims(document):
            return CiliumProfile()
        is_calico = is_calico or calico.claims(document)
        is_api = is_api or policy_api.claims(document)
    if is_calico:
        return CalicoProfile()
    return PolicyApiProfile() if is_api else KubernetesProfile()


def title(engine: Engine) -> str:
    """What the engine is called in messages: `Calico 3.32`."""
    match engine:
        case CalicoProfile(version=version):
            return f"Calico {version[0]}.{version[1]}"
        case CiliumProfile(version=version):
            return f"Cilium {version[0]}.{version[1]}"
        case AzureNpmProfile(system=system):
            return f"Azure NPM on {system.value.capitalize()}"
        case PolicyApiProfile():
            return "ClusterNetworkPolicy"
        case KubernetesProfile():
            return "Kubernetes"
        case _:
            assert_never(engine)


def name(engine: Engine) -> str:
    """How the engine is asked for: `cilium=1.19`."""
    match engine:
        case CalicoProfile():
            return str(engine)
        case CiliumProfile() | AzureNpmProfile() | KubernetesProfile() | PolicyApiProfile():
            return engine.name
        case _:
            assert_never(engine)


def reads_policies_as(engine: Engine) -> EngineMeaning:
    """How the engine reads the policies of the Kubernetes APIs."""
    match engine:
        case CalicoProfile():
            return meaning.CALICO
        case CiliumProfile():
            from npconv.dialects.cilium.lift_kubernetes import meaning as cilium_meaning

            return cilium_meaning(engine)
        case AzureNpmProfile() | KubernetesProfile() | PolicyApiProfile():
            return engine.meaning
        case _:
            assert_never(engine)


def cluster_name(engine: Engine) -> str:
    """What the engine calls the cluster that it is in; engines that know one cluster only call it `default`."""
    return engine.cluster_name if isinstance(engine, CiliumProfile) else "default"


def matches_pods_by_address(engine: Engine) -> bool:
    """Whether a CIDR of a policy also matches the pods that have such an address."""
    return Kind.POD in reads_policies_as(engine).block_kinds


def same_addresses(one: Engine, other: Engine, *, networks: bool = False) -> bool:
    """Whether an address means the same to both: whoever holds it, or only what is outside the cluster.

    `networks`: also in ClusterNetworkPolicies.
    """
    first, second = reads_policies_as(one), reads_policies_as(other)
    if networks and first.network_kinds != second.network_kinds:
        return False
    return (first.block_kinds, first.zero_block_kinds) == (second.block_kinds, second.zero_block_kinds)


def beside(engine: Engine, other: Engine) -> Engine:
    """An engine in a translation: what Kubernetes leaves open and nobody said is as the other engine has it."""
    if not isinstance(engine, KubernetesProfile) or engine.own_node is not None:
        return engine
    is_open = Direction.EGRESS in reads_policies_as(other).own_node
    return KubernetesProfile(own_node=OwnNode.OPEN if is_open else OwnNode.POLICED)
