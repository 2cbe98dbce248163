"""Network sets and host endpoints of the input -> labels on addresses: what a rule's selector ranges over besides pods.

Calico turns a selector of a rule into a set of addresses (felix/labelindex/named_port_index.go; facts 3.4, 3.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import calico_lift as codes
from npconv.diagnostics.origin import Origin
from npconv.dialects.calico.lift_findings import Findings
from npconv.dialects.calico.lift_nets import addresses_of
from npconv.dialects.calico.lift_selector import NAME_LABEL, NAMESPACE_LABEL, NAMESPACE_PREFIX
from npconv.dialects.calico.model import CalicoObject
from npconv.dialects.calico.model_sets import GlobalNetworkSet, HostEndpoint, NetworkSet
from npconv.dialects.calico.selector_ast import All, Global, Selector, leaves
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import NAMESPACE_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An object that puts labels on addresses."""

    title: str
    labels: Mapping[str, str]
    """Its own, and those that it inherits from its namespace."""
    addresses: Addresses
    is_endpoint: bool = False
    """A host endpoint, which can have named ports; network sets have none."""
    namespace: str = ""
    """The namespace whose labels are not known; empty if they are, or if there is none."""
    origin: Origin | None = None


def assume_no_labels(holder: Holder, findings: Findings) -> None:
    """Say what is assumed of the namespace of an object, where its labels matter and are not known."""
    findings.share(
        codes.NAMESPACE_LABELS,
        f"namespace `{holder.namespace}` is taken to have no label but its name",
        who=holder.title,
        origin=holder.origin.at("metadata", "namespace") if holder.origin else None,
        label="its namespace's labels decide whether a rule matches it",
        help="include the Namespace object",
    )


def holders_of(objects: Sequence[CalicoObject], namespaces: Mapping[str, Mapping[str, str]]) -> tuple[Holder, ...]:
    """What holds addresses, in the order of the input."""
    found: list[Holder] = []
    for one in objects:
        match one:
            case NetworkSet():
                found.append(_network_set(one, namespaces))
            case GlobalNetworkSet(metadata=metadata):
                title = f"GlobalNetworkSet/{metadata.name}"
                addresses = addresses_of(one.nets or ())
                found.append(Holder(title=title, labels=metadata.labels, addresses=addresses, origin=one.origin))
            case HostEndpoint(metadata=metadata):
                found.append(
                    Holder(
                        title=f"HostEndpoint/{metadata.name}",
                        labels=metadata.labels,
                        addresses=addresses_of(one.expected_ips or ()),
                        is_endpoint=True,
                        origin=one.origin,
                    )
                )
            case _:
                pass
    return tuple(found)


def _network_set(one: NetworkSet, namespaces: Mapping[str, Mapping[str, str]]) -> Holder:
    """A set's own labels win over inherited ones, `pcns.` ones included (facts, hard case 37)."""
    namespace = one.metadata.namespace or "default"
    known = {NAMESPACE_NAME: namespace} | dict(namespaces.get(namespace, {})) | {NAME_LABEL: namespace}
    inherited = {NAMESPACE_PREFIX + key: value for key, value in known.items()}
    return Holder(
        title=f"NetworkSet/{namespace}/{one.metadata.name}",
        labels=inherited | dict(one.metadata.labels) | {NAMESPACE_LABEL: namespace},
        addresses=addresses_of(one.nets or ()),
        namespace="" if namespace in namespaces else namespace,
        origin=one.origin,
    )


def depends_on_unknown(selector: Selector, holder: Holder) -> bool:
    """Whether the selector asks for a namespace label that the input does not tell of this holder."""
    return bool(holder.namespace) and any(
        leaf.label.startswith(NAMESPACE_PREFIX) and leaf.label not in holder.labels
        for leaf in leaves(selector)
        if not isinstance(leaf, All | Global)
    )
