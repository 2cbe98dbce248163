"""Everything npconv can say, as a closed list of codes.

| range  | area                                              | module           |
|--------|---------------------------------------------------|------------------|
| NPC1xx | reading text, documents and fields                | `reading`        |
| NPC2xx | a Calico object that Calico refuses               | `calico`         |
| NPC30x | what a set of Calico policies means (also 80x) | `calico_lift`    |
| NPC3xx | losses: what a translation could not say          | `losses`         |
| NPC34x | losses of NetworkPolicy as a target (343 to 369)  | `kubernetes_losses` |
| NPC36x | what Azure NPM lets pass or does not see          | `azure_npm`      |
| NPC37x | losses of Calico as a target (also 38x)           | `calico_losses`  |
| NPC39x | losses of ClusterNetworkPolicy as a target        | `policy_api_losses` |
| NPC4xx | a Cilium object that Cilium refuses               | `cilium`         |
| NPC49x | valid policies that an engine does not enforce   | `engines`        |
| NPC5xx | a Kubernetes object that is refused               | `kubernetes`     |
| NPC54x | a policy API object that is refused               | `policy_api`     |
| NPC60x | lint: one policy as it is written (also 61x)  | `lint`           |
| NPC62x | lint: policies together, the cluster, comments (also 63x to 65x) | `lint_set` |
| NPC67x | steps of a migration to Cilium on AKS (to 699) | `aks`   |
| NPC7xx | what a command was asked, and its results       | `command_line`   |
| NPC75x | comparing and explaining policies               | `comparing`      |
| NPC76x | reading a cluster, and what is taken from it (also 770 to 774) | `snapshot` |
| NPC775 | `npconv.yaml`, and the files that npconv wrote (to 789) | `config` |
| NPC8xx | assumptions that a translation stands on          | `assumptions`    |
| NPC9xx | npconv contradicts itself                         | `internal`       |
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from npconv.diagnostics.codes.code import Code, Severity

__all__ = ["ALL", "Code", "Severity", "find"]


@cache
def _codes() -> tuple[Code, ...]:
    from npconv.diagnostics.codes import (  # noqa: PLC0415 - most runs say little, and manual pages are long
        aks,
        assumptions,
        azure_npm,
        calico,
        calico_lift,
        calico_losses,
        cilium,
        command_line,
        comparing,
        config,
        engines,
        internal,
        kubernetes,
        kubernetes_losses,
        lint,
        lint_set,
        losses,
        policy_api,
        policy_api_losses,
        reading,
        snapshot,
    )

    modules = (
        reading,
        calico,
        calico_lift,
        losses,
        kubernetes_losses,
        azure_npm,
        calico_losses,
        policy_api_losses,
        cilium,
        engines,
        kubernetes,
        policy_api,
        lint,
        lint_set,
        aks,
        command_line,
        comparing,
        snapshot,
        config,
        assumptions,
        internal,
    )
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Code)]
    return tuple(sorted(found, key=lambda code: code.id))


if TYPE_CHECKING:
    ALL: tuple[Code, ...]
    """Every code, by id."""


def __getattr__(name: str) -> object:
    """`ALL`, for which every area is imported: only then."""
    if name == "ALL":
        return _codes()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def find(text: str) -> Code | None:
    """The code with this id, however its letters are cased; None if there is none."""
    return next((code for code in _codes() if code.id == text.upper()), None)
