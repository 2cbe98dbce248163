"""Paths, engines and a cluster as they were typed -> what is known of them: for every command that asks about flows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import BinaryIO

import click

from npconv.cli.pairs import TITLES
from npconv.cli.suggest import did_you_mean
from npconv.pipeline.engines import AUTO, Engine, EngineError, parse_engine
from npconv.pipeline.surroundings.model import Surroundings
from npconv.source.load import Loaded


def engine(text: str, option: str) -> Engine | None:
    """The engine that was named, None for the one whose policies are there; or a usage error."""
    head = text.split(",", maxsplit=1)[0].split("=", maxsplit=1)[0].strip()
    if text == AUTO:
        return None
    if head not in TITLES:
        listed = ", ".join(f"`{name}`" for name in (*TITLES, AUTO))
        raise click.UsageError(f"{option}: expected one of {listed} (found `{head}`){did_you_mean(head, TITLES)}")
    try:
        return parse_engine(text)
    except EngineError as error:
        raise click.UsageError(f"{option}: {error}") from None


def cluster(paths: Sequence[str]) -> Surroundings:
    """What the files and folders of `--cluster` say."""
    if not paths:
        return Surroundings()
    from npconv.pipeline.surroundings.gather import surroundings

    return surroundings(paths, stdin(paths))


def stdin(paths: Sequence[str]) -> BinaryIO | None:
    """The standard input, if it is asked for and open."""
    return sys.stdin.buffer if "-" in paths and sys.stdin is not None else None


def joined(several: Sequence[Loaded]) -> Loaded:
    """Several inputs as one."""
    return Loaded(
        documents=tuple(document for one in several for document in one.documents),
        diagnostics=tuple(finding for one in several for finding in one.diagnostics),
    )
