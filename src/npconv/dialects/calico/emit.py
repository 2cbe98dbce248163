"""A Calico object -> data, such that reading it again gives the same object.

What differs from the text that was read, besides order of keys: bookkeeping of servers (`parse_metadata.NOISE`,
`status`); fields that are null; null items of lists (empty text); empty maps of labels or annotations; `spec` if
absent; empty text for an enumerated field (`stagedAction: ""`); empty fields of Calico Enterprise; numbers written
as text (`"80"` and `"80:80"` become 80). Stored objects (`crd.projectcalico.org/v1`) show their labels plainly
instead of packed into an annotation.
"""

from __future__ import annotations

import json
from typing import assert_never

from npconv.dialects.calico import emit_kubernetes
from npconv.dialects.calico.emit_rule import rules, texts, written
from npconv.dialects.calico.model import (
    CalicoObject,
    GlobalNetworkPolicy,
    NetworkPolicy,
    Policy,
    StagedGlobalNetworkPolicy,
    StagedNetworkPolicy,
)
from npconv.dialects.calico.model_kubernetes import StagedAction, StagedKubernetesNetworkPolicy
from npconv.dialects.calico.model_metadata import Form, Metadata
from npconv.dialects.calico.model_sets import GlobalNetworkSet, HostEndpoint, NetworkSet, Profile, Tier
from npconv.dialects.calico.parse_metadata import PACKED
from npconv.source.fields import Value


def emit(found: CalicoObject) -> dict[str, Value]:
    """The object as data, its fields in the order people write them."""
    match found:
        case NetworkPolicy() | GlobalNetworkPolicy():
            return _object(found, _policy(found))
        case (
            StagedNetworkPolicy(policy=policy, staged_action=action)
            | StagedGlobalNetworkPolicy(policy=policy, staged_action=action)
        ):
            return _object(found.policy, _staged_action(action) | _policy(policy), kind=type(found).__name__)
        case StagedKubernetesNetworkPolicy():
            return _object(found, _staged_action(found.staged_action) | emit_kubernetes.spec(found))
        case NetworkSet() | GlobalNetworkSet():
            return _object(found, written({"nets": texts(found.nets)}))
        case Tier():
            default = None if found.default_action is None else found.default_action.value
            return _object(found, written({"order": _order(found.order), "defaultAction": default}))
        case HostEndpoint():
            return _object(found, _host_endpoint(found))
        case Profile():
            labels: dict[str, Value] | None = None if found.labels_to_apply is None else dict(found.labels_to_apply)
            return _object(
                found,
                written({"ingress": rules(found.ingress), "egress": rules(found.egress), "labelsToApply": labels}),
            )
        case _:
            assert_never(found)


def _object(
    found: Policy | StagedKubernetesNetworkPolicy | NetworkSet | GlobalNetworkSet | Tier | HostEndpoint | Profile,
    spec: dict[str, Value],
    kind: str = "",
) -> dict[str, Value]:
    return {
        "apiVersion": found.form.value,
        "kind": kind or type(found).__name__,
        "metadata": _metadata(found.metadata, found.form),
        "spec": spec,
    }


def _metadata(metadata: Metadata, form: Form) -> dict[str, Value]:
    annotations: dict[str, Value] = dict(metadata.annotations)
    stored = form is Form.CRD_V1
    if stored and (metadata.stored_name or metadata.name.startswith("default.")):
        # Only the packed name says what users call it: the prefix alone would be taken off.
        annotations[PACKED] = json.dumps({"name": metadata.name})
    return written(
        {
            "name": (metadata.stored_name if stored else "") or metadata.name,
            "namespace": metadata.namespace or None,
            "labels": dict(metadata.labels) or None,
            "annotations": annotations or None,
        }
    )


def _policy(policy: Policy) -> dict[str, Value]:
    fields: dict[str, Value | None] = {"tier": policy.tier, "order": _order(policy.order)}
    if isinstance(policy, GlobalNetworkPolicy):
        fields["namespaceSelector"] = policy.namespace_selector
    fields |= {
        "selector": policy.selector,
        "serviceAccountSelector": policy.service_account_selector,
        "types": None if policy.types is None else [one.value for one in policy.types],
    }
    if isinstance(policy, GlobalNetworkPolicy):
        fields |= {
            "applyOnForward": policy.apply_on_forward,
            "doNotTrack": policy.do_not_track,
            "preDNAT": policy.pre_dnat,
        }
    fields |= {
        "ingress": rules(policy.ingress),
        "egress": rules(policy.egress),
        "performanceHints": texts(policy.performance_hints),
    }
    return written(fields)


def _staged_action(action: StagedAction | None) -> dict[str, Value]:
    return {} if action is None else {"stagedAction": action.value}


def _host_endpoint(endpoint: HostEndpoint) -> dict[str, Value]:
    ports: list[Value] | None = None
    if endpoint.ports is not None:
        ports = [{"name": port.name, "protocol": port.protocol, "port": port.port} for port in endpoint.ports]
    return written(
        {
            "node": endpoint.node,
            "interfaceName": endpoint.interface_name,
            "expectedIPs": texts(endpoint.expected_ips),
            "profiles": texts(endpoint.profiles),
            "ports": ports,
        }
    )


def _order(order: float | None) -> Value:
    return int(order) if order is not None and order.is_integer() else order
