"""Features together, as Allow and Deny in one policy: whatever differs in the output is owned by a loss."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from feature_answers import NAMESPACES, names, source
from feature_probes import BOTH_WAYS, IN, Probe, default, policy, probes

from npconv.ir.condition import ALWAYS
from npconv.ir.dimensions import Named
from npconv.ir.dump import dump
from npconv.ir.features import Feature
from npconv.ir.policy import Action, Direction, Rule
from npconv.lowering.addresses import plan
from npconv.lowering.conditions import leaves
from npconv.lowering.hosts import pods_only
from npconv.pipeline.check import check
from npconv.pipeline.engines import beside, parse_engine
from npconv.pipeline.support import COLUMNS
from npconv.pipeline.targets import Task, write
from npconv.source.write import stream

SOURCE = parse_engine("calico")
MERGED = {Feature.TLS_NAMES, Feature.AUTHENTICATION}
"""What Cilium asks of plain rules for the same flows, too: no source means such rules to be apart."""

RULES: list[tuple[Direction, Rule]] = [
    (section.direction, rule)
    for feature, listed in probes().items()
    if feature not in MERGED
    for probe in listed
    for tier in probe.tiers
    for one in tier.policies
    for section in one.sections
    for rule in section.rules
]


def only_allowed(rule: Rule) -> bool:
    """Whether no dialect can deny such flows: requests, and names."""
    return rule.request != ALWAYS or any(isinstance(leaf, Named) for leaf in leaves(rule.peer))


def some_rules(random_: random.Random, way: Direction) -> list[Rule]:
    """A few rules of different features, of which some are Denies and some ask for less than their feature."""
    mine = [rule for direction, rule in RULES if direction is way]
    found = []
    for rule in random_.sample(mine, random_.choice((2, 2, 3))):
        if only_allowed(rule):
            found.append(replace(rule, action=Action.ALLOW))
            continue
        other = random_.choice(mine)
        found.append(
            replace(
                rule,
                action=random_.choice((Action.ALLOW, Action.DENY)),
                traffic=ALWAYS if random_.random() < 0.3 else rule.traffic,
                peer=other.peer if random_.random() < 0.3 and not only_allowed(other) else rule.peer,
            )
        )
    return found


@pytest.mark.parametrize("target", COLUMNS)
@pytest.mark.parametrize("seed", range(10))
def test_what_differs_is_owned(seed: int, target: str) -> None:
    random_ = random.Random(seed)
    engine = beside(parse_engine(target), SOURCE)
    for _ in range(8):
        way = random_.choice(BOTH_WAYS)
        first = policy(way, *some_rules(random_, way), isolates=random_.random() < 0.7)
        second = policy(way, *some_rules(random_, way), name="web2")
        tiers = default(*((first, second) if random_.random() < 0.3 else (first,)))
        meant, _ = pods_only(source(Probe(Feature.ORDER, way, tiers, frozenset({IN})), engine))
        known = random_.random() < 0.7
        addresses = plan(
            meant,
            pod_cidrs=["10.244.0.0/16"] if known else [],
            node_cidrs=["10.0.0.0/24"] if known else [],
            only_v4=random_.random() < 0.8,
        )
        namespaces = NAMESPACES if random_.random() < 0.5 else ()
        task = Task(policies=meant, plan=addresses, names=names(meant, engine), namespaces=namespaces)
        written = write(task, engine)
        texts = [one.written() for one in written.objects]
        proof = check(written.meant, texts, losses=written.losses, engines=(SOURCE, engine), plan=addresses, seconds=20)
        assert not proof.unowned, f"{proof.unowned[0]}\n{dump(meant)}\n{stream(texts)}"
        assert not [problem for one in written.objects for problem in one.problems]
