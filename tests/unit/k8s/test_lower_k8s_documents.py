"""What becomes of policies as documents: how many, what they are called, whom they select, what they isolate."""

from __future__ import annotations

from typing import Any

from saying import (
    APP,
    PODS,
    TEAM,
    TOWN,
    allow,
    app,
    called,
    deny,
    egress,
    ingress,
    lost,
    policy,
    said,
    spec,
    tcp,
    text,
)

from npconv.dialects.k8s.emit import emit_spec
from npconv.dialects.k8s.model import NetworkPolicy
from npconv.ir.condition import ALWAYS, both, either, negate, within
from npconv.ir.dimensions import NAMESPACE, Attribute, Scope
from npconv.ir.policy import TierEnd
from npconv.ir.values import ABSENT, PRESENT, none_of, one_of

ROLE = Attribute.of(Scope.POD, "role")


def test_a_whole_document() -> None:
    lowered = said(
        policy(ingress(allow(app("web"), tcp(80, (8000, 8080)))), egress(allow()), subject=within(APP, one_of("db")))
    )
    assert text(lowered) == (
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: db
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - namespaceSelector: {}
          podSelector:
            matchLabels:
              app: web
      ports:
        - protocol: TCP
          port: 80
        - protocol: TCP
          port: 8000
          endPort: 8080
  egress:
    - {}
"""
    )
    assert lost(lowered) == []


def test_isolation_without_rules_says_its_types() -> None:
    assert spec(said(policy(ingress()))) == {"podSelector": {}, "policyTypes": ["Ingress"]}
    assert spec(said(policy(egress()))) == {"podSelector": {}, "policyTypes": ["Egress"]}


def test_one_rule_of_the_source_is_one_rule() -> None:
    lowered = said(policy(ingress(allow(app("a")), allow(app("b"), tcp(80)), allow(traffic=tcp(443)))))
    assert len(spec(lowered)["ingress"]) == 3


def test_a_deny_is_cut_out_of_the_allows_after_it() -> None:
    lowered = said(policy(ingress(deny(app("web")), allow(PODS))))
    assert spec(lowered)["ingress"] == [
        {
            "from": [
                {
                    "namespaceSelector": {},
                    "podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]},
                }
            ]
        }
    ]
    assert lost(lowered) == []


def test_a_deny_after_the_allows_changes_nothing() -> None:
    assert spec(said(policy(ingress(allow(PODS), deny(app("web")))))) == spec(said(policy(ingress(allow(PODS)))))


def test_ports_that_are_denied_leave_ranges() -> None:
    lowered = said(policy(ingress(deny(traffic=tcp(22)), allow(PODS, tcp((1, 1024))))))
    assert spec(lowered)["ingress"][0]["ports"] == [
        {"protocol": "TCP", "port": 1, "endPort": 21},
        {"protocol": "TCP", "port": 23, "endPort": 1024},
    ]


def test_a_deny_of_pods_that_nothing_isolates_isolates_them_and_allows_the_rest() -> None:
    lowered = said(policy(ingress(deny(traffic=tcp(22)), allow(traffic=tcp(443)), isolates=False)), end=TierEnd.PASS)
    assert spec(lowered) == {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [
            {"ports": [{"protocol": "TCP", "port": 443}]},
            {
                "ports": [
                    {"protocol": "TCP", "port": 1, "endPort": 21},
                    {"protocol": "TCP", "port": 23, "endPort": 65535},
                    {"protocol": "UDP"},
                    {"protocol": "SCTP"},
                ]
            },
        ],
    }
    assert [one.split(":")[0] for one in lost(lowered)] == ["NPC348 narrows", "NPC349 narrows"]


def test_only_what_is_not_isolated_yet_is_isolated_for_a_deny() -> None:
    lowered = said(
        policy(ingress(allow(PODS)), subject=within(APP, one_of("db")), name="db"),
        policy(ingress(deny(app("web")), isolates=False), name="d"),
    )
    assert called(lowered) == ["shop/db", "shop/d"]
    assert [built.pod_selector.requirements[0].operator.value for built, _ in lowered.objects] == ["In", "NotIn"]


def test_an_allow_of_pods_that_nothing_isolates_is_not_written() -> None:
    lowered = said(policy(ingress(allow(PODS), isolates=False)), end=TierEnd.PASS)
    assert (lowered.objects, lost(lowered)) == ((), [])


def test_a_rule_for_some_of_the_pods_is_a_document_of_its_own() -> None:
    lowered = said(policy(ingress(allow(PODS), allow(traffic=tcp(80), subject=within(APP, one_of("web"))))))
    assert called(lowered) == ["shop/p", "shop/p-1"]
    first, second = (built for built, _ in lowered.objects)
    assert first.pod_selector.selects_all
    assert second.pod_selector.match_labels == (("app", "web"),)
    assert first.policy_types == second.policy_types == ("Ingress",)


def test_selectors_with_or_become_documents_with_names_of_their_own() -> None:
    either_label = either(within(APP, one_of("web")), within(ROLE, PRESENT))
    lowered = said(
        policy(ingress(), subject=either_label),
        policy(ingress(), name="p-1"),
    )
    assert called(lowered) == ["shop/p", "shop/p-2", "shop/p-1"]


def test_long_names_keep_room_for_their_suffix() -> None:
    lowered = said(policy(ingress(), subject=either(within(APP, one_of("web")), within(ROLE, PRESENT)), name="x" * 253))
    assert called(lowered) == [f"shop/{'x' * 253}", f"shop/{'x' * 251}-1"]


def test_a_cluster_wide_policy_is_one_in_every_namespace() -> None:
    lowered = said(policy(ingress(allow(app("web"))), namespace=""), namespaces=TOWN)
    assert called(lowered) == ["lab/p", "ops/p", "shop/p"]
    assert lost(lowered) == []


def test_namespaces_by_label_are_those_that_have_it() -> None:
    lowered = said(policy(ingress(), namespace="", subject=within(TEAM, none_of("a"))), namespaces=TOWN)
    assert called(lowered) == ["lab/p", "ops/p"]
    lowered = said(policy(ingress(), namespace="", subject=within(TEAM, ABSENT)), namespaces=TOWN)
    assert called(lowered) == ["lab/p"]


def test_a_cluster_wide_policy_never_takes_the_name_of_a_namespaced_one() -> None:
    lowered = said(policy(ingress(), namespace=""), policy(egress(), kind_="Other"), namespaces=TOWN)
    assert called(lowered) == ["lab/p", "ops/p", "shop/p-1", "shop/p"]


def test_without_the_namespaces_a_cluster_wide_policy_is_refused() -> None:
    lowered = said(policy(ingress(allow(app("web"))), namespace=""))
    assert lowered.objects == ()
    assert lost(lowered) == [
        "NPC343 shifts: policy left out: a NetworkPolicy is of one namespace, "
        "and the namespaces of the cluster are not known"
    ]
    (loss,) = lowered.losses
    assert loss.refused


def test_named_namespaces_need_no_list() -> None:
    listed = policy(ingress(), namespace="", subject=within(NAMESPACE, one_of("ops", "shop")))
    assert called(said(listed)) == ["ops/p", "shop/p"]


def test_pods_of_the_own_namespace_need_no_namespace_selector() -> None:
    own = both(app("web"), within(NAMESPACE, one_of("shop")))
    lowered = said(policy(ingress(allow(own))))
    assert spec(lowered)["ingress"] == [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]}]
    everyone = both(PODS, within(NAMESPACE, one_of("shop")))
    assert spec(said(policy(ingress(allow(everyone)))))["ingress"] == [{"from": [{"podSelector": {}}]}]


def test_in_many_namespaces_each_namespace_is_named() -> None:
    own = both(app("web"), within(NAMESPACE, one_of("shop")))
    lowered = said(policy(ingress(allow(own)), namespace=""), namespaces=TOWN)
    assert all("namespaceSelector" in one["from"][0] for one in (_first(built) for built, _ in lowered.objects))


def test_a_subject_that_is_not_a_pod_with_a_label() -> None:
    lowered = said(policy(ingress(), subject=negate(within(APP, one_of("web", "db")))))
    assert spec(lowered)["podSelector"] == {
        "matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["db", "web"]}]
    }


def test_the_same_document_is_not_written_twice() -> None:
    lowered = said(policy(ingress(allow(traffic=tcp(80))), egress(allow(ALWAYS)), subject=ALWAYS))
    assert called(lowered) == ["shop/p"]


def _first(built: NetworkPolicy) -> dict[str, Any]:
    return emit_spec(built)["ingress"][0]
