"""What is not written means something else on each way into the datastore."""

import pytest
from calico_documents import parsed

from npconv.dialects.calico.defaults import default_action_of, order_of, tier_of, types_of
from npconv.dialects.calico.model import NetworkPolicy, PolicyType
from npconv.dialects.calico.model_sets import Tier, TierDefault
from npconv.dialects.calico.profile import CalicoProfile

IN, OUT = PolicyType.INGRESS, PolicyType.EGRESS
CALICOCTL = CalicoProfile()
NATIVE = CalicoProfile(applied_by="native-crd")


def policy(spec: str, api: str = "projectcalico.org/v3", name: str = "web") -> NetworkPolicy:
    found = parsed(f"apiVersion: {api}\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec: {spec}")
    assert isinstance(found, NetworkPolicy)
    return found


@pytest.mark.parametrize(
    ("spec", "calicoctl", "native"),
    [
        ("{}", (IN,), (IN,)),
        ("{types: []}", (IN,), (IN,)),
        ("{ingress: [], egress: []}", (IN,), (IN, OUT)),
        ("{egress: [{action: Deny}]}", (OUT,), (OUT,)),
        ("{ingress: [], egress: [{action: Deny}]}", (OUT,), (IN, OUT)),
        ("{ingress: null, egress: [{action: Deny}]}", (OUT,), (OUT,)),
        ("{egress: []}", (IN,), (OUT,)),
        ("{ingress: [{action: Deny}]}", (IN,), (IN,)),
        ("{ingress: [{action: Deny}], egress: [{action: Deny}]}", (IN, OUT), (IN, OUT)),
        ("{types: [Ingress], egress: [{action: Deny}]}", (IN,), (IN,)),
        ("{types: [Egress, Ingress]}", (IN, OUT), (IN, OUT)),
    ],
)
def test_types(spec: str, calicoctl: tuple[PolicyType, ...], native: tuple[PolicyType, ...]) -> None:
    assert types_of(policy(spec), CALICOCTL) == calicoctl
    assert types_of(policy(spec), NATIVE) == native


@pytest.mark.parametrize(
    ("spec", "types"), [("{}", (IN, OUT)), ("{egress: []}", (IN, OUT)), ("{types: [Ingress]}", (IN,))]
)
def test_types_of_a_stored_policy(spec: str, types: tuple[PolicyType, ...]) -> None:
    assert types_of(policy(spec, "crd.projectcalico.org/v1"), CALICOCTL) == types


@pytest.mark.parametrize(
    ("name", "spec", "before", "after"),
    [
        ("web", "{}", "default", "default"),
        ("shop.web", "{}", "shop", "default"),
        ("default.web", "{}", "default", "default"),
        ("knp.default.web", "{}", "default", "default"),
        ("shop.web", "{tier: platform}", "platform", "platform"),
    ],
)
def test_tier(name: str, spec: str, before: str, after: str) -> None:
    assert tier_of(policy(spec, name=name), CalicoProfile(version=(3, 31))) == before
    assert tier_of(policy(spec, name=name), CalicoProfile(version=(3, 32))) == after


def tier(spec: str, api: str = "projectcalico.org/v3") -> Tier:
    found = parsed(f"apiVersion: {api}\nkind: Tier\nmetadata: {{name: shop}}\nspec: {spec}")
    assert isinstance(found, Tier)
    return found


def test_order_of_a_tier() -> None:
    assert order_of(tier("{order: 3}"), NATIVE) == 3
    assert order_of(tier("{}"), CALICOCTL) == 1_000_000
    assert order_of(tier("{}"), NATIVE) is None
    assert order_of(tier("{}", "crd.projectcalico.org/v1"), CALICOCTL) is None


def test_default_action_of_a_tier() -> None:
    assert default_action_of(tier("{}")) is TierDefault.DENY
    assert default_action_of(tier("{defaultAction: Pass}")) is TierDefault.PASS
