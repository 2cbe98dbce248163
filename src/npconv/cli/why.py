"""`npconv why --from X --to Y PATH...`: does this connection pass, and which rule decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from npconv.cli.parameters import Cidr
from npconv.cli.suggest import Choice

_HELP = r"""
Say whether one connection passes, and why: every tier, policy and rule that is asked on either side.

An end is a pod by its labels (`shop/app=web,tier=front`), with its namespace's labels and its service account where
they matter (`shop{team=a}/app=web@builder`); a pod by its name (`shop/web-0`, looked up in `--cluster`); an address; a
DNS name; `node/NAME`, `host` (the other end's own node), `remote-node` or `world`. Behind the destination: `:5432/tcp`,
`:53/udp`, `:http` (as the pod calls its port; `:http=8080` where that is not known), `:icmp`.

\b
# May the web pods reach the database?
npconv why --from shop/app=web --to shop/app=db:5432/tcp policies/
\b
# By name, in a cluster: its policies, its pods, its engine
npconv snapshot -o prod/
npconv why --from shop/web-0 --to shop/db-0:5432/tcp --cluster prod/
\b
# As Cilium 1.18 sees it, and one HTTP request
npconv why --from world --to 'shop/app=web:8080' --http 'GET /health' --engine cilium=1.18 policies/

Exit codes: 0 it passes, 1 it is denied, 2 bad input.
"""


@click.command(
    short_help="Say whether one connection passes, and which rule decides.",
    help=_HELP,
    context_settings={"auto_envvar_prefix": "NPCONV"},
)
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--from", "source", required=True, metavar="END", show_envvar=False, help="Who opens the connection.")
@click.option(
    "--to", "destination", required=True, metavar="END[:PORT[/PROTOCOL]]", show_envvar=False, help="To whom, and what."
)
@click.option(
    "--engine",
    default="auto",
    metavar="ENGINE",
    help="What enforces the policies, such as `calico=3.30` or `k8s`. By default the engine whose policies are there.",
)
@click.option("--http", default="", metavar="'METHOD PATH'", help="The request that is sent over the connection.")
@click.option(
    "--cluster",
    multiple=True,
    metavar="PATH",
    help="Output of kubectl (pods, namespaces, services, nodes), or a folder of `npconv snapshot`, which is the input, "
    "too, if no PATH is; repeatable.",
)
@click.option(
    "-o",
    "--output",
    type=Choice(("text", "json")),
    default="text",
    allow_from_autoenv=False,
    help="The form of the output.",
)
@click.option("-n", "--namespace", default="default", metavar="NAME", help="Of objects that say none.")
@click.option("--pod-cidr", multiple=True, type=Cidr(), help="Where pods have their addresses; repeatable.")
@click.option("--node-cidr", multiple=True, type=Cidr(), help="Where nodes have their addresses; repeatable.")
@click.option("--format", type=Choice(("full", "concise")), default="full", help="How findings are printed.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only, beside the answer.")
@click.option("--color", type=Choice(("auto", "always", "never")), default="auto", help="Colours in messages.")
def why(**given: Any) -> int:
    """Explain one connection."""
    from npconv.cli.ask import ask

    if not (given["paths"] or any(Path(one).is_dir() for one in given["cluster"])):
        raise click.UsageError("nothing to read: name files, folders, or `-` for the standard input")
    return ask(**given)
