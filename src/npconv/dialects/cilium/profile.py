"""Everything about a Cilium installation that changes what a policy means or whether it is accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar

from npconv.dataclass import dataclass

VERSIONS: tuple[tuple[int, int], ...] = ((1, 16), (1, 17), (1, 18), (1, 19), (1, 20))
"""The releases that npconv knows, oldest first."""

DEFAULT_VERSION = (1, 19)

_E = TypeVar("_E", bound=Enum)


class Platform(Enum):
    """Who runs Cilium; a managed service takes fields and flags away."""

    GENERIC = "generic"
    AKS = "aks"
    """Azure CNI powered by Cilium: no FQDN, no layer 7; Cilium 1.16 to 1.18 (azure-cni-powered-by-cilium, Aug 2026)."""
    AKS_ACNS = "aks-acns"
    """AKS with Advanced Container Networking Services: FQDN and layer 7, the latter not in clusterwide policies."""
    GKE = "gke"
    """Dataplane V2: clusterwide policies of layers 3 and 4 only; no CiliumNetworkPolicy."""


class Enforcement(Enum):
    """`enable-policy`: which endpoints deny what no rule allows."""

    DEFAULT = "default"
    ALWAYS = "always"
    NEVER = "never"


class AllowLocalhost(Enum):
    """`allow-localhost`: whether the local node may always reach its pods. In Kubernetes `auto` means `always`."""

    ALWAYS = "always"
    POLICY = "policy"


class CIDRMatch(Enum):
    """`policy-cidr-match-mode`: what CIDRs match besides addresses outside the cluster."""

    NODES = "nodes"
    PODS = "pods"
    """Since 1.20 (PR 45194)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiliumProfile:
    """One Cilium installation: version, platform, and the flags of facts/cilium.md 2.13 at their defaults.

    Sources: pkg/option/config.go, pkg/defaults/defaults.go, pkg/clustermesh/types/option.go.
    """

    version: tuple[int, int] = DEFAULT_VERSION
    platform: Platform = Platform.GENERIC
    cluster_name: str = "default"
    default_local_cluster: bool | None = None
    """`policy-default-local-cluster`; None: as the version has it (see `scopes_to_local_cluster`)."""
    enforcement: Enforcement = Enforcement.DEFAULT
    allow_localhost: AllowLocalhost = AllowLocalhost.ALWAYS
    host_firewall: bool = False
    node_selector_labels: bool = False
    non_default_deny: bool = True
    """`enable-non-default-deny-policies`; if false, `enableDefaultDeny` is ignored."""
    cidr_match: frozenset[CIDRMatch] = frozenset()
    extended_protocols: bool = False
    sctp: bool = False
    icmp_rules: bool = True
    l7_proxy: bool = True
    k8s_networkpolicy: bool = True
    k8s_cluster_network_policy: bool = False
    labels: tuple[str, ...] = ()
    """`labels`: patterns that add to the default list of labels that make an identity; `!` leaves out."""
    ipv4: bool = True
    ipv6: bool = False

    @property
    def scopes_to_local_cluster(self) -> bool:
        """Whether a peer selector that names no cluster means the own one: a flag since 1.18, on since 1.19."""
        if self.default_local_cluster is None:
            return self.version >= (1, 19)
        return self.default_local_cluster and self.version >= (1, 18)

    @property
    def is_namespaceless(self) -> bool:
        """Whether this Cilium takes no policies of a namespace, so that it becomes a part of their names."""
        return self.platform is Platform.GKE

    @property
    def name(self) -> str:
        """How the profile is asked for: `cilium=1.19`, `cilium=1.18,platform=aks`."""
        major, minor = self.version
        base = f"cilium={major}.{minor}"
        return base if self.platform is Platform.GENERIC else f"{base},platform={self.platform.value}"


class TargetError(ValueError):
    """What is wrong with a profile as the user wrote it; the text is the message."""


