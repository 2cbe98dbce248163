"""The arguments of `npconv lint` -> what is printed, mended and reported, and the exit code."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final

import click

import npconv
from npconv.cli import folder, sides, within
from npconv.cli.deliver import not_written, to_stdout
from npconv.cli.exits import Exit
from npconv.cli.parameters import ReportTo
from npconv.cli.talk import Talk
from npconv.config import Lint, find, inputs, read
from npconv.config.model import NAME
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import command_line
from npconv.diagnostics.codes.code import Severity
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.render.color import wanted as wants_color
from npconv.diagnostics.render.report import render
from npconv.linter.edit import edited
from npconv.linter.model import Linted
from npconv.pattern import pattern
from npconv.pipeline.engines import AUTO, title
from npconv.pipeline.read import is_policy, wanted
from npconv.render.summary import plural
from npconv.source.load import STDIN, Loaded, load
from npconv.source.text import Text
from npconv.version import __version__

_CONCERNS: Final = pattern(r"NetworkPolic|NetworkSet|HostEndpoint|CiliumCIDRGroup|projectcalico\.org")
"""No policy, and nothing that one refers to, does without one of these words."""

_ROUNDS: Final = 5
"""How often a file is mended again, where one fix was in another one's way."""

_CODE: Final = pattern(r"NPC[0-9]{0,3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was typed, with what `npconv.yaml` says for what was not."""

    paths: tuple[str, ...]
    engine: str
    select: frozenset[str]
    ignore: frozenset[str]


def linting(
    *,
    paths: tuple[str, ...],
    files: tuple[str, ...],
    engine: str | None,
    cluster: tuple[str, ...],
    namespace: str,
    partial: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    diff: bool,
    fail_on: str,
    check_timeout: float,
    config: str | None,
    no_config: bool,
    allow_empty: bool,
    format: str,
    report: tuple[ReportTo, ...],
    show_all: bool,
    quiet: bool,
    color: str,
) -> Exit:
    """Check some policies."""
    named = (*paths, *files) or tuple(one for one in cluster if Path(one).is_dir())  # a snapshot is the input, too
    if fix and diff:
        raise click.UsageError("`--diff` shows what `--fix` would change: give one of them")
    if fix and "-" in named:
        raise click.UsageError("`--fix` changes files: the standard input is none")
    talk = Talk(color=color, quiet=quiet)
    asked = _asked(named, engine, select, ignore, config=config, no_config=no_config, talk=talk)
    if isinstance(asked, Exit):
        return asked
    around = sides.cluster(cluster)
    if around.failed:
        talk.say(around.diagnostics)
        return Exit.INVALID
    loaded = _load(asked.paths)
    chosen, said = within.engine(asked.engine, "--engine", around, loaded.documents)
    talk.say([*around.diagnostics, *said])
    context = npconv.Context(namespace=namespace, cluster=around.cluster)

    def lint(texts: Loaded) -> Linted:
        return npconv.lint(
            texts,
            read=chosen,
            context=context,
            partial=partial,
            select=asked.select,
            ignore=asked.ignore,
            seconds=check_timeout,
        )

    found = lint(loaded)
    if diff:
        return _show(found, loaded, talk)
    mended = 0
    for _ in range(_ROUNDS if fix else 0):
        made = edited(found.findings, _plain(loaded))
        if not made.texts:
            break
        problem = _store(made.texts)
        if problem is not None:
            talk.say([problem])
            return Exit.INVALID
        mended += len(made.mended)
        loaded = _load(asked.paths)
        found = lint(loaded)
    said_last = _summary(found, loaded, mended=mended, fix=fix)
    problem = _print(found, loaded, said_last, _Form(format, color, show_all, quiet), report)
    if problem is not None:
        talk.say([problem])
        return Exit.INVALID
    talk.remark(said_last)
    if not found.objects and not found.has_errors:
        if not allow_empty:
            talk.say([_empty(asked.paths)])
        return Exit.DONE if allow_empty else Exit.EMPTY
    return _exit(found, fail_on)


def _load(paths: Sequence[str]) -> Loaded:
    return load(paths, sides.stdin(paths), wanted=wanted, concerns=lambda text: _CONCERNS.search(text) is not None)


def _asked(
    paths: tuple[str, ...],
    engine: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    *,
    config: str | None,
    no_config: bool,
    talk: Talk,
) -> _Asked | Exit:
    """What is to be linted, and how; or why that cannot be said."""
    path = Path(config) if config else None if no_config else find(paths)
    settings: Lint | None = None
    if path is not None:
        found = read(path)
        talk.say(found.diagnostics)
        if found.config is None:
            return Exit.INVALID
        settings = found.config.lint
        paths = paths or tuple(inputs.files(found.config))
    if not paths:
        raise click.UsageError(f"nothing to read: name files, folders, or `-`; or say in `{NAME}` what is checked here")
    return _Asked(
        paths=paths,
        engine=engine or (settings.engine if settings is not None else None) or AUTO,
        select=_codes("--select", select or (settings.select if settings is not None else None) or ()),
        ignore=_codes("--ignore", ignore or (settings.ignore if settings is not None else None) or ()),
    )


def _codes(option: str, texts: Sequence[str]) -> frozenset[str]:
    listed = [one.strip().upper() for text in texts for one in text.split(",") if one.strip()]
    for one in listed:
        if not _CODE.fullmatch(one):
            raise click.UsageError(f"{option}: expected a code such as `NPC604`, or its beginning (found `{one}`)")
    return frozenset(listed)


@dataclass(frozen=True, slots=True)
class _Form:
    """How findings are printed."""

    name: str
    color: str
    show_all: bool
    quiet: bool


def _print(found: Linted, loaded: Loaded, said: str, form: _Form, report: tuple[ReportTo, ...]) -> Diagnostic | None:
    """Findings to the standard output and to the reports; what stands in the way, if anything does."""
    if form.name in ("full", "concise"):
        told = [one for one in found.diagnostics if not form.quiet or one.severity is not Severity.NOTE]
        text = render(
            told,
            color=wants_color(sys.stdout, os.environ) if form.color == "auto" else form.color == "always",
            concise=form.name == "concise",
            show_all=form.show_all,
        )
        text += "\n" if text and form.name == "full" else ""
    else:
        text = _for_machines(found, loaded, said, form.name)
    printed = to_stdout(text) if text else None
    if printed is not None and printed.problem is not None:
        return next(iter(printed.said), None)
    if not report:
        return None
    from npconv.cli import reports

    return reports.write(
        report,
        lambda name: _for_machines(found, loaded, said, name),
        read=[one.file for one in loaded.texts],
    )


def _for_machines(found: Linted, loaded: Loaded, said: str, form: str) -> str:
    from npconv.cli import reports
    from npconv.diagnostics.render.forms import FORMS as WRITERS
    from npconv.diagnostics.render.run import By, Finding, Looked, Run, SetAside

    here, root = reports.folders()
    aside = [Finding(diagnostic=one, aside=SetAside(by=By.SOURCE, reason=reason)) for one, reason in found.ignored]
    run = Run(
        command="lint",
        version=__version__,
        findings=(*(Finding(diagnostic=one) for one in found.diagnostics), *aside),
        files=tuple(one.file for one in loaded.texts),
        policies=tuple(Looked.at(one) for one in loaded.documents if is_policy(one)),
        summary={"policies": found.objects, **_counts(found), "ignored": len(found.ignored)},
        said=said,
        here=here,
        root=root,
    )
    return WRITERS[form](run)


def _counts(found: Linted) -> dict[str, int]:
    counts = Counter(one.severity for one in found.diagnostics)
    return {
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "notes": counts[Severity.NOTE],
    }


def _summary(found: Linted, loaded: Loaded, *, mended: int, fix: bool) -> str:
    """One line: what was looked at, and what was found."""
    files = {one.file for one in loaded.documents if is_policy(one)}
    text = f"checked {plural(found.objects, 'policy', 'policies')} in {plural(len(files), 'file', 'files')}"
    if found.engines:
        verb = "enforces" if len(found.engines) == 1 else "enforce"
        text += f" as {' and '.join(title(one) for one in found.engines)} {verb} them"
    counts = [(number, word) for word, number in _counts(found).items() if number]
    parts = [plural(number, word.removesuffix("s"), word) for number, word in counts] or ["nothing found"]
    text += f": {', '.join(parts)}"
    if found.ignored:
        text += f"; {len(found.ignored)} ignored by comments"
    if found.undecided:
        text += f"; {plural(found.undecided, 'rule', 'rules')} not decided"
    fixable = sum(1 for one in found.findings if one.fix is not None)
    if mended:
        text += f"; {mended} mended"
    elif fixable and not fix:
        text += f"; {fixable} can be mended with --fix"
    return text


def _exit(found: Linted, fail_on: str) -> Exit:
    if found.has_errors:
        return Exit.INVALID
    severities = {one.severity for one in found.diagnostics}
    failing = {"warning": {Severity.WARNING}, "note": {Severity.WARNING, Severity.NOTE}, "none": set[Severity]()}
    return Exit.CHANGED if severities & failing[fail_on] else Exit.DONE


def _plain(loaded: Loaded) -> list[Text]:
    """The files that hold their text as it is: not those that are packed, and not what is no file."""
    return [one for one in loaded.texts if one.file == STDIN or folder.current(Path(one.file)) == one.text]


def _store(texts: Mapping[str, str]) -> Diagnostic | None:
    try:
        folder.store(Path(), {PurePath(os.path.realpath(name)): text for name, text in texts.items()})
    except OSError as error:
        return not_written(error, f"`{error.filename}`")
    return None


def _show(found: Linted, loaded: Loaded, talk: Talk) -> Exit:
    """The changes of `--fix` as a unified diff."""
    made = edited(found.findings, _plain(loaded))
    before = {one.file: one.text for one in loaded.texts}
    lines = [line for file, text in made.texts.items() for line in _diff(file, before[file], text)]
    printed = to_stdout("".join(lines)) if lines else None
    if printed is not None and printed.problem is not None:
        talk.say(printed.said)
        return printed.problem
    talk.remark(f"{plural(len(made.mended), 'finding', 'findings')} would be mended")
    return Exit.CHANGED if lines else Exit.DONE


def _diff(file: str, before: str, after: str) -> Iterator[str]:
    import difflib

    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), fromfile=file, tofile=file
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _empty(paths: Sequence[str]) -> Diagnostic:
    listed = ", ".join(f"`{path}`" for path in paths[:3]) + (" and others" if len(paths) > 3 else "")
    return Diagnostic(
        code=command_line.NO_POLICY,
        message=f"no policy found in {listed}",
        help="where that is fine, say `--allow-empty`",
    )
