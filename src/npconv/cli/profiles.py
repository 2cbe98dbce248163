"""Text such as `cilium=1.19,platform=aks` -> the dialect it names, and the engine's profile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from npconv.cli.pairs import TITLES
from npconv.cli.suggest import did_you_mean

if TYPE_CHECKING:
    from npconv.dialects.calico.profile import CalicoProfile
    from npconv.dialects.cilium.profile import CiliumProfile


def dialect(text: str, option: str) -> str:
    """The dialect that a profile begins with, or a usage error."""
    head = re.split("[=,]", text, maxsplit=1)[0].strip()
    if head not in TITLES:
        listed = ", ".join(f"`{name}`" for name in TITLES)
        raise click.UsageError(f"{option}: expected one of {listed} (found `{head}`){did_you_mean(head, TITLES)}")
    return head


def calico(text: str) -> CalicoProfile:
    """The Calico that enforces the source, or a usage error."""
    from npconv.dialects.calico.profile import parse_profile

    profile = parse_profile(text)
    if isinstance(profile, str):
        raise click.UsageError(f"--from: {profile}")
    return profile


def cilium(text: str) -> CiliumProfile:
    """The Cilium that will enforce the output, or a usage error."""
    from npconv.dialects.cilium.profile import Enforcement, TargetError, parse_target

    try:
        profile = parse_target(text)
    except TargetError as error:
        raise click.UsageError(f"--to: {error}") from None
    if profile.enforcement is not Enforcement.DEFAULT:
        # `always` denies what no policy selects, `never` enforces nothing: no policy can say otherwise.
        found = profile.enforcement.value
        raise click.UsageError(f"--to: policies are written for `enable-policy=default` (found `{found}`)")
    return profile
