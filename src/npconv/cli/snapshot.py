"""`npconv snapshot -o DIR`: a cluster as plain files, which every other command takes with `--cluster DIR`."""

from __future__ import annotations

from typing import Any

import click

from npconv.cli.suggest import Choice

_HELP = r"""
Read what policies depend on from a cluster into a folder: policies of every kind, namespaces, pods, services, nodes,
and the settings of the engine. With `--cluster DIR` every other command knows the cluster then.

It runs `kubectl` as you are logged in, to get and list and for nothing else, and it is the only command that talks to
a cluster. Secrets are never asked for; environments, arguments and volumes of pods are dropped, and so is whatever else
no policy can refer to. `--print-role` prints the least roles for it (docs/rbac.yaml); a right that is missing is
reported, with what gets less certain.

\b
# The cluster of the current context
npconv snapshot -o prod/
\b
# Translate what it enforces, between the addresses, pods and services that it has
npconv calico-to-cilium --cluster prod/
\b
# Which rule decides, by the names of pods
npconv why --from shop/web-0 --to shop/db-0:5432/tcp --cluster prod/
\b
# Another context, as somebody else, two namespaces only
npconv snapshot -o staging/ --context staging --as auditor -n shop -n bank
\b
# The rights that it takes
npconv snapshot --print-role | kubectl apply -f -
kubectl create clusterrolebinding npconv-snapshot --clusterrole npconv-snapshot --user auditor
kubectl create rolebinding npconv-snapshot -n kube-system --role npconv-snapshot --user auditor
\b
# From a machine that has kubectl and no Python
npconv snapshot -o answers/ --print-commands > read.sh
sh read.sh
npconv snapshot --from answers/ -o prod/

Exit codes: 0 everything was read, 1 written, but something could not be read, 2 nothing is written.
"""


@click.command(
    short_help="Read a cluster into a folder, through kubectl.",
    help=_HELP,
    context_settings={"auto_envvar_prefix": "NPCONV"},
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False),
    allow_from_autoenv=False,
    help="The folder to write: a new one, or one that holds an earlier snapshot, which is replaced.",
)
@click.option("--context", default="", metavar="NAME", help="The context of the kubeconfig, for kubectl.")
@click.option("--kubeconfig", default="", metavar="FILE", help="The kubeconfig, for kubectl.")
@click.option("--as", "user", default="", metavar="USER", help="Whom to act as, for kubectl.")
@click.option(
    "-n",
    "--namespace",
    multiple=True,
    metavar="NAME",
    help="Read only this namespace's objects, and those of no namespace; repeatable. By default all namespaces.",
)
@click.option("--request-timeout", "timeout", default="60s", metavar="TIME", help="How long one request may take.")
@click.option(
    "--print-commands", is_flag=True, help="Ask nothing; print the lines of kubectl that write the answers into DIR."
)
@click.option("--print-role", is_flag=True, help="Ask nothing; print the least roles for this, to be applied.")
@click.option(
    "--from",
    "answers",
    metavar="DIR",
    type=click.Path(file_okay=False, exists=True),
    help="Ask nothing; take the answers that the printed lines left in this folder.",
)
@click.option("--format", type=Choice(("full", "concise")), default="full", help="How findings are printed.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.option("--color", type=Choice(("auto", "always", "never")), default="auto", help="Colours in messages.")
def snapshot(**given: Any) -> int:
    """Read a cluster."""
    from npconv.cli.read_cluster import read_cluster, role

    if given.pop("print_role"):
        return role()
    if given["folder"] is None:
        raise click.UsageError("say where to: `-o DIR`")
    return read_cluster(**given)
