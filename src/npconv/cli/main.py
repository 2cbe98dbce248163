"""The entry point of the command: arguments -> a command -> an exit code, whatever happens."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from npconv import __version__
from npconv.cli import codes, completion, diff, explain, matrix, plan, program, translation, why
from npconv.cli.exits import Exit
from npconv.cli.pairs import PAIRS
from npconv.cli.suggest import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
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


for _pair in PAIRS:
    npconv.add_command(translation.command(_pair))
npconv.add_command(translation.convert())
npconv.add_command(diff.diff)
npconv.add_command(why.why)
npconv.add_command(plan.plan)
npconv.add_command(matrix.matrix)
npconv.add_command(explain.explain)
npconv.add_command(codes.codes)
npconv.add_command(completion.completion)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and leave with its exit code."""
    if hasattr(signal, "SIGPIPE"):  # a reader such as `head` has seen enough: end as other tools do
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code. Nothing is raised, whatever the input."""
    if completion.VARIABLE in os.environ:
        from npconv.cli.complete import arrange

        arrange(npconv)
    try:
        name = program.name(sys.argv[0])
        done = npconv(args=arguments, prog_name=name, complete_var=completion.VARIABLE, standalone_mode=False)
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
