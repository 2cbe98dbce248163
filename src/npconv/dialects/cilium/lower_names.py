"""Name patterns of the IR -> `matchName` and `matchPattern`, as far as a version reads them as they are meant."""

from __future__ import annotations

from typing import Final

from npconv.dialects.cilium import lift_addresses
from npconv.dialects.cilium.model_peers import FQDNSelector
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.pattern import pattern

_PATTERN: Final = pattern(r"[-a-z0-9_.*]+")
_LONGEST: Final = 255


def selector(pattern: str) -> FQDNSelector:
    """The selector for a pattern that `problem` has nothing against."""
    return FQDNSelector(match_pattern=pattern) if "*" in pattern else FQDNSelector(match_name=pattern)


def problem(pattern: str, profile: CiliumProfile) -> str:
    """Why this Cilium has no selector for exactly these names; empty if it has.

    Until 1.18 `**.` in front of a name stands for one label, as `*.` does (pkg/fqdn/matchpattern; facts/cilium.md 2.8).
    """
    if not _PATTERN.fullmatch(pattern) or len(pattern) > _LONGEST:
        return f"`{pattern}` is no pattern of names in Cilium"
    if lift_addresses.pattern(selector(pattern), profile) != pattern:
        return (
            f"Cilium {profile.version[0]}.{profile.version[1]} has no pattern for names of any depth, as `{pattern}` is"
        )
    return ""
