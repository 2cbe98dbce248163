"""`npconv X-to-Y` and `npconv convert`: one body, and one command for each translation in the table of pairs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from npconv.cli.pairs import TITLES, Pair
from npconv.cli.parameters import FORMS, Acceptance, Cidr, ReportFile
from npconv.cli.suggest import Choice

_F = TypeVar("_F", bound=Callable[..., Any])

_EXAMPLES = """\
\b
# What the policies of a folder become, on the standard output
npconv {command} policies/
\b
# From a cluster, straight into another one
kubectl get {kinds} -A -o yaml \\
  | npconv {command} - | kubectl apply -f -
\b
# A file of the output for each file of the input
npconv {command} policies/ -d {folder}/
\b
# For a certain version or platform, where pods and nodes have these addresses
npconv {chosen} policies/ \\
  --pod-cidr 10.244.0.0/16 --node-cidr 10.0.0.0/16
\b
# In CI: are the files up to date?
npconv {command} policies/ -d {folder}/ --check --diff
"""

_KINDS = {
    "k8s": "networkpolicies.networking.k8s.io",
    "calico": "networkpolicies.crd.projectcalico.org,globalnetworkpolicies.crd.projectcalico.org",
    "cilium": "ciliumnetworkpolicies,ciliumclusterwidenetworkpolicies,ciliumcidrgroups",
    "azure-npm": "networkpolicies.networking.k8s.io",
    "policy-api": "clusternetworkpolicies.policy.networking.k8s.io,networkpolicies.networking.k8s.io",
}
_CHOSEN = {
    "k8s": "k8s",
    "calico": "calico=3.30",
    "cilium": "cilium=1.18,platform=aks",
    "azure-npm": "azure-npm=windows",
    "policy-api": "policy-api",
}
_PATHS = "Files, folders (with all that is below them) or `-` for the standard input."


def command(pair: Pair) -> click.Command:
    """The command of one pair: `npconv calico-to-cilium`."""
    source, target = TITLES[pair.source], TITLES[pair.target]
    made = _command(pair.command, pair, f"Translate what {source} enforces into {target} policies.")
    made.help = _help(made.short_help, pair.command, pair)
    made.hidden = True  # the help text of all names them by their form: there are two dozen
    return made


def convert() -> click.Command:
    """`npconv convert --from X --to Y`: any pair."""
    made = _command("convert", None, "Translate policies from one dialect into another.")
    pair = Pair("calico", "cilium")
    made.help = _help(made.short_help, f"convert --from {pair.source} --to {pair.target}", pair)
    return made


def _help(what: str | None, words: str, pair: Pair) -> str:
    examples = _EXAMPLES.format(
        command=words,
        kinds=_KINDS[pair.source],
        folder=pair.target,
        chosen=f"convert --from {pair.source} --to {_CHOSEN[pair.target]}",
    )
    return f"{what}\n\n{examples}\n{_PATHS}"


def _command(name: str, pair: Pair | None, help_text: str) -> click.Command:
    @click.command(name, short_help=help_text, context_settings={"auto_envvar_prefix": "NPCONV"})
    @click.argument("paths", nargs=-1, metavar="PATH...")
    @_options(pair)
    @click.pass_context
    def translate(
        ctx: click.Context,
        /,
        paths: tuple[str, ...],
        filename: tuple[str, ...],
        config: Path | None,
        no_config: bool,
        **given: Any,
    ) -> int:
        from npconv.cli.configured import Typed, run

        typed = (click.core.ParameterSource.COMMANDLINE, click.core.ParameterSource.ENVIRONMENT)
        return run(
            Typed(
                pair=pair,
                paths=(*paths, *filename),
                options=given,
                asked=frozenset(one for one in given if ctx.get_parameter_source(one) in typed),
                config=config,
                reads_config=not no_config,
            )
        )

    return translate


def _options(pair: Pair | None) -> Callable[[_F], _F]:
    """Every option of a translation, in the order of the help text."""
    engines: dict[str, Any] = {"show_envvar": False, "metavar": "ENGINE[=VERSION][,KEY=VALUE...]"}
    variables = ("NPCONV_FROM", "NPCONV_TO") if pair is None else (None, None)
    if pair is not None:
        engines["allow_from_autoenv"] = False
    options = [
        click.option(
            "-f", "--filename", multiple=True, metavar="PATH", allow_from_autoenv=False, help="The same as PATH."
        ),
        click.option(
            "--from",
            "--source",
            "source",
            default=pair.source if pair else None,
            envvar=variables[0],
            help="What enforces the input, such as `calico=3.30,http=ignored`"
            + ("; `auto` for the engine whose policies are there." if pair is None else "."),
            **engines,
        ),
        click.option(
            "--to",
            "--target",
            "target",
            default=pair.target if pair else None,
            envvar=variables[1],
            help="What will enforce the output, such as `cilium=1.18,platform=aks`.",
            **engines,
        ),
        click.option("-o", "--output", type=Choice(("yaml", "json")), default="yaml", help="The form of the output."),
        click.option(
            "-d",
            "--output-dir",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            help="Write into this folder, a file for each file of the input, instead of to the standard output.",
        ),
        click.option(
            "--layout",
            type=Choice(("by-source", "by-namespace", "flat", "kustomize")),
            default="by-source",
            help="How files in DIR are cut: by the files of the input, by namespace, one for each object, or that in a "
            "folder for each namespace with kustomization.yaml.",
        ),
        click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file in DIR is not as it would be."),
        click.option("--diff", is_flag=True, help="Write nothing; show how the files in DIR would change."),
        click.option(
            "--as",
            "reading",
            type=Choice(("intent", "enforced")),
            default=None,
            help="Read policies as the source's engine means to enforce them, or as it does: it may have faults.",
        ),
        click.option(
            "-n",
            "--namespace",
            multiple=True,
            metavar="NAME",
            help="Of objects that say none (`default` if not given). For targets without cluster-wide policies: every "
            "namespace of the cluster; repeatable.",
        ),
        click.option("--pod-cidr", multiple=True, type=Cidr(), help="Where pods have their addresses; repeatable."),
        click.option("--node-cidr", multiple=True, type=Cidr(), help="Where nodes have their addresses; repeatable."),
        click.option("--dual-stack", is_flag=True, help="Pods and nodes have IPv4 and IPv6 addresses."),
        click.option("--cidr-groups", is_flag=True, help="Write network sets as CiliumCIDRGroups where exact."),
        click.option(
            "--prefer",
            type=Choice(("cluster-network-policy",)),
            default=None,
            help="To Cilium 1.20: keep order in ClusterNetworkPolicies where exact, instead of subtracting it.",
        ),
        click.option(
            "--max-pieces",
            type=click.IntRange(min=1),
            default=256,
            metavar="N",
            help="Refuse to split a policy further.",
        ),
        click.option(
            "--cluster",
            multiple=True,
            metavar="PATH",
            help="Translate with what this output of kubectl says of the cluster, and compare only flows between its "
            "pods and nodes; repeatable. A folder of `npconv snapshot` says addresses and engines, too, and is the "
            "input if no PATH is.",
        ),
        click.option("--no-check", is_flag=True, help="Do not compare the output with its source: nothing is proven."),
        click.option(
            "--check-timeout",
            type=click.FloatRange(min=0),
            default=60,
            metavar="SECONDS",
            help="How long to compare the output with its source at most; what is left then is named.",
        ),
        click.option(
            "--fail-on",
            type=Choice(("none", "widens", "narrows", "any")),
            default="any",
            help="Which losses make the exit code 1, unless accepted.",
        ),
        click.option(
            "--accept",
            multiple=True,
            type=Acceptance(),
            help="Accept a loss, of all policies or of one; repeatable. Nothing else makes the output wider.",
        ),
        click.option(
            "--report",
            multiple=True,
            type=ReportFile(),
            help="Write what was found to a file, such as `sarif=npconv.sarif`; `-` is the standard error; repeatable. "
            f"FORMAT is {', '.join(FORMS[:-1])} or {FORMS[-1]}.",
        ),
        click.option(
            "--config",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Settings, instead of the nearest `npconv.yaml` at or above the files.",
        ),
        click.option("--no-config", is_flag=True, help="Read no `npconv.yaml`."),
        click.option("--allow-empty", is_flag=True, help="Exit 0, not 3, if there is no policy in the input."),
        click.option("--skip-invalid", is_flag=True, help="Leave out what is invalid and translate the rest; exit 1."),
        click.option("--format", type=Choice(("full", "concise")), default="full", help="How findings are printed."),
        click.option("--show-all", is_flag=True, help="Print every finding, not only the first of a kind."),
        click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
        click.option("--color", type=Choice(("auto", "always", "never")), default="auto", help="Colours in messages."),
    ]

    def add(function: _F) -> _F:
        for option in reversed(options):
            function = option(function)
        return function

    return add
