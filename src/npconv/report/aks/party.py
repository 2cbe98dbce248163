"""The pods of a cluster -> ends of flows, as either engine sees them, made once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from npconv.dataclass import dataclass
from npconv.dialects.cluster.model import Cluster, Pod
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import Kind
from npconv.pipeline.endpoints import named_ports, parsed, pod_attributes
from npconv.semantics.flow import Address, Endpoint, NamedPort

_NAMED_PORT: Final = 8080


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One end of a flow: as Azure NPM sees it, which knows no ports of sidecars, and as Cilium does."""

    today: Endpoint
    tomorrow: Endpoint
    title: str
    pods: tuple[str, ...] = ()
    """The pods that are like it, `namespace/name`; empty if it is made up."""
    nodes: frozenset[str] = frozenset()
    """The nodes that they run on; its own name, if it is a node."""

    @classmethod
    def of(cls, endpoint: Endpoint) -> Party:
        """An end that both engines see alike."""
        return cls(today=endpoint, tomorrow=endpoint, title=endpoint.title)

    def declaring(self, name: str, protocol: int) -> Party:
        """The same with a port of this name, if it is made up and has none."""
        if self.pods or any(one.name == name for one in self.tomorrow.named_ports):
            return self
        port = NamedPort(name, protocol, _NAMED_PORT)
        return replace(self, today=_with_port(self.today, port), tomorrow=_with_port(self.tomorrow, port))


def _with_port(endpoint: Endpoint, port: NamedPort) -> Endpoint:
    return replace(endpoint, named_ports=(*endpoint.named_ports, port))


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePod:
    """A pod that has an address of its own, with the end of flows that it is.

    `sort` is what policies can tell of it: pods of one sort are alike to them, but for their addresses.
    """

    pod: Pod
    party: Party
    sort: tuple[object, ...]

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Its addresses."""
        return self.party.tomorrow.addresses


class Pods:
    """The pods of a cluster that run with an address of their own."""

    def __init__(self, cluster: Cluster, cluster_name: str) -> None:
        self._spaces = {one.name: one.labels for one in cluster.namespaces}
        self._accounts = {(one.namespace, one.name): one.labels for one in cluster.service_accounts}
        self._cluster_name = cluster_name
        self._all = tuple(self._one(pod) for pod in cluster.pods if not pod.host_network and not pod.has_ended)
        self._by_namespace: dict[str, list[OnePod]] = {}
        for one in self._all:
            self._by_namespace.setdefault(one.pod.namespace, []).append(one)
        self._having: dict[Addresses, tuple[OnePod, ...]] = {}
        self._sorts_having: dict[Addresses, tuple[Party, ...]] = {}
        self._numbers: dict[tuple[str, str], dict[int, list[Pod]]] = {}
        self.sorts = sorts(self._all)

    def __iter__(self) -> Iterator[OnePod]:
        return iter(self._all)

    def of(self, namespace: str) -> tuple[OnePod, ...]:
        """Those of a namespace."""
        return tuple(self._by_namespace.get(namespace, ()))

    def having(self, addresses: Addresses) -> tuple[OnePod, ...]:
        """Those with one of these addresses."""
        found = self._having.get(addresses)
        if found is None:
            found = tuple(one for one in self._all if any(at in addresses for at in one.addresses))
            self._having[addresses] = found
        return found

    def sorts_having(self, addresses: Addresses) -> tuple[Party, ...]:
        """The same, each sort once."""
        found = self._sorts_having.get(addresses)
        if found is None:
            found = tuple(together(several) for several in sorts(self.having(addresses)))
            self._sorts_having[addresses] = found
        return found

    def numbers(self, name: str, protocol: str) -> dict[int, list[Pod]]:
        """What pods give this name to, by number, without sidecars, which NPM does not see."""
        known = self._numbers.get((name, protocol))
        if known is None:
            found: dict[int, list[Pod]] = {}
            for several in self.sorts:
                for port in several[0].pod.ports:
                    if (port.name, port.protocol) == (name, protocol) and not port.sidecar:
                        found.setdefault(port.port, []).extend(one.pod for one in several)
            known = self._numbers[name, protocol] = dict(sorted(found.items()))
        return known

    def made_up(self, namespace: str, labels: dict[str, str], address: Address | None) -> Party:
        """A pod that is not there, with these labels and no others."""
        said = ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
        title = f"a pod of {namespace} with {said}" if labels else f"a pod of {namespace} without labels"
        pod = Pod(namespace=namespace, name="", labels=labels, ips=() if address is None else (str(address),))
        return Party.of(self._endpoint(pod, title))

    def _one(self, pod: Pod) -> OnePod:
        later = self._endpoint(pod, f"pod {pod.namespace}/{pod.name}")
        seen = tuple(named_ports(one for one in pod.ports if not one.sidecar))
        party = Party(
            today=later if seen == later.named_ports else replace(later, named_ports=seen),
            tomorrow=later,
            title=later.title,
            pods=(f"{pod.namespace}/{pod.name}",),
            nodes=frozenset({pod.node} - {""}),
        )
        sort = (pod.namespace, tuple(sorted(pod.labels.items())), pod.service_account, pod.ports)
        return OnePod(pod=pod, party=party, sort=sort)

    def _endpoint(self, pod: Pod, title: str) -> Endpoint:
        attributes = pod_attributes(
            namespace=pod.namespace,
            namespace_labels=self._spaces.get(pod.namespace, {}),
            labels=pod.labels,
            account=pod.service_account,
            account_labels=self._accounts.get((pod.namespace, pod.service_account), {}),
            cluster_name=self._cluster_name,
        )
        return Endpoint(
            kind=Kind.POD,
            attributes=attributes,
            addresses=parsed(pod.ips),
            named_ports=tuple(named_ports(pod.ports)),
            title=title,
        )


def sorts(pods: Iterable[OnePod]) -> tuple[tuple[OnePod, ...], ...]:
    """The pods by their sort, in their order."""
    found: dict[tuple[object, ...], list[OnePod]] = {}
    for one in pods:
        found.setdefault(one.sort, []).append(one)
    return tuple(tuple(several) for several in found.values())


def together(several: tuple[OnePod, ...]) -> Party:
    """The first of some pods of one sort, standing for all."""
    pods = tuple(name for one in several for name in one.party.pods)
    return replace(several[0].party, pods=pods, nodes=frozenset().union(*(one.party.nodes for one in several)))
