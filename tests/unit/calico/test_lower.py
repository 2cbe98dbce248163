"""What stays of a policy set's structure in Calico: policies, tiers, orders, types, names."""

from __future__ import annotations

from textwrap import dedent

import yaml
from lowering_to_calico import as_calico, from_calico, from_cilium, from_kubernetes, from_kubernetes_under_calico

from npconv.dialects.azure_npm.lift import enforced
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.k8s.parse import parse
from npconv.semantics.meaning import AZURE_NPM_LINUX
from npconv.source import load

WEB = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: front}}
    - ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.7/32]}
    ports: [{port: 80}, {port: http}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""


def outline(text: str) -> list[tuple[str, str, str, object]]:
    """Kind, name, tier and order of every object."""
    return [
        (
            one["kind"],
            one["metadata"]["name"],
            one["spec"].get("tier", one["spec"].get("defaultAction")),
            one["spec"]["order"],
        )
        for one in yaml.safe_load_all(text)
    ]


def names(answer: tuple[str, list[str]]) -> list[str]:
    """The names of the output, without losses."""
    text, lost = answer
    assert lost == []
    return [name for _, name, _, _ in outline(text)]


def test_kubernetes_policies_stand_where_calico_puts_them() -> None:
    text, lost = from_kubernetes_under_calico(WEB)
    assert lost == []
    assert text == dedent(
        """\
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata:
          name: closed
          namespace: shop
        spec:
          tier: default
          order: 1000
          types:
            - Ingress
            - Egress
        ---
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata:
          name: web
          namespace: shop
        spec:
          tier: default
          order: 1000
          selector: "app == 'web'"
          types:
            - Ingress
          ingress:
            - action: Allow
              protocol: TCP
              source:
                nets:
                  - 203.0.113.0/24
                notNets:
                  - 203.0.113.7/32
              destination:
                ports:
                  - 80
                  - http
            - action: Allow
              protocol: TCP
              source:
                selector: "app == 'front'"
              destination:
                ports:
                  - 80
                  - http
        """
    )


def test_azure_npm_lets_pods_reach_their_own_node_and_calico_does_not() -> None:
    _, lost = from_kubernetes(WEB, meaning=AZURE_NPM_LINUX)
    assert lost == ["NPC385 narrows own-node: pods that are isolated for egress do not reach their own node"]
    assert from_kubernetes(WEB)[1] == []


def test_no_pod_reaches_its_own_node_where_the_target_drops_that() -> None:
    _, lost = from_kubernetes(WEB, target="calico,endpoint-to-host=drop")
    why = "`defaultEndpointToHostAction` of the target cluster drops that"
    assert lost == [f"NPC385 narrows web: no pod reaches its own node: {why}"]


def test_what_an_engine_lets_pass_by_itself_is_judged_by_policies_in_calico() -> None:
    objects = [parse(one)[0] for one in load.parse(dedent(WEB), "test.yaml").documents]
    enforced_by_npm = enforced([one for one in objects if one], AzureNpmProfile()).policies
    own_node = "NPC385 narrows own-node: pods that are isolated for egress do not reach their own node"
    ipv6 = "NPC386 narrows ipv6: `ipv6` of the source's engine is not in the output"
    assert as_calico(enforced_by_npm, families=1)[1] == [own_node]
    assert as_calico(enforced_by_npm, families=2)[1] == [ipv6, ipv6, own_node]


CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec:
  endpointSelector: {{matchLabels: {{app: {app}}}}}
  {more}
"""
ALLOW = "ingress: [{fromEndpoints: [{matchLabels: {app: front}}]}]"
DENY = "ingressDeny: [{fromEndpoints: [{matchLabels: {app: bad}}]}]"


def cilium(name: str, more: str, app: str = "web") -> str:
    return CILIUM.format(name=name, more=more, app=app)


def test_denies_come_before_allows_in_one_policy() -> None:
    text, lost = from_cilium(cilium("web", f"{DENY}\n  {ALLOW}"))
    assert lost == []
    assert text == dedent(
        """\
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata:
          name: web
          namespace: shop
        spec:
          tier: default
          order: 1000
          selector: "app == 'web'"
          types:
            - Ingress
          ingress:
            - action: Deny
              source:
                selector: "app == 'bad'"
            - action: Allow
              source:
                selector: "app == 'front'"
        """
    )


def test_a_policy_with_denies_comes_before_those_without() -> None:
    text, _ = from_cilium("---".join([cilium("a", ALLOW), cilium("z", f"{DENY}\n  {ALLOW}")]))
    assert outline(text) == [("NetworkPolicy", "z", "default", 100), ("NetworkPolicy", "a", "default", 200)]


def test_denies_of_policies_for_the_same_pods_come_before_all_allows() -> None:
    text, _ = from_cilium("---".join([cilium("a", f"{DENY}\n  {ALLOW}"), cilium("b", f"{DENY}\n  {ALLOW}")]))
    assert outline(text) == [
        ("NetworkPolicy", "a-deny", "default", 100),
        ("NetworkPolicy", "b-deny", "default", 100),
        ("NetworkPolicy", "a", "default", 200),
        ("NetworkPolicy", "b", "default", 200),
    ]


def test_a_deny_that_does_not_isolate_stands_in_a_tier_that_passes() -> None:
    text, lost = from_cilium(
        """
        apiVersion: cilium.io/v2
        kind: CiliumClusterwideNetworkPolicy
        metadata: {name: no-metadata}
        spec:
          endpointSelector: {}
          enableDefaultDeny: {egress: false}
          egressDeny: [{toCIDR: [169.254.169.254/32]}]
        """
    )
    assert lost == []
    assert text == dedent(
        """\
        apiVersion: projectcalico.org/v3
        kind: Tier
        metadata:
          name: deny
        spec:
          order: 100
          defaultAction: Pass
        ---
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata:
          name: no-metadata
        spec:
          tier: deny
          order: 1000
          namespaceSelector: all()
          types:
            - Egress
          egress:
            - action: Deny
              destination:
                nets:
                  - 169.254.169.254/32
        """
    )


def test_an_allow_that_does_not_isolate_passes_on_the_rest() -> None:
    monitor = """
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: monitor}
spec:
  endpointSelector: {}
  enableDefaultDeny: {ingress: false}
  ingress: [{fromEndpoints: [{matchLabels: {app: monitor}}]}]
