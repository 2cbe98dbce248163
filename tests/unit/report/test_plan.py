"""The plan says what the conversion found: standings, risks with their witness, readiness, probes and decisions."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from npconv.cli.main import run
from npconv.dialects.cluster.read import read as read_cluster
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.report.model import Cell, Grade, Plan, Standing
from npconv.report.plan import plan
from npconv.source.load import parse

POLICIES = """
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: default-deny}
spec: {order: 5000, namespaceSelector: all(), types: [Ingress]}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  selector: app == 'db'
  ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'web'}, destination: {ports: [5432]}}]
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: clock, namespace: ops}
spec:
  selector: app == 'clock'
  ingress: [{action: Allow, protocol: UDP, source: {ports: [123]}, destination: {ports: [123]}}]
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: typo, namespace: ops}
spec: {selector: app == 'x', ingres: []}
"""

CLUSTER = """
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: ops}}
  - apiVersion: v1
    kind: Pod
    metadata: {name: web-0, namespace: shop, labels: {app: web}}
    status: {podIP: 10.244.0.5, phase: Running}
  - apiVersion: v1
    kind: Pod
    metadata: {name: db-0, namespace: shop, labels: {app: db}}
    status: {podIP: 10.244.0.6, phase: Running}
  - apiVersion: v1
    kind: Pod
    metadata: {name: clock-0, namespace: ops, labels: {app: clock}}
    status: {podIP: 10.244.1.5, phase: Running}
