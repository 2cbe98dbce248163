"""The arguments of `npconv diff` -> two meanings, their comparison, what is printed, and the exit code."""

from __future__ import annotations

from dataclasses import replace

import click

import npconv
from npconv.cli import sides, within
from npconv.cli.deliver import to_stdout
from npconv.cli.exits import Exit
from npconv.cli.talk import Talk
from npconv.diagnostics.codes import command_line
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.engines import title
from npconv.pipeline.read import wanted
from npconv.render import diff_text
from npconv.source.revision import load_side

_FORMS = {"text": diff_text.as_text, "json": diff_text.as_json, "md": diff_text.as_markdown}


def compare(
    *,
    old: str,
    new: str,
    old_engine: str,
    new_engine: str,
    output: str,
    limit: int,
    cluster: tuple[str, ...],
    namespace: str,
    pod_cidr: tuple[str, ...],
    node_cidr: tuple[str, ...],
    dual_stack: bool,
    check_timeout: float,
    format: str,
    show_all: bool,
    quiet: bool,
    color: str,
) -> Exit:
    """Run one comparison."""
    if [old, new, *cluster].count("-") > 1:
        raise click.UsageError("the standard input can be read once: only one of the inputs can be `-`")
    talk = Talk(form=format, color=color, quiet=quiet, show_all=show_all)
    around = sides.cluster(cluster)
    if around.failed:
        talk.say(around.diagnostics)
        return Exit.INVALID
    loaded = [load_side(path, sides.stdin([path]), wanted=wanted) for path in (old, new)]
    (old_side, of_old), (new_side, of_new) = (
        within.engine(text, option, around, one.documents)
        for text, option, one in zip((old_engine, new_engine), ("--old", "--new"), loaded, strict=True)
    )
    engines = (old_side, new_side)
    pod_cidrs, told = around.pod_cidrs(pod_cidr)
    said = [*around.diagnostics, *of_old, *(one for one in of_new if one not in of_old), *told]
    whole = [replace(one, documents=(*one.documents, *around.background)) for one in loaded]
    compared = npconv.compare(
        *whole,
        read_old=old_side,
        read_new=new_side,
        context=npconv.Context(
            pod_cidrs=pod_cidrs,
            node_cidrs=node_cidr,
            dual_stack=dual_stack or around.dual_stack,
            namespace=namespace,
            cluster=around.cluster,
        ),
        seconds=check_timeout,
        limit=limit,
    )
    before, after, found = compared.old, compared.new, compared.diff
    if found is None:
        failed = before.failed or after.failed
        talk.say([*said, *compared.diagnostics, *(() if failed else (_empty(old, new),))])
        if failed:
            talk.remark("nothing is compared")
        return Exit.INVALID if failed else Exit.EMPTY
    talk.say([*said, *compared.diagnostics])
    for path, one, engine in zip((old, new), (before, after), engines, strict=True):
        if engine is None:
            talk.remark(f"{path}: as {title(one.engine)} enforces it")
    printed = to_stdout(_FORMS[output](found, diff_text.Sides(names=(old, new), old=before, new=after)))
    talk.say(printed.said)
    if printed.problem is not None:
        return printed.problem
    return Exit.DONE if compared.equal else Exit.CHANGED


def _empty(old: str, new: str) -> Diagnostic:
    return Diagnostic(code=command_line.NO_POLICY, message=f"no policy found in `{old}` nor in `{new}`")
