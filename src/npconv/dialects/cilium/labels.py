"""Cilium's label keys: their sources, what is put into selectors by itself, and which labels make an identity.

Facts: pkg/labels, pkg/labelsfilter/filter.go and pkg/k8s/apis/cilium.io/utils/utils.go (getEndpointSelector,
ParseToCiliumRule) of Cilium 1.16 to 1.20.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from npconv.dataclass import dataclass
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.source.label_selector import LabelSelector, Operator, Requirement

ANY = "any:"
"""Source of a key that names none: it matches the label in every source."""
K8S = "k8s:"
"""Source of all labels of pods, and of those that Cilium adds to them."""
RESERVED = "reserved:"
"""Source of the labels of what is no ordinary pod: `reserved:host`, `reserved:world`, …"""
CIDR_GROUP = "cidrgroup:"
"""Source of the labels of CIDR groups."""

POD_NAMESPACE = "io.kubernetes.pod.namespace"
NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
"""What the key of a namespace's label begins with, on the pods of that namespace."""
NAMESPACE_NAME = NAMESPACE_LABELS + "kubernetes.io/metadata.name"
CLUSTER = "io.cilium.k8s.policy.cluster"
SERVICE_ACCOUNT = "io.cilium.k8s.policy.serviceaccount"

_KEPT = (
    r"io\.kubernetes\.pod\.namespace",
    r"io\.cilium\.k8s\.namespace\.labels",
    r"app\.kubernetes\.io",
    r"io\.cilium\.k8s\.policy\.cluster",
    r"io\.cilium\.k8s\.policy\.serviceaccount",
)
_IGNORED = (
    r"io\.kubernetes",
    r"kubernetes\.io",
    r"statefulset\.kubernetes\.io/pod-name",
    r"apps\.kubernetes\.io/pod-index",
    r"batch\.kubernetes\.io/job-completion-index",
    r"batch\.kubernetes\.io/controller-uid",
    r".*beta\.kubernetes\.io",
    r"k8s\.io",
    r"pod-template-generation",
    r"pod-template-hash",
    r"controller-revision-hash",
    r"controller-uid",
    r"annotation.*",
    r"etcd_node",
    r"topology\.kubernetes\.io",
)
DEFAULT_FILTER: tuple[str, ...] = (*_KEPT, *("!" + pattern for pattern in _IGNORED))
"""The default list of `labels` (defaultLabelPrefixCfg): regular expressions on the key without its source."""


def split_key(key: str) -> tuple[str, str]:
    """A key's source, with its colon, and the rest. A key without a source has source `any:`."""
    source, colon, name = key.partition(":")
    return (source + colon, name) if colon else (ANY, key)


def full_key(key: str) -> str:
    """The key with its source spelled out: `app` is `any:app`."""
    return "".join(split_key(key))


def keys_of(selector: LabelSelector) -> Iterator[str]:
    """Every key that a selector mentions, as spelled."""
    return (requirement.key for requirement in selector.requirements)


def with_sources(selector: LabelSelector) -> LabelSelector:
    """The selector with the source of every key spelled out, as Cilium does first of all."""
    return LabelSelector(
        match_labels=None
        if selector.match_labels is None
        else tuple((full_key(key), value) for key, value in selector.match_labels),
        match_expressions=None
        if selector.match_expressions is None
        else tuple(replace(one, key=full_key(one.key)) for one in selector.match_expressions),
    )


def inject_subject(selector: LabelSelector, policy_namespace: str | None) -> LabelSelector:
    """What an `endpointSelector` selects in truth: a namespaced policy is bound to its namespace.

    A match label `k8s:io.kubernetes.pod.namespace` of the user's is overwritten (oracle case 30b); any other
    spelling stays and is ANDed, and then selects nothing if it differs (30). Clusterwide policies are left
    alone (40), and no cluster is added to subjects.
    """
    full = with_sources(selector)
    return _add_match(full, K8S + POD_NAMESPACE, policy_namespace) if policy_namespace else full


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Which of the keys a selector has that decide what Cilium adds to it."""

    reserved: bool
    init: bool
    namespace: bool
    namespace_match: bool
    """Whether the namespace stands in `matchLabels` as a subject's own namespace is put there."""
    namespace_labels: bool
    cluster: bool


