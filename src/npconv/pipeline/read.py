"""Documents -> the objects that one engine enforces: what is parsed and valid, and what is wrong with the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from itertools import islice
from typing import TYPE_CHECKING, assert_never

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import assumptions, reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.calico import kinds as calico
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium import kinds as cilium
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cluster import kinds as cluster
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.k8s import kinds as k8s
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api import kinds as policy_api
from npconv.dialects.policy_api.kinds import Channel
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.pipeline.engines import Engine, reads_policies_as
from npconv.source.document import Document

if TYPE_CHECKING:
    from npconv.dialects.calico.model import CalicoObject
    from npconv.dialects.cilium.model import CiliumObject
    from npconv.dialects.cilium.validate import Judge as CiliumJudge
    from npconv.dialects.k8s.model import NetworkPolicy
    from npconv.dialects.policy_api import model as api_model

NAMESPACED = (
    "CiliumNetworkPolicy",
    "NetworkPolicy",
    "NetworkSet",
    "StagedNetworkPolicy",
    "StagedKubernetesNetworkPolicy",
)


@dataclass(slots=True)
class Input:
    """Everything that one engine's policies are made of."""

    calico: list[CalicoObject] = field(default_factory=list)
    cilium: list[CiliumObject] = field(default_factory=list)
    kubernetes: list[NetworkPolicy] = field(default_factory=list)
    policy_api: list[api_model.Policy] = field(default_factory=list)
    cluster: Cluster = field(default_factory=Cluster)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    foreign: list[Document] = field(default_factory=list)
    """Policies, valid or not, of a kind that the engine does not enforce; they are among `skipped`, too."""

    @property
    def is_of_cilium_policies(self) -> bool:
        """Whether there is nothing but Cilium's own policies."""
        others = self.calico or self.kubernetes or self.policy_api or self.skipped
        return not others and not _groups(self.cilium)

    def let_go(self) -> None:
        """Hold the policies no longer, but what they refer to: sets, tiers, host endpoints."""
        self.calico = _without_policies(self.calico) if self.calico else []
        self.cilium = _groups(self.cilium) if self.cilium else []
        self.kubernetes, self.policy_api = [], []

    @property
    def is_empty(self) -> bool:
        """Whether no policy object at all was found, valid or not."""
        found = self.calico or self.cilium or self.kubernetes or self.policy_api
        return not (found or any(one.is_error for one in self.diagnostics))


def _without_policies(objects: Iterable[CalicoObject]) -> list[CalicoObject]:
    from npconv.dialects.calico import model
    from npconv.dialects.calico.model_kubernetes import StagedKubernetesNetworkPolicy

    policies = (
        model.NetworkPolicy,
        model.GlobalNetworkPolicy,
        model.StagedNetworkPolicy,
        model.StagedGlobalNetworkPolicy,
        StagedKubernetesNetworkPolicy,
    )
    return [one for one in objects if not isinstance(one, policies)]


def _groups(objects: Iterable[CiliumObject]) -> list[CiliumObject]:
    from npconv.dialects.cilium.model import CiliumCIDRGroup

    return [one for one in objects if isinstance(one, CiliumCIDRGroup)]


def wanted(document: Document) -> bool:
    """Whether an object may take part: findings in others (a script in a ConfigMap may say `${NAME}`) are nobody's."""
    return is_policy(document) or cluster.claims(document)


def read(documents: Iterable[Document], engine: Engine, namespace: str, *, once: bool = False) -> Input:
    """Parse and validate what an engine enforces. Objects without a namespace are put into `namespace`, and said so.

    `once`: nobody reads the documents again, so that they let go of their data.
    """
    return _filled(_Reader(engine, namespace), documents, once=once)


def read_in_parts(documents: Iterable[Document], engine: Engine, namespace: str, size: int) -> Iterator[Input]:
    """The same, once, so many documents at a time; what is defined twice is seen over all of them."""
    reader = _Reader(engine, namespace)
    left = iter(documents)
    while some := list(islice(left, size)):
        yield _filled(reader, some, once=True)
        reader.found = Input()


def _filled(reader: _Reader, documents: Iterable[Document], *, once: bool) -> Input:
    facts: list[Document] = []
    for document in documents:
        if reader.takes(document):
            if once:
                document.let_go()
            continue
        if cluster.claims(document):
            facts.append(document)
        elif is_policy(document):
            reader.found.foreign.append(document)
        reader.found.skipped[document.kind] += 1
    if facts:
        from npconv.dialects.cluster.read import read as read_cluster

        reader.found.cluster, said = read_cluster(facts)
        reader.found.diagnostics += [one for one in said if not one.is_error]
    return reader.found


def is_policy(document: Document) -> bool:
    """Whether the document is a policy, or a set that policies refer to, of whatever engine."""
    return any(one.claims(document) for one in (calico, cilium, k8s, policy_api))


