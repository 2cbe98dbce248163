"""Outputs -> the objects that make a roll-out safe: the same ones without default deny, staged ones, and open doors.

An open door is a policy that lets through whatever no rule decides. While it stands, applying the other policies in
any order shuts out no flow that all of them together let through: only rules that deny by themselves work already,
and these deny in the end, too. Cilium needs no door: a policy can say that it does not isolate
(`enableDefaultDeny`, Cilium 1.16 and later: pkg/policy/api/rule.go).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from npconv.pipeline.model import Output
from npconv.source.fields import Value

DOOR: Final = "npconv-open-door"
WAVE: Final = "npconv/wave"
"""The label of a door that says which wave takes it away."""
_LAST: Final = 1_000_000_000
"""The order of a door in Calico: behind everything, NetworkPolicies (1000) included."""

_STAGED: Final[Mapping[str, str]] = {
    "NetworkPolicy": "StagedNetworkPolicy",
    "GlobalNetworkPolicy": "StagedGlobalNetworkPolicy",
}
SHARED: Final = frozenset({"Tier", "CiliumCIDRGroup", "NetworkSet", "GlobalNetworkSet"})
"""Kinds that other objects refer to, and that do nothing alone."""


def kind_of(one: Output) -> str:
    """The kind of an output."""
    return str(one.data["kind"])


def metadata_of(data: Mapping[str, Value]) -> Mapping[str, Value]:
    """The metadata of an object."""
    metadata = data.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def place_of(one: Output) -> str:
    """The namespace of an output; empty if it has none."""
    return str(metadata_of(one.data).get("namespace", ""))


def label_of(data: Mapping[str, Value]) -> str:
    """`kind/namespace/name` of an object."""
    metadata = metadata_of(data)
    parts = (data.get("kind"), metadata.get("namespace"), metadata.get("name"))
    return "/".join(str(part) for part in parts if part)


def is_shared(one: Output) -> bool:
    """Whether it is there for others to refer to."""
    return kind_of(one) in SHARED


def can_stay_open(one: Output) -> bool:
    """Whether it is one of Cilium's policies, which can be enforced without isolating anything."""
    return kind_of(one) in ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")


def without_default_deny(one: Output) -> dict[str, Value]:
    """The same policy of Cilium's, isolating nothing: its rules allow and deny, and all else stays as it was."""
    data = dict(one.data)
    open_: dict[str, Value] = {"ingress": False, "egress": False}
    spec, specs = data.get("spec"), data.get("specs")
    if isinstance(spec, dict):
        data["spec"] = {**spec, "enableDefaultDeny": open_}
    if isinstance(specs, list):
        data["specs"] = [{**each, "enableDefaultDeny": open_} if isinstance(each, dict) else each for each in specs]
    return data


def staged(one: Output) -> dict[str, Value] | None:
    """Calico's staged form of a policy, which is reported on and not enforced; None for other objects."""
    kind = _STAGED.get(kind_of(one))
    if kind is None or not str(one.data["apiVersion"]).startswith("projectcalico.org/"):
        return None
    return {**one.data, "kind": kind}


def calico_doors(outputs: Iterable[Output], shut: Iterable[str] = ()) -> Iterator[dict[str, Value]]:
    """A door for each tier of the outputs, for the pods of all namespaces but those that are shut.

    In a tier of somebody's own it passes on to the next tier; in the last one it allows.
    """
    closed = ",".join(f"'{name}'" for name in sorted(shut))
    selector = f"projectcalico.org/name not in {{{closed}}}" if closed else "has(projectcalico.org/name)"
    for tier in sorted({_tier(one) for one in outputs if not is_shared(one)} | {"default"}):
        action = "Allow" if tier == "default" else "Pass"
        yield {
            "apiVersion": "projectcalico.org/v3",
            "kind": "GlobalNetworkPolicy",
            "metadata": {"name": DOOR if tier == "default" else f"{tier}.{DOOR}"},
            "spec": {
                "tier": tier,
                "order": _LAST,
                "namespaceSelector": selector,
                "types": ["Ingress", "Egress"],
                "ingress": [{"action": action}],
                "egress": [{"action": action}],
            },
        }


def kubernetes_door(namespace: str, wave: str) -> dict[str, Value]:
    """A NetworkPolicy that lets everything into and out of the pods of a namespace, until a wave takes it away."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": DOOR, "namespace": namespace, "labels": {WAVE: wave}},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [{}], "egress": [{}]},
    }


def _tier(one: Output) -> str:
    spec = one.data.get("spec")
    tier = spec.get("tier") if isinstance(spec, dict) else None
    return str(tier) if tier else "default"


def only_isolates(one: Output) -> bool:
    """Whether a policy shuts its pods off and allows nothing: a default deny.

    In Cilium's policies an empty rule matches nothing, it only isolates (facts/cilium.md 2).
    """
    spec, specs = one.data.get("spec"), one.data.get("specs")
    sections = [each for each in (spec, *(specs if isinstance(specs, list) else ())) if isinstance(each, dict)]
    rules = [rule for each in sections for key in _RULES if isinstance(found := each.get(key), list) for rule in found]
    return not any(rule != {} for rule in rules) if can_stay_open(one) else not rules


_RULES: Final = ("ingress", "egress", "ingressDeny", "egressDeny")
