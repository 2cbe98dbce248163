"""A small cluster for tests of what Cilium policies mean, and a short way to ask who reaches whom in it.

Everything is seen from `web`, a pod of namespace `shop` with the named port `http` (8080/TCP), unless told otherwise.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from npconv.dialects.cilium.lift import Lifted, lift
from npconv.dialects.cilium.lift_kubernetes import meaning
from npconv.dialects.cilium.model import CiliumObject
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s.lift import lift as lift_networkpolicy
from npconv.dialects.k8s.parse import parse as parse_networkpolicy
from npconv.dialects.policy_api.lift import lift as lift_policy_api
from npconv.dialects.policy_api.model import Policy
from npconv.dialects.policy_api.parse import Channel
from npconv.dialects.policy_api.parse import parse as parse_policy_api
from npconv.ir.dimensions import (
    API_SERVER,
    NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Fact,
    Family,
    Kind,
    Named,
    Scope,
)
from npconv.ir.policy import Direction
from npconv.semantics.flow import ICMP, ICMPV6, SCTP, TCP, UDP, Endpoint, Flow, NamedPort
from npconv.semantics.verdict import Verdict, verdict
from npconv.source import load

PROTOCOLS = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP, "ICMP": ICMP, "ICMPv6": ICMPV6, "GRE": 47, "VRRP": 112}

V1_18 = CiliumProfile(version=(1, 18))
V1_19 = CiliumProfile(version=(1, 19))
V1_20 = CiliumProfile(version=(1, 20), k8s_cluster_network_policy=True)


def pod(namespace: str, app: str, address: str, *, cluster: str = "default", **namespace_labels: str) -> Endpoint:
    """A pod with the label `app`."""
    attributes = {NAMESPACE: namespace, Attribute.of(Scope.POD, "app"): app, Attribute.of(Scope.CLUSTER, NAME): cluster}
    attributes |= {Attribute.of(Scope.NAMESPACE, key): value for key, value in namespace_labels.items()}
    return Endpoint(
        kind=Kind.POD,
        attributes={**attributes, SERVICE_ACCOUNT: f"{app}-account"},
        addresses=(ipaddress.ip_address(address),),
        title=f"{namespace}/{app}",
    )


def outside(address: str, *facts: Fact, attributes: Mapping[Attribute, str] | None = None) -> Endpoint:
    """An address outside the cluster."""
    return Endpoint(
        kind=Kind.OUTSIDE,
        attributes=attributes or {},
        addresses=(ipaddress.ip_address(address),),
        facts=frozenset(facts),
        title=address,
    )


def node(kind: Kind, address: str, **attributes: str) -> Endpoint:
    """A node; its keyword arguments are node labels."""
    return Endpoint(
        kind=kind,
        attributes={Attribute.of(Scope.NODE, key): value for key, value in attributes.items()},
        addresses=(ipaddress.ip_address(address),),
        title=kind.value,
    )


TOWN: dict[str, Endpoint] = {
    "web": replace(pod("shop", "web", "10.1.0.1", trade="retail"), named_ports=(NamedPort("http", TCP, 8080),)),
    "db": replace(pod("shop", "db", "10.1.0.2", trade="retail"), named_ports=(NamedPort("sql", TCP, 5432),)),
    "farm": pod("farm", "web", "10.1.1.1", trade="food"),
    "plain": pod("plain", "web", "10.1.2.1"),
    "abroad": pod("shop", "web", "10.9.0.1", cluster="east", trade="retail"),
    "host": node(Kind.HOST, "10.2.0.1", role="worker"),
    "node": node(Kind.REMOTE_NODE, "10.2.0.2", role="worker"),
    "api-node": Endpoint(
        kind=Kind.REMOTE_NODE, attributes={API_SERVER: ""}, addresses=(ipaddress.ip_address("10.2.0.3"),)
    ),
    "api": outside("192.0.2.1", attributes={API_SERVER: ""}),
    "world": outside("203.0.113.5"),
    "ten": outside("10.77.0.1"),
    "ten-low": outside("10.8.0.1"),
    "named": outside("203.0.113.80", Named("shop.example"), Named("*.example")),
    "world-v6": outside("2001:db8::5"),
    "health": Endpoint(kind=Kind.HEALTH),
    "ingress": Endpoint(kind=Kind.INGRESS),
    "init": Endpoint(kind=Kind.INIT),
    "unmanaged": Endpoint(kind=Kind.UNMANAGED),
}


def cnp(spec: str, name: str = "p", namespace: str = "shop", subject: str = "{matchLabels: {app: web}}") -> str:
    """A CiliumNetworkPolicy for `web`, with this in its `spec`."""
    return (
        f"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n  endpointSelector: {subject}\n{_indented(spec)}"
    )


def ccnp(spec: str, name: str = "wide") -> str:
    """A CiliumClusterwideNetworkPolicy with this as its `spec`."""
    return (
        f"apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {{name: {name}}}\n"
        f"spec:\n{_indented(spec)}"
    )


def np(spec: str, name: str = "np", namespace: str = "shop") -> str:
    """A NetworkPolicy for `web`, with this in its `spec`."""
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n  podSelector: {{matchLabels: {{app: web}}}}\n{_indented(spec)}"
    )


def kcnp(spec: str, name: str = "kcnp") -> str:
    """A ClusterNetworkPolicy for namespace `shop`, with this in its `spec`."""
    return (
        f"apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {{name: {name}}}\n"
        f"spec:\n  subject: {{namespaces: {{matchLabels: {{kubernetes.io/metadata.name: shop}}}}}}\n{_indented(spec)}"
    )


def read(texts: tuple[str, ...], profile: CiliumProfile = V1_19, **options: Any) -> Lifted:
    """What policies mean to an installation. They need not be valid, but must be legible."""
    reading = meaning(profile)
    objects: list[CiliumObject] = []
    kubernetes, cluster = [], list[Policy]()
    for text in texts:
        (document,) = load.parse(text, "test.yaml").documents
        if document.kind == "NetworkPolicy":
            policy, found = parse_networkpolicy(document)
            assert policy is not None, found
            kubernetes.append(lift_networkpolicy(policy, reading))
        elif document.kind == "ClusterNetworkPolicy":
            wide, found = parse_policy_api(document, channel=Channel.EXPERIMENTAL)
            assert wide is not None, found
            cluster.append(wide)
        else:
            obj, findings = parse(document)
            assert obj is not None, findings
            objects.append(obj)
    tiers = lift_policy_api(cluster, reading)
    lifted = lift(objects, profile, kubernetes=kubernetes, admin=tiers.admin, baseline=tiers.baseline, **options)
    return replace(lifted, diagnostics=(*tiers.diagnostics, *lifted.diagnostics))


def ask(lifted: Lifted, question: str, subject: str = "web", request: tuple[Fact, ...] | None = None) -> Verdict:
    """The verdict on a flow such as `in db 80/TCP`, `out world 8/ICMP` or `out db GRE`."""
    way, peer, traffic = question.split()
    number, _, protocol = traffic.rpartition("/")
    port = int(number or 0)
    other = TOWN[peer]
    is_v6 = protocol == "ICMPv6" or (bool(other.addresses) and other.addresses[0].version == 6)
    is_icmp = protocol.startswith("ICMP")
    flow = Flow(
        direction=Direction.INGRESS if way == "in" else Direction.EGRESS,
        subject=TOWN[subject],
        peer=other,
        protocol=PROTOCOLS[protocol],
        port=0 if is_icmp else port,
        icmp_type=port if is_icmp else 0,
        family=Family.V6 if is_v6 else Family.V4,
        request=None if request is None else frozenset(request),
    )
    return verdict(lifted.policies, flow)


def passing(
    *texts: str,
    among: str,
    way: str = "in",
    traffic: str = "80/TCP",
    subject: str = "web",
    profile: CiliumProfile = V1_19,
    **options: Any,
) -> str:
    """Which of the endpoints named in `among` get through to (or from) the subject, in their order."""
    lifted = read(texts, profile, **options)
    return " ".join(one for one in among.split() if ask(lifted, f"{way} {one} {traffic}", subject).allowed)


def _indented(spec: str) -> str:
    lines = spec.strip("\n").splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "".join(f"  {line[margin:]}\n" for line in lines)
