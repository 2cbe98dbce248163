"""`npconv completion SHELL`: the script that makes a shell complete npconv's commands; and what kubectl asks for."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from npconv.cli.program import COMPLETE, NAME
from npconv.cli.suggest import Choice

_HELP = """
Print the script that makes a shell complete npconv's commands, options, engines, codes and files.

\b
# bash, for good
npconv completion bash > ~/.local/share/bash-completion/completions/npconv
\b
# zsh: into a folder of $fpath
npconv completion zsh > "${fpath[1]}/_npconv"
\b
# fish
npconv completion fish > ~/.config/fish/completions/npconv.fish
\b
# PowerShell: at the end of the profile
npconv completion powershell >> $PROFILE

`kubectl npconv` is completed by kubectl's own script: `kubectl completion bash`.
"""


@click.command(short_help="Print the completion script of a shell.", help=_HELP)
@click.argument("shell", type=Choice(("bash", "zsh", "fish", "powershell")))
def completion(shell: str) -> None:
    """Print the script of a shell."""
    from click.shell_completion import get_completion_class

    of_shell = get_completion_class(shell)
    if of_shell is None:
        raise click.UsageError(f"this version of click has no completion for {shell}: `pip install -U click`")
    root = click.get_current_context().find_root().command
    click.echo(of_shell(root, {}, NAME, COMPLETE).source(), nl=False)


def kubectl(arguments: Sequence[str] | None = None) -> None:
    """`kubectl_complete-npconv WORD... LAST`: what may stand in place of the last word of `kubectl npconv WORD...`.

    kubectl 1.26 and later run a program of that name, and read what programs made with cobra print: a line for each
    word, with its description behind a tab, and a number that says how to go on (kubectl 1.32,
    `pkg/cmd/plugin/plugin_completion.go`; cobra 1.8, `completions.go`, `ShellCompDirective`).
    """
    from npconv.cli.complete import completions

    *before, last = list(sys.argv[1:] if arguments is None else arguments) or [""]
    files, folders, alone = 0, 16, 4
    directive = alone
    for item in completions(before, last):
        match item.type:
            case "file":
                directive = files
            case "dir":
                directive = folders
            case _:
                click.echo(f"{item.value}\t{item.help}" if item.help else item.value)
    click.echo(f":{directive}")
