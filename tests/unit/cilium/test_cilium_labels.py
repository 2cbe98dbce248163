"""What Cilium adds to selectors by itself, and which labels it forgets (facts/cilium.md 1.7 and 1.8)."""

from __future__ import annotations

import pytest

from npconv.dialects.cilium.labels import (
    added_to_peer,
    full_key,
    inject_node,
    inject_subject,
    is_identity_label,
    mentions,
    split_key,
)
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.source.label_selector import LabelSelector, Operator, Requirement, emit

OFF = CiliumProfile(version=(1, 18))
ON = CiliumProfile(version=(1, 19), cluster_name="north")
NAMESPACE = "k8s:io.kubernetes.pod.namespace"
CLUSTER = "k8s:io.cilium.k8s.policy.cluster"


def labels(**pairs: str) -> LabelSelector:
    return LabelSelector(match_labels=tuple((key.replace("__", ":"), value) for key, value in pairs.items()))


def exists(key: str) -> LabelSelector:
    return LabelSelector(match_expressions=(Requirement(key=key, operator=Operator.EXISTS),))


def peer(
    selector: LabelSelector, namespace: str | None, profile: CiliumProfile = OFF, *, init: bool = False
) -> dict[str, object]:
    return dict(emit(added_to_peer(mentions(selector), namespace, profile, subject_has_init=init)))


def test_keys_without_a_source_are_of_any() -> None:
    assert split_key("app") == ("any:", "app")
    assert split_key("k8s:app") == ("k8s:", "app")
    assert full_key("k8s.app") == "any:k8s.app"


def test_a_peer_is_bound_to_the_policy_s_namespace() -> None:
    assert peer(labels(app="web"), "a") == {"matchLabels": {NAMESPACE: "a"}}
    assert peer(LabelSelector(), "a") == {"matchLabels": {NAMESPACE: "a"}}


@pytest.mark.parametrize(
    "key",
    [
        NAMESPACE,
        "io.kubernetes.pod.namespace",
        "io.cilium.k8s.namespace.labels.team",
        "k8s:io.cilium.k8s.namespace.labels.x",
    ],
)
def test_a_peer_that_says_its_namespace_is_left_alone(key: str) -> None:
    assert peer(exists(key), "a") == {}


def test_a_peer_of_a_clusterwide_policy_needs_some_namespace() -> None:
    assert peer(labels(app="web"), None) == {"matchExpressions": [{"key": NAMESPACE, "operator": "Exists"}]}
    assert peer(labels(app="web"), None, init=True) == {}


def test_a_reserved_key_keeps_everything_away() -> None:
    assert peer(labels(reserved__host="", app="web"), "a", ON) == {}


def test_the_own_cluster_is_added_since_1_19() -> None:
    assert peer(LabelSelector(), "a", ON) == {"matchLabels": {NAMESPACE: "a", CLUSTER: "north"}}
    named = peer(exists("io.cilium.k8s.policy.cluster"), "a", ON)
    assert named == {"matchLabels": {NAMESPACE: "a"}}
    assert peer(LabelSelector(), "a", CiliumProfile(default_local_cluster=False)) == {"matchLabels": {NAMESPACE: "a"}}


def test_a_subject_is_bound_to_its_namespace_whatever_it_says() -> None:
    assert emit(inject_subject(labels(app="web"), "a")) == {"matchLabels": {"any:app": "web", NAMESPACE: "a"}}
    assert emit(inject_subject(LabelSelector(match_labels=((NAMESPACE, "b"),)), "a")) == {
        "matchLabels": {NAMESPACE: "a"}
    }
    other = LabelSelector(match_labels=(("io.kubernetes.pod.namespace", "b"),))
    assert emit(inject_subject(other, "a")) == {"matchLabels": {"any:io.kubernetes.pod.namespace": "b", NAMESPACE: "a"}}
    assert emit(inject_subject(LabelSelector(), None)) == {}


def test_nodes_are_remote() -> None:
    assert emit(inject_node(labels(role="edge"), ON)) == {
        "matchLabels": {"any:role": "edge", CLUSTER: "north"},
        "matchExpressions": [{"key": "reserved:remote-node", "operator": "Exists"}],
    }


def test_init() -> None:
    assert mentions(labels(reserved__init="")).init
    assert not mentions(labels(init="")).init


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        ("app", True),
        ("app.kubernetes.io/name", True),
        ("k8s:app", True),
        ("io.kubernetes.pod.namespace", True),
        ("io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name", True),
        ("example.org/annotation", True),
        ("reserved:host", True),
        ("io.kubernetes.container.name", False),
        ("kubernetes.io/hostname", False),
        ("statefulset.kubernetes.io/pod-name", False),
        ("batch.kubernetes.io/controller-uid", False),
        ("node.beta.kubernetes.io/x", False),
        ("topology.kubernetes.io/zone", False),
        ("pod-template-hash", False),
        ("controller-revision-hash", False),
        ("annotation.x", False),
        ("k8s:pod-template-hash", False),
    ],
)
def test_labels_of_an_identity(key: str, *, kept: bool) -> None:
    assert is_identity_label(key) is kept


def test_labels_of_an_identity_by_the_user_s_own_list() -> None:
    assert not is_identity_label("app", ("!app",))
    assert is_identity_label("role", ("!app",))
    assert not is_identity_label("role", ("k8s:app",))
    assert is_identity_label("app", ("k8s:app",))
