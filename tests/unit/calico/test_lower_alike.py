"""Rules that ask the same in several places: what was worked out for one of them is right for the others."""

from __future__ import annotations

from typing import Any

import yaml
from lowering_to_calico import from_cilium

RULE = "{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}"


def policy(namespace: str, name: str = "p", rule: str = RULE) -> str:
    return f"""
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{endpointSelector: {{}}, ingress: [{rule}]}}
"""


def written(*texts: str) -> dict[str, Any]:
    """The rules of each policy, by namespace and name."""
    found, _ = from_cilium("".join(texts))
    return {
        f"{one['metadata'].get('namespace', '')}/{one['metadata']['name']}": one["spec"]["ingress"]
        for one in yaml.safe_load_all(found)
    }


def test_a_peer_in_its_own_namespace_needs_no_namespace_and_elsewhere_it_does() -> None:
    peer = "{fromEndpoints: [{matchLabels: {app: web, 'k8s:io.kubernetes.pod.namespace': shop}}]}"
    found = written(policy("shop", rule=peer), policy("pay", rule=peer))
    assert found["shop/p"][0]["source"] == {"selector": "app == 'web'"}
    assert found["pay/p"][0]["source"] == {
        "selector": "app == 'web'",
        "namespaceSelector": "projectcalico.org/name == 'shop'",
    }


def test_peers_that_read_the_same_are_of_each_policy_s_own_namespace() -> None:
    found = written(policy("shop"), policy("pay"), policy("shop", "q"))
    assert found["shop/p"] == found["pay/p"] == found["shop/q"]
    assert found["shop/p"] == [
        {
            "action": "Allow",
            "protocol": "TCP",
            "source": {"selector": "app == 'web'"},
            "destination": {"ports": [80]},
        }
    ]


def test_nothing_that_is_shared_changes_from_one_conversion_to_the_next() -> None:
    first = written(policy("shop"), policy("pay"))
    second = written(policy("pay"), policy("shop"))
    assert first == second
    assert written(policy("pay"))["pay/p"] == first["pay/p"]
