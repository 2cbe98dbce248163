"""Options as they were typed, and `npconv.yaml` -> requests: what is typed beats the environment, which beats the file.

With paths, one translation is asked for; the file then says what the cluster is like and what is accepted, not where
outputs go. Without, the file says everything: what is read, and each output.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

import click

from npconv.cli import profiles
from npconv.cli.accepted import Accepted
from npconv.cli.exits import Exit
from npconv.cli.pairs import AUTO, Pair
from npconv.cli.request import Request
from npconv.cli.talk import Talk
from npconv.cli.translate import reported, talking, translate
from npconv.config import find, read
from npconv.config.model import NAME, Accept, Config, Output
from npconv.dataclass import dataclass

_CLUSTER: Final = {
    "pod_cidr": "pod_cidrs",
    "node_cidr": "node_cidrs",
    "dual_stack": "dual_stack",
    "check_timeout": "check_timeout",
    "skip_invalid": "skip_invalid",
    "allow_empty": "allow_empty",
}
"""Options, and what `npconv.yaml` calls them, that hold for whatever is translated."""

_MEANING: Final = {"prefer": "prefer", "cidr_groups": "cidr_groups", "max_pieces": "max_pieces", "fail_on": "fail_on"}
"""Those of an output that say how it is translated."""

_PLACE: Final = {"layout": "layout", "output": "form"}
"""Those of an output that say how it is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command line: all its options, and the names of those that were typed or are in the environment."""

    pair: Pair | None
    """The engines of an `X-to-Y`; None: `convert`."""
    paths: tuple[str, ...]
    options: Mapping[str, Any]
    asked: frozenset[str]
    config: Path | None
    reads_config: bool

    @property
    def has_input(self) -> bool:
        """Whether it says itself what is read: paths, or the folder of a snapshot."""
        return bool(self.paths) or any(Path(one).is_dir() for one in self.options["cluster"])


def run(typed: Typed) -> Exit:
    """Run what was typed, with what is configured."""
    path = typed.config or (find(typed.paths) if typed.reads_config else None)
    if path is None:
        return translate(_request(typed))
    talk = Talk(form=typed.options["format"], color=typed.options["color"], quiet=typed.options["quiet"])
    found = read(path)
    talk.say(found.diagnostics)
    if found.config is None:
        return reported([], typed.options["report"], talk, about=found.diagnostics, ended=Exit.INVALID)
    config = found.config
    if typed.has_input:
        request = _beside(typed, config)
        talk.remark(f"with the settings of `{config.file}`")
        return translate(request)
    if typed.pair is not None:
        raise click.UsageError(
            "nothing to read: name files, folders, or `-` for the standard input; "
            f"`npconv convert` does what `{config.file}` says"
        )
    from npconv.cli.project import Project, convert_project

    requests = _all(typed, config)
    return convert_project(requests, Project.of(config, stored="output_dir" not in typed.asked), talking(requests[0]))


def _request(typed: Typed, **more: Any) -> Request:
    """The request of a command line. `more` is what the file says for what was not typed."""
    known = {one.name for one in fields(Request)}
    given = {key: value for key, value in typed.options.items() if key in known and value is not None} | more
    source, target = given.get("source", ""), given.get("target", "")
    if not typed.has_input and "files" not in more:
        hint = "" if typed.pair is not None else f"; or say in `{NAME}` what is converted here"
        raise click.UsageError(f"nothing to read: name files, folders, or `-` for the standard input{hint}")
    if "layout" in typed.asked and given.get("output_dir") is None:
        raise click.UsageError("`--layout` is about files: say where they are with `-d DIR`")
    for option, text in (("--from", source), ("--to", target)):
        if not text:
            raise click.UsageError(f"missing option `{option}`, which `{NAME}` does not say either")
    asked = Pair(profiles.dialect(source, "--from"), profiles.dialect(target, "--to"))
    if typed.pair is not None and asked != typed.pair:
        raise click.UsageError(
            f"{typed.pair.command} translates from {typed.pair.source} to {typed.pair.target}; use `npconv convert`"
        )
    return Request(**{"paths": typed.paths, **given, "source": source, "target": target})


def _beside(typed: Typed, config: Config) -> Request:
    """One translation of what was named, in the cluster of the configuration."""
    target = typed.options["target"] or ""
    matching = [one for one in config.outputs if not target or _dialect(one.to) == _dialect(target)]
    if len(matching) > 1 and "target" not in typed.asked:
        listed = ", ".join(f"`--to {one.to}`" for one in matching)
        raise click.UsageError(f"`{config.file}` has several outputs: say which one ({listed})")
    if len(matching) > 1:
        matching = [one for one in matching if one.to == target]
    more = _common(typed, config)
    accept = [_accepted(one) for one in config.shared]
    if matching:
        (one,) = matching
        more |= _settings(typed, one, _MEANING)
        accept = [_accepted(each) for each in one.accept]
        if "target" not in typed.asked:
            more["target"] = one.to
    if "source" not in typed.asked and typed.pair is None:
        more["source"] = config.source or AUTO
    elif "source" not in typed.asked and _dialect(config.source) == _dialect(typed.options["source"]):
        more["source"] = config.source
    more["accept"] = (*typed.options["accept"], *accept)
    # What is named is a part of what the configuration is about: an acceptance may well be for the rest.
    more["shared"] = tuple(accept)
    return _request(typed, **more)


def _all(typed: Typed, config: Config) -> list[Request]:
    """A request for each output of the configuration, or for those that were asked for."""
    outputs = _wanted(typed.options["target"] or "", config)
    if len(outputs) > 1 and "output_dir" in typed.asked:
        raise click.UsageError("`-d` is for one output: say which one with `--to`")
    several = len(config.outputs) > 1
    common = _common(typed, config)
    from npconv.config import inputs

    files = tuple(inputs.files(config))
    requests = []
    for one in outputs:
        more = common | _settings(typed, one, _MEANING | _PLACE)
        if "output_dir" not in typed.asked and one.folder is not None:
            more["output_dir"] = Path(os.path.relpath(config.folder / one.folder))
        more["accept"] = (*typed.options["accept"], *map(_accepted, one.accept))
        if several:
            more["shared"] = (*typed.options["accept"], *map(_accepted, config.shared))
        more["files"] = files
        more["paths"] = tuple(os.path.relpath(config.folder / entry) for entry in config.include)
        more["source"] = typed.options["source"] or config.source or AUTO
        more["target"] = one.to
        requests.append(_request(typed, **more))
    return requests


def _wanted(target: str, config: Config) -> Sequence[Output]:
    """The outputs that `--to` names: by engine, or to the letter; with only one output, it is for another engine."""
    if not config.outputs:
        if target:
            return [Output(to=target, accept=config.shared, origin=config.lint.origin)]
        raise click.UsageError(f"`{config.file}` does not say what to convert to: add `to:`, or say `--to`")
    if not target:
        return config.outputs
    exact = [one for one in config.outputs if one.to == target]
    alike = exact or [one for one in config.outputs if _dialect(one.to) == _dialect(target)]
    profiles.dialect(target, "--to")
    is_plain = target == _dialect(target)
    if alike and (exact or is_plain):
        return alike
    if len(alike) == 1 or len(config.outputs) == 1:
        return [replace(one, to=target) for one in alike or config.outputs]
    listed = ", ".join(f"`{one.to}`" for one in config.outputs)
    raise click.UsageError(f"`{config.file}` has no output for `{target}` (there are {listed})")


def _common(typed: Typed, config: Config) -> dict[str, Any]:
    """What the configuration says of the input and the cluster, where nothing was typed."""
    more = {
        option: getattr(config, key)
        for option, key in _CLUSTER.items()
        if option not in typed.asked and getattr(config, key) is not None
    }
    if "cluster" not in typed.asked and config.cluster is not None:
        more["cluster"] = tuple(os.path.relpath(config.folder / one) for one in config.cluster)
    if "namespace" not in typed.asked and (config.namespace or config.namespaces):
        first = config.namespace or "default"
        more["namespace"] = (first, *(one for one in config.namespaces or () if one != first))
    of_npm = _dialect(typed.options["source"] or config.source) == "azure-npm"
    if "reading" not in typed.asked and config.reading and of_npm:
        more["reading"] = config.reading
    return more


def _settings(typed: Typed, output: Output, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        option: getattr(output, key)
        for option, key in names.items()
        if option not in typed.asked and getattr(output, key) is not None
    }


def _dialect(text: str | None) -> str:
    return (text or "").replace(",", "=").split("=", maxsplit=1)[0].strip()


def _accepted(one: Accept) -> Accepted:
    return Accepted(code=one.code, policy=one.policy, reason=one.reason, origin=one.origin)