"""
    text, lost = from_cilium("---".join([cilium("web", ALLOW), monitor]))
    assert lost == []
    assert outline(text) == [
        ("NetworkPolicy", "web", "default", 100),
        ("GlobalNetworkPolicy", "monitor", "default", 100),
        ("GlobalNetworkPolicy", "pass-the-rest-ingress", "default", 200),
    ]
    last = list(yaml.safe_load_all(text))[-1]["spec"]
    assert last["selector"] == "projectcalico.org/namespace != 'shop' || app != 'web'"
    assert (last["types"], last["ingress"]) == (["Ingress"], [{"action": "Pass"}])


def test_one_that_isolates_nobody_new_needs_nothing() -> None:
    more = f"enableDefaultDeny: {{ingress: false}}\n  {ALLOW}"
    text, _ = from_cilium("---".join([cilium("web", ALLOW), cilium("more", more)]))
    assert outline(text) == [("NetworkPolicy", "web", "default", 1000), ("NetworkPolicy", "more", "default", 1000)]


TIERS = """
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 5, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: late}
spec: {order: 2000000}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: a}
spec:
  {tier: security, order: 1, types: [Ingress], ingress: [{action: Pass, source: {nets: [10.0.0.0/8]}}, {action: Deny}]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: b}
spec: {tier: security, order: 2, types: [Ingress], ingress: [{action: Allow}]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: m}
spec: {tier: kube-admin, order: 2, types: [Ingress], ingress: [{action: Allow}]}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: c, namespace: shop}
spec: {order: 2, types: [Egress]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: d}
spec: {tier: late, types: [Egress], egress: [{action: Deny}]}
"""


def test_tiers_stay_in_their_order() -> None:
    text, lost = from_calico(TIERS)
    assert lost == []
    assert outline(text) == [
        ("Tier", "security", "Pass", 100),
        ("Tier", "late", "Deny", 1000100),
        ("GlobalNetworkPolicy", "a", "security", 100),
        ("GlobalNetworkPolicy", "b", "security", 200),
        ("GlobalNetworkPolicy", "m", "kube-admin", 1000),
        ("NetworkPolicy", "c", "default", 1000),
        ("GlobalNetworkPolicy", "d", "late", 1000),
    ]


def test_a_tier_of_calicos_own_is_called_otherwise_where_it_is_not_in_its_place() -> None:
    text, lost = from_calico(
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: a}
        spec: {tier: kube-baseline, namespaceSelector: all(), types: [Ingress], ingress: [{action: Allow}]}
        ---
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: b, namespace: shop}
        spec: {tier: missing, types: [Ingress]}
        """
    )
    assert lost == []
    assert outline(text) == [
        ("Tier", "kube-baseline-2", "Pass", 100),
        ("GlobalNetworkPolicy", "a", "kube-baseline-2", 1000),
        ("NetworkPolicy", "b", "default", 1000),
    ]


