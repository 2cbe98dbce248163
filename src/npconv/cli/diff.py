"""`npconv diff OLD NEW`: which flows a change of policies lets through, and which it shuts out."""

from __future__ import annotations

from typing import Any

import click

from npconv.cli.parameters import Cidr
from npconv.cli.suggest import Choice

_HELP = r"""
Compare what two sets of policies let through, over every flow that could exist.

OLD and NEW are files, folders, `-`, or `REV:PATH` of a git repository. Each may be of any dialect: a set of Calico
policies compares with the Cilium policies that replace it. Flows are grouped by the policy that causes them, those
that are newly let through first; each is one example for a pair of deciding rules and a peer.

\b
# What a branch changes
npconv diff main:policies policies
\b
# A migration by hand: does it let the same through?
npconv diff --old calico --new cilium=1.18 calico/ cilium/
\b
# As a comment for a pull request
npconv diff main:policies policies -o md
\b
# Only between the pods that run today
npconv snapshot -o prod/
npconv diff main:policies policies --cluster prod/

Exit codes: 0 the same flows pass, 1 they differ or it could not be proven that they do not, 2 bad input.
"""


@click.command(
    short_help="Compare two sets of policies, of any dialects, flow by flow.",
    help=_HELP,
    context_settings={"auto_envvar_prefix": "NPCONV"},
)
@click.argument("old")
@click.argument("new")
@click.option(
    "--old",
    "old_engine",
    default="auto",
    show_envvar=False,
    metavar="ENGINE",
    help="What enforces OLD, such as `calico=3.30` or `k8s`. By default the engine whose policies are there.",
)
@click.option("--new", "new_engine", default="auto", show_envvar=False, metavar="ENGINE", help="What enforces NEW.")
@click.option(
    "-o",
    "--output",
    type=Choice(("text", "json", "md")),
    default="text",
    allow_from_autoenv=False,
    help="The form of the output.",
)
@click.option("--limit", type=click.IntRange(min=1), default=3, metavar="N", help="Flows to show for each policy.")
@click.option(
    "--cluster",
    multiple=True,
    metavar="PATH",
    help="Compare only flows between what is in this output of kubectl: pods, namespaces, services, nodes; repeatable. "
    "A folder of `npconv snapshot` says addresses and engines, too.",
)
@click.option("-n", "--namespace", default="default", metavar="NAME", help="Of objects that say none.")
@click.option("--pod-cidr", multiple=True, type=Cidr(), help="Where pods have their addresses; repeatable.")
@click.option("--node-cidr", multiple=True, type=Cidr(), help="Where nodes have their addresses; repeatable.")
@click.option("--dual-stack", is_flag=True, help="Pods and nodes have IPv4 and IPv6 addresses.")
@click.option(
    "--check-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    metavar="SECONDS",
    help="How long to compare at most; what is left then is named.",
)
@click.option("--format", type=Choice(("full", "concise")), default="full", help="How findings are printed.")
@click.option("--show-all", is_flag=True, help="Print every finding, not only the first of a kind.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only, beside the comparison.")
@click.option("--color", type=Choice(("auto", "always", "never")), default="auto", help="Colours in messages.")
def diff(**given: Any) -> int:
    """Compare two sets of policies."""
    from npconv.cli.compare import compare

    return compare(**given)