"""


def made(text: str = POLICIES, target: str = "cilium=1.19", cluster: str = "", source: str = "calico") -> Plan:
    known = read_cluster(parse(cluster, "cluster.yaml").documents)[0] if cluster else None
    options = Options(source=parse_engine(source), target=parse_engine(target), cluster=known)
    return plan(parse(text, "policies.yaml"), options).plan


@pytest.fixture(scope="module")
def of_policies() -> Plan:
    return made()


@pytest.fixture(scope="module")
def of_cluster() -> Plan:
    return made(cluster=CLUSTER)


def standings(found: Plan) -> dict[str, Standing]:
    return {row.policy: row.standing for row in found.objects}


def test_every_policy_has_a_standing(of_policies: Plan) -> None:
    assert standings(of_policies) == {
        "GlobalNetworkPolicy/default-deny": Standing.EQUAL,
        "NetworkPolicy/ops/clock": Standing.NARROWER,
        "NetworkPolicy/ops/typo": Standing.INVALID,
        "NetworkPolicy/shop/db": Standing.EQUAL,
    }
    assert dict(of_policies.summary.counts)[Standing.EQUAL] == 2
    assert sum(number for _, number in of_policies.summary.counts) == of_policies.summary.policies == 4
    assert not of_policies.summary.ready
    assert of_policies.summary.line.endswith("not ready")


def test_a_set_without_losses_is_ready() -> None:
    found = made(POLICIES.split("---")[1])
    assert found.summary.ready and not found.risks and not found.decisions
    assert [row.grade for row in found.namespaces] == [Grade.A]


def test_a_narrower_policy_is_a_risk_with_before_after_witness_and_fix(of_policies: Plan) -> None:
    risk = next(one for one in of_policies.risks if one.code == "NPC323")
    assert risk.effect == "narrows"
    assert risk.witness is not None and risk.witness.change == "lost"
    assert risk.before.startswith("With Calico 3.32, ") and "is allowed by NetworkPolicy/ops/clock" in risk.before
    assert risk.after.startswith("With Cilium 1.19, it is denied")
    assert not risk.witness.why, "`npconv why` opens connections from any port"
    assert "Source ports are chosen by the client" in risk.fix
    assert (risk.places[0].file, risk.places[0].line) == ("policies.yaml", 19)


def test_an_invalid_policy_hides_nothing_and_is_a_decision(of_policies: Plan) -> None:
    risk = next(one for one in of_policies.risks if one.effect == "invalid")
    assert risk.policies.shown == ("NetworkPolicy/ops/typo",)
    decision = next(one for one in of_policies.decisions if one.code == risk.code)
    assert "repair it or delete it" in decision.title and len(decision.options) >= 2


def test_risks_come_by_effect(of_policies: Plan) -> None:
    assert [one.effect for one in of_policies.risks] == ["narrows", "invalid"]


def test_namespaces_are_as_ready_as_their_worst_policy(of_policies: Plan) -> None:
    grades = {row.namespace: row.grade for row in of_policies.namespaces}
    assert grades == {"(cluster)": Grade.A, "ops": Grade.C, "shop": Grade.A}
    waves = {row.namespace: row.wave for row in of_policies.namespaces}
    assert waves["shop"] < waves["ops"] <= waves["(cluster)"] == len(of_policies.waves)


def test_points_follow_the_published_formula(of_policies: Plan) -> None:
    worth = {reason: points for reason, points, _ in of_policies.formula.rows}
    points = {row.policy: row.points for row in of_policies.objects}
    assert points["NetworkPolicy/ops/clock"] == worth["narrows"]
    assert points["NetworkPolicy/ops/typo"] == worth["invalid"]
    assert of_policies.summary.points == sum(points.values())
    assert of_policies.summary.minutes is None


def test_minutes_only_where_a_point_was_given_some() -> None:
    options = Options(source=parse_engine("calico"), target=parse_engine("cilium"))
    found = plan(parse(POLICIES, "policies.yaml"), options, minutes_per_point=20).plan
    assert found.summary.minutes == 20 * found.summary.points


def test_probes_say_what_is_expected_and_who_decides(of_policies: Plan) -> None:
    allowed = next(one for one in of_policies.probes if (one.port, one.before, one.after) == (5432, "allow", "allow"))
    assert allowed.decided_by.startswith("allowed by CiliumNetworkPolicy/shop/db")
    assert (allowed.source_selector, allowed.destination_selector) == ("app=web", "app=db")
    assert allowed.can_script
    assert all(one.before == one.after for one in of_policies.probes), "a rule with source ports is not probed"


def test_with_a_cluster_pods_are_named(of_cluster: Plan) -> None:
    pods = {row.policy: row.pods.shown for row in of_cluster.objects}
    assert pods["NetworkPolicy/shop/db"] == ("shop/db-0",)
    assert pods["GlobalNetworkPolicy/default-deny"] == ("ops/clock-0", "shop/db-0", "shop/web-0")
    probe = next(one for one in of_cluster.probes if one.port == 5432)
    assert (probe.source_selector, probe.destination_selector) == ("pod/web-0", "pod/db-0")
    assert of_cluster.summary.pods == 3
    risk = next(one for one in of_cluster.risks if one.code == "NPC323")
    assert risk.pods.shown == ("ops/clock-0",)


def test_the_matrix_shows_what_passes_and_what_is_lost(of_cluster: Plan) -> None:
    cells = {(cell.source, cell.target): cell for cell in of_cluster.connectivity.cells}
    assert cells["shop", "shop"].mark is Cell.SAME and cells["shop", "shop"].ports == "5432/tcp"
    assert cells["shop", "ops"].mark is Cell.LOST and "123/udp" in cells["shop", "ops"].lost
    assert cells["ops", "shop"].mark is Cell.NONE
    assert cells["shop", "outside"].mark is Cell.SAME and cells["shop", "outside"].ports == "everything"
    assert ("outside", "nodes") not in cells


def test_changed_flows_are_the_proofs(of_policies: Plan) -> None:
    flows = of_policies.connectivity.changed
    assert flows and {flow.change for flow in flows} == {"lost"}
    assert all(flow.codes == ("NPC323",) and flow.policies == ("NetworkPolicy/ops/clock",) for flow in flows)


def test_without_a_proof_nothing_counts_as_proven() -> None:
    options = Options(source=parse_engine("calico"), target=parse_engine("cilium"), check_seconds=0)
    found = plan(parse(POLICIES, "policies.yaml"), options).plan
    assert standings(found)["NetworkPolicy/shop/db"] is Standing.UNPROVEN
    assert any("nothing was compared" in one.text for one in found.unread)


def test_the_same_input_gives_the_same_plan() -> None:
    assert made() == made()


def test_no_policies_make_an_empty_plan() -> None:
    found = made("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    assert (found.summary.policies, found.waves, found.objects) == (0, (), ())


def test_azure_npm_to_cilium_has_a_section_of_its_own() -> None:
    policy = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: b}
spec: {podSelector: {}}
"""
    assert made(policy, "cilium=1.18,platform=aks", source="azure-npm").aks is not None
    assert made(policy, "k8s", source="azure-npm").aks is None


LOSSES = """
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: front, namespace: shop}
spec:
  selector: app == 'front'
  types: [Ingress, Egress]
  ingress: [{action: Allow, protocol: TCP, source: {selector: app starts with 'web'}, destination: {ports: [443]}}]
  egress:
    - {action: Allow, protocol: UDP, destination: {selector: app ends with '-dns', namespaceSelector: team == 'a'}}
    - {action: Allow, protocol: TCP, destination: {selector: role contains 'x', ports: [https]}}
"""


def test_the_command_beside_a_flow_explains_it(tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text(LOSSES, encoding="utf-8")
    options = Options(source=parse_engine("calico"), target=parse_engine("cilium"))
    flows = plan(parse(LOSSES, str(file)), options, arguments=str(file)).plan.connectivity.changed
    assert len(flows) >= 3
    for flow in flows:
        assert flow.why, flow.flow
        _, *arguments = shlex.split(flow.why)
        assert run(arguments) == (0 if flow.change == "lost" else 1), flow.why
