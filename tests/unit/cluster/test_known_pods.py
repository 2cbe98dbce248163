"""What is known of pods where rules name their ports."""

from __future__ import annotations

from npconv.dialects.cluster.model import Cluster, ContainerPort, Namespace, Pod
from npconv.dialects.cluster.named_ports import known_pods
from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, Scope
from npconv.lowering.pods_apart import KnownPort

PORTS = (ContainerPort(name="http", port=80), ContainerPort(name="admin", port=15000, sidecar=True))


def test_pods_have_their_labels_account_namespace_and_ports() -> None:
    pod = Pod(namespace="shop", name="web", labels={"app": "web"}, service_account="robot", ports=PORTS)
    (known,) = known_pods(Cluster(pods=(pod,)))
    assert known.title == "shop/web"
    assert known.attributes == {NAMESPACE: "shop", SERVICE_ACCOUNT: "robot", Attribute.of(Scope.POD, "app"): "web"}
    assert known.ports == (KnownPort("http", 6, 80), KnownPort("admin", 6, 15000))
    assert known.complete == {Scope.POD}


def test_labels_of_a_namespace_are_known_where_it_is() -> None:
    cluster = Cluster(
        namespaces=(Namespace(name="shop", labels={"team": "a"}),), pods=(Pod(namespace="shop", name="web"),)
    )
    (known,) = known_pods(cluster)
    assert known.attributes[Attribute.of(Scope.NAMESPACE, "team")] == "a"
    assert known.complete == {Scope.POD, Scope.NAMESPACE}


def test_sidecars_may_be_left_out() -> None:
    (known,) = known_pods(Cluster(pods=(Pod(namespace="shop", name="web", ports=PORTS),)), sidecars=False)
    assert known.ports == (KnownPort("http", 6, 80),)


def test_pods_without_an_address_of_their_own_are_nobody() -> None:
    pods = (Pod(namespace="a", name="b", host_network=True), Pod(namespace="a", name="c", phase="Succeeded"))
    assert known_pods(Cluster(pods=pods)) == ()


def test_protocols_that_no_port_has_are_passed_over() -> None:
    odd = Pod(namespace="a", name="b", ports=(ContainerPort(name="x", port=1, protocol="ICMP"),))
    assert known_pods(Cluster(pods=(odd,)))[0].ports == ()
