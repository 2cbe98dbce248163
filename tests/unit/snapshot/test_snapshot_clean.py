"""What a snapshot keeps of an object, and what it drops."""

from __future__ import annotations

import json

from npconv.snapshot.clean import clean
from npconv.snapshot.twins import not_shown

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "web",
        "namespace": "shop",
        "uid": "1",
        "labels": {"app": "web"},
        "annotations": {"vault": "hidden"},
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "2"}],
    },
    "spec": {
        "nodeName": "a",
        "containers": [{"name": "web", "args": ["hidden"], "env": [{"name": "X", "value": "hidden"}]}],
        "volumes": [{"name": "hidden"}],
    },
    "status": {"podIP": "10.0.0.1", "containerStatuses": [{"imageID": "hidden"}]},
}


def test_a_pod_keeps_what_policies_can_refer_to() -> None:
    assert clean(POD, "Pod") == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "labels": {"app": "web"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web"}],
        },
        "spec": {"containers": [{"name": "web"}], "nodeName": "a"},
        "status": {"podIP": "10.0.0.1"},
    }


def test_a_policy_keeps_all_that_its_author_wrote() -> None:
    policy = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {
            "name": "web",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "note": "kept"},
        },
        "specs": [{"endpointSelector": {}, "anything": {"new": [1]}}],
        "status": {"conditions": []},
    }
    kept = clean(policy, "CiliumNetworkPolicy")
    assert kept["specs"] == policy["specs"]
    assert kept["metadata"] == {"name": "web", "annotations": {"note": "kept"}}
    assert "status" not in kept


def test_the_metadata_that_calico_packs_is_cleaned_in_turn() -> None:
    packed = {
        "name": "web",
        "uid": "1",
        "labels": {"a": "b"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
    }
    policy = {
        "apiVersion": "crd.projectcalico.org/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default.web", "annotations": {"projectcalico.org/metadata": json.dumps(packed)}},
        "spec": {},
    }
    kept = clean(policy, "NetworkPolicy")["metadata"]["annotations"]["projectcalico.org/metadata"]
    assert json.loads(kept) == {"name": "web", "labels": {"a": "b"}}


def test_metadata_that_is_packed_wrongly_stays_for_readers_to_say_so() -> None:
    policy = {"metadata": {"name": "web", "annotations": {"projectcalico.org/metadata": "{"}}, "spec": {}}
    assert clean(policy, "NetworkPolicy")["metadata"]["annotations"] == {"projectcalico.org/metadata": "{"}


def test_of_the_environment_only_settings_of_felix_stay() -> None:
    env = [
        {"name": "FELIX_DEFAULTENDPOINTTOHOSTACTION", "value": "ACCEPT"},
        {"name": "FELIX_POLICYSYNCPATHPREFIX", "valueFrom": {"secretKeyRef": {}}},
        {"name": "PASSWORD", "value": "hidden"},
    ]
    spec = {"template": {"spec": {"containers": [{"name": "calico-node", "image": "calico/node:v3.30.0", "env": env}]}}}
    [container] = clean({"metadata": {"name": "calico-node"}, "spec": spec}, "DaemonSet")["spec"]["template"]["spec"][
        "containers"
    ]
    assert container == {"name": "calico-node", "image": "calico/node:v3.30.0", "env": env[:1]}
    [container] = clean({"metadata": {"name": "cilium"}, "spec": spec}, "DaemonSet")["spec"]["template"]["spec"][
        "containers"
    ]
    assert container == {"name": "calico-node", "image": "calico/node:v3.30.0"}


def test_settings_are_kept_by_name() -> None:
    data = {"enable-policy": "always", "etcd-config": "hidden", "cluster-pool-ipv4-cidr": "10.0.0.0/8"}
    kept = clean({"metadata": {"name": "cilium-config"}, "data": data}, "ConfigMap")
    assert kept["data"] == {"cluster-pool-ipv4-cidr": "10.0.0.0/8", "enable-policy": "always"}
    assert clean({"metadata": {"name": "other"}, "data": data}, "ConfigMap")["data"] == {}


def test_of_dns_only_the_domain_is_kept() -> None:
    corefile = ".:53 {\n  kubernetes cluster.local in-addr.arpa {\n  }\n  etcd x { credentials hidden }\n}\n"
    kept = clean({"metadata": {"name": "coredns"}, "data": {"Corefile": corefile}}, "ConfigMap")
    assert kept["data"] == {"Corefile": "kubernetes cluster.local in-addr.arpa\n"}


def test_a_stored_policy_is_shown_by_any_of_its_names() -> None:
    def policy(name: str, tier: str, **annotations: str) -> dict[str, object]:
        return {"metadata": {"name": name, "namespace": "shop", "annotations": annotations}, "spec": {"tier": tier}}

    packed = {"projectcalico.org/metadata": '{"name": "packed"}'}
    stored = [
        policy("default.web", "default"),
        policy("default.other", "default", **packed),
        policy("security.deny", "security"),
    ]
    shown = [policy("web", "default"), policy("packed", "default")]
    assert [one["metadata"]["name"] for one in not_shown(stored, shown)] == ["security.deny"]
    assert not_shown(stored, [*shown, policy("security.deny", "security")]) == ()
    assert not_shown([policy("default.web", "default")], [policy("default.web", "default")]) == ()
