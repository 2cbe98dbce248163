"""`--prefer cluster-network-policy`: order stays order where that is exact, and is subtracted where it is not."""

from __future__ import annotations

import pytest

from npconv.dialects.cilium.profile import CiliumProfile
from npconv.pipeline.convert import convert
from npconv.pipeline.model import Conversion, Options
from npconv.source.load import parse

CILIUM = CiliumProfile(version=(1, 20), k8s_cluster_network_policy=True)

GLOBAL = """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: platform}
spec:
  order: 10
  namespaceSelector: all()
  types: [Ingress]
  ingress:
  - {action: Deny, source: {namespaceSelector: all(), selector: quarantine == 'yes'}}
  - {action: Allow, protocol: TCP, source: {namespaceSelector: all(), selector: role == 'metrics'}}
"""
LOCAL = """\
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  order: ORDER
  selector: app == 'web'
  types: [Ingress]
  ingress:
  - {action: Allow, source: {selector: app == 'front'}}
"""


def converted(text: str, *, keep_order: bool = True) -> Conversion:
    return convert(parse(text, "input.yaml"), Options(target=CILIUM, keep_order=keep_order))


def kinds(found: Conversion) -> list[str]:
    return [str(one.data["kind"]) for one in found.outputs]


def proven(found: Conversion) -> bool:
    return found.proof is not None and found.proof.is_conclusive and not (found.proof.unowned or found.proof.owned)


def test_order_is_kept_in_cluster_network_policies() -> None:
    found = converted(GLOBAL + LOCAL.replace("ORDER", "100"))
    assert kinds(found) == ["CiliumClusterwideNetworkPolicy", "CiliumNetworkPolicy", "ClusterNetworkPolicy"]
    assert proven(found)
    rules = found.outputs[2].data["spec"]["ingress"]  # type: ignore[index,call-overload]
    assert [rule["action"] for rule in rules] == ["Deny", "Accept"]  # type: ignore[index,union-attr]


def test_nothing_of_the_kind_unless_asked_for() -> None:
    found = converted(GLOBAL + LOCAL.replace("ORDER", "100"), keep_order=False)
    assert "ClusterNetworkPolicy" not in kinds(found)
    assert proven(found)


@pytest.mark.parametrize(
    "rule",
    [
        "{action: Deny}",
        "{action: Allow, source: {nets: [198.51.100.0/24]}}",
    ],
)
def test_what_has_no_words_there_is_subtracted_and_said(rule: str) -> None:
    found = converted(f"{GLOBAL}  - {rule}\n" + LOCAL.replace("ORDER", "100"))
    assert "ClusterNetworkPolicy" not in kinds(found)
    assert proven(found)
    (note,) = [one for one in found.diagnostics if one.code.id == "NPC399"]
    assert note.message.startswith("the order is subtracted, as ClusterNetworkPolicies cannot keep it here: ")
    assert note.origin is not None and note.origin.dotted == "spec.ingress[2]"


def test_a_namespaced_policy_that_comes_first_stays_first() -> None:
    found = converted(GLOBAL + LOCAL.replace("ORDER", "1"))
    assert "ClusterNetworkPolicy" not in kinds(found)
    assert proven(found)