class _Reader:
    def __init__(self, engine: Engine, namespace: str) -> None:
        self._engine = engine
        self._namespace = namespace
        self._cilium_judge: CiliumJudge | None = None
        self._seen: dict[tuple[str, str, str, str], Document] = {}
        self.found = Input()

    def takes(self, document: Document) -> bool:
        """Read a document that is a policy object to the engine; False if it is none."""
        match self._engine:
            case CalicoProfile():
                from npconv.dialects.calico.lift_policy_api import reads_policy_api

                return (
                    self._calico(document, self._engine)
                    or self._kubernetes(document)
                    or (document.kind in reads_policy_api(self._engine) and self._policy_api(document))
                )
            case CiliumProfile():
                return (
                    self._cilium(document, self._engine)
                    or (self._engine.k8s_networkpolicy and self._kubernetes(document))
                    or (self._engine.k8s_cluster_network_policy and self._policy_api(document))
                )
            case AzureNpmProfile():
                return self._kubernetes(document)
            case KubernetesProfile() | PolicyApiProfile():
                return self._kubernetes(document) or self._policy_api(document)
            case _:
                assert_never(self._engine)

    def _calico(self, document: Document, profile: CalicoProfile) -> bool:
        if not calico.claims(document):
            return False
        from npconv.dialects.calico.validate import read as read_calico

        one, said = read_calico(document, profile)
        self.found.diagnostics += said
        if one is not None and not self._repeated(document):
            self.found.calico.append(self._placed(one, document))
        return True

    def _cilium(self, document: Document, profile: CiliumProfile) -> bool:
        if not cilium.claims(document):
            return False
        from npconv.dialects.cilium.model import CiliumNetworkPolicy
        from npconv.dialects.cilium.parse import parse
        from npconv.dialects.cilium.validate import Judge

        if self._cilium_judge is None:
            self._cilium_judge = Judge(profile)
        one, said = parse(document)
        if one is not None:
            said = [*said, *self._cilium_judge.validate(one)]
        self.found.diagnostics += said
        if one is not None and not any(problem.is_error for problem in said) and not self._repeated(document):
            if isinstance(one, CiliumNetworkPolicy) and not one.metadata.namespace:
                self._say_namespace(document)
                one = replace(one, metadata=replace(one.metadata, namespace=self._namespace))
            self.found.cilium.append(one)
        return True

    def _kubernetes(self, document: Document) -> bool:
        if not k8s.claims(document):
            return False
        from npconv.dialects.k8s.parse import parse
        from npconv.dialects.k8s.validate import Cidrs

        undeclared = reads_policies_as(self._engine).undeclared_directions
        policy, said = parse(document, cidrs=Cidrs.STORED, undeclared=undeclared)
        self.found.diagnostics += said
        refused = any(problem.is_error for problem in said)
        if policy is not None and not refused and not self._repeated(document):
            if not policy.metadata.namespace:
                self._say_namespace(document)
                policy = replace(policy, metadata=replace(policy.metadata, namespace=self._namespace))
            self.found.kubernetes.append(policy)
        return True

    def _policy_api(self, document: Document) -> bool:
        if not policy_api.claims(document):
            return False
        from npconv.dialects.policy_api.parse import parse

        channel = self._engine.channel if isinstance(self._engine, PolicyApiProfile) else Channel.EXPERIMENTAL
        policy, said = parse(document, channel=channel)
        self.found.diagnostics += said
        if policy is not None and not self._repeated(document):
            self.found.policy_api.append(policy)
        return True

    def _repeated(self, document: Document) -> bool:
        """Whether an object of this kind and name was there before: which of the two is meant cannot be known."""
        group = document.api_version.partition("/")[0].removeprefix("crd.")
        place = document.namespace or (self._namespace if document.kind in NAMESPACED else "")
        key = (group, document.kind, place, document.name)
        first = self._seen.setdefault(key, document)
        if first is document or not document.name:
            return False
        if first.data == document.data:
            return True
        where = f"{first.file}:{first.first_line}"
        self.found.diagnostics.append(
            Diagnostic(
                code=reading.REPEATED_OBJECT,
                origin=document.origin.at("metadata", "name"),
                message=f"{document.label} is defined twice, and differently",
                notes=(f"the other one is at {where}",),
                help="keep one of them: a cluster holds one object of this name",
            )
        )
        return True

    def _placed(self, one: CalicoObject, document: Document) -> CalicoObject:
        if document.kind not in NAMESPACED or one.metadata.namespace:
            return one
        from npconv.dialects.calico import model as calico_model
        from npconv.dialects.calico.model import StagedNetworkPolicy
        from npconv.dialects.calico.model_kubernetes import StagedKubernetesNetworkPolicy
        from npconv.dialects.calico.model_sets import NetworkSet

        self._say_namespace(document)
        namespace = self._namespace
        match one:
            case NetworkSet() | calico_model.NetworkPolicy():
                return replace(one, metadata=replace(one.metadata, namespace=namespace))
            case StagedNetworkPolicy(policy=inner):
                return replace(one, policy=replace(inner, metadata=replace(inner.metadata, namespace=namespace)))
            case StagedKubernetesNetworkPolicy():
                return replace(one, metadata=replace(one.metadata, namespace=namespace))
            case _:
                return one

    def _say_namespace(self, document: Document) -> None:
        self.found.diagnostics.append(
            Diagnostic(
                code=assumptions.NAMESPACE,
                origin=document.origin.at("metadata"),
                message=f"no namespace: taken to be in `{self._namespace}`",
                help="say it in the object, or with `--namespace`",
            )
        )
