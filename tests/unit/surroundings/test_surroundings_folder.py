"""A folder about a cluster: what is known, and what is said of what is not."""

from __future__ import annotations

from pathlib import Path

from cluster_folder import known, node, pod, thing

from npconv.pipeline.surroundings.gather import surroundings
from npconv.pipeline.surroundings.model import Surroundings

POLICY = thing("NetworkPolicy", "web", "networking.k8s.io/v1", "shop", spec={"podSelector": {}})


def test_no_paths_are_nothing() -> None:
    assert surroundings([]) == Surroundings()
    assert not Surroundings().failed


def test_policies_are_the_input_and_other_objects_the_cluster(tmp_path: Path) -> None:
    found = known(tmp_path, node(), pod(), POLICY)
    assert [one.kind for one in found.policies.documents] == ["NetworkPolicy"]
    assert found.background == ()
    assert found.cluster is found.facts
    assert [one.name for one in found.facts.pods] == ["web"]
    assert found.kubernetes == (1, 33)


def test_without_pods_nothing_is_concluded_from_that(tmp_path: Path) -> None:
    lacking = [{"resource": "pods", "why": "denied", "costs": "which pods a policy means is not known"}]
    found = known(tmp_path, node(), POLICY, notRead=lacking)
    assert found.cluster is None
    assert [one.kind for one in found.background] == ["Snapshot", "Node"]
    assert [(one.code.id, one.message) for one in found.diagnostics] == [
        ("NPC769", "the snapshot lacks `pods`"),
    ]
    assert found.diagnostics[0].notes == (
        "`pods` (denied): which pods a policy means is not known",
        "no pods are known: all flows that could exist are compared",
    )
    assert not found.failed


def test_a_cluster_of_which_no_pods_were_given_is_told(tmp_path: Path) -> None:
    found = known(tmp_path, node(), POLICY)
    assert found.cluster is None
    assert [one.message for one in found.diagnostics] == ["no pods are known: all flows that could exist are compared"]


def test_a_file_is_objects_as_ever(tmp_path: Path) -> None:
    known(tmp_path, node(cidrs=("10.9.0.0/24",)), pod(), POLICY)
    found = surroundings([str(tmp_path / "objects.yaml")])
    assert found.cluster is not None
    assert not found.is_snapshot
    assert found.pods.cidrs == ()
    assert found.installed == ()


def test_an_empty_folder_is_no_cluster(tmp_path: Path) -> None:
    found = surroundings([str(tmp_path)])
    assert [one.code.id for one in found.diagnostics] == ["NPC757"]
    assert found.failed


def test_a_snapshot_of_another_format_is_refused(tmp_path: Path) -> None:
    found = known(tmp_path, node(), pod(), apiVersion="npconv/v7")
    assert [one.message for one in found.diagnostics if one.is_error] == [
        "a snapshot of `npconv/v7` (expected `npconv/v1`)"
    ]
