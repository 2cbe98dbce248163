"""`npconv lint PATH...`: are policies valid for their engine, and do they say what their authors meant."""

from __future__ import annotations

from typing import Any

import click

from npconv.cli.parameters import FORMS, ReportFile
from npconv.cli.suggest import Choice

_HELP = r"""
Check policies: are they valid for the engine that enforces them, and do they say what their authors meant?

PATHs are files, folders (recursively) or `-`. Files that are no policies are passed over quietly, Helm templates with a
note. What is found goes to the standard output. Without PATHs, the files that `npconv.yaml` includes are checked.

A comment silences a finding, and has to say why; it counts for its own line, on a line of its own for the next one, and
above the first line of a document for the whole document:

\b
- from: []   # npconv: ignore[NPC600] public, see ADR 12

\b
# A repository's policies
npconv lint policies/
\b
# As Calico 3.30 enforces them, against the pods that run today
npconv snapshot -o prod/
npconv lint --engine calico=3.30 --cluster prod/ policies/
\b
# What --fix would change, and then change it
npconv lint --diff policies/
npconv lint --fix policies/
\b
# In a pipeline
npconv lint --format github --report sarif=lint.sarif policies/
helm template shop charts/shop | npconv lint -

Exit codes: 0 nothing but notes, 1 findings, 2 an invalid policy or unreadable input, 3 no policy found.
"""


@click.command(
    short_help="Check whether policies are valid, and say what was meant.",
    help=_HELP,
    context_settings={"auto_envvar_prefix": "NPCONV"},
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-f", "--filename", "files", multiple=True, metavar="PATH", help="The same as PATH; repeatable.")
@click.option(
    "--engine",
    default=None,
    metavar="ENGINE",
    help="What enforces the policies, such as `calico=3.30` or `k8s`. By default the engine whose policies are there.",
)
@click.option(
    "--cluster",
    multiple=True,
    metavar="PATH",
    help="A snapshot, or output of kubectl: also look for policies and ports that fit no pod; repeatable.",
)
@click.option("-n", "--namespace", default="default", metavar="NAME", help="Of objects that say none.")
@click.option("--partial", is_flag=True, help="These are some of the policies: do not miss what others may say.")
@click.option("--select", multiple=True, metavar="CODE", help="Look for this code, or those that begin so; repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Do not look for this one; repeatable.")
@click.option(
    "--fix", is_flag=True, allow_from_autoenv=False, help="Mend what can be mended safely; comments and layout stay."
)
@click.option(
    "--diff", is_flag=True, allow_from_autoenv=False, help="Print what --fix would change, and change nothing."
)
@click.option(
    "--fail-on",
    type=Choice(("warning", "note", "none")),
    default="warning",
    help="From which severity on to exit 1. An invalid policy is exit 2 in any case.",
)
@click.option(
    "--check-timeout",
    type=click.FloatRange(min=0),
    default=10.0,
    metavar="SECONDS",
    help="How long to look for rules that never decide.",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False),
    default=None,
    metavar="FILE",
    help="Settings, instead of the nearest `npconv.yaml` at or above the files.",
)
@click.option("--no-config", is_flag=True, help="Read no `npconv.yaml`.")
@click.option("--allow-empty", is_flag=True, help="Exit 0, not 3, if there is no policy in the input.")
@click.option(
    "--format",
    type=Choice(("full", "concise", *FORMS)),
    default="full",
    help="How findings are printed.",
)
@click.option("--report", multiple=True, type=ReportFile(), help="Also write them to a file; repeatable.")
@click.option("--show-all", is_flag=True, help="Print every finding, not only the first of a kind.")
@click.option("-q", "--quiet", is_flag=True, help="Print no notes and no summary.")
@click.option("--color", type=Choice(("auto", "always", "never")), default="auto", help="Colours in findings.")
def lint(**given: Any) -> int:
    """Check policies."""
    from npconv.cli.linting import linting

    return linting(**given)