def parse_target(text: str) -> CiliumProfile:
    """The profile that `cilium=1.19,platform=aks,host-firewall=true` asks for.

    Keys are Cilium's own flag names, or `platform`. A managed platform without a version is the newest
    that it runs. Raises TargetError.
    """
    first, *others = [part.strip() for part in text.split(",")]
    engine, _, version_text = first.partition("=")
    if engine != "cilium":
        raise TargetError(f"unknown engine `{engine}` (expected `cilium`)")
    given = [_pair(one) for one in others if one]
    values = dict(given)
    if len(values) != len(given):
        raise TargetError(f"a key is given twice in `{text}`")
    platform = _choice(Platform, "platform", values.pop("platform", "generic"))
    newest = DEFAULT_VERSION if platform is Platform.GENERIC else (1, 18)
    profile = CiliumProfile(version=_version(version_text) if version_text else newest, platform=platform)
    for key, value in values.items():
        if key not in FLAGS:
            import difflib  # noqa: PLC0415 - most runs need none

            close = difflib.get_close_matches(key, FLAGS, n=1)
            raise TargetError(f"unknown key `{key}`" + (f" (did you mean `{close[0]}`?)" if close else ""))
        attribute, read = FLAGS[key]
        profile = replace(profile, **{attribute: read(key, value)})
    return profile


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise TargetError(f"expected `key=value`, found `{text}`")
    return key.strip(), value.strip()


def _version(text: str) -> tuple[int, int]:
    parts = text.removeprefix("v").split(".")
    known = {f"{major}.{minor}": (major, minor) for major, minor in VERSIONS}
    found = known.get(".".join(parts[:2]))
    if found is None or len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise TargetError(f"unknown Cilium version (expected one of {', '.join(known)}, found `{text}`)")
    return found


def _choice(kind: type[_E], key: str, value: str) -> _E:
    for one in kind:
        if one.value == value:
            return one
    raise TargetError(f"unknown `{key}` (expected {', '.join(str(one.value) for one in kind)}, found `{value}`)")


def _boolean(key: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise TargetError(f"`{key}` is `true` or `false` (found `{value}`)")
    return value == "true"


def _text(key: str, value: str) -> str:
    if not value:
        raise TargetError(f"`{key}` needs a value")
    return value


def _cidr_match(key: str, value: str) -> frozenset[CIDRMatch]:
    return frozenset(_choice(CIDRMatch, key, one) for one in value.split("+") if one)


FLAGS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "cluster-name": ("cluster_name", _text),
    "policy-default-local-cluster": ("default_local_cluster", _boolean),
    "enable-policy": ("enforcement", lambda key, value: _choice(Enforcement, key, value)),
    "allow-localhost": (
        "allow_localhost",
        lambda key, value: _choice(AllowLocalhost, key, "always" if value == "auto" else value),
    ),
    "host-firewall": ("host_firewall", _boolean),
    "enable-host-firewall": ("host_firewall", _boolean),
    "enable-node-selector-labels": ("node_selector_labels", _boolean),
    "enable-non-default-deny-policies": ("non_default_deny", _boolean),
    "policy-cidr-match-mode": ("cidr_match", _cidr_match),
    "enable-extended-ip-protocols": ("extended_protocols", _boolean),
    "enable-sctp": ("sctp", _boolean),
    "enable-icmp-rules": ("icmp_rules", _boolean),
    "enable-l7-proxy": ("l7_proxy", _boolean),
    "enable-k8s-networkpolicy": ("k8s_networkpolicy", _boolean),
    "enable-k8s-cluster-network-policy": ("k8s_cluster_network_policy", _boolean),
    "labels": ("labels", lambda key, value: tuple(_text(key, value).split())),
    "enable-ipv4": ("ipv4", _boolean),
    "enable-ipv6": ("ipv6", _boolean),
}
"""Each flag with the field that it sets. Lists are joined by `+` (match modes) or blanks (labels)."""
