"""Text such as `cilium=1.19,platform=aks` -> the dialect it names, and the engine's profile."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from npconv.cli.pairs import AUTO, TITLES
from npconv.cli.suggest import did_you_mean

if TYPE_CHECKING:
    from npconv.pipeline.engines import Engine


def dialect(text: str, option: str) -> str:
    """The dialect that a profile begins with, or a usage error. Only `--from` may leave it to the input."""
    head = re.split("[=,]", text, maxsplit=1)[0].strip()
    known = (*TITLES, AUTO) if option == "--from" else tuple(TITLES)
    if head not in known or (head == AUTO and text.strip() != AUTO):
        listed = ", ".join(f"`{name}`" for name in known)
        raise click.UsageError(f"{option}: expected one of {listed} (found `{head}`){did_you_mean(head, known)}")
    return head


def source(text: str, reading: str) -> Engine | None:
    """What enforces the input, None for the engine whose policies are there; or a usage error.

    `reading` is that of `--as`: what an engine means to enforce, or what it does; empty if not given.
    """
    from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading

    engine = None if text.strip() == AUTO else _engine(text, "--from")
    if not reading:
        return engine
    if not isinstance(engine, AzureNpmProfile):
        raise click.UsageError("`--as` is for `--from azure-npm`: other engines enforce what they mean to")
    return replace(engine, reading=Reading(reading))


def target(text: str, prefer: str = "") -> Engine:
    """What will enforce the output, or a usage error. `prefer` is that of `--prefer`; empty if not given."""
    from npconv.dialects.azure_npm.profile import AzureNpmProfile, Reading
    from npconv.dialects.cilium.profile import CiliumProfile, Enforcement

    engine = _engine(text, "--to")
    if isinstance(engine, CiliumProfile) and engine.enforcement is not Enforcement.DEFAULT:
        # `always` denies what no policy selects, `never` enforces nothing: no policy can say otherwise.
        found = engine.enforcement.value
        raise click.UsageError(f"--to: policies are written for `enable-policy=default` (found `{found}`)")
    if prefer:
        if not isinstance(engine, CiliumProfile) or engine.version < (1, 20):
            raise click.UsageError(f"`--prefer {prefer}` is for `--to cilium=1.20` and later")
        engine = replace(engine, k8s_cluster_network_policy=True)
    if isinstance(engine, AzureNpmProfile) and engine.reading is not Reading.INTENT:
        raise click.UsageError("--to: `as` is for sources; policies are written so that NPM enforces what they mean")
    return engine


def _engine(text: str, option: str) -> Engine:
    from npconv.pipeline.engines import EngineError, parse_engine

    try:
        return parse_engine(text)
    except EngineError as error:
        raise click.UsageError(f"{option}: {error}") from None
