"""Documents and an engine -> what the engine enforces: one policy set, and everything that is to be said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import comparing
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cluster.backends import backends
from npconv.dialects.cluster.model import Cluster
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.lifted import Lifted
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.ir.dimensions import Kind
from npconv.ir.policy import Policy, PolicySet, Rule
from npconv.lowering.labels import possible
from npconv.lowering.services import resolved
from npconv.pipeline.engines import Engine, detect, reads_policies_as, title
from npconv.pipeline.read import Input, read
from npconv.source.document import Document
from npconv.source.load import Loaded
from npconv.source.nodes import collector_paused

if TYPE_CHECKING:
    from npconv.dialects.calico.model import CalicoObject
    from npconv.dialects.calico.model_sets import HostEndpoint
    from npconv.dialects.k8s.model import NetworkPolicy
    from npconv.dialects.policy_api import model as api_model
    from npconv.semantics.meaning import EngineMeaning

_Labels: TypeAlias = Mapping[str, Mapping[str, str]]

_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What an engine enforces when it is given some documents.

    `objects` counts the policy objects that take part; `skipped` the other documents by kind. Where `failed`, the
    policy set is that of the rest.
    """

    engine: Engine
    policies: PolicySet
    """Over labels that can exist, and with the services that are known by what they lead to."""
    lifted: PolicySet
    """The same as the policies say it."""
    found: Input
    by_service: tuple[tuple[Policy, Rule], ...]
    """The rules whose services became the pods that these select."""
    cluster: Cluster
    hosts: tuple[HostEndpoint, ...]
    """Calico's host endpoints among the objects: without one, a node is not policed."""
    diagnostics: tuple[Diagnostic, ...]
    objects: int
    skipped: Counter[str]

    @property
    def failed(self) -> bool:
        """Whether some of the input could not be used as it is."""
        return any(one.is_error for one in self.diagnostics)

    @property
    def subject_kinds(self) -> frozenset[Kind]:
        """What the engine polices: pods, and nodes if it is told to."""
        return _subject_kinds(self.engine)


@collector_paused()
def meaning(
    loaded: Loaded, engine: Engine | None, *, namespace: str = "default", known: Cluster | None = None
) -> Meaning:
    """Read, validate and lift what an engine enforces; without an engine, the one whose policies are there.

    `known` is a cluster in which these policies are; without it, what the documents themselves say of their cluster
    counts, and services that they do not hold stay unknown. Kubernetes NetworkPolicies take part under the meaning
    that the engine gives them (design, section 3).
    """
    chosen = engine if engine is not None else detect(loaded.documents)
    found = read(loaded.documents, chosen, namespace, once=loaded.once)
    made = of_objects(found, chosen, known)
    return replace(made, diagnostics=(*loaded.diagnostics, *made.diagnostics))


def of_objects(found: Input, chosen: Engine, known: Cluster | None = None) -> Meaning:
    """What an engine enforces when it is given some objects, which it has read."""
    world = known if known is not None else found.cluster
    lifted, said = _lifted(found, chosen, world, complete=known is not None)
    policies, by_service = resolved(possible(lifted), backends(world.services))
    return Meaning(
        engine=chosen,
        policies=policies,
        lifted=lifted,
        found=found,
        by_service=tuple(by_service),
        cluster=world,
        hosts=_hosts(found.calico) if found.calico else (),
        diagnostics=(*found.diagnostics, *_foreign(found.foreign, chosen), *said),
        objects=len(found.calico) + len(found.cilium) + len(found.kubernetes) + len(found.policy_api),
        skipped=found.skipped,
    )


def in_parts(parts: Iterable[Input], engine: CiliumProfile) -> PolicySet | None:
    """The policies of `of_objects` for objects that are read part by part, none of which is held any longer.

    None where the parts have no meaning of their own: there are others than Cilium's policies, or some change others.
    """
    from npconv.dialects.cilium.lift import Lifting
    from npconv.dialects.cilium.lift_services import Services

    lifting = Lifting(engine, Services(complete=False))
    for part in parts:
        if not part.is_of_cilium_policies:
            return None
        lifting.add(part.cilium)
    lifted = lifting.policies()
    return None if lifted is None else possible(lifted)


