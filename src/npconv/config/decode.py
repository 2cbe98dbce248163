"""A mapping -> the configuration, and what is wrong with it. `schemas/npconv.schema.json` says the same to editors."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from npconv.config import model
from npconv.config.model import Accept, Config, Lint, Output
from npconv.config.text import ConfigSink
from npconv.diagnostics import codes
from npconv.diagnostics.codes import config
from npconv.diagnostics.origin import Origin
from npconv.pattern import pattern
from npconv.pipeline.engines import AUTO, EngineError, parse_engine
from npconv.source.fields import Fields

_BEGINNING: Final = pattern("NPC[0-9]{0,3}", re.IGNORECASE)


def decode(fields: Fields, file: str, folder: Path, sink: ConfigSink) -> Config:
    """The whole configuration. What is wrong is in `sink`, and left out of the result."""
    with fields:
        common = _output(fields, sink)
        several = fields.mappings("outputs")
        lint = _lint(fields, sink)
        found = Config(
            file=file,
            folder=folder,
            source=_engine(fields, "from", sink),
            reading=_word(fields, "as", model.READINGS, sink),
            include=_texts(fields, "include", sink) or (".",),
            exclude=_texts(fields, "exclude", sink) or (),
            namespace=fields.text("namespace"),
            namespaces=_texts(fields, "namespaces", sink),
            pod_cidrs=_cidrs(fields, "pod-cidrs", sink),
            node_cidrs=_cidrs(fields, "node-cidrs", sink),
            dual_stack=fields.boolean("dual-stack"),
            cluster=_texts(fields, "cluster", sink),
            check_timeout=_seconds(fields, "check-timeout", sink),
            skip_invalid=fields.boolean("skip-invalid"),
            allow_empty=fields.boolean("allow-empty"),
            shared=common.accept,
            lint=lint,
        )
        if several is None:
            return replace(found, outputs=(common,)) if common.to is not None else found
        for key in ("to", "dir"):
            if fields.has(key):
                what = f"unexpected `{key}` beside `outputs` (expected it in each of them)"
                sink.error(config.CONTRADICTION, Origin(fields.at().place, (key,), key=True), what)
        outputs = tuple(_over(common, one) for one in _outputs(several, sink))
        if not outputs:
            sink.error(config.MISSING_KEY, fields.at("outputs"), "`outputs` is empty (expected one at least)")
        _apart(outputs, sink)
        return replace(found, outputs=outputs)


def _outputs(several: Iterator[Fields], sink: ConfigSink) -> Iterator[Output]:
    for fields in several:
        with fields:
            fields.required("to", "what will enforce this output")
            fields.required("dir", "each of several outputs has a folder of its own")
            yield _output(fields, sink)


def _output(fields: Fields, sink: ConfigSink) -> Output:
    """What may stand at the top and in each of the outputs."""
    return Output(
        to=_engine(fields, "to", sink),
        folder=_folder(fields, "dir", sink),
        layout=_word(fields, "layout", model.LAYOUTS, sink),
        form=_word(fields, "output", model.FORMS, sink),
        prefer=_word(fields, "prefer", model.PREFERRED, sink),
        cidr_groups=fields.boolean("cidr-groups"),
        max_pieces=_count(fields, "max-pieces", sink),
        fail_on=_word(fields, "fail-on", model.FAIL_ON, sink),
        accept=tuple(_accept(fields, sink)),
        origin=fields.origin,
    )


def _over(common: Output, one: Output) -> Output:
    """An output, with what the top of the file says where it says nothing itself."""
    return replace(
        one,
        layout=one.layout if one.layout is not None else common.layout,
        form=one.form if one.form is not None else common.form,
        prefer=one.prefer if one.prefer is not None else common.prefer,
        cidr_groups=one.cidr_groups if one.cidr_groups is not None else common.cidr_groups,
        max_pieces=one.max_pieces if one.max_pieces is not None else common.max_pieces,
        fail_on=one.fail_on if one.fail_on is not None else common.fail_on,
        accept=(*common.accept, *one.accept),
    )


def _apart(outputs: tuple[Output, ...], sink: ConfigSink) -> None:
    """Each output has its own folder, in no other's."""
    before: list[PurePosixPath] = []
    for one in outputs:
        if one.folder is None:
            continue
        path = PurePosixPath(one.folder)
        if any(path.is_relative_to(other) or other.is_relative_to(path) for other in before):
            sink.error(
                config.CONTRADICTION, one.origin.at("dir"), f"another output is written to `{path}` (expected one)"
            )
        before.append(path)


