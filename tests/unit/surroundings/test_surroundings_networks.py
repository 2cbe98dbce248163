"""Where pods and services have their addresses, by the objects of a cluster."""

from __future__ import annotations

from pathlib import Path

from cluster_folder import config, known, node, pod, pool, thing


def test_calicos_pools_come_first(tmp_path: Path) -> None:
    found = known(tmp_path, node(cidrs=("10.9.0.0/24",)), pool("10.244.0.0/16"), config(ipam="kubernetes"), pod())
    cidrs, said = found.pod_cidrs(())
    assert cidrs == ("10.244.0.0/16",)
    assert [one.code.id for one in said] == ["NPC768"]
    assert said[0].notes == ("said by `IPPool/10.244.0.0-16`",)


def test_pools_that_give_pods_no_addresses_do_not_count(tmp_path: Path) -> None:
    pools = pool("10.244.0.0/16"), pool("10.5.0.0/16", disabled=True), pool("10.6.0.0/16", allowedUses=["Tunnel"])
    assert known(tmp_path, node(), *pools).pods.cidrs == ("10.244.0.0/16",)


def test_then_ciliums_own_pools(tmp_path: Path) -> None:
    settings = config(ipam="cluster-pool", cluster_pool_ipv4_cidr="10.0.0.0/9 10.128.0.0/9")
    assert known(tmp_path, node(cidrs=("10.9.0.0/24",)), settings).pods.cidrs == ("10.0.0.0/8",)


def test_then_pools_of_several(tmp_path: Path) -> None:
    several = thing("CiliumPodIPPool", "default", "cilium.io/v2alpha1", spec={"ipv4": {"cidrs": ["10.20.0.0/16"]}})
    assert known(tmp_path, node(), config(ipam="multi-pool"), several).pods.cidrs == ("10.20.0.0/16",)


def test_then_the_networks_that_aks_hands_out(tmp_path: Path) -> None:
    containers = [{"type": "overlay", "subnetAddressSpace": "10.244.0.0/16"}]
    handed = thing(
        "NodeNetworkConfig", "a", "acn.azure.com/v1alpha", "kube-system", status={"networkContainers": containers}
    )
    found = known(tmp_path, node(cidrs=("10.9.0.0/24",)), config(ipam="delegated-plugin"), handed)
    assert found.pods.cidrs == ("10.244.0.0/16",)
    assert not found.pods.by_node


def test_then_the_nodes_which_is_an_assumption(tmp_path: Path) -> None:
    found = known(tmp_path, node("a", cidrs=("10.9.0.0/24",)), node("b", cidrs=("10.9.1.0/24",)))
    cidrs, said = found.pod_cidrs(())
    assert cidrs == ("10.9.0.0/23",)
    assert [one.code.id for one in said] == ["NPC764"]
    assert said[0].message == "pods have their addresses in `10.9.0.0/23`"


def test_what_the_user_says_wins(tmp_path: Path) -> None:
    assert known(tmp_path, node(), pool("10.244.0.0/16")).pod_cidrs(("10.7.0.0/16",)) == (("10.7.0.0/16",), ())


def test_where_nothing_says_so_nothing_is_taken(tmp_path: Path) -> None:
    found = known(tmp_path, node(), pod())
    assert found.pod_cidrs(()) == ((), ())
    assert not found.dual_stack


def test_two_families_are_two_stacks(tmp_path: Path) -> None:
    assert known(tmp_path, node(), pool("10.244.0.0/16"), pool("fd00::/48")).dual_stack
    assert known(tmp_path, node(), pod("web", "10.244.0.7", "fd00::7")).dual_stack


def test_services_have_theirs(tmp_path: Path) -> None:
    ranges = thing("ServiceCIDR", "kubernetes", "networking.k8s.io/v1", spec={"cidrs": ["10.96.0.0/12"]})
    assert known(tmp_path, node(), ranges).services.cidrs == ("10.96.0.0/12",)


def test_what_is_no_network_is_passed_over(tmp_path: Path) -> None:
    assert known(tmp_path, node(), pool("ten")).pods.cidrs == ()
