"""Rules for a port by its name, and pods -> the pods that give this name to several of their ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from npconv.diagnostics.codes import assumptions
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.ir.dimensions import DstPortNamed
from npconv.ir.policy import PolicySet
from npconv.lowering.conditions import leaves
from npconv.lowering.pods_apart import KnownPod
from npconv.pipeline import findings, where

_PROTOCOLS: Final = {6: "TCP", 17: "UDP", 132: "SCTP"}
_MOST_LISTED: Final = 3


def of_names_given_twice(policies: PolicySet, pods: Iterable[KnownPod]) -> Iterator[Diagnostic]:
    """What a name is taken to mean that two containers of one pod give to different ports.

    Source: facts/k8s_np.md 5.4. A name is unique in a container only; the API server warns, and engines differ.
    """
    known = tuple(pods)
    if not known:
        return
    used: dict[str, Origin | None] = {}
    for _, direction, rule in findings.rules(policies):
        for leaf in leaves(rule.traffic):
            if isinstance(leaf, DstPortNamed) and leaf.name not in used:
                used[leaf.name] = where.port_name(rule, direction, leaf.name)
    found: dict[str, dict[str, list[str]]] = {}
    for pod in known:
        for name in used:
            ports = sorted({(one.number, one.protocol) for one in pod.ports if one.name == name})
            if len({protocol for _, protocol in ports}) < len(ports):
                listed = ", ".join(f"{number}/{_PROTOCOLS.get(protocol, protocol)}" for number, protocol in ports)
                found.setdefault(name, {}).setdefault(listed, []).append(f"`{pod.title}`")
    for name, by_ports in sorted(found.items()):
        yield Diagnostic(
            code=assumptions.PORT_NAME_TWICE,
            message=f"the port name `{name}` means every port that a pod calls so",
            origin=used[name],
            notes=tuple(f"{ports}: {_listed(titles)}" for ports, titles in sorted(by_ports.items())),
            help="give the ports of the pod different names: engines differ in which of them they take",
        )


def _listed(titles: list[str]) -> str:
    more = len(titles) - _MOST_LISTED
    return ", ".join(titles[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
