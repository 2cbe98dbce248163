"""The arguments of `npconv plan` -> documents, the plan, what is written, and the exit code."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

import click

import npconv
from npconv.cli import folder, profiles, sides
from npconv.cli.deliver import not_written, overwrites, to_stdout
from npconv.cli.exits import Exit
from npconv.cli.parameters import ReportTo
from npconv.cli.progress import progress
from npconv.cli.request import Request
from npconv.cli.talk import Talk
from npconv.cli.within import within
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import command_line
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.pipeline.read import wanted
from npconv.pipeline.surroundings.model import Surroundings
from npconv.render.summary import plural, skipped
from npconv.report.formats import renderer
from npconv.report.model import Plan, Said, Standing
from npconv.report.plan import Planned
from npconv.source.document import Document
from npconv.source.load import STDIN, load
from npconv.source.write import write_yaml

_BUNDLE: Final = {
    "text": "plan.txt",
    "md": "plan.md",
    "json": "plan.json",
    "csv": "policies.csv",
    "html": "plan.html",
    "script": "probes.sh",
}
"""What each form is called in the plan's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a plan was asked for. Each field is the option of its name."""

    paths: tuple[str, ...]
    source: str
    target: str
    reading: str
    cluster: tuple[str, ...]
    output: str
    output_dir: Path | None
    report: tuple[ReportTo, ...]
    redact: bool
    minutes_per_point: int | None
    namespace: tuple[str, ...]
    pod_cidr: tuple[str, ...]
    node_cidr: tuple[str, ...]
    dual_stack: bool
    check_timeout: float
    allow_empty: bool
    format: str
    quiet: bool
    color: str


def planning(asked: Asked) -> Exit:
    """Make the plan, write it, and say in a line what came of it."""
    if not asked.paths and not asked.cluster:
        raise click.UsageError("nothing to read: name files, folders, `-`, or a cluster with `--cluster DIR`")
    talk = Talk(form=asked.format, color=asked.color, quiet=asked.quiet)
    around = sides.cluster(asked.cluster)
    with progress(quiet=asked.quiet) as line:
        line.step("reading")
        loaded = load(asked.paths, sides.stdin(asked.paths), wanted=wanted) if asked.paths else around.policies
        request, completed = within(_request(asked), around, loaded.documents)
        files = sorted({one.file for one in loaded.documents})
        planned = npconv.plan(
            replace(
                loaded,
                documents=(*loaded.documents, *around.background),
                diagnostics=(*loaded.diagnostics, *around.diagnostics, *completed),
            ),
            read=profiles.source(request.source, request.reading),
            write=profiles.target(request.target),
            context=npconv.Context(
                pod_cidrs=request.pod_cidr,
                node_cidrs=request.node_cidr,
                dual_stack=request.dual_stack,
                namespace=asked.namespace[0] if asked.namespace else "default",
                namespaces=asked.namespace,
                cluster=around.cluster,
            ),
            seconds=asked.check_timeout,
            minutes_per_point=asked.minutes_per_point,
            inputs=dict(_hashes(files)),
            unread=_not_read(around),
            arguments=_for_why(asked),
            step=line.step,
        )
    if not planned.plan.summary.policies:
        return _empty(asked, planned, talk)
    talk.say(one for one in planned.result.diagnostics if one.is_error)
    read = (*loaded.documents, *around.loaded.documents)
    made = _redacted(planned.plan, asked, read) if asked.redact else planned.plan
    problem = _deliver(asked, made, planned, files)
    if problem is not None:
        talk.say([problem])
        return Exit.INVALID
    talk.remark(_line(made, asked))
    return _exit(planned)


def _redacted(made: Plan, asked: Asked, read: Iterable[Document]) -> Plan:
    from npconv.report.redact import redact
    from npconv.report.vocabulary import names_of

    return redact(made, names_of(*(one.data for one in read), asked.paths, asked.cluster))