def _lifted(
    found: Input, engine: Engine, world: Cluster, *, complete: bool
) -> tuple[PolicySet, tuple[Diagnostic, ...]]:
    if isinstance(engine, AzureNpmProfile):
        from npconv.dialects.azure_npm.lift import lift as lift_npm

        npm = lift_npm(found.kubernetes, engine)
        return npm.policies, npm.diagnostics
    namespaces = {one.name: one.labels for one in world.namespaces}
    reads = _reads(found, engine, namespaces)
    kubernetes = _lifted_kubernetes(found.kubernetes, reads) if found.kubernetes else []
    api = _lifted_policy_api(found.policy_api, reads) if found.policy_api else Lifted()
    match engine:
        case CalicoProfile():
            from npconv.dialects.calico.lift import lift as lift_calico

            calico = lift_calico(
                found.calico,
                engine,
                kubernetes=kubernetes,
                admin=api.admin,
                baseline=api.baseline,
                priorities=api.priorities,
                namespaces=namespaces,
            )
            return calico.policies, (*api.diagnostics, *calico.diagnostics)
        case CiliumProfile():
            from npconv.dialects.cilium.lift import lift as lift_cilium
            from npconv.dialects.cilium.lift_services import Services

            cilium = lift_cilium(
                found.cilium,
                engine,
                kubernetes=kubernetes,
                admin=api.admin,
                baseline=api.baseline,
                services=Services(known=world.services, complete=complete),
            )
            return cilium.policies, (*api.diagnostics, *cilium.diagnostics)
        case KubernetesProfile() | PolicyApiProfile():
            from npconv.dialects.k8s.lift_set import lift_set

            return lift_set(kubernetes, admin=api.admin, baseline=api.baseline, meaning=reads), api.diagnostics
        case _:
            assert_never(engine)


def _reads(
    found: Input, engine: CalicoProfile | CiliumProfile | KubernetesProfile | PolicyApiProfile, namespaces: _Labels
) -> EngineMeaning:
    if not isinstance(engine, CalicoProfile):
        return reads_policies_as(engine)
    from npconv.dialects.calico.lift_policy_api import meaning as calico_meaning

    return calico_meaning(found.calico, engine, namespaces)


def _lifted_kubernetes(policies: Iterable[NetworkPolicy], reads: EngineMeaning) -> list[Policy]:
    from npconv.dialects.k8s.lift import lift_all

    return lift_all(policies, reads)


def _lifted_policy_api(policies: Sequence[api_model.Policy], reads: EngineMeaning) -> Lifted:
    from npconv.dialects.policy_api.lift import lift as lift_policy_api

    return lift_policy_api(policies, reads)


def _hosts(objects: Iterable[CalicoObject]) -> tuple[HostEndpoint, ...]:
    from npconv.dialects.calico.model_sets import HostEndpoint

    return tuple(one for one in objects if isinstance(one, HostEndpoint))


def _subject_kinds(engine: Engine) -> frozenset[Kind]:
    match engine:
        case CiliumProfile(host_firewall=False) | KubernetesProfile() | PolicyApiProfile() | AzureNpmProfile():
            return frozenset({Kind.POD})
        case CalicoProfile() | CiliumProfile():
            return frozenset({Kind.POD, Kind.HOST})
        case _:
            assert_never(engine)


def _foreign(documents: list[Document], engine: Engine) -> Iterator[Diagnostic]:
    """A remark for policies that the engine does not know: they are in nobody's way, and perhaps a mistake."""
    by_kind: dict[str, list[Document]] = {}
    for document in documents:
        by_kind.setdefault(document.kind, []).append(document)
    for kind, several in sorted(by_kind.items()):
        names = [f"`{one.label}`" for one in several[:_MOST_NAMED]]
        if len(several) > _MOST_NAMED:
            names.append(f"{len(several) - _MOST_NAMED} more")
        yield Diagnostic(
            code=comparing.FOREIGN,
            origin=several[0].origin.at("kind"),
            message=f"{title(engine)} does not enforce a `{kind}`: left out",
            notes=(f"left out: {', '.join(names)}",) if len(several) > 1 else (),
            help="name the engine that does, if it is another one",
        )
