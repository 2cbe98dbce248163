"""Documents -> the objects of each dialect: what is parsed and valid, and what is wrong with the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from npconv.diagnostics.codes import assumptions, reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.calico import model as calico_model
from npconv.dialects.calico import parse as calico
from npconv.dialects.calico.model import CalicoObject, StagedNetworkPolicy
from npconv.dialects.calico.model_kubernetes import StagedKubernetesNetworkPolicy
from npconv.dialects.calico.model_sets import NetworkSet
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate import read as read_calico
from npconv.dialects.cluster import read as cluster
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.k8s import parse as k8s
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.dialects.k8s.validate import Cidrs
from npconv.source.document import Document

NAMESPACED = ("NetworkPolicy", "NetworkSet", "StagedNetworkPolicy", "StagedKubernetesNetworkPolicy")

_Policy = TypeVar("_Policy")


@dataclass(slots=True)
class Input:
    """Everything that a Calico cluster's policies are made of."""

    calico: list[CalicoObject] = field(default_factory=list)
    kubernetes: list[NetworkPolicy] = field(default_factory=list)
    cluster: Cluster = field(default_factory=Cluster)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def is_empty(self) -> bool:
        """Whether no policy object at all was found, valid or not."""
        return not (self.calico or self.kubernetes or any(one.is_error for one in self.diagnostics))


def read(documents: Iterable[Document], profile: CalicoProfile, namespace: str) -> Input:
    """Parse and validate what Calico enforces. Objects without a namespace are put into `namespace`, and said so."""
    found = Input()
    facts: list[Document] = []
    seen: dict[tuple[str, str, str, str], Document] = {}
    for document in documents:
        if calico.claims(document):
            one, said = read_calico(document, profile)
            found.diagnostics += said
            if one is not None and not _repeated(document, namespace, seen, found):
                found.calico.append(_placed_calico(one, document, namespace, found))
        elif k8s.claims(document):
            policy, problems = k8s.parse(document, cidrs=Cidrs.STORED)
            said = list(problems)
            found.diagnostics += said
            refused = any(problem.is_error for problem in said)
            if policy is not None and not refused and not _repeated(document, namespace, seen, found):
                found.kubernetes.append(_placed_kubernetes(policy, document, namespace, found))
        elif cluster.claims(document):
            facts.append(document)
            found.skipped[document.kind] += 1
        else:
            found.skipped[document.kind] += 1
    found.cluster, said_of_facts = cluster.read(facts)
    found.diagnostics += [one for one in said_of_facts if not one.is_error]
    return found


def _repeated(
    document: Document, namespace: str, seen: dict[tuple[str, str, str, str], Document], found: Input
) -> bool:
    """Whether an object of this kind and name was there before: which of the two is meant cannot be known."""
    group = document.api_version.partition("/")[0].removeprefix("crd.")
    place = document.namespace or (namespace if document.kind in NAMESPACED else "")
    key = (group, document.kind, place, document.name)
    first = seen.setdefault(key, document)
    if first is document or not document.name:
        return False
    if first.data == document.data:
        return True
    where = f"{first.file}:{first.span(()).line}"
    found.diagnostics.append(
        Diagnostic(
            code=reading.REPEATED_OBJECT,
            origin=document.origin.at("metadata", "name"),
            message=f"{document.label} is defined twice, and differently",
            notes=(f"the other one is at {where}",),
            help="keep one of them: a cluster holds one object of this name",
        )
    )
    return True


def _placed_calico(one: CalicoObject, document: Document, namespace: str, found: Input) -> CalicoObject:
    if document.kind not in NAMESPACED or one.metadata.namespace:
        return one
    _say_namespace(document, namespace, found)
    match one:
        case NetworkSet() | calico_model.NetworkPolicy():
            return replace(one, metadata=replace(one.metadata, namespace=namespace))
        case StagedNetworkPolicy(policy=inner):
            return replace(one, policy=replace(inner, metadata=replace(inner.metadata, namespace=namespace)))
        case StagedKubernetesNetworkPolicy():
            return replace(one, metadata=replace(one.metadata, namespace=namespace))
        case _:
            return one


def _placed_kubernetes(one: NetworkPolicy, document: Document, namespace: str, found: Input) -> NetworkPolicy:
    if one.metadata.namespace:
        return one
    _say_namespace(document, namespace, found)
    return replace(one, metadata=replace(one.metadata, namespace=namespace))


def _say_namespace(document: Document, namespace: str, found: Input) -> None:
    found.diagnostics.append(
        Diagnostic(
            code=assumptions.NAMESPACE,
            origin=document.origin.at("metadata"),
            message=f"no namespace: taken to be in `{namespace}`",
            help="say it in the object, or with `--namespace`",
        )
    )
