"""Text such as `cilium=1.18`, or the kinds of some documents -> the engine that enforces them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, assert_never

from npconv.dialects.azure_npm.profile import AzureNpmProfile, ProfileError
from npconv.dialects.azure_npm.profile import parse_profile as parse_npm
from npconv.dialects.calico import parse as calico
from npconv.dialects.calico.profile import CalicoProfile, parse_profile
from npconv.dialects.cilium import parse as cilium
from npconv.dialects.cilium.lift_kubernetes import meaning as cilium_meaning
from npconv.dialects.cilium.profile import CiliumProfile, TargetError, parse_target
from npconv.dialects.policy_api import parse as policy_api
from npconv.ir.dimensions import Kind
from npconv.semantics import meaning
from npconv.semantics.meaning import EngineMeaning
from npconv.source.document import Document


class Kubernetes(Enum):
    """An engine of which nothing is known but that it keeps to the Kubernetes APIs."""

    K8S = "k8s"
    POLICY_API = "policy-api"
    """The same engine: it has both APIs."""


Engine: TypeAlias = AzureNpmProfile | CalicoProfile | CiliumProfile | Kubernetes

AUTO: Final = "auto"
"""Instead of an engine: the one whose policies are there."""

NAMES: Final = ("calico", "cilium", "k8s", "policy-api", "azure-npm")
"""The engines, as users type them."""


@dataclass(frozen=True, slots=True)
class EngineError(Exception):
    """Why a text names no engine; the text is for users."""

    text: str

    def __str__(self) -> str:
        return self.text


def parse_engine(text: str) -> Engine:
    """The engine that `calico=3.30`, `cilium=1.19,platform=aks`, `k8s` or `policy-api` names. Raises EngineError."""
    head, comma, _ = text.partition(",")
    name, equals, _ = head.partition("=")
    match name:
        case "calico":
            profile = parse_profile(text)
            if isinstance(profile, str):
                raise EngineError(profile)
            return profile
        case "cilium":
            try:
                return parse_target(text)
            except TargetError as error:
                raise EngineError(str(error)) from None
        case "azure-npm":
            try:
                return parse_npm(text)
            except ProfileError as error:
                raise EngineError(str(error)) from None
        case "k8s" | "policy-api":
            if comma or equals:
                raise EngineError(f"`{name}` takes no version and no settings (found `{text}`)")
            return Kubernetes(name)
        case _:
            listed = ", ".join(f"`{one}`" for one in NAMES[:-1])
            raise EngineError(f"expected {listed} or `{AUTO}` (found `{name}`)")


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
    return Kubernetes.POLICY_API if is_api else Kubernetes.K8S


def title(engine: Engine) -> str:
    """What the engine is called in messages: `Calico 3.32`."""
    match engine:
        case CalicoProfile(version=version):
            return f"Calico {version[0]}.{version[1]}"
        case CiliumProfile(version=version):
            return f"Cilium {version[0]}.{version[1]}"
        case AzureNpmProfile(system=system):
            return f"Azure NPM on {system.value.capitalize()}"
        case Kubernetes.POLICY_API:
            return "ClusterNetworkPolicy"
        case Kubernetes.K8S:
            return "Kubernetes"
        case _:
            assert_never(engine)


def name(engine: Engine) -> str:
    """How the engine is asked for: `cilium=1.19`."""
    match engine:
        case CalicoProfile():
            return str(engine)
        case CiliumProfile() | AzureNpmProfile():
            return engine.name
        case Kubernetes():
            return engine.value
        case _:
            assert_never(engine)


def reads_policies_as(engine: Engine) -> EngineMeaning:
    """How the engine reads the policies of the Kubernetes APIs."""
    match engine:
        case CalicoProfile():
            return meaning.CALICO
        case CiliumProfile():
            return cilium_meaning(engine)
        case AzureNpmProfile():
            return engine.meaning
        case Kubernetes():
            return meaning.KUBERNETES
        case _:
            assert_never(engine)


def cluster_name(engine: Engine) -> str:
    """What the engine calls the cluster that it is in; engines that know one cluster only call it `default`."""
    return engine.cluster_name if isinstance(engine, CiliumProfile) else "default"


def matches_pods_by_address(engine: Engine) -> bool:
    """Whether a CIDR of a policy also matches the pods that have such an address."""
    return Kind.POD in reads_policies_as(engine).block_kinds


def same_addresses(one: Engine, other: Engine) -> bool:
    """Whether an address means the same to both: whoever holds it, or only what is outside the cluster."""
    first, second = reads_policies_as(one), reads_policies_as(other)
    return (first.block_kinds, first.zero_block_kinds) == (second.block_kinds, second.zero_block_kinds)
