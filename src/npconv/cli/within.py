"""A request and the cluster that it names -> the request with what the cluster says and the user left open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from npconv.cli import sides
from npconv.cli.request import Request
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.engines import Engine
from npconv.pipeline.surroundings.model import Surroundings
from npconv.source.document import Document


def within(
    request: Request, around: Surroundings, documents: Iterable[Document]
) -> tuple[Request, tuple[Diagnostic, ...]]:
    """The completed request, and what is to be said about that. Whatever the user gave stays as it is."""
    source = around.engine(request.source, documents)
    target = around.engine(request.target, target=True)
    pod_cidr, said = around.pod_cidrs(request.pod_cidr)
    completed = replace(
        request,
        source=source.text,
        target=target.text,
        paths=request.paths or around.paths,
        pod_cidr=pod_cidr,
        dual_stack=request.dual_stack or around.dual_stack,
    )
    return completed, (*source.diagnostics, *target.diagnostics, *said)


def engine(
    text: str, option: str, around: Surroundings, documents: Iterable[Document]
) -> tuple[Engine | None, tuple[Diagnostic, ...]]:
    """The engine that was named or runs there, None for the one whose policies are there; or a usage error."""
    sides.engine(text, option)
    found = around.engine(text, documents)
    return sides.engine(found.text, option), found.diagnostics
