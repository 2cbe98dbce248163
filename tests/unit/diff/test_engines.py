"""Engines by name and by the kinds of what they enforce."""

from __future__ import annotations

import pytest
from small_town import CALICO_DENY, CILIUM_DB, DB

from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.pipeline.engines import (
    Engine,
    EngineError,
    detect,
    matches_pods_by_address,
    name,
    parse_engine,
    same_addresses,
    title,
)
from npconv.source.load import parse


@pytest.mark.parametrize(
    ("text", "engine", "said"),
    [
        ("calico=3.30", CalicoProfile(version=(3, 30)), "Calico 3.30"),
        ("cilium=1.18", CiliumProfile(version=(1, 18)), "Cilium 1.18"),
        ("k8s", KubernetesProfile(), "Kubernetes"),
        ("policy-api", PolicyApiProfile(), "ClusterNetworkPolicy"),
    ],
)
def test_named(text: str, engine: Engine, said: str) -> None:
    assert parse_engine(text) == engine
    assert (name(engine), title(engine)) == (text, said)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("calico=2.0", "unknown version `2.0` of calico (expected `3.29`, `3.30`, `3.31` or `3.32`)"),
        ("cilium,enable-sctpp=true", "unknown key `enable-sctpp` (did you mean `enable-sctp`?)"),
        ("k8s=1.30", "`k8s` takes no version (found `k8s=1.30`)"),
        ("k8s,x=y", "unknown key `x` (expected `own-node`)"),
        ("k8s,own-node=x", "unknown `own-node` `x` (expected `policed` or `open`)"),
        ("policy-api,channel=x", "unknown channel `x` (expected `standard` or `experimental`)"),
        ("azure-npm=solaris", "unknown system `solaris` (expected `linux` or `windows`)"),
        ("aws", "expected `calico`, `cilium`, `k8s`, `policy-api`, `azure-npm` or `auto` (found `aws`)"),
    ],
)
def test_misnamed(text: str, message: str) -> None:
    with pytest.raises(EngineError) as error:
        parse_engine(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("texts", "engine"),
    [
        ((DB,), KubernetesProfile()),
        ((DB, CALICO_DENY), CalicoProfile()),
        ((DB, CALICO_DENY, CILIUM_DB), CiliumProfile()),
        ((), KubernetesProfile()),
    ],
)
def test_by_kinds(texts: tuple[str, ...], engine: Engine) -> None:
    assert detect(parse("---\n".join(texts), "x.yaml").documents) == engine


def test_addresses_mean_the_same_to_engines_that_match_alike() -> None:
    calico, cilium = CalicoProfile(), CiliumProfile()
    assert same_addresses(calico, CalicoProfile(version=(3, 29)))
    assert not same_addresses(calico, cilium)
    assert [matches_pods_by_address(one) for one in (calico, cilium, KubernetesProfile())] == [True, False, False]
