"""What is looked at, as which engine, and what is left out."""

from __future__ import annotations

import pytest
from lint_cases import codes, linted, policy

from npconv.linter import LintOptions, lint
from npconv.pipeline.engines import title
from npconv.pipeline.read import wanted
from npconv.source.load import Loaded, parse

K8S = policy("k8s", "podSelector: {}\npolicyTypes: [Ingress]")
CALICO = policy("gnp", "selector: all()\ntypes: [Ingress]")
CILIUM = policy("cnp", "endpointSelector: {}\ningress: [{fromEndpoints: [{}]}]")


def together(*files: tuple[str, str]) -> Loaded:
    """Several files as one input."""
    several = [parse(text, file, wanted=wanted, named=False) for file, text in files]
    return Loaded(
        documents=tuple(one for loaded in several for one in loaded.documents),
        diagnostics=tuple(one for loaded in several for one in loaded.diagnostics),
        texts=tuple(one for loaded in several for one in loaded.texts),
    )


@pytest.mark.parametrize(
    ("texts", "engines"),
    [
        ((K8S,), ["Kubernetes"]),
        ((K8S, CALICO), ["Calico 3.32"]),
        ((K8S, CILIUM), ["Cilium 1.19"]),
        ((K8S, CALICO, CILIUM), ["Calico 3.32", "Cilium 1.19"]),
    ],
)
def test_engines_by_their_kinds(texts: tuple[str, ...], engines: list[str]) -> None:
    found = linted(*texts)
    assert [title(one) for one in found.engines] == engines
    assert found.diagnostics == ()
    assert found.objects == len(texts)


def test_policies_of_the_policy_api_beside_those_of_an_engine_that_has_none() -> None:
    api = (
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: a}\n"
        "spec: {priority: 1, subject: {namespaces: {matchLabels: }}}\n"
    )
    found = linted(CILIUM, api)
    assert [title(one) for one in found.engines] == ["Cilium 1.19", "ClusterNetworkPolicy"]
    assert "NPC606" in [one.code.id for one in found.diagnostics]


def test_one_name_in_two_folders_is_two_clusters() -> None:
    other = K8S.replace("podSelector: {}", "podSelector: {matchLabels: {a: b}}")
    apart = lint(together(("a/p.yaml", K8S), ("b/p.yaml", other)), LintOptions())
    assert apart.diagnostics == ()
    beside = lint(together(("a/p.yaml", K8S), ("a/q.yaml", other)), LintOptions())
    assert [one.code.id for one in beside.diagnostics] == ["NPC130"]


def test_the_files_of_one_folder_stay_together() -> None:
    allow = policy("gnp", "order: 1\ntypes: [Ingress]\ningress: [{action: Allow}]", "allow")
    deny = policy("gnp", "order: 2\ntypes: [Ingress]\ningress: [{action: Deny, source: {selector: a == 'b'}}]", "deny")
    one, other = (policy("gnp", f"order: {order}\ntypes: [Ingress]", "base") for order in (8, 9))
    apart = lint(together(("a/base.yaml", one), ("a/allow.yaml", allow), ("b/base.yaml", other), ("b/deny.yaml", deny)))
    assert apart.diagnostics == ()
    beside = lint(together(("a/base.yaml", one), ("a/allow.yaml", allow), ("a/deny.yaml", deny)))
    assert [one.code.id for one in beside.diagnostics] == ["NPC640"]


def test_templates_and_patches_are_left_out_with_a_note() -> None:
    helm = K8S.replace("name: web", "name: {{ .Release.Name }}")
    flux = K8S.replace("name: web", "name: ${NAME}")
    patch = "$patch: delete\n" + K8S
    found = linted(helm, flux, patch)
    assert [one.code.id for one in found.diagnostics] == ["NPC655"] * 3
    assert found.is_clean and not found.has_errors and found.objects == 0


def test_documents_that_are_no_policy_are_nobodys_business() -> None:
    found = linted("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '${NAME}'}\n", K8S)
    assert found.diagnostics == () and found.objects == 1
    assert dict(found.skipped) == {"ConfigMap": 1}


def test_assumptions_and_losses_of_translations_are_not_said() -> None:
    without = K8S.replace(", namespace: shop", "")
    staged = CALICO.replace("GlobalNetworkPolicy", "StagedGlobalNetworkPolicy")
    assert codes(without, staged) == []


def test_what_to_look_for() -> None:
    trap = policy(
        "k8s", "podSelector: {}\npolicyTypes: [Ingress]\ningress: [{from: [], ports: [{port: 1}, {port: 1}]}]"
    )
    assert codes(trap) == ["NPC600", "NPC612"]
    assert [one.code.id for one in linted(trap, select="NPC61").diagnostics] == ["NPC612"]
    found = lint(parse(trap, "p.yaml"), LintOptions(ignore=frozenset({"NPC600"})))
    assert [one.code.id for one in found.diagnostics] == ["NPC612"]


def test_an_invalid_policy_is_said_whatever_was_selected() -> None:
    found = linted(policy("k8s", "podSelector: {}\nunheardOf: 1"), select="NPC600")
    assert found.has_errors and [one.code.id for one in found.diagnostics] == ["NPC110"]


@pytest.mark.parametrize(
    ("field", "note"),
    [
        ("PodSelector: {}", "where an API server drops it, the policy is for every pod of the namespace"),
        ("policytypes: []", "where an API server drops it, only the directions that have rules count, and ingress"),
        ("ingress: [{form: []}]", "where an API server drops it, the rule is for every source"),
        (
            "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, excepts: []}}]}]",
            "where an API server drops it, the exceptions are allowed, too",
        ),
    ],
)
def test_what_the_api_server_drops_is_said(field: str, note: str) -> None:
    found = [one for one in linted(policy("k8s", field)).diagnostics if one.code.id == "NPC110"]
    assert [one.notes for one in found] == [(note,)]
