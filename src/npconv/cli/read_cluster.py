"""The arguments of `npconv snapshot` -> a folder, what is said about it, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from npconv.cli.deliver import not_written, to_stdout
from npconv.cli.exits import Exit
from npconv.cli.progress import Progress, progress
from npconv.cli.talk import Talk
from npconv.diagnostics.codes import snapshot as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.render.summary import plural
from npconv.snapshot import plain, store
from npconv.snapshot.answers import Why
from npconv.snapshot.kubectl import Kubectl, KubectlError, Login, kubectl
from npconv.snapshot.manifest import manifest
from npconv.snapshot.role import roles
from npconv.snapshot.take import Reading, Snapshot, Unreachable, take
from npconv.source.write import write_yaml

_MOST_NAMED = 5


def read_cluster(
    *,
    folder: str,
    context: str,
    kubeconfig: str,
    user: str,
    namespace: tuple[str, ...],
    timeout: str,
    print_commands: bool,
    answers: str | None,
    format: str,
    quiet: bool,
    color: str,
) -> Exit:
    """Read a cluster, or print how."""
    talk = Talk(form=format, color=color, quiet=quiet)
    login = Login(context=context, kubeconfig=kubeconfig, user=user, timeout=timeout)
    if print_commands:
        printed = to_stdout("".join(f"{line}\n" for line in plain.lines(login, folder, namespaces=namespace)))
        talk.say(printed.said)
        return printed.problem or Exit.DONE
    problem = _unusable(Path(folder))
    if problem is not None:
        talk.say([problem])
        return Exit.INVALID
    with progress(quiet=quiet) as line:
        try:
            ask = _answers(answers, login, namespace) if answers else kubectl(lambda text: _tell(line, talk, text))
            found = take(ask, login, namespaces=namespace, progress=line.step)
        except KubectlError as error:
            talk.say([_no_kubectl(error)])
            return Exit.INVALID
    if isinstance(found, Unreachable):
        talk.say([_unreachable(found)])
        return Exit.INVALID
    if not any(one.why is None for one in found.readings):
        talk.say(_about(found))
        talk.remark("nothing could be read, so nothing is written")
        return Exit.INVALID
    taken = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    texts = store.files(found, manifest(found, login, namespaces=namespace, taken=taken))
    try:
        store.store(Path(folder), texts)
    except OSError as error:
        talk.say([not_written(error, f"`{folder}`")])
        return Exit.INVALID
    talk.say(_about(found))
    talk.remark(_summary(found, folder))
    return Exit.CHANGED if found.lacking else Exit.DONE


def role() -> Exit:
    """Print the least roles."""
    printed = to_stdout(write_yaml(roles()))
    Talk().say(printed.said)
    return printed.problem or Exit.DONE


def _answers(answers: str, login: Login, namespaces: tuple[str, ...]) -> Kubectl:
    if login != Login(timeout=login.timeout):
        raise click.UsageError("`--context`, `--kubeconfig` and `--as` are for kubectl, which `--from` does not ask")
    return plain.answered(Path(answers), login, namespaces=namespaces)


def _tell(line: Progress, talk: Talk, text: str) -> None:
    """Hand on what a plugin says while it logs in: it may ask for something."""
    line.erase()
    talk.lines([text])


def _unusable(folder: Path) -> Diagnostic | None:
    """Why the folder cannot be a snapshot; found out before anything is asked."""
    try:
        others = store.strangers(folder)
    except OSError as error:
        return not_written(error, f"`{folder}`")
    if not others and folder.resolve() != Path.cwd():
        return None
    shown = ", ".join(f"`{name}`" for name in others[:_MOST_NAMED]) + (" and more" if others[_MOST_NAMED:] else "")
    holds = f"holds {shown}, which no snapshot put there" if others else "is the current folder"
    return Diagnostic(
        code=codes.FOLDER_TAKEN,
        message=f"`{folder}` {holds}",
        help="name a folder of its own",
    )


def _no_kubectl(error: KubectlError) -> Diagnostic:
    return Diagnostic(
        code=codes.NO_KUBECTL,
        message=str(error),
        help="`--print-commands` prints the lines to run elsewhere; see `npconv snapshot --help`",
    )


def _unreachable(found: Unreachable) -> Diagnostic:
    lines = [line.strip() for line in found.said.splitlines() if line.strip()]
    return Diagnostic(
        code=codes.UNREACHABLE,
        message="the cluster does not answer, so nothing is written",
        notes=tuple(f"kubectl: {line}" for line in lines[-_MOST_NAMED:]),
        help="`kubectl get namespaces` has to work first",
    )


def _about(found: Snapshot) -> Iterator[Diagnostic]:
    for one in found.lacking:
        yield _lacking(one)
    if found.others:
        listed = ", ".join(f"`{title}`" for title in found.others)
        yield Diagnostic(
            code=codes.OTHER_ENGINES,
            message=f"the cluster has kinds that filter traffic and are not read: {listed}",
            help=f"look whether there are any: `kubectl get {','.join(found.others)} -A`",
        )
    if found.hidden:
        listed = ", ".join(f"`{title}`" for title in found.hidden[:_MOST_NAMED])
        more = len(found.hidden) - _MOST_NAMED
        yield Diagnostic(
            code=codes.HIDDEN,
            message=f"{plural(len(found.hidden), 'object', 'objects')} of Calico were read as they are stored",
            notes=(f"not shown by Calico's API server: {listed}" + (f" and {more} more" if more > 0 else ""),),
        )


def _lacking(one: Reading) -> Diagnostic:
    denied = one.why is Why.DENIED
    return Diagnostic(
        code=codes.DENIED if denied else codes.FAILED,
        message=f"`{one.resource.title}` {'may not' if denied else 'could not'} be read",
        notes=(one.resource.costs, *((one.said,) if one.said and not denied else ())),
        help="`npconv snapshot --print-role` prints the least roles" if denied else "",
    )


def _summary(found: Snapshot, folder: str) -> str:
    read = [one for one in found.readings if one.objects]
    absent = sum(one.why is Why.NOT_SERVED for one in found.readings)
    objects = plural(sum(len(one.objects) for one in read), "object", "objects")
    parts = [f"read {objects} of {plural(len(read), 'kind', 'kinds')} into {folder}"]
    if found.lacking:
        parts.append(f"{plural(len(found.lacking), 'kind', 'kinds')} could not be read")
    if absent:
        parts.append(f"{plural(absent, 'kind is', 'kinds are')} not installed")
    if found.left_over:
        objects = plural(len(found.left_over), "object", "objects")
        parts.append(f"{objects} of Calico's old storage left out (`leftOver` in snapshot.yaml)")
    return "; ".join(parts)
