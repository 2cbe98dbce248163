"""Everything about an Azure NPM that changes what a policy means, or whether it is enforced."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Final, TypeVar

from npconv.dataclass import dataclass
from npconv.semantics.meaning import AZURE_NPM_LINUX, AZURE_NPM_WINDOWS, EngineMeaning

ENGINE: Final = "azure-npm"
_Value = TypeVar("_Value", bound=Enum)


class System(Enum):
    """The operating system of the nodes. In a mixed cluster each node enforces as its own does."""

    LINUX = "linux"
    WINDOWS = "windows"
    """Windows Server 2022; retired on 30 September 2026."""


class Fixes(Enum):
    """Which of NPM's mistakes are mended."""

    NONE = "none"
    """Up to v1.6.48, and whatever AKS is known to run (v1.6.34 in January 2026)."""
    SEPTEMBER_2026 = "2026-09"
    """Azure/azure-container-networking #4866, #4867 and #4868; no release of AKS is known to have them."""


class Reading(Enum):
    """What is read from policies: NPM drops some, and gets others wrong (facts/azure_npm.md 6)."""

    INTENT = "intent"
    """What Kubernetes means by them; where NPM differs is reported."""
    ENFORCED = "enforced"
    """What NPM really lets through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureNpmProfile:
    """One Azure NPM (facts/azure_npm.md 1)."""

    system: System = System.LINUX
    fixes: Fixes = Fixes.NONE
    reading: Reading = Reading.INTENT

    @property
    def meaning(self) -> EngineMeaning:
        """What it means to enforce."""
        return AZURE_NPM_LINUX if self.system is System.LINUX else AZURE_NPM_WINDOWS

    @property
    def name(self) -> str:
        """How the profile is asked for: `azure-npm=linux`, `azure-npm=windows,fixes=2026-09,as=enforced`."""
        said = [f"{ENGINE}={self.system.value}"]
        if self.fixes is not Fixes.NONE:
            said.append(f"fixes={self.fixes.value}")
        if self.reading is not Reading.INTENT:
            said.append(f"as={self.reading.value}")
        return ",".join(said)


class ProfileError(ValueError):
    """What is wrong with a profile as the user wrote it; the text is the message."""


def parse_profile(text: str) -> AzureNpmProfile:
    """The profile that `azure-npm`, `azure-npm=windows` or `azure-npm=linux,fixes=2026-09,as=enforced` asks for.

    Raises ProfileError.
    """
    first, *others = [part.strip() for part in text.split(",")]
    engine, _, system = first.partition("=")
    if engine != ENGINE:
        raise ProfileError(f"unknown engine `{engine}` (expected `{ENGINE}`)")
    profile = AzureNpmProfile()
    if system:
        profile = replace(profile, system=_value(System, system, "system"))
    for one in filter(None, others):
        key, _, value = one.partition("=")
        match key:
            case "fixes":
                profile = replace(profile, fixes=_value(Fixes, value, "`fixes`"))
            case "as":
                profile = replace(profile, reading=_value(Reading, value, "`as`"))
            case _:
                raise ProfileError(f"unknown key `{key}` (expected `fixes` or `as`)")
    return profile


def _value(values: type[_Value], text: str, what: str) -> _Value:
    for one in values:
        if one.value == text:
            return one
    expected = " or ".join(f"`{one.value}`" for one in values)
    raise ProfileError(f"unknown {what} `{text}` (expected {expected})")