def test_names_carry_the_tier_up_to_3_31() -> None:
    tiers = TIERS.replace("tier: kube-admin", "tier: security")
    text, _ = from_calico(tiers, target="calico=3.31")
    called = [name for kind, name, _, _ in outline(text) if kind != "Tier"]
    assert called == ["security.a", "security.b", "security.m", "c", "late.d"]


def test_names_with_dots() -> None:
    text = WEB.replace("name: web", "name: web.v1.2")
    assert names(from_kubernetes_under_calico(text)) == ["closed", "web-v1-2"]
    text = WEB.replace("name: web", "name: web.v1")
    assert names(from_kubernetes_under_calico(text)) == ["closed", "web.v1"]
    assert names(from_kubernetes_under_calico(text, target="calico=3.30")) == ["closed", "web-v1"]


def test_rules_of_one_cilium_policy_are_numbered() -> None:
    text, _ = from_cilium(
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: two, namespace: shop}
        specs:
        - {endpointSelector: {matchLabels: {app: a}}, ingress: [{}]}
        - {endpointSelector: {matchLabels: {app: b}}, ingress: [{}]}
        """
    )
    assert [name for _, name, _, _ in outline(text)] == ["two", "two-2"]


def test_admin_and_baseline_are_tiers_around_default() -> None:
    text, lost = from_kubernetes(
        """
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: early}
        spec:
          tier: Admin
          priority: 5
          subject: {namespaces: {matchLabels: {env: prod}}}
          ingress:
          - {action: Pass, from: [{namespaces: {matchExpressions: [{key: env, operator: NotIn, values: [lab]}]}}]}
        ---
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: last}
        spec:
          tier: Baseline
          priority: 5
          subject: {namespaces: {}}
          ingress: [{action: Deny, from: [{namespaces: {}}]}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: web, namespace: shop}
        spec: {podSelector: {}}
        """
    )
    assert lost == []
    assert outline(text) == [
        ("Tier", "admin", "Pass", 100),
        ("Tier", "baseline", "Pass", 1000100),
        ("GlobalNetworkPolicy", "early", "admin", 1000),
        ("NetworkPolicy", "web", "default", 1000),
        ("GlobalNetworkPolicy", "last", "baseline", 1000),
    ]
    early = list(yaml.safe_load_all(text))[2]["spec"]
    assert early["namespaceSelector"] == "env == 'prod'"
    assert early["ingress"][0]["source"] == {"namespaceSelector": "has(projectcalico.org/name) && env != 'lab'"}
