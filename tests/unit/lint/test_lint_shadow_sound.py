"""A rule that never decides can go: without it the same flows pass, by the comparison that proves translations.

And the other way round, for small sets: a rule of Calico's that is not told decides some flow.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from lint_cases import policy

from npconv.ir.dimensions import Kind
from npconv.ir.policy import Action, Direction, Policy, PolicySet, Rule
from npconv.linter.shadow.clauses import steps_of
from npconv.linter.shadow.find import Shadow, shadows
from npconv.pipeline.meaning import Meaning, meaning
from npconv.semantics.compare import Outcome, compare
from npconv.semantics.space import Space
from npconv.source.load import parse

SPACE = Space(peer_kinds=frozenset(Kind), named_port_kinds=frozenset({Kind.POD}))


def calico(chance: random.Random) -> str:
    """Some Calico policies of few labels and ports, so that many rules meet."""
    made = []
    for number in range(chance.randint(1, 4)):
        rules = []
        for _ in range(chance.randint(1, 5)):
            action = chance.choice(["Allow", "Allow", "Deny", "Pass"])
            source = chance.choice(
                ["", f'selector: "{_selector(chance)}"', "nets: [10.0.0.0/8]", "nets: [10.1.0.0/16]"]
            )
            ports = chance.choice(["", "", "80", "'1:100'", "'50:200'", "'101:65535'"])
            to = f", protocol: TCP, destination: {{ports: [{ports}]}}" if ports else ""
            rules.append(f"- {{action: {action}, source: {{{source}}}{to}}}")
        kind = chance.choice(["gnp", "np"])
        head = f'order: {chance.randint(1, 3)}\nselector: "{_selector(chance)}"\ntypes: [Ingress]\ningress:\n'
        made.append(policy(kind, head + "\n".join(rules), f"p{number}"))
    return "---\n".join(made)


def cilium(chance: random.Random) -> str:
    """Some Cilium policies, with denies."""
    made = []
    for number in range(chance.randint(1, 3)):
        parts = []
        for key in ("ingress", "ingressDeny"):
            entries = []
            for _ in range(chance.randint(0 if key == "ingressDeny" else 1, 3)):
                peers = chance.choice(
                    ["fromEndpoints: [{}]", f"fromEndpoints: [{_labels(chance)}]", "fromEntities: [world]"]
                )
                port = chance.choice(["", "80", "81"])
                ports = f", toPorts: [{{ports: [{{port: '{port}', protocol: TCP}}]}}]" if port else ""
                entries.append(f"{{{peers}{ports}}}")
            if entries:
                parts.append(f"{key}: [{', '.join(entries)}]")
        made.append(policy("cnp", f"endpointSelector: {_labels(chance)}\n" + "\n".join(parts), f"p{number}"))
    return "---\n".join(made)


def _selector(chance: random.Random) -> str:
    one = chance.choice(["all()", "has(a)", "!has(a)", "a == 'x'", "a != 'x'", "a == 'y'"])
    return chance.choice([one, f"{one} && b == 'x'", f"{one} || b == 'x'"])


def _labels(chance: random.Random) -> str:
    return chance.choice(["{}", "{matchLabels: {a: x}}", "{matchLabels: {a: x, b: x}}"])


def understood(text: str) -> Meaning:
    """What the policies mean."""
    found = meaning(parse(text, "p.yaml"), None)
    assert not found.failed
    return found


def looked(found: Meaning) -> list[Shadow]:
    """The rules that never decide."""
    tiers = found.policies.tiers
    is_calico = bool(found.found.calico)
    in_order = frozenset(tier.name for tier in tiers) if is_calico else frozenset[str]()
    result = shadows(found.policies, in_order=in_order, space=SPACE, seconds=60)
    assert result.undecided == 0
    return result.found


def mapped(policies: PolicySet, change: Callable[[tuple[Rule, ...]], tuple[Rule, ...]]) -> PolicySet:
    """The set with the rules of each section changed."""

    def policy_with(one: Policy) -> Policy:
        return replace(one, sections=tuple(replace(each, rules=change(each.rules)) for each in one.sections))

    tiers = (replace(tier, policies=tuple(policy_with(one) for one in tier.policies)) for tier in policies.tiers)
    return PolicySet(tiers=tuple(tiers))


def without(policies: PolicySet, gone: list[Shadow]) -> PolicySet:
    """The set without some rules; what they isolate stays isolated."""
    rules = {id(step.rule) for one in gone for step in one.rule.steps}
    return mapped(policies, lambda several: tuple(rule for rule in several if id(rule) not in rules))


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("make", [calico, cilium])
def test_all_rules_that_are_told_can_go_at_once(make: Callable[[random.Random], str], seed: int) -> None:
    found = understood(make(random.Random(seed)))
    told = looked(found)
    assert compare(found.policies, without(found.policies, told), assumptions=SPACE).outcome is Outcome.EQUAL


def test_random_policies_have_such_rules() -> None:
    told = [one for seed in range(25) for one in looked(understood(calico(random.Random(seed))))]
    assert len(told) > 10
    assert any(one.otherwise for one in told) and not all(one.otherwise for one in told)


def allowing(deny: Rule, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Rules with an allow in the place of one of them."""
    return tuple(replace(one, action=Action.ALLOW) if one is deny else one for one in rules)


@pytest.mark.parametrize("seed", range(12))
def test_a_deny_that_is_not_told_decides(seed: int) -> None:
    """With an allow in its place something passes that did not."""
    found = understood(calico(random.Random(seed)))
    told = {id(step.rule) for one in looked(found) for step in one.rule.steps}
    (tier,) = [one for one in found.policies.tiers if one.name == "default"]
    for step in steps_of(tier, Direction.INGRESS):
        deny = step.rule
        if deny.action is Action.DENY and id(deny) not in told:
            turned = mapped(found.policies, partial(allowing, deny))
            assert compare(found.policies, turned, assumptions=SPACE).outcome is Outcome.DIFFERENT, deny.origin
