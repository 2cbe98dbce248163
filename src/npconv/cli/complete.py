"""A half-typed command line -> the words that may follow. Imported only when a shell asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import BashComplete, ShellComplete, add_completion_class

from npconv.cli.pairs import TITLES
from npconv.cli.program import NAME

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Item = CompletionItem[str]
else:  # a generic class only in newer versions of click
    from click.shell_completion import CompletionItem

    Item = CompletionItem

_BREAKS: Final = frozenset({"=", ":"})
"""Where bash parts words, beside spaces: `cilium=1.19` is three words to it."""


def arranged(group: click.Group) -> click.Group:
    """The same commands, which know what their parameters take; and bash is told where npconv's words end."""
    add_completion_class(_Bash)
    made = copy(group)
    made.commands = {name: _arranged(command) for name, command in group.commands.items()}
    return made


def _arranged(command: click.Command) -> click.Command:
    made = copy(command)
    made.hidden = False  # `npconv cal` is meant to become `npconv calico-to-cilium`
    made.params = [_taught(parameter) for parameter in command.params]
    return made


def _taught(parameter: click.Parameter) -> click.Parameter:
    words = _words(parameter)
    if words is None:
        return parameter
    made = copy(parameter)
    # Click asks the parameter: a method of this name, which other values do not need to have.
    setattr(made, "shell_complete", words)  # noqa: B010
    return made


def completions(before: Sequence[str], last: str) -> list[Item]:
    """What may stand in place of `last` after the words `before`."""
    from npconv.cli.commands import npconv

    return ShellComplete(arranged(npconv), {}, NAME, "").get_completions(list(before), last)


Words = Callable[[click.Context, str], list[Item]]


def _words(parameter: click.Parameter) -> Words | None:
    """The words that a parameter takes, by what the help text calls them; None: click knows as much."""
    for called in (parameter.metavar, parameter.type.name, parameter.name):
        match re.split("[^A-Z]", (called or "").upper())[0]:
            case "ENGINE":
                return lambda _, typed: _beginning(typed, _engines(typed))
            case "CODE":
                losses = parameter.name == "accept"
                return lambda _, typed: _beginning(typed.upper(), _codes(only_losses=losses))
            case "PATH" | "OLD" | "NEW" | "FILE":
                return lambda _, typed: [CompletionItem(typed, type="file")]
            case _:
                continue
    return None


def _beginning(typed: str, words: Iterable[tuple[str, str]]) -> list[Item]:
    return [CompletionItem(word, help=about) for word, about in words if word.startswith(typed)]


def _engines(typed: str) -> list[tuple[str, str]]:
    """The engines; behind `cilium=`, its versions."""
    name, chosen, _ = typed.partition("=")
    if not chosen:
        return list(TITLES.items())
    return [(f"{name}={word}", f"{TITLES[name]} {word}") for word in _forms(name)]


def _forms(name: str) -> tuple[str, ...]:
    """What may stand behind the name of an engine and `=`."""
    from npconv.dialects.calico.profile import VERSIONS as CALICO
    from npconv.dialects.cilium.profile import VERSIONS as CILIUM

    match name:
        case "calico":
            return tuple(f"{major}.{minor}" for major, minor in CALICO)
        case "cilium":
            return tuple(f"{major}.{minor}" for major, minor in CILIUM)
        case "azure-npm":
            return ("linux", "windows")
        case _:
            return ()


def _codes(*, only_losses: bool) -> list[tuple[str, str]]:
    from npconv.diagnostics import codes

    return [(code.id, code.title) for code in codes.ALL if not only_losses or code.severity is codes.Severity.LOSS]


class _Bash(BashComplete):
    """Bash, which parts `cilium=1.19` into words: joined again here, and only what follows the `=` goes back."""

    _there = 0
    """How many letters of each proposal stand before the word that bash is going to replace."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the cursor, and the one at it."""
        words, last = super().get_completion_args()
        joined = [""]
        for word in (*words, last):
            if word in _BREAKS or joined[-1][-1:] in _BREAKS:
                joined[-1] += word
            else:
                joined.append(word)
        *before, typed = joined
        kept = typed if last in _BREAKS else typed.removesuffix(last)
        self._there = len(re.sub("^--[a-z-]+=", "", kept))
        return before[1:], typed

    def format_completion(self, item: Item) -> str:
        """A line for the script, without what is on the command line already."""
        if item.type == "plain":
            item.value = item.value[self._there :]
        return super().format_completion(item)
