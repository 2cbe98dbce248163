"""Everything about an Azure NPM that changes what a policy means, or whether it is enforced."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from npconv.semantics.meaning import AZURE_NPM_LINUX, AZURE_NPM_WINDOWS, EngineMeaning

ENGINE: Final = "azure-npm"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureNpmProfile:
    """One Azure NPM (facts/azure_npm.md 1)."""

    system: System = System.LINUX
    fixes: Fixes = Fixes.NONE

    @property
    def meaning(self) -> EngineMeaning:
        """What it means to enforce."""
        return AZURE_NPM_LINUX if self.system is System.LINUX else AZURE_NPM_WINDOWS

    @property
    def name(self) -> str:
        """How the profile is asked for: `azure-npm=linux`, `azure-npm=windows,fixes=2026-09`."""
        base = f"{ENGINE}={self.system.value}"
        return base if self.fixes is Fixes.NONE else f"{base},fixes={self.fixes.value}"


class ProfileError(ValueError):
    """What is wrong with a profile as the user wrote it; the text is the message."""


def parse_profile(text: str) -> AzureNpmProfile:
    """The profile that `azure-npm`, `azure-npm=windows` or `azure-npm=linux,fixes=2026-09` asks for.

    Raises ProfileError.
    """
    first, *others = [part.strip() for part in text.split(",")]
    engine, _, system = first.partition("=")
    if engine != ENGINE:
        raise ProfileError(f"unknown engine `{engine}` (expected `{ENGINE}`)")
    fixes = Fixes.NONE
    for one in filter(None, others):
        key, _, value = one.partition("=")
        if key != "fixes":
            raise ProfileError(f"unknown key `{key}` (expected `fixes`)")
        fixes = next((known for known in Fixes if known.value == value), Fixes.NONE)
        if fixes.value != value:
            raise ProfileError(f"unknown `fixes` `{value}` (expected `none` or `2026-09`)")
    found = next((known for known in System if known.value == (system or System.LINUX.value)), None)
    if found is None:
        raise ProfileError(f"unknown system `{system}` (expected `linux` or `windows`)")
    return AzureNpmProfile(system=found, fixes=fixes)
