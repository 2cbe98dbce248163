"""Words that npconv does not know -> the ones that were probably meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:  # a generic class only since click 8.2
    _Choice = click.Choice


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The text ` (did you mean `x`?)`, or nothing where no known word is close."""
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


class Choice(_Choice):
    """One of some words; a mistyped one names its neighbour."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, or a usage error that lists the words."""
        if not isinstance(value, str) or value not in self.choices:
            listed = ", ".join(f"`{one}`" for one in self.choices)
            self.fail(f"expected one of {listed} (found `{value}`){did_you_mean(str(value), self.choices)}", param, ctx)
        return value


class Lazy(MutableMapping[str, click.Command]):
    """Commands by name, each made when it is asked for: the options of 25 translations take longer than most runs."""

    def __init__(self, makers: Mapping[str, Callable[[], click.Command]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._made:
            self._made[name] = _with_kept_help(self._makers[name]())
        return self._made[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._makers[name] = lambda: command

    def __delitem__(self, name: str) -> None:
        del self._makers[name]

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class Group(click.Group):
    """A group of commands that keep the order in which they were added; a mistyped one names its neighbour."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.help = _kept(self.help)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the help text."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise click.UsageError(f"no command `{args[0]}`{did_you_mean(args[0], self.commands)}", ctx)
        return super().resolve_command(ctx, args)


def _with_kept_help(command: click.Command) -> click.Command:
    """A command whose help text may mark paragraphs that are printed as they stand."""
    command.help = _kept(command.help)
    return command


def _kept(text: str | None) -> str | None:
    """A help text in which click finds its mark, a backspace, where docstrings write a backslash and a b."""
    return text.replace("\\b\n", "\b\n") if text else text
