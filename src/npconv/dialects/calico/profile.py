"""Text such as `calico=3.30` -> the Calico that enforces the policies: version and settings that change meaning."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias, get_args

from npconv.dataclass import dataclass
from npconv.hashed import Hashed

Version: TypeAlias = tuple[int, int]

VERSIONS: Final[tuple[Version, ...]] = ((3, 29), (3, 30), (3, 31), (3, 32))
LATEST: Final[Version] = VERSIONS[-1]

AppliedBy: TypeAlias = Literal["calicoctl", "native-crd"]
"""How `projectcalico.org/v3` objects reach the datastore: checked and completed by Calico's own code (calicoctl or
its API server), or by the API server alone through native CRDs (from 3.32)."""

Http: TypeAlias = Literal["enforced", "ignored"]
EndpointToHost: TypeAlias = Literal["accept", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalicoProfile(Hashed):
    """Everything outside of the policies that changes what they mean."""

    version: Version = LATEST
    applied_by: AppliedBy = "calicoctl"
    http: Http = "enforced"
    """Enforced only where Envoy and Dikastes run; else a rule with `http` is its L3/L4 part (facts 3.10)."""
    endpoint_to_host: EndpointToHost = "accept"
    """`defaultEndpointToHostAction`: what pods may send to their own node. Felix drops; Calico's manifests accept."""

    @property
    def names_carry_tier(self) -> bool:
        """Whether a policy of a tier must be called `<tier>.<name>` (names.ValidateTieredPolicyName, up to 3.31)."""
        return self.version <= (3, 31)

    @property
    def ports_need_protocol(self) -> bool:
        """Whether even ports by name need a `protocol` beside them (validateRule; 3.32: projectcalico/calico#11916)."""
        return self.version <= (3, 31)

    @property
    def old_tokenizer(self) -> bool:
        """Whether selectors are read by the tokenizer of Calico 3.29 (`parse_selector(before_3_30=…)`)."""
        return self.version < (3, 30)

    def __str__(self) -> str:
        standard = CalicoProfile(version=self.version)
        shown = [f"calico={self.version[0]}.{self.version[1]}"]
        for name, field in _SETTINGS.items():
            if getattr(self, field) != getattr(standard, field):
                shown.append(f"{name}={getattr(self, field)}")
        return ",".join(shown)


_SETTINGS: Final = {"applied-by": "applied_by", "http": "http", "endpoint-to-host": "endpoint_to_host"}
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "applied-by": get_args(AppliedBy),
    "http": get_args(Http),
    "endpoint-to-host": get_args(EndpointToHost),
}


def parse_profile(text: str) -> CalicoProfile | str:
    """The profile for `calico`, `calico=3.30`, `calico=3.32,applied-by=native-crd,http=ignored`; a message if none."""
    head, *settings = text.split(",")
    engine, equals, number = head.partition("=")
    if engine != "calico":
        return f"unknown engine `{engine}` (expected `calico`)"
    version = _version(number) if equals else LATEST
    if isinstance(version, str):
        return version
    chosen: dict[str, str] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in _CHOICES:
            return f"unknown setting `{name}` of calico (expected {_listed(tuple(_CHOICES))})"
        if value not in _CHOICES[name]:
            return f"unknown value `{value}` for `{name}` (expected {_listed(_CHOICES[name])})"
        chosen[name] = value
    if chosen.get("applied-by") == "native-crd" and version < (3, 32):
        return "`applied-by=native-crd` needs calico=3.32 or later"
    return CalicoProfile(
        version=version,
        applied_by="native-crd" if chosen.get("applied-by") == "native-crd" else "calicoctl",
        http="ignored" if chosen.get("http") == "ignored" else "enforced",
        endpoint_to_host="drop" if chosen.get("endpoint-to-host") == "drop" else "accept",
    )


def _version(text: str) -> Version | str:
    found = re.fullmatch(r"v?([0-9]{1,3})\.([0-9]{1,3})(\.[0-9]{1,3})?", text)
    version = (int(found[1]), int(found[2])) if found else None
    if version in VERSIONS:
        return version
    return f"unknown version `{text}` of calico (expected {_listed(tuple(f'{a}.{b}' for a, b in VERSIONS))})"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names[:-1]) + f" or `{names[-1]}`"
