"""Cilium `toServices` -> the pods and addresses behind the services. Decides what an unknown service means."""

from __future__ import annotations

from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cilium import labels, lift_selectors
from npconv.dialects.cilium.model_peers import Service as Reference
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cluster.model import Service
from npconv.ir.addresses import Addresses
from npconv.ir.condition import Condition, both, holds, kind, within
from npconv.ir.dimensions import Axis, BackendOf, Kind
from npconv.source.label_selector import LabelSelector


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services that are known. `complete`: there are no others in the cluster."""

    known: tuple[Service, ...] = ()
    complete: bool = True


NO_SERVICES: Final = Services()
"""A cluster without services."""


def peers(references: tuple[Reference, ...], profile: CiliumProfile, services: Services) -> tuple[Condition, ...]:
    """What the entry is extended by, service by service (pkg/policy/k8s/service.go; facts 2.9).

    A service with a selector stands for its pods, however they are reached (since 1.17; before, for nothing); one
    without for the addresses of its endpoints, outside the cluster. A service that is not there stands for nothing.
    """
    found: list[Condition] = []
    for reference in references:
        chosen = [service for service in services.known if _refers(reference, service)]
        for service in chosen:
            if not service.selector:
                found.append(_addresses(service))
            elif profile.version >= (1, 17):
                found.append(_pods(service, profile))
        if not chosen and not services.complete:
            found.append(holds(_unknown(reference)))
    return tuple(found)


def _refers(reference: Reference, service: Service) -> bool:
    """Without a namespace: services of every namespace."""
    by_name, by_label = reference.k8s_service, reference.k8s_service_selector
    if by_name is not None and service.name == by_name.service_name:
        return by_name.namespace in (None, "", service.namespace)
    if by_label is not None and by_label.selector.matches(service.labels):
        return by_label.namespace in (None, "", service.namespace)
    return False


def _pods(service: Service, profile: CiliumProfile) -> Condition:
    own = LabelSelector(match_labels=tuple((labels.K8S + key, value) for key, value in service.selector.items()))
    added = labels.added_to_peer(labels.mentions(own), service.namespace, profile, subject_has_init=False)
    return both(lift_selectors.condition(own, profile), lift_selectors.condition(added, profile))


def _addresses(service: Service) -> Condition:
    listed = [
        address
        for part in service.slices
        if part.address_type != "FQDN"
        for endpoint in part.endpoints
        for address in endpoint.addresses
    ]
    return both(kind(Kind.OUTSIDE), within(Axis.ADDRESS, Addresses.of(listed)))


def _unknown(reference: Reference) -> BackendOf:
    by_name, by_label = reference.k8s_service, reference.k8s_service_selector
    if by_name is not None:
        return BackendOf(by_name.namespace or "*", by_name.service_name or "", with_port=False)
    if by_label is None:
        return BackendOf("*", "", with_port=False)
    asked = ", ".join(
        f"{one.key} {getattr(one.operator, 'value', '')} {','.join(one.values or ())}".rstrip()
        for one in by_label.selector.requirements
    )
    return BackendOf(by_label.namespace or "*", f"services with {asked or 'any labels'}", with_port=False)
