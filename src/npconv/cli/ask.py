"""The arguments of `npconv why` -> a meaning and a connection, the answer, and the exit code."""

from __future__ import annotations

from dataclasses import replace

import npconv
from npconv.cli import sides, within
from npconv.cli.deliver import to_stdout
from npconv.cli.exits import Exit
from npconv.cli.talk import Talk
from npconv.diagnostics.codes import command_line, comparing
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.engines import title
from npconv.pipeline.read import wanted
from npconv.render import why_text
from npconv.source.revision import load_side


def ask(
    *,
    paths: tuple[str, ...],
    source: str,
    destination: str,
    engine: str,
    http: str,
    cluster: tuple[str, ...],
    output: str,
    namespace: str,
    pod_cidr: tuple[str, ...],
    node_cidr: tuple[str, ...],
    format: str,
    quiet: bool,
    color: str,
) -> Exit:
    """Answer one question."""
    talk = Talk(form=format, color=color, quiet=quiet)
    around = sides.cluster(cluster)
    if around.failed:
        talk.say(around.diagnostics)
        return Exit.INVALID
    given = sides.joined([load_side(path, sides.stdin([path]), wanted=wanted) for path in paths])
    loaded = given if paths else around.policies
    chosen, completed = within.engine(engine, "--engine", around, loaded.documents)
    loaded = replace(loaded, documents=(*loaded.documents, *around.background))
    pod_cidrs, told = around.pod_cidrs(pod_cidr)
    context = npconv.Context(pod_cidrs=pod_cidrs, node_cidrs=node_cidr, namespace=namespace, cluster=around.cluster)
    meant = npconv.parse(loaded, read=chosen, context=context)
    findings = [*around.diagnostics, *completed, *meant.diagnostics]
    if meant.failed or not meant.objects:
        findings += [] if meant.failed else [_empty(paths or cluster)]
        talk.say(findings)
        return Exit.INVALID if meant.failed else Exit.EMPTY
    findings += told
    try:
        found = npconv.evaluate(meant, source, destination, http=http, context=context)
    except npconv.EndpointError as error:
        talk.say([*findings, Diagnostic(code=comparing.ENDPOINT, message=str(error))])
        return Exit.INVALID
    findings += found.assumed
    talk.say(findings)
    if chosen is None:
        talk.remark(f"as {title(meant.engine)} enforces it")
    printed = to_stdout(
        why_text.as_text(found.answer, http.strip())
        if output == "text"
        else why_text.as_json(found.answer, meant, findings),
    )
    talk.say(printed.said)
    if printed.problem is not None:
        return printed.problem
    return Exit.DONE if found.allowed else Exit.CHANGED


def _empty(paths: tuple[str, ...]) -> Diagnostic:
    listed = ", ".join(f"`{path}`" for path in paths)
    return Diagnostic(code=command_line.NO_POLICY, message=f"no policy found in {listed}")
