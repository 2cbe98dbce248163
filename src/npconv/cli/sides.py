"""Paths, engines and a cluster file as they were typed -> meanings: what `diff` and `why` ask."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import BinaryIO

import click

from npconv.cli.pairs import TITLES
from npconv.cli.suggest import did_you_mean
from npconv.diagnostics.codes import comparing, kubernetes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.cluster.read import read as read_cluster
from npconv.pipeline.engines import AUTO, Engine, EngineError, parse_engine
from npconv.source.load import Loaded, load


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


def cluster(paths: Sequence[str]) -> tuple[Cluster | None, tuple[Diagnostic, ...]]:
    """The cluster that some files describe; None where none was given. Documents of other kinds are passed over.

    What looks like a template in a pod's command is none, and a slice of a service that is not there says nothing.
    """
    if not paths:
        return None, ()
    loaded = load(paths, stdin(paths), wanted=lambda _: False)
    known, said = read_cluster(loaded.documents)
    findings = [*loaded.diagnostics, *(one for one in said if one.code is not kubernetes.CONTEXT_ORPHAN)]
    if known.is_empty and not any(one.is_error for one in findings):
        listed = ", ".join(f"`{path}`" for path in paths)
        findings.append(
            Diagnostic(
                code=comparing.EMPTY_CLUSTER,
                message=f"no pods, namespaces, services or nodes in {listed}",
                help="write the file with `kubectl get pods,namespaces,services,nodes -A -o yaml`",
            )
        )
    return known, tuple(findings)


def stdin(paths: Sequence[str]) -> BinaryIO | None:
    """The standard input, if it is asked for and open."""
    return sys.stdin.buffer if "-" in paths and sys.stdin is not None else None


def joined(several: Sequence[Loaded]) -> Loaded:
    """Several inputs as one."""
    return Loaded(
        documents=tuple(document for one in several for document in one.documents),
        diagnostics=tuple(finding for one in several for finding in one.diagnostics),
    )