def _accept(fields: Fields, sink: ConfigSink) -> Iterator[Accept]:
    for one in fields.mappings("accept") or ():
        with one:
            complete = [one.required("code", "the loss"), one.required("reason", "why the loss may be")]
            code, reason, policy = one.text("code"), one.text("reason"), one.text("policy")
            if not all(complete) or code is None or reason is None:
                continue
            if not reason.strip():
                sink.error(config.WRONG_VALUE, one.at("reason"), "`reason` is empty (expected why the loss may be)")
            known = _code(code, one.at("code"), sink)
            if known is not None and known.severity is not codes.Severity.LOSS:
                what = f"`{known}` is no loss, so it cannot be accepted ({known.severity.value}: {known.title})"
                sink.error(config.WRONG_VALUE, one.at("code"), what)
            elif known is not None:
                yield Accept(code=known.id, policy=policy or "", reason=reason.strip(), origin=one.at("code"))


def _lint(fields: Fields, sink: ConfigSink) -> Lint:
    section = fields.mapping("lint")
    if section is None:
        return Lint(origin=fields.origin)
    with section:
        return Lint(
            engine=_engine(section, "engine", sink),
            select=_codes(section, "select", sink),
            ignore=_codes(section, "ignore", sink),
            origin=section.origin,
        )


def _codes(fields: Fields, key: str, sink: ConfigSink) -> tuple[str, ...] | None:
    """Codes, or what some of them begin with, such as `NPC6`."""
    texts = fields.texts(key)
    if texts is None:
        return None
    for text, origin in texts:
        if not _BEGINNING.fullmatch(text) or not any(one.id.startswith(text.upper()) for one in codes.ALL):
            sink.error(config.WRONG_VALUE, origin, f"no code `{text}` (`npconv codes` lists them)")
    return tuple(text.upper() for text, _ in texts)


def _code(text: str, origin: Origin, sink: ConfigSink) -> codes.Code | None:
    found = codes.find(text)
    if found is None:
        sink.error(config.WRONG_VALUE, origin, f"no code `{text}` (`npconv codes` lists them)")
    return found


def _engine(fields: Fields, key: str, sink: ConfigSink) -> str | None:
    text = fields.text(key)
    if text is None or (text == AUTO and key != "to"):
        return text
    try:
        parse_engine(text)
    except EngineError as error:
        sink.error(config.WRONG_VALUE, fields.at(key), f"`{key}`: {error}")
        return None
    return text


def _word(fields: Fields, key: str, known: tuple[str, ...], sink: ConfigSink) -> str | None:
    text = fields.text(key)
    if text is None or text in known:
        return text
    listed = ", ".join(f"`{one}`" for one in known)
    message = f"`{key}`: expected {'one of ' if len(known) > 1 else ''}{listed} (found `{text}`){_meant(text, known)}"
    sink.error(config.WRONG_VALUE, fields.at(key), message)
    return None


def _meant(word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - most runs need none

    close = get_close_matches(word, known, n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


def _texts(fields: Fields, key: str, sink: ConfigSink) -> tuple[str, ...] | None:
    texts = fields.texts(key)
    if texts is None:
        return None
    for text, origin in texts:
        if not text:
            sink.error(config.WRONG_VALUE, origin, f"empty text in `{key}`")
    return tuple(text for text, _ in texts if text)


def _folder(fields: Fields, key: str, sink: ConfigSink) -> str | None:
    """A folder below the configuration: npconv removes its own leftovers there, and nowhere else."""
    text = fields.text(key)
    if text is None:
        return None
    parts = [part for part in PurePosixPath(text).parts if part != "."]
    if text.startswith("/") or ".." in parts or not parts:
        sink.error(config.WRONG_VALUE, fields.at(key), f"`{key}`: expected a folder below this one (found `{text}`)")
        return None
    return PurePosixPath(*parts).as_posix()


def _cidrs(fields: Fields, key: str, sink: ConfigSink) -> tuple[str, ...] | None:
    texts = fields.texts(key)
    if texts is None:
        return None
    found: list[str] = []
    for text, origin in texts:
        try:
            meant = ipaddress.ip_network(text, strict="/" in text)
        except ValueError:
            meant = None
        if meant is None or "/" not in text:
            what = f"expected a network such as `10.244.0.0/16` (found `{text}`)"
            sink.error(config.WRONG_VALUE, origin, what)
        else:
            found.append(str(meant))
    return tuple(found)


def _count(fields: Fields, key: str, sink: ConfigSink) -> int | None:
    number = fields.integer(key)
    if number is not None and number < 1:
        sink.error(config.WRONG_VALUE, fields.at(key), f"`{key}`: expected 1 or more (found `{number}`)")
        return None
    return number


def _seconds(fields: Fields, key: str, sink: ConfigSink) -> float | None:
    number = fields.number(key)
    if number is not None and number < 0:
        sink.error(config.WRONG_VALUE, fields.at(key), f"`{key}`: expected 0 or more (found `{number:g}`)")
        return None
    return number
