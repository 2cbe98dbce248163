"""Rules that never decide: by sets, by the solver, within a policy and across; and what is left open."""

from __future__ import annotations

import sys

import pytest
from lint_cases import codes, linted, policy

from npconv.linter.shadow import find

CALICO = "selector: all()\ntypes: [Ingress]\n"


def rules(*items: str, order: int = 100, name: str = "a", kind: str = "gnp") -> str:
    """A Calico policy of ingress rules, each `Allow|Deny|Pass SELECTOR [PORTS]`."""
    made = []
    for item in items:
        action, selector, *ports = item.split()
        source = "" if selector == "*" else f', source: {{selector: "{selector}"}}'
        to = f", protocol: TCP, destination: {{ports: [{ports[0]}]}}" if ports else ""
        made.append(f"- {{action: {action}{source}{to}}}")
    return policy(kind, f"order: {order}\n{CALICO}ingress:\n" + "\n".join(made), name)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (("Allow *", "Deny a=='x'"), ["NPC640"]),
        (("Deny a=='x'", "Allow *"), []),
        (("Allow a=='x'", "Deny a!='x'", "Deny *"), ["NPC641"]),
        (("Allow a=='x'", "Allow a=='x'"), ["NPC641"]),
        (("Allow a=='x' 80", "Allow a=='x'"), ["NPC641"]),
        (("Allow a=='x' 80", "Deny a=='y'", "Allow a=='x'"), []),
        (("Pass has(a)", "Allow a=='x'"), ["NPC640"]),
        (("Allow * '1:100'", "Allow * '101:65535'", "Deny * '50:200'"), ["NPC640"]),
        (("Allow has(a)", "Deny !has(a)", "Log *", "Deny a=='x'"), ["NPC640"]),
        (("Allow a=='x'", "Deny b=='x'"), []),
    ],
)
def test_rules_of_one_policy(items: tuple[str, ...], expected: list[str]) -> None:
    assert [one for one in codes(rules(*items)) if one.startswith("NPC64")] == expected


def test_the_rules_that_come_first_are_named() -> None:
    found = linted(rules("Allow * '1:100'", "Allow * '101:65535'", "Deny has(a)", "Deny * '50:200'")).diagnostics
    (shadowed,) = [one for one in found if one.code.id == "NPC640"]
    assert shadowed.message == "this rule never decides: all that it matches is allowed before"
    assert [label.origin.dotted for label in shadowed.also] == ["spec.ingress[0]", "spec.ingress[1]"]
    assert shadowed.origin is not None and shadowed.origin.dotted == "spec.ingress[3]"


def test_policies_in_order() -> None:
    first, second = rules("Allow *", order=1, name="a"), rules("Deny a=='x'", order=2, name="b")
    assert "NPC640" in codes(second, first)
    assert "NPC640" not in codes(rules("Allow *", order=3, name="a"), second)
    assert "NPC642" in codes(first, rules("Allow a=='x'", order=2, name="b"))


def test_an_earlier_tier_that_isolates() -> None:
    tier = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: first}\nspec: {order: 1}\n"
    early = policy(
        "gnp", "tier: first\n" + CALICO + "ingress: [{action: Allow, source: {selector: a == 'x'}}]", "early"
    )
    late = rules("Allow b=='y'", name="late")
    found = [one for one in linted(tier, early, late).diagnostics if one.code.id == "NPC640"]
    assert [one.message for one in found] == [
        "this rule never decides: all that it matches is allowed or denied before"
    ]
    passing = early.replace("ingress: [", "ingress: [{action: Pass, source: {selector: b == 'y'}}, ")
    assert "NPC640" not in codes(tier, passing, late)


def test_rules_of_a_networkpolicy_have_no_order() -> None:
    spec = "podSelector: {}\npolicyTypes: [Ingress]\ningress:\n"
    narrow, wide = "- from: [{podSelector: {matchLabels: {a: b}}}]\n", "- from: [{podSelector: {}}]\n"
    for text in (narrow + wide, wide + narrow):
        assert codes(policy("k8s", spec + text)) == ["NPC641"]
    assert codes(policy("k8s", spec + narrow), policy("k8s", spec + wide, "b")) == []


def test_a_deny_comes_first_in_cilium() -> None:
    spec = "endpointSelector: {}\ningressDeny: [{fromEndpoints: [{}]}]\ningress: [{fromEndpoints: [PEER]}]"
    assert "NPC640" in codes(policy("cnp", spec.replace("PEER", "{matchLabels: {a: b}}")))
    world = spec.replace("{fromEndpoints: [PEER]}", "{fromEntities: [world]}")
    assert "NPC640" not in codes(policy("cnp", world))


def test_rules_for_requests_hide_no_connection() -> None:
    ports = "toPorts: [{ports: [{port: '80', protocol: TCP}]RULES}]"
    http = ports.replace("RULES", ", rules: {http: [{method: GET}]}")
    plain = ports.replace("RULES", "")
    spec = f"endpointSelector: {{}}\ningress: [{{fromEndpoints: [{{}}], {http}}}, {{fromEndpoints: [{{}}], {plain}}}]"
    assert "NPC640" not in codes(policy("cnp", spec))


def test_what_time_does_not_allow_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    found = linted(rules("Allow *", "Deny a=='x'"))
    assert found.undecided == 0
    monkeypatch.setattr(find, "Budget", lambda seconds: _NO_TIME)
    late = linted(rules("Allow *", "Deny a=='x'"))
    assert late.undecided == 2
    assert [one.code.id for one in late.diagnostics] == ["NPC656"]


def test_without_a_solver_sets_still_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)  # type: ignore[arg-type]
    assert "NPC640" in codes(rules("Allow *", "Deny a=='x'"))
    late = linted(rules("Allow * '1:100'", "Allow * '101:65535'", "Deny * '50:200'"))
    assert late.undecided == 1 and "NPC640" not in [one.code.id for one in late.diagnostics]


_NO_TIME = find.Budget(seconds=-1)