def _request(asked: Asked) -> Request:
    return Request(
        source=asked.source,
        target=asked.target,
        paths=asked.paths,
        reading=asked.reading,
        pod_cidr=asked.pod_cidr,
        node_cidr=asked.node_cidr,
        dual_stack=asked.dual_stack,
        cluster=asked.cluster,
    )


def _for_why(asked: Asked) -> str:
    """The arguments with which `npconv why` reads the same input."""
    lists = {"--cluster": asked.cluster, "--pod-cidr": asked.pod_cidr, "--node-cidr": asked.node_cidr}
    given = [] if asked.source == "auto" else ["--engine", asked.source]
    given += [word for option, values in lists.items() for value in values for word in (option, value)]
    return shlex.join([*given, *asked.paths])


def _hashes(files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The SHA-256 of each file that can be read again."""
    for file in files:
        try:
            yield file, hashlib.sha256(Path(file).read_bytes()).hexdigest() if file != STDIN else ""
        except OSError:
            yield file, ""


def _not_read(around: Surroundings) -> Iterator[Said]:
    for one in around.not_read:
        yield Said(code="", text=f"{one.resource}: {one.why}", notes=(one.costs,))


def _deliver(asked: Asked, made: Plan, planned: Planned, read: Iterable[str]) -> Diagnostic | None:
    """Print the plan, or write it; what stands in the way."""
    texts = {Path(one.file): renderer(one.form)(made) for one in asked.report if not one.to_stderr}
    if asked.output_dir is not None:
        texts |= {asked.output_dir / name: text for name, text in _bundle(made, planned, redacted=asked.redact).items()}
    overwritten = folder.overwritten(texts, read)
    if overwritten is not None:
        return overwrites(str(overwritten), "name another file or folder for the plan")
    try:
        for path, text in texts.items():
            folder.store(path.parent, {PurePath(path.name): text})
    except OSError as error:
        return not_written(error, f"`{error.filename or asked.output_dir}`")
    for one in asked.report:
        if one.to_stderr:
            click.echo(renderer(one.form)(made), err=True, nl=False)
    if asked.output_dir is None:
        return next(iter(to_stdout(renderer(asked.output)(made)).said), None)
    return None


def _bundle(made: Plan, planned: Planned, *, redacted: bool) -> Mapping[str, str]:
    """Every form of the plan, and the manifests of its waves, which cannot be applied under other names."""
    texts = {name: renderer(form)(made) for form, name in _BUNDLE.items()}
    waves = {} if redacted else {path: write_yaml(objects) for path, objects in planned.files.items()}
    return {**texts, **waves}


def _empty(asked: Asked, planned: Planned, talk: Talk) -> Exit:
    talk.say(one for one in planned.result.diagnostics if one.is_error)
    if any(one.is_error for one in planned.result.diagnostics):
        return Exit.INVALID
    if asked.allow_empty:
        return Exit.DONE
    paths = ", ".join(f"`{path}`" for path in (*asked.paths, *asked.cluster))
    talk.say(
        [
            Diagnostic(
                code=command_line.NO_POLICY,
                message=f"no policy found in {paths}: {skipped(planned.result)}",
                help="where that is fine, say `--allow-empty`",
            )
        ]
    )
    return Exit.EMPTY


def _line(made: Plan, asked: Asked) -> str:
    written = f"; written to {asked.output_dir}" if asked.output_dir is not None else ""
    decisions = plural(len(made.decisions), "decision", "decisions")
    return f"{made.summary.line}; {decisions} to take, {plural(len(made.waves), 'wave', 'waves')}{written}"


def _exit(planned: Planned) -> Exit:
    result = planned.result
    if result.proof is not None and result.proof.unowned:
        return Exit.BUG
    if result.failed:
        return Exit.INVALID
    count = dict(planned.plan.summary.counts)
    equal = count[Standing.EQUAL] + count[Standing.ASSUMED]
    aks = planned.plan.aks
    done = equal == planned.plan.summary.policies and (aks is None or aks.ready)
    return Exit.DONE if done else Exit.CHANGED
