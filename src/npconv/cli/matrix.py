"""`npconv matrix`: what each target can say of what policies can say, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from npconv.cli.pairs import AUTO
from npconv.cli.profiles import dialect
from npconv.cli.suggest import Choice

if TYPE_CHECKING:
    from npconv.pipeline.engines import Engine

_HELP = r"""
Show what each target can say of what policies can say: with words of its own, in other words, or not at all.

\b
# All targets
npconv matrix
\b
# Calico's features in Cilium, each with its reason
npconv matrix --from calico --to cilium=1.18,platform=aks

Whatever is not said exactly is a loss: the output is narrower, and the translation says so.
"""


@click.command(
    short_help="Show what each target can say, and why not.",
    help=_HELP,
    context_settings={"auto_envvar_prefix": "NPCONV"},
)
@click.option(
    "--from",
    "source",
    default="",
    metavar="ENGINE",
    allow_from_autoenv=False,
    help="Only what policies for this engine can say, such as `calico`.",
)
@click.option(
    "--to",
    "targets",
    multiple=True,
    metavar="ENGINE",
    allow_from_autoenv=False,
    help="Only this target, such as `cilium=1.18`, with its reasons; repeatable.",
)
@click.option(
    "-o",
    "--output",
    type=Choice(("text", "json", "md")),
    default="text",
    allow_from_autoenv=False,
    help="The form of the output.",
)
def matrix(source: str, targets: tuple[str, ...], output: str) -> None:
    """Show what each target can say."""
    from npconv.pipeline.support import matrix as made
    from npconv.render import matrix_json, matrix_markdown, matrix_text

    found = made(_engine(source, "--from") if source else None, [_engine(one, "--to") for one in targets])
    match output:
        case "json":
            click.echo(matrix_json.rendered(found), nl=False)
        case "md":
            click.echo(matrix_markdown.rendered(found), nl=False)
        case _:
            click.echo(matrix_text.rendered(found), nl=False)


def _engine(text: str, option: str) -> Engine:
    """The engine that a text names, or a usage error."""
    from npconv.pipeline.engines import EngineError, parse_engine

    if dialect(text, option) == AUTO:
        raise click.UsageError(f"{option}: name the engine: there is no input that says which (found `{AUTO}`)")
    try:
        return parse_engine(text)
    except EngineError as error:
        raise click.UsageError(f"{option}: {error}") from None
