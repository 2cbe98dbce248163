"""Unknown fields: what dropping each of them does to the policy, as notes on the finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from npconv.diagnostics.codes import reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Path
from npconv.linter.model import Finding, Fix, Rename
from npconv.source.place_of import value_at

_WITHOUT: Final = {
    "podSelector": "the policy is for every pod of the namespace",
    "endpointSelector": "the policy has no subject, and is refused",
    "selector": "it is for everything that the rest of it names",
    "namespaceSelector": "its namespaces are not narrowed down",
    "policyTypes": "only the directions that have rules count, and ingress",
    "types": "the directions are those that have rules",
    "ingress": "nothing may come in, or everything, by the types",
    "egress": "nothing may leave, or everything, by the types",
    "ingressDeny": "what it denies passes",
    "egressDeny": "what it denies passes",
    "from": "the rule is for every source",
    "to": "the rule is for every destination",
    "fromEndpoints": "the entry is for every source",
    "toEndpoints": "the entry is for every destination",
    "fromEntities": "the entry is for every source",
    "toEntities": "the entry is for every destination",
    "toFQDNs": "the entry is for every destination",
    "source": "the rule is for every source",
    "destination": "the rule is for every destination",
    "ports": "the rule is for every port",
    "toPorts": "the entry is for every port and protocol",
    "protocol": "the rule is for TCP, or for every protocol",
    "port": "the rule is for every port",
    "endPort": "the rule is for the first port of the range alone",
    "except": "the exceptions are allowed, too",
    "notNets": "the excluded addresses match, too",
    "notPorts": "the excluded ports match, too",
    "matchLabels": "the selector selects everything",
    "matchExpressions": "the selector selects more",
    "domains": "the rule is for every destination",
    "order": "the policy comes last in its tier",
    "tier": "the policy is in tier `default`",
    "spec": "the policy says nothing, and may deny everything",
}
"""What is left when a field of this name goes (facts/k8s_np.md 5.2, facts/calico.md 0, facts/cilium.md 1.5)."""


def explained(diagnostic: Diagnostic) -> Finding:
    """The finding with what the drop does, and the spelling that is meant if only the case is wrong."""
    origin = diagnostic.origin
    if diagnostic.code is not reading.UNKNOWN_FIELD or origin is None or not origin.path:
        return Finding(diagnostic=diagnostic)
    key = str(origin.path[-1])
    meant = next(_meant(key, diagnostic), "")
    notes = diagnostic.notes
    if meant:
        left = "the policy is for everything that the rest of it selects"
        said = left if meant == "selector" and len(origin.path) == 2 else _WITHOUT[meant]
        notes = (*notes, f"where an API server drops it, {said}")
    fix: Fix | None = None
    hinted = diagnostic.label.partition("`")[2].partition("`")[0]
    if hinted and hinted != key and hinted.lower() == key.lower() and not _has(diagnostic, origin.path, hinted):
        fix = Rename(origin, hinted)
    return Finding(diagnostic=replace(diagnostic, notes=notes), fix=fix)


def _meant(key: str, diagnostic: Diagnostic) -> Iterator[str]:
    """The field that was meant, if it is known what is left without it."""
    if diagnostic.label:
        hinted = diagnostic.label.partition("did you mean `")[2].partition("`")[0]
        if hinted in _WITHOUT:
            yield hinted
        return
    if key in _WITHOUT:
        yield key
    import difflib  # noqa: PLC0415 - most runs need none

    yield from difflib.get_close_matches(key, _WITHOUT, n=1, cutoff=0.85)


def _has(diagnostic: Diagnostic, path: Path, key: str) -> bool:
    origin = diagnostic.origin
    if origin is None:
        return True
    around = value_at(replace(origin, path=path[:-1], key=False))
    return not isinstance(around, dict) or key in around
