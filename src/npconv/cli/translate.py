"""A request -> documents, their translation, what is written and what is said about it, and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

import click

from npconv.cli import profiles, report, sides
from npconv.cli.accepted import suggestion
from npconv.cli.deliver import Delivered, deliver
from npconv.cli.exits import Exit
from npconv.cli.outcome import Outcome, judge
from npconv.cli.reports import write
from npconv.cli.request import Request
from npconv.cli.talk import Talk
from npconv.cli.within import within
from npconv.diagnostics.codes import command_line
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline import Conversion, Options, convert, wanted
from npconv.pipeline.engines import name, title
from npconv.render.summary import skipped, summary
from npconv.source.load import load


def translate(request: Request) -> Exit:
    """Run one translation: findings first, then the output, then what there is to say about the run."""
    if (request.check or request.diff) and request.output_dir is None:
        raise click.UsageError("`--check` and `--diff` compare files: say where they are with `-d DIR`")
    around = sides.cluster(request.cluster)
    loaded = load(request.paths, _stdin(request.paths), wanted=wanted) if request.paths else around.policies
    request, completed = within(request, around, loaded.documents)
    options = replace(_options(request), cluster=around.cluster)
    talk = Talk(form=request.format, color=request.color, quiet=request.quiet, show_all=request.show_all)
    loaded = replace(
        loaded,
        documents=(*loaded.documents, *around.background),
        diagnostics=(*loaded.diagnostics, *around.diagnostics, *completed),
    )
    result = convert(loaded, options)
    outcome = judge(
        result,
        accepted=request.accept,
        fail_on=request.fail_on,
        skip_invalid=request.skip_invalid,
        allow_empty=request.allow_empty,
    )
    talk.say(result.diagnostics)
    read = frozenset(document.file for document in loaded.documents)
    delivered = deliver(request, result, read) if outcome.writes else Delivered()
    about = [*_about(request, result, outcome), *delivered.said]
    exit_code = outcome.exit if delivered.problem is None else delivered.problem
    said = summary(result, target=title(options.target), written=delivered.written, stored=delivered.stored)
    told = report.Told(
        command="convert",
        result=result,
        about=tuple(about),
        source=name(result.engine),
        target=name(options.target),
        accepted=request.accept,
        fail_on=request.fail_on,
        files=tuple(read),
        exit=exit_code,
        written=delivered.written,
        said=said,
    )
    problem = write(request.report, lambda form: report.text(told, form), read=read)
    if problem is not None:
        about.append(problem)
        exit_code = Exit.INVALID
    talk.lines(delivered.diff)
    talk.say(about)
    if options.source is None:
        talk.remark(f"read as {title(result.engine)} enforces it (say `--from` if that is wrong)")
    talk.remark(said)
    return exit_code


def _options(request: Request) -> Options:
    return Options(
        source=profiles.source(request.source, request.reading),
        target=profiles.target(request.target, request.prefer),
        keep_order=bool(request.prefer),
        pod_cidrs=request.pod_cidr,
        node_cidrs=request.node_cidr,
        dual_stack=request.dual_stack,
        namespace=request.namespace[0] if request.namespace else "default",
        namespaces=request.namespace,
        cidr_groups=request.cidr_groups,
        max_pieces=request.max_pieces,
        check_seconds=0.0 if request.no_check else request.check_timeout,
    )


def _stdin(paths: Sequence[str]) -> BinaryIO | None:
    """The standard input, if it is asked for and open."""
    return sys.stdin.buffer if "-" in paths and sys.stdin is not None else None


def _about(request: Request, result: Conversion, outcome: Outcome) -> list[Diagnostic]:
    """What is to be said about the translation as a whole."""
    said = [
        Diagnostic(code=command_line.UNUSED_ACCEPT, message=f"`--accept {one}` accepts nothing: there is no such loss")
        for one in outcome.unused
    ]
    if outcome.exit is Exit.EMPTY:
        paths = ", ".join(f"`{path}`" for path in request.paths)
        said.append(
            Diagnostic(
                code=command_line.NO_POLICY,
                message=f"no policy found in {paths}: {skipped(result)}",
                help="where that is fine, say `--allow-empty`",
            )
        )
    if outcome.wider:
        said.append(
            Diagnostic(
                code=command_line.WIDER,
                message="the output would let more through than the source, so nothing is written",
                help=f"to have it all the same: `{suggestion(outcome.wider)}`",
            )
        )
    return said
