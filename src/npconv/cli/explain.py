"""`npconv explain CODE`: the manual page of a code."""

from __future__ import annotations

import click


@click.command(short_help="Show the manual page of a code.", context_settings={"auto_envvar_prefix": "NPCONV"})
@click.argument("code")
def explain(code: str) -> None:
    r"""Show the manual page of a code: what it means, why it matters, an example, and what to do.

    \b
    npconv explain NPC320
    """
    from npconv.cli.suggest import did_you_mean
    from npconv.diagnostics import codes
    from npconv.diagnostics.explain import manual_page

    found = codes.find(code)
    if found is None:
        hint = did_you_mean(code.upper(), (one.id for one in codes.ALL))
        raise click.UsageError(f"no code `{code}`{hint}; `npconv codes` lists them")
    click.echo(manual_page(found), nl=False)
