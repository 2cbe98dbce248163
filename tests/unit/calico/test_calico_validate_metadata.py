"""Names, labels and annotations: what Calico refuses about them, by version."""

import pytest
from calico_documents import findings

from npconv.dialects.calico.profile import CalicoProfile


def spec(text: str, kind: str = "NetworkPolicy", name: str = "web") -> str:
    return f"apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {text}\n"


@pytest.mark.parametrize(
    ("kind", "name", "taken"),
    [
        ("NetworkPolicy", "web", True),
        ("NetworkPolicy", "shop.web", True),
        ("NetworkPolicy", "knp.default.a.b", True),
        ("NetworkPolicy", "a.b.c", False),
        ("NetworkPolicy", "Web", False),
        ("GlobalNetworkPolicy", "shop.web", True),
        ("GlobalNetworkPolicy", "knp.default.a", False),
        ("Tier", "shop", True),
        ("Tier", "shop.web", False),
        ("NetworkSet", "a.b.c", True),
        ("NetworkSet", "a_b", False),
        ("StagedNetworkPolicy", "Web", False),
    ],
)
def test_names(kind: str, name: str, taken: bool) -> None:
    assert [code for code, _ in findings(spec("{}", kind, name))] == ([] if taken else ["NPC203"])


@pytest.mark.parametrize(
    ("name", "tier", "message"),
    [
        ("shop.web", "shop", ""),
        ("shop.web", "", ""),
        ("web", "", ""),
        ("default.web", "default", ""),
        (
            "web",
            "shop",
            "`metadata.name` must start with `shop.`, the tier of the policy, up to Calico 3.31 (found `web`)",
        ),
        (
            "shop.web",
            "default",
            "`metadata.name` must not name another tier than `default` up to Calico 3.31 (found `shop.web`)",
        ),
    ],
)
def test_names_carried_the_tier_up_to_3_31(name: str, tier: str, message: str) -> None:
    text = spec(f"{{tier: '{tier}'}}", name=name)

    assert [found for _, found in findings(text, CalicoProfile(version=(3, 31)))] == ([message] if message else [])
    assert findings(text, CalicoProfile(version=(3, 32))) == []


def test_a_tier_of_3_31_is_free_to_be_called_kube_admin() -> None:
    text = spec("{order: 7}", "Tier", "kube-admin")

    assert findings(text, CalicoProfile(version=(3, 31))) == []
    assert findings(text) != []


def test_labels_and_annotations() -> None:
    text = "apiVersion: projectcalico.org/v3\nkind: NetworkSet\nspec: {}\nmetadata: "

    assert findings(text + "{name: a, labels: {a.b/c: d_e.f}, annotations: {A/b: any thing}}") == []
    assert [code for code, _ in findings(text + "{name: a, labels: {a: 'b c'}}")] == ["NPC204"]
    assert [code for code, _ in findings(text + "{name: a, labels: {a b: c}}")] == ["NPC204"]
    assert [code for code, _ in findings(text + "{name: a, annotations: {a b: c}}")] == ["NPC204"]
    assert findings(text + "{name: a, labels: {projectcalico.org/namespace: c}}") == [
        ("NPC204", "`metadata.labels.projectcalico.org/namespace` is reserved for Calico")
    ]
    assert findings(text + "{labels: {}}") == [("NPC203", "`metadata.name` is required")]
