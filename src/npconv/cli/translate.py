"""A request -> documents, their translation, what is written and what is said about it, and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

import click

import npconv
from npconv.cli import profiles, sides
from npconv.cli.accepted import Accepted, suggestion
from npconv.cli.deliver import Delivered, deliver
from npconv.cli.exits import Exit, worst
from npconv.cli.outcome import Outcome, judge
from npconv.cli.parameters import ReportTo
from npconv.cli.progress import progress
from npconv.cli.remarked import by_comments
from npconv.cli.request import Request
from npconv.cli.talk import Talk
from npconv.cli.told import Told
from npconv.cli.within import within
from npconv.config import inputs
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import command_line, config
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.engines import name, title
from npconv.pipeline.model import Conversion
from npconv.pipeline.read import wanted
from npconv.pipeline.surroundings.model import Surroundings
from npconv.render.owners import losses
from npconv.render.summary import skipped, summary
from npconv.source.load import Loaded, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What was read: policies, and what is known of the cluster."""

    around: Surroundings
    loaded: Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How one translation ended, and what its reports are made of."""

    exit: Exit
    told: Told
    delivered: Delivered
    unused: tuple[Accepted, ...]


def translate(request: Request) -> Exit:
    """Run one translation, and write its reports."""
    talk = talking(request)
    done = run(request, read(request), talk)
    return reported([done], request.report, talk)


def talking(request: Request) -> Talk:
    """How a request wants to be talked about."""
    return Talk(form=request.format, color=request.color, quiet=request.quiet, show_all=request.show_all)


def read(request: Request) -> Input:
    """Read what a request names."""
    around = sides.cluster(request.cluster)
    if request.files is not None:
        loaded = load(request.files, wanted=wanted, concerns=inputs.concerns)
    elif request.paths:
        loaded = load(request.paths, _stdin(request.paths), wanted=wanted)
    else:
        loaded = around.policies
    return Input(around=around, loaded=loaded)


def run(request: Request, given: Input, talk: Talk) -> Done:
    """Run one translation: findings first, then the output, then what there is to say about the run."""
    if (request.check or request.diff) and request.output_dir is None:
        raise click.UsageError("`--check` and `--diff` compare files: say where they are with `-d DIR`")
    around, loaded = given.around, given.loaded
    request, completed = within(request, around, loaded.documents)
    source, target = profiles.source(request.source, request.reading), profiles.target(request.target, request.prefer)
    loaded = replace(
        loaded,
        documents=(*loaded.documents, *around.background),
        diagnostics=(*loaded.diagnostics, *around.diagnostics, *completed),
        once=request.output == "yaml" and request.layout == "by-source",
    )
    with progress(quiet=request.quiet) as line:
        line.step("translating")
        result = npconv.convert(
            loaded,
            read=source,
            write=target,
            context=_context(request, around),
            keep_order=bool(request.prefer),
            cidr_groups=request.cidr_groups,
            max_pieces=request.max_pieces,
            seconds=0.0 if request.no_check else request.check_timeout,
            watch=lambda done, total: line.step("comparing all flows", done, total),
        ).conversion
    request = replace(request, accept=(*request.accept, *by_comments(result, loaded)))
    outcome = judge(
        result,
        accepted=request.accept,
        fail_on=request.fail_on,
        skip_invalid=request.skip_invalid,
        allow_empty=request.allow_empty,
    )
    talk.say(_with_reasons(result, request.accept))
    files = frozenset(document.file for document in loaded.documents)
    delivered = deliver(request, result, files) if outcome.writes else Delivered()
    about = [*_about(request, result, outcome), *delivered.said]
    exit_code = outcome.exit if delivered.problem is None else delivered.problem
    said = summary(result, target=title(target), written=delivered.written, stored=delivered.stored)
    talk.lines(delivered.diff)
    talk.say(about)
    if source is None:
        talk.remark(f"read as {title(result.engine)} enforces it (say `--from` if that is wrong)")
    talk.remark(said)
    told = Told(
        result=result,
        about=tuple(about),
        source=name(result.engine),
        target=name(target),
        accepted=request.accept,
        fail_on=request.fail_on,
        files=tuple(files),
        exit=exit_code,
        written=delivered.written,
        said=said,
    )
    return Done(exit=exit_code, told=told, delivered=delivered, unused=outcome.unused)


def reported(
    done: Sequence[Done],
    wanted: Sequence[ReportTo],
    talk: Talk,
    *,
    about: Sequence[Diagnostic] = (),
    ended: Exit = Exit.DONE,
) -> Exit:
    """Write the reports that were asked for; the exit code of it all, which is the worst.

    `about` are findings about the configuration, and `ended` is how far they go.
    """
    exit_code = worst([ended, *(one.exit for one in done)])
    if not wanted:
        return exit_code
    from npconv.cli.reports import write

    told = [one.told for one in done]
    files = frozenset(file for one in told for file in one.files)

    def text(form: str) -> str:
        from npconv.cli import report

        return report.text(told, form, exit_code=exit_code, about=about)

    problem = write(wanted, text, read=files)
    if problem is None:
        return exit_code
    talk.say([problem])
    return worst([exit_code, Exit.INVALID])


def _with_reasons(result: Conversion, accepted: Sequence[Accepted]) -> list[Diagnostic]:
    """The findings of a translation; where somebody wrote down why a loss may be, it says so."""
    reasons = {
        id(loss.diagnostic): next((one.reason for one in accepted if one.reason and one.covers(loss)), "")
        for loss in (losses(result) if any(one.reason for one in accepted) else ())
    }
    return [
        replace(one, notes=(*one.notes, f"accepted: {reasons[id(one)]}")) if reasons.get(id(one)) else one
        for one in result.diagnostics
    ]


def _context(request: Request, around: Surroundings) -> npconv.Context:
    return npconv.Context(
        pod_cidrs=request.pod_cidr,
        node_cidrs=request.node_cidr,
        dual_stack=request.dual_stack,
        namespace=request.namespace[0] if request.namespace else "default",
        namespaces=request.namespace,
        cluster=around.cluster,
    )


def _stdin(paths: Sequence[str]) -> BinaryIO | None:
    """The standard input, if it is asked for and open."""
    return sys.stdin.buffer if "-" in paths and sys.stdin is not None else None


def _about(request: Request, result: Conversion, outcome: Outcome) -> list[Diagnostic]:
    """What is to be said about the translation as a whole."""
    said = [unused(one) for one in outcome.unused if one not in request.shared]
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


def unused(one: Accepted) -> Diagnostic:
    """That an acceptance is for nothing."""
    if one.origin is None:
        message = f"`--accept {one}` accepts nothing: there is no such loss"
        return Diagnostic(code=command_line.UNUSED_ACCEPT, message=message)
    message = f"`{one}` accepts nothing: there is no such loss"
    return Diagnostic(code=config.UNUSED_SETTING, message=message, origin=one.origin)