def mentions(selector: LabelSelector) -> Mentions:
    """Which of these keys a selector has."""
    keys = {full_key(key) for key in keys_of(selector)}
    return Mentions(
        reserved=any(key.startswith(RESERVED) for key in keys),
        init=RESERVED + "init" in keys,
        namespace=not keys.isdisjoint((K8S + POD_NAMESPACE, ANY + POD_NAMESPACE)),
        namespace_match=any(key == K8S + POD_NAMESPACE for key, _ in selector.match_labels or ()),
        namespace_labels=any(key.startswith((K8S + NAMESPACE_LABELS, ANY + NAMESPACE_LABELS)) for key in keys),
        cluster=not keys.isdisjoint((K8S + CLUSTER, ANY + CLUSTER)),
    )


def added_to_peer(
    said: Mentions, policy_namespace: str | None, profile: CiliumProfile, *, subject_has_init: bool
) -> LabelSelector:
    """What Cilium adds to a selector of `fromEndpoints` or `toEndpoints` that has such keys.

    With any `reserved:` key nothing is added at all (oracle case 34b). Otherwise, unless the selector says
    something of the namespace: the policy's own namespace, or for a clusterwide policy (no namespace) that
    there is one, except if its subject mentions `reserved:init` (47). Then the own cluster, if the profile
    scopes peers to it and the selector names none.
    """
    found = LabelSelector()
    if said.reserved:
        return found
    if not said.namespace:
        if not policy_namespace:
            if not subject_has_init:
                found = _add_exists(found, K8S + POD_NAMESPACE)
        elif not said.namespace_labels:
            found = _add_match(found, K8S + POD_NAMESPACE, policy_namespace)
    return found if said.cluster else _scope_to_cluster(found, profile)


def inject_node(selector: LabelSelector, profile: CiliumProfile) -> LabelSelector:
    """What a selector of `fromNodes` or `toNodes` selects in truth: remote nodes only, never the local one (92)."""
    full = _add_exists(with_sources(selector), RESERVED + "remote-node")
    return full if mentions(selector).cluster else _scope_to_cluster(full, profile)


def is_added(key: str) -> bool:
    """Whether a key, without its source, is one that Cilium itself puts on pods: a pod's label of that name is lost."""
    return key in (POD_NAMESPACE, CLUSTER, SERVICE_ACCOUNT) or key.startswith(NAMESPACE_LABELS)


@lru_cache(maxsize=1 << 14)
def is_identity_label(key: str, patterns: tuple[str, ...] = ()) -> bool:
    """Whether a pod label takes part in the pod's identity, so that a selector can match it at all.

    `patterns` are those of the profile (`labels`), which add to the default list. Where both a kept and an
    ignored pattern match at the start of the key, the longest kept match must be longer than the shortest
    ignored one (labelPrefixCfg.filterLabels). A kept pattern of the user's turns the list into an allow-list.
    """
    source, name = split_key(key)
    if source not in (ANY, K8S):
        return True
    kept, ignored = 0, 0
    for pattern in (*DEFAULT_FILTER, *patterns):
        length = _match_length(pattern, name)
        if length is None:
            continue
        if pattern.removeprefix(K8S).startswith("!"):
            ignored = length if ignored == 0 else min(ignored, length)
        else:
            kept = max(kept, length)
    allow_list = any(not one.removeprefix(K8S).startswith("!") for one in patterns)
    return kept > ignored or (not allow_list and ignored == 0)


def _match_length(pattern: str, name: str) -> int | None:
    source, colon, rest = pattern.partition(":")
    if colon and source != "k8s":
        return None
    expression = (rest if colon else pattern).removeprefix("!")
    try:
        found = re.compile(expression).match(name)
    except re.error:
        return None
    return found.end() if found else None


def _scope_to_cluster(selector: LabelSelector, profile: CiliumProfile) -> LabelSelector:
    return _add_match(selector, K8S + CLUSTER, profile.cluster_name) if profile.scopes_to_local_cluster else selector


def _add_match(selector: LabelSelector, key: str, value: str) -> LabelSelector:
    others = tuple(pair for pair in selector.match_labels or () if pair[0] != key)
    return LabelSelector(match_labels=(*others, (key, value)), match_expressions=selector.match_expressions)


def _add_exists(selector: LabelSelector, key: str) -> LabelSelector:
    added = Requirement(key=key, operator=Operator.EXISTS)
    return LabelSelector(
        match_labels=selector.match_labels,
        match_expressions=(*(selector.match_expressions or ()), added),
    )
