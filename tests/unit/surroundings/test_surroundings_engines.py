"""The engines of a cluster, and how a profile that leaves things open is completed with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cluster_folder import agent, config, known, node, pod, thing

from npconv.pipeline.engines import parse_engine

AKS = {"kubernetes_azure_com__cluster": "MC_shop"}
CILIUM = agent("cilium", "cilium-agent", "quay.io/cilium/cilium:v1.18.6@sha256:0a1b")
CALICO = agent(
    "calico-node", "calico-node", "docker.io/calico/node:v3.30.2", FELIX_DEFAULTENDPOINTTOHOSTACTION="ACCEPT"
)
FELIX = thing("FelixConfiguration", "default", "crd.projectcalico.org/v1", spec={"bpfEnabled": False})


def codes(said: object) -> list[str]:
    return [one.code.id for one in said]  # type: ignore[attr-defined]


def test_cilium_by_its_image_and_its_settings(tmp_path: Path) -> None:
    settings = config(enable_policy="always", enable_sctp="true", enable_l7_proxy="true", monitor_aggregation="medium")
    found = known(tmp_path, node(), CILIUM, settings).engine("cilium")
    assert found.text == "cilium=1.18,enable-policy=always,enable-sctp=true"
    assert codes(found.diagnostics) == ["NPC770"]
    assert found.diagnostics[0].notes == (
        "`enable-policy=always`: ConfigMap/kube-system/cilium-config",
        "`enable-sctp=true`: ConfigMap/kube-system/cilium-config",
    )
    parse_engine(found.text)


def test_what_the_user_names_wins_and_the_rest_is_taken(tmp_path: Path) -> None:
    settings = config(enable_sctp="true", cluster_name="blue")
    found = known(tmp_path, node(), CILIUM, settings).engine("cilium=1.20,enable-sctp=false")
    assert found.text == "cilium=1.20,enable-sctp=false,cluster-name=blue"


def test_nothing_is_said_where_nothing_is_taken(tmp_path: Path) -> None:
    found = known(tmp_path, node(), CILIUM)
    assert found.engine("cilium=1.19") == found.engine("cilium=1.19", target=True)
    assert found.engine("cilium=1.19").text == "cilium=1.19"
    assert found.engine("calico").text == "calico"
    assert found.engine("calico").diagnostics == ()


def test_a_target_is_written_as_for_the_default_enforcement(tmp_path: Path) -> None:
    found = known(tmp_path, node(), CILIUM, config(enable_policy="always")).engine("cilium", target=True)
    assert found.text == "cilium=1.18"
    assert codes(found.diagnostics) == ["NPC770", "NPC773"]
    assert found.diagnostics[1].message == "policies are written as for the default of `enable-policy` (found `always`)"


def test_match_modes_are_read_as_a_list(tmp_path: Path) -> None:
    found = known(tmp_path, node(), CILIUM, config(policy_cidr_match_mode="nodes,pods")).engine("cilium")
    assert found.text == "cilium=1.18,policy-cidr-match-mode=nodes+pods"


def test_a_setting_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    found = known(tmp_path, node(), CILIUM, config(enable_sctp="perhaps")).engine("cilium")
    assert found.text == "cilium=1.18"
    assert "NPC773" in codes(found.diagnostics)


def test_a_release_that_npconv_does_not_know_is_the_nearest(tmp_path: Path) -> None:
    old = agent("cilium", "cilium-agent", "quay.io/cilium/cilium:v1.13.4")
    found = known(tmp_path, node(), old).engine("cilium")
    assert found.text == "cilium=1.16"
    assert found.diagnostics[1].message == "Cilium 1.13 is taken for Cilium 1.16"
    newer = agent("cilium", "cilium-agent", "mcr.microsoft.com/cilium/cilium:1.99.0-250924")
    assert known(tmp_path, node(), newer).engine("cilium").text == "cilium=1.20"


def test_aks_runs_a_cilium_of_its_own(tmp_path: Path) -> None:
    there = node(**AKS, kubernetes_azure_com__ebpf_dataplane="cilium")
    there["metadata"]["labels"]["kubernetes.azure.com/ebpf-dataplane"] = "cilium"
    found = known(tmp_path, there, CILIUM).engine("cilium")
    assert found.text == "cilium=1.18,platform=aks"
    assert codes(found.diagnostics) == ["NPC770", "NPC764"]
    assert known(tmp_path, there, CILIUM).engine("cilium,platform=aks-acns").text == "cilium=1.18,platform=aks-acns"


def test_a_cilium_of_ones_own_on_aks_is_none_of_azures(tmp_path: Path) -> None:
    assert known(tmp_path, node(**AKS), CILIUM).engine("cilium").text == "cilium=1.18"


@pytest.mark.parametrize(
    ("server", "version"), [("v1.29.1", "1.16"), ("v1.31.0", "1.16"), ("v1.33.2", "1.17"), ("v1.35.0", "1.18")]
)
def test_aks_offers_the_cilium_of_its_kubernetes_as_a_target(tmp_path: Path, server: str, version: str) -> None:
    npm = agent("azure-npm", "azure-npm", "mcr.microsoft.com/azure-npm:v1.6.34")
    found = known(tmp_path, node(**AKS), npm, server=server)
    assert found.engine("cilium", target=True).text == f"cilium={version},platform=aks"
    assert found.engine("cilium").text == "cilium"
    assert found.engine("azure-npm").text == "azure-npm=linux"


def test_no_target_is_offered_elsewhere(tmp_path: Path) -> None:
    assert known(tmp_path, node()).engine("cilium", target=True).text == "cilium"


def test_gke_runs_cilium_as_anetd(tmp_path: Path) -> None:
    there = node(cloud_google_com__gke_nodepool="default")
    there["metadata"]["labels"] = {"cloud.google.com/gke-nodepool": "default"}
    found = known(tmp_path, there, agent("anetd", "cilium-agent", "gke.gcr.io/cilium/cilium:v1.17.6-gke.1"))
    assert found.engine("cilium").text == "cilium=1.17,platform=gke"


def test_calico_by_its_objects(tmp_path: Path) -> None:
    found = known(tmp_path, node(), CALICO, FELIX).engine("calico")
    assert found.text == "calico=3.30,http=ignored"
    parse_engine(found.text)


def test_calico_drops_what_pods_send_to_their_node_unless_told(tmp_path: Path) -> None:
    plain = agent("calico-node", "calico-node", "docker.io/calico/node:v3.31.0")
    assert known(tmp_path, node(), plain, FELIX).engine("calico").text == (
        "calico=3.31,endpoint-to-host=drop,http=ignored"
    )
    accepting = thing(
        "FelixConfiguration",
        "default",
        "projectcalico.org/v3",
        spec={"defaultEndpointToHostAction": "Accept", "policySyncPathPrefix": "/var/run/nodeagent"},
    )
    assert known(tmp_path, node(), plain, accepting).engine("calico").text == "calico=3.31"


def test_the_environment_overrules_the_object(tmp_path: Path) -> None:
    dropping = thing(
        "FelixConfiguration", "default", "projectcalico.org/v3", spec={"defaultEndpointToHostAction": "Drop"}
    )
    assert "endpoint-to-host" not in known(tmp_path, node(), CALICO, dropping).engine("calico").text


def test_what_was_not_read_says_nothing(tmp_path: Path) -> None:
    assert known(tmp_path, node(), CALICO).engine("calico").text == "calico=3.30"
    information = thing("ClusterInformation", "default", "crd.projectcalico.org/v1", spec={"calicoVersion": "v3.29.1"})
    assert known(tmp_path, node(), information, FELIX).engine("calico").text == "calico=3.29"


def test_a_node_with_settings_of_its_own_is_told(tmp_path: Path) -> None:
    plain = agent("calico-node", "calico-node", "docker.io/calico/node:v3.31.0")
    one = thing("FelixConfiguration", "node.b", "projectcalico.org/v3", spec={"defaultEndpointToHostAction": "Accept"})
    found = known(tmp_path, node(), plain, FELIX, one).engine("calico")
    assert [one.message for one in found.diagnostics if one.code.id == "NPC772"] == [
        "`defaultEndpointToHostAction` of node `b` is another than that of the cluster"
    ]


def test_native_crds_are_checked_by_nobody_else(tmp_path: Path) -> None:
    crd = thing("CustomResourceDefinition", "networkpolicies.projectcalico.org", "apiextensions.k8s.io/v1", spec={})
    new = agent("calico-node", "calico-node", "docker.io/calico/node:v3.32.0")
    assert known(tmp_path, node(), new, crd).engine("calico").text == "calico=3.32,applied-by=native-crd"


def test_npm_of_windows_only_where_all_nodes_are(tmp_path: Path) -> None:
    npm = agent("azure-npm-win", "azure-npm", "mcr.microsoft.com/azure-npm:v1.6.34")
    linux, windows = node("a", kubernetes_io__os="linux"), node("b", kubernetes_io__os="windows")
    assert known(tmp_path, windows, npm).engine("azure-npm").text == "azure-npm=windows"
    found = known(tmp_path, linux, windows, npm).engine("azure-npm")
    assert found.text == "azure-npm=linux"
    assert "NPC772" in codes(found.diagnostics)


def test_the_policy_api_by_the_channel_of_its_crd(tmp_path: Path) -> None:
    crd = thing(
        "CustomResourceDefinition",
        "clusternetworkpolicies.policy.networking.k8s.io",
        "apiextensions.k8s.io/v1",
        annotations={"policy.networking.k8s.io/channel": "experimental"},
        spec={},
    )
    assert known(tmp_path, node(), crd).engine("policy-api").text == "policy-api,channel=experimental"


def test_auto_is_the_engine_that_runs(tmp_path: Path) -> None:
    policy = thing("NetworkPolicy", "web", "networking.k8s.io/v1", "shop", spec={"podSelector": {}})
    found = known(tmp_path, node(), CALICO, FELIX, policy)
    assert found.engine("auto", found.policies.documents).text == "calico=3.30,http=ignored"
    both = known(tmp_path, node(), CALICO, CILIUM, policy)
    assert both.engine("auto", both.policies.documents).text == "auto"
    none = known(tmp_path, node(), policy)
    assert none.engine("auto", none.policies.documents).text == "auto"


def test_policies_of_an_engine_that_does_not_run_there_are_leftovers(tmp_path: Path) -> None:
    policy = thing("CiliumNetworkPolicy", "web", "cilium.io/v2", "shop", spec={"endpointSelector": {}})
    found = known(tmp_path, node(), CALICO, policy, pod())
    assert found.engine("auto", found.policies.documents).text == "calico=3.30"
    (tmp_path / "mine").mkdir()
    elsewhere = known(tmp_path / "mine", policy)
    assert found.engine("auto", elsewhere.policies.documents).text == "auto"


def test_auto_is_the_engine_of_the_kinds_even_where_another_runs_too(tmp_path: Path) -> None:
    policy = thing("CiliumNetworkPolicy", "web", "cilium.io/v2", "shop", spec={"endpointSelector": {}})
    found = known(tmp_path, node(), CALICO, CILIUM, policy, pod())
    assert found.engine("auto", found.policies.documents).text == "cilium=1.18"
