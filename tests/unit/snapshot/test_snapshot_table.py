"""The table of what is read: every kind that npconv reads is in it, and the role of docs/rbac.yaml is what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from npconv.dialects.calico import kinds as calico_kinds
from npconv.dialects.cilium.kinds import KINDS as CILIUM
from npconv.dialects.cluster.kinds import API_VERSIONS
from npconv.dialects.policy_api.forms import FORMS
from npconv.snapshot.keep import PATHS
from npconv.snapshot.role import roles
from npconv.snapshot.table import RESOURCES, SHOWN, STORED, Resource

ROLES = Path(__file__).parents[3] / "docs" / "rbac.yaml"
TIERED = ("globalnetworkpolicies", "networkpolicies", "stagedglobalnetworkpolicies", "stagednetworkpolicies")


def rights(several: Iterable[Mapping[str, Any]] = ()) -> set[tuple[str, str, str, str, str]]:
    """Namespace, group, resource, verb and name of each right of roles (of docs/rbac.yaml); empty for any."""
    found = set()
    for role in several or yaml.safe_load_all(ROLES.read_text(encoding="utf-8")):
        for rule in role["rules"]:
            for group in rule["apiGroups"]:
                for resource in rule["resources"]:
                    for verb in rule["verbs"]:
                        for name in rule.get("resourceNames", [""]):
                            found.add((role["metadata"].get("namespace", ""), group, resource, verb, name))
    return found


def needed(one: Resource) -> set[tuple[str, str, str, str, str]]:
    """The rights that reading a resource takes."""
    # A Role can only be where its namespace is: `calico-system` may not be there.
    places = one.namespaces if one.namespaces == ("kube-system",) else ("",)
    verb = "get" if one.names else "list"
    return {(place, one.group, one.plural, verb, name) for place in places for name in one.names or ("",)}


def test_the_role_is_what_the_table_needs_and_nothing_else() -> None:
    of_table = set().union(*map(needed, RESOURCES))
    of_tiers = {("", SHOWN, "tiers", "get", "")} | {("", SHOWN, f"tier.{one}", "list", "") for one in TIERED}
    assert rights() == of_table | of_tiers


def test_the_roles_that_are_printed_are_those_of_the_file() -> None:
    assert rights(roles()) == rights()
    assert [(one["kind"], one["metadata"]) for one in roles()] == [
        (one["kind"], one["metadata"]) for one in yaml.safe_load_all(ROLES.read_text(encoding="utf-8"))
    ]


def test_the_role_changes_nothing_and_reads_no_secret() -> None:
    assert {verb for _, _, _, verb, _ in rights()} == {"get", "list"}
    assert not {resource for _, _, resource, _, _ in rights()} & {"secrets", "*", "pods/log", "pods/exec"}


@pytest.mark.parametrize("kind", sorted({*CILIUM, *FORMS, *API_VERSIONS, "NetworkPolicy"}))
def test_every_kind_that_is_read_from_files_is_read_from_clusters(kind: str) -> None:
    assert kind in {one.kind for one in RESOURCES}


@pytest.mark.parametrize("group", [SHOWN, STORED])
def test_every_kind_of_calico_is_read_in_both_of_its_groups(group: str) -> None:
    version = "v3" if group == SHOWN else "v1"
    kinds = {one.kind for one in RESOURCES if one.group == group}
    known = {one.kind for one in RESOURCES if calico_kinds.wants(f"{group}/{version}", one.kind)}
    assert known - ({"Profile"} if group == STORED else set()) <= kinds  # made of namespaces when they are shown
    assert {"NetworkPolicy", "GlobalNetworkPolicy", "Tier", "StagedKubernetesNetworkPolicy"} <= known


def test_each_resource_says_what_it_costs_and_what_is_kept() -> None:
    for one in RESOURCES:
        assert one.costs
        assert not one.costs.endswith(".")
        assert one.kind in PATHS
        assert one.versions
    titles = [one.title for one in RESOURCES]
    assert len(set(titles)) == len(titles)
    assert {one.twin for one in RESOURCES if one.twin} <= set(titles)
