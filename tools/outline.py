"""The command tree -> an outline that manuals are made of: what every command is for, takes and does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

import click

from npconv.cli.commands import npconv
from npconv.cli.program import NAME

_KEPT = "\b"
"""Click's mark of a paragraph that is printed as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of a help text: prose, or lines that stand as they are."""

    text: str
    as_it_stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option: how it is written, and what it does."""

    written: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One command. Its `name` has the program's before it: `npconv convert`."""

    name: str
    title: str
    usage: str
    paragraphs: tuple[Paragraph, ...]
    options: tuple[Choice, ...]
    commands: tuple[Outline, ...]


def outline() -> Outline:
    """The program with all of its commands, but those of single pairs: they are `convert` with its engines chosen."""
    return _outline(npconv, _context(npconv, NAME, None))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(command, info_name=name, parent=parent, **command.context_settings)


def _outline(command: click.Command, context: click.Context) -> Outline:
    found = tuple(_outline(one, _context(one, name, context)) for name, one in _below(command))
    help_text = command.help or ""
    return Outline(
        name=context.command_path,
        title=_title(command.short_help or help_text),
        usage=" ".join(command.collect_usage_pieces(context)),
        paragraphs=tuple(_paragraphs(help_text)),
        options=tuple(
            Choice(written=record[0], does=record[1])
            for parameter in command.get_params(context)
            if (record := parameter.get_help_record(context)) is not None and record[1]
        ),
        commands=found,
    )


def _below(command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            if not one.hidden:
                yield name, one


def _title(text: str) -> str:
    """The first sentence, as manual pages have it: without its full stop."""
    first = " ".join(text.split("\n\n", 1)[0].split())
    return first.removesuffix(".")


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for block in text.strip("\n").split("\n\n"):
        lines = block.splitlines()
        # A mark at the beginning of a block, or of the next one without an empty line between them.
        part: list[str] = []
        kept = False
        for line in lines:
            if line.strip(" ") == _KEPT:
                if part:
                    yield _paragraph(part, kept)
                part, kept = [], True
            else:
                part.append(line)
        if part:
            yield _paragraph(part, kept)


def _paragraph(lines: list[str], kept: bool) -> Paragraph:
    if kept:
        return Paragraph(text=dedent("\n".join(lines)).rstrip(), as_it_stands=True)
    return Paragraph(text=" ".join(" ".join(lines).split()), as_it_stands=False)
