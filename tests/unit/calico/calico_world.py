"""A small cluster under Calico, for tests that ask what becomes of one connection."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence

from npconv.dialects.calico import kinds as calico_kinds
from npconv.dialects.calico import parse as calico
from npconv.dialects.calico.lift import Lifted, lift
from npconv.dialects.calico.lift_policy_api import meaning, reads_policy_api
from npconv.dialects.calico.model import CalicoObject
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.k8s import parse as k8s
from npconv.dialects.k8s.lift import lift as lift_kubernetes
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.dialects.policy_api import kinds as policy_api_kinds
from npconv.dialects.policy_api import parse as policy_api
from npconv.dialects.policy_api.lift import lift as lift_policy_api
from npconv.dialects.policy_api.model import Policy
from npconv.ir.dimensions import NAME, NAMESPACE, SERVICE_ACCOUNT, Attribute, Fact, Family, Kind, Scope
from npconv.ir.policy import Direction
from npconv.semantics.flow import TCP, Endpoint, Flow, NamedPort
from npconv.semantics.verdict import Verdict, verdict
from npconv.source.load import parse

PROFILE = CalicoProfile()
LABELS: Mapping[str, str] = {}


def policy(name: str, spec: str, *, namespace: str = "shop", api: str = "projectcalico.org/v3") -> str:
    """The text of a NetworkPolicy; `spec` is YAML in flow style."""
    return _text(api, "NetworkPolicy", name, spec, namespace)


def global_policy(name: str, spec: str, *, api: str = "projectcalico.org/v3") -> str:
    """The text of a GlobalNetworkPolicy."""
    return _text(api, "GlobalNetworkPolicy", name, spec)


def kubernetes(name: str, spec: str, *, namespace: str = "shop") -> str:
    """The text of a Kubernetes NetworkPolicy."""
    return _text("networking.k8s.io/v1", "NetworkPolicy", name, spec, namespace)


def cluster_policy(name: str, spec: str, *, kind: str = "ClusterNetworkPolicy") -> str:
    """The text of an object of the policy API."""
    version = "v1alpha2" if kind == "ClusterNetworkPolicy" else "v1alpha1"
    return _text(f"policy.networking.k8s.io/{version}", kind, name, spec)


def other(kind: str, name: str, spec: str, *, namespace: str = "", labels: str = "{}", **metadata: str) -> str:
    """The text of any other Calico object."""
    api = metadata.pop("api", "projectcalico.org/v3")
    return _text(api, kind, name, spec, namespace, labels)


def _text(api: str, kind: str, name: str, spec: str, namespace: str = "", labels: str = "{}") -> str:
    place = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}{place}, labels: {labels}}}\nspec: {spec}\n"


def lifted(
    *texts: str, profile: CalicoProfile = PROFILE, namespaces: Mapping[str, Mapping[str, str]] | None = None
) -> Lifted:
    """What these objects mean together."""
    loaded = parse("".join(texts), "test.yaml")
    assert not loaded.diagnostics, loaded.diagnostics
    objects: list[CalicoObject] = []
    networks: list[NetworkPolicy] = []
    cluster: list[Policy] = []
    for document in loaded.documents:
        if calico_kinds.claims(document):
            one, said = calico.parse(document)
            assert one is not None, said
            objects.append(one)
        elif policy_api_kinds.claims(document):
            api, findings = policy_api.parse(document)
            assert api is not None, findings
            assert document.kind in reads_policy_api(profile)
            cluster.append(api)
        else:
            knp, refusals = k8s.parse(document)
            assert knp is not None, refusals
            networks.append(knp)
    reads = meaning(objects, profile, namespaces or {})
    found = lift_policy_api(cluster, reads)
    return lift(
        objects,
        profile,
        kubernetes=[lift_kubernetes(one, reads) for one in networks],
        admin=found.admin,
        baseline=found.baseline,
        priorities=found.priorities,
        namespaces=namespaces,
    )


def pod(
    namespace: str = "shop",
    *,
    ip: str = "10.1.0.1",
    account: str = "default",
    namespace_labels: Mapping[str, str] = LABELS,
    account_labels: Mapping[str, str] = LABELS,
    ports: Sequence[NamedPort] = (),
    facts: frozenset[Fact] = frozenset(),
    **labels: str,
) -> Endpoint:
    """A pod; keyword arguments are its labels."""
    attributes = {NAMESPACE: namespace, SERVICE_ACCOUNT: account}
    attributes |= {Attribute.of(Scope.POD, key): value for key, value in labels.items()}
    attributes |= {Attribute.of(Scope.NAMESPACE, key): value for key, value in namespace_labels.items()}
    attributes |= {Attribute.of(Scope.SERVICE_ACCOUNT, key): value for key, value in account_labels.items()}
    return Endpoint(
        kind=Kind.POD, attributes=attributes, addresses=_addresses(ip), named_ports=tuple(ports), facts=facts
    )


def outside(ip: str = "203.0.113.9") -> Endpoint:
    """An address outside the cluster."""
    return Endpoint(kind=Kind.OUTSIDE, addresses=_addresses(ip))


def own_node(ip: str = "192.168.0.1") -> Endpoint:
    """The node that the subject runs on."""
    return Endpoint(kind=Kind.HOST, addresses=_addresses(ip))


def other_node(ip: str = "192.168.0.2") -> Endpoint:
    """Another node."""
    return Endpoint(kind=Kind.REMOTE_NODE, addresses=_addresses(ip))


def host_endpoint(name: str, ip: str = "192.168.0.1") -> Endpoint:
    """A node under policy, through the host endpoint of this name."""
    attributes = {Attribute.of(Scope.HOST_ENDPOINT, NAME): name}
    return Endpoint(kind=Kind.HOST, attributes=attributes, addresses=_addresses(ip))


def _addresses(ip: str) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
    return tuple(ipaddress.ip_address(one) for one in ip.split(","))


def into(
    source: Lifted,
    subject: Endpoint,
    peer: Endpoint,
    port: int = 0,
    *,
    protocol: int = TCP,
    request: frozenset[Fact] | None = None,
    icmp: tuple[int, int] = (0, 0),
    family: Family = Family.V4,
    source_port: int = 0,
) -> str:
    """What becomes of a connection from `peer` into `subject`, and why."""
    flow = Flow(
        direction=Direction.INGRESS,
        subject=subject,
        peer=peer,
        protocol=protocol,
        port=port,
        source_port=source_port,
        icmp_type=icmp[0],
        icmp_code=icmp[1],
        family=family,
        request=request,
    )
    return said(verdict(source.policies, flow))


def out_of(
    source: Lifted,
    subject: Endpoint,
    peer: Endpoint,
    port: int = 0,
    *,
    protocol: int = TCP,
    family: Family = Family.V4,
    source_port: int = 0,
) -> str:
    """What becomes of a connection from `subject` out to `peer`, and why."""
    flow = Flow(
        direction=Direction.EGRESS,
        subject=subject,
        peer=peer,
        protocol=protocol,
        port=port,
        family=family,
        source_port=source_port,
    )
    return said(verdict(source.policies, flow))


def said(found: Verdict) -> str:
    """`allow shop/web ingress[0]`: the verdict and the rule, or the tier whose end it was, or nothing at all."""
    word = "allow" if found.allowed else "deny"
    if found.policy is None:
        return word
    name = "/".join(part for part in (found.policy.name.namespace, found.policy.name.name) if part)
    if found.rule is None:
        return f"{word} {name} end of {found.tier}"
    if found.rule.origin is None:
        return f"{word} {name}"
    return f"{word} {name} {found.rule.origin.dotted.removeprefix('spec.')}"


def codes(source: Lifted) -> list[str]:
    """The codes of everything that was said."""
    return [one.code.id for one in source.diagnostics]
