"""`npconv plan`: what will happen if the policies of one engine are translated for another."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from npconv.cli.parameters import Cidr, ReportFile
from npconv.cli.suggest import Choice

FORMS: Final = ("text", "md", "json", "csv", "html", "script")
"""The names in `npconv.report.formats`, for help texts: to import that takes time."""

_HELP = r"""
Report what will happen if the policies of one engine are translated for another: what translates exactly, what does
not, what to decide, in which order to roll out, how to test and how to go back. Nothing is changed.

\b
# A cluster, read by `npconv snapshot -o prod/`, as a page to pass on
npconv plan --from calico --to cilium=1.18 --cluster prod/ -o html > plan.html
\b
# Everything: the report in all forms, the manifests of each wave, the test script
npconv plan --from azure-npm --to cilium=1.18,platform=aks --cluster prod/ -d plan/
\b
# From a repository, without a cluster
npconv plan --from calico --to cilium policies/
\b
# For somebody outside: names, labels and addresses are replaced, each always by the same
npconv plan --from calico --to cilium policies/ --redact -o html > plan.html

PATHs are files, folders (with all that is below them) or `-`; without any, the policies of `--cluster`.

Exit codes: 0 every policy is proven equal under the printed assumptions, 1 some are not, 2 bad input, 3 no policy.
"""


@click.command(
    "plan",
    short_help="Report what a migration will change, and how to roll it out.",
    help=_HELP,
    context_settings={"auto_envvar_prefix": "NPCONV"},
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-f", "--filename", multiple=True, metavar="PATH", allow_from_autoenv=False, help="The same as PATH.")
@click.option(
    "--from",
    "--source",
    "source",
    default="auto",
    show_envvar=False,
    metavar="ENGINE",
    help="What enforces the policies today, such as `calico=3.30`; by default the engine whose policies are there.",
)
@click.option(
    "--to",
    "--target",
    "target",
    required=True,
    show_envvar=False,
    metavar="ENGINE",
    help="What will enforce them, such as `cilium=1.18,platform=aks`.",
)
@click.option(
    "--as",
    "reading",
    type=Choice(("intent", "enforced")),
    default=None,
    help="Read policies as the source's engine means to enforce them, or as it does: it may have faults.",
)
@click.option(
    "--cluster",
    multiple=True,
    metavar="PATH",
    help="A folder of `npconv snapshot`, or what kubectl printed: pods, namespaces, services, nodes; repeatable.",
)
@click.option(
    "-o",
    "--output",
    type=Choice(FORMS),
    default="text",
    allow_from_autoenv=False,
    help="The form of what is printed.",
)
@click.option(
    "-d",
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the plan in every form, the manifests of its waves and the test script into this folder.",
)
@click.option(
    "--report", multiple=True, type=ReportFile(FORMS), help="Write a form to a file: `html=plan.html`; repeatable."
)
@click.option("--redact", is_flag=True, help="Replace names, labels and addresses, each always by the same.")
@click.option(
    "--minutes-per-point",
    type=click.IntRange(min=1),
    default=None,
    metavar="N",
    help="What an effort point takes your team: hours are printed beside the points.",
)
@click.option("-n", "--namespace", multiple=True, metavar="NAME", help="Of objects that say none; repeatable: all.")
@click.option("--pod-cidr", multiple=True, type=Cidr(), help="Where pods have their addresses; repeatable.")
@click.option("--node-cidr", multiple=True, type=Cidr(), help="Where nodes have their addresses; repeatable.")
@click.option("--dual-stack", is_flag=True, help="Pods and nodes have IPv4 and IPv6 addresses.")
@click.option(
    "--check-timeout",
    type=click.FloatRange(min=0),
    default=60.0,
    metavar="SECONDS",
    help="How long to compare the output with its source at most; what is left then is named.",
)
@click.option("--allow-empty", is_flag=True, help="Exit 0, not 3, if there is no policy in the input.")
@click.option("--format", type=Choice(("full", "concise")), default="full", help="How errors are printed.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only, beside the plan.")
@click.option("--color", type=Choice(("auto", "always", "never")), default="auto", help="Colours in messages.")
def plan(paths: tuple[str, ...], filename: tuple[str, ...], reading: str | None, **given: Any) -> int:
    """Report what a migration will change."""
    from npconv.cli.planning import Asked, planning

    return planning(Asked(paths=(*paths, *filename), reading=reading or "", **given))
