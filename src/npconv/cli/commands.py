"""Every command of npconv, each made when it is asked for, and what happens to what they raise."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Final

import click

from npconv.cli import program
from npconv.cli.exits import Exit
from npconv.cli.pairs import PAIRS, Pair
from npconv.cli.suggest import Group, Lazy
from npconv.version import __version__

_OWN: Final = ("lint", "diff", "why", "plan", "snapshot", "matrix", "explain", "codes", "completion")
"""The commands that are called like their modules, in the order of the help text."""


def _translation(pair: Pair | None) -> click.Command:
    from npconv.cli import translation

    return translation.convert() if pair is None else translation.command(pair)


def _own(name: str) -> click.Command:
    found: click.Command = getattr(import_module(f"npconv.cli.{name}"), name)
    return found


_COMMANDS: Final[dict[str, Callable[[], click.Command]]] = {
    **{pair.command: partial(_translation, pair) for pair in PAIRS},
    "convert": partial(_translation, None),
    **{name: partial(_own, name) for name in _OWN},
}


@click.group(cls=Group, commands=Lazy(_COMMANDS), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="npconv")
def npconv() -> None:
    r"""Translate Kubernetes network policies between dialects, and say exactly what could not be said.

    Every translation is a command: X-to-Y, where X and Y are k8s, calico, cilium, azure-npm or policy-api.

    \b
    # What the Calico policies of a folder become in Cilium
    npconv calico-to-cilium policies/
    \b
    # Which flows a branch lets through or shuts out
    npconv diff main:policies policies
    \b
    # Why one connection passes, or does not
    npconv why --from shop/app=web --to shop/app=db:5432/tcp policies/
    \b
    # The manual page of a message
    npconv explain NPC320

    The standard output carries policies and answers only; all that is said about them goes to the standard error. Every
    option has an environment variable: NPCONV_POD_CIDR for --pod-cidr.

    \b
    Exit codes:
      0  done, and proven equal to the source under the printed assumptions
      1  not equal, or not proven: flows change, a policy was refused, or --check found a difference
      2  bad usage, unreadable input or an invalid policy
      3  no policy found
      70 npconv contradicts itself: please report it
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code. Nothing is raised, whatever the input."""
    group: click.Group = npconv
    if program.COMPLETE in os.environ:
        from npconv.cli.complete import arranged

        group = arranged(npconv)
    try:
        name = program.name(sys.argv[0])
        done = group(args=arguments, prog_name=name, complete_var=program.COMPLETE, standalone_mode=False)
        return int(done or Exit.DONE)
    except click.ClickException as error:
        error.show()
        return Exit.INVALID
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except Exception as error:  # whatever it is, users get a message and never a traceback
        if os.environ.get("NPCONV_DEBUG"):
            raise
        from npconv.cli.failure import report

        report(error)
        return Exit.BUG
