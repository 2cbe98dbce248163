"""`npconv codes`: everything that npconv can say."""

from __future__ import annotations

import click


@click.command(short_help="List every code that npconv can print.", context_settings={"auto_envvar_prefix": "NPCONV"})
def codes() -> None:
    r"""List every code that npconv can print, with its severity and title.

    \b
    npconv codes | grep loss
    """
    from npconv.diagnostics.codes import ALL, Severity

    width = max(len(one.value) for one in Severity)
    for code in ALL:
        click.echo(f"{code.id}  {code.severity.value:<{width}}  {code.title}")
