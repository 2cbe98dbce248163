"""The comparison sees what a slip would do: emitted policies with one change differ, and the verdicts confirm it.

Not every change changes flows (one entry may be inside another). Where the comparison says that nothing differs, as
many concrete flows agree; where it finds a difference, the flow that it shows is allowed on one side only. In the
story every change is a difference.
"""

from __future__ import annotations

from collections import Counter

import pytest
from calico_yaml import calico_yaml
from judged import options
from mutations import MUTATIONS, Object, mutants
from sampling import flows

from npconv.dialects.cilium.lift import lift
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.validate import validate
from npconv.ir.dimensions import Kind
from npconv.ir.policy import PolicySet
from npconv.pipeline.convert import convert
from npconv.pipeline.model import Options
from npconv.semantics.compare import Outcome, compare
from npconv.semantics.space import Space
from npconv.semantics.verdict import verdict
from npconv.source.load import parse as read
from npconv.source.write import write_yaml

SEEDS = 40

STORY = """
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Ingress, Egress]
  ingress:
    - action: Deny
      source: {selector: role == 'guest'}
    - {action: Allow, protocol: TCP, source: {selector: app == 'gate'}, destination: {ports: [80]}}
    - action: Allow
      protocol: TCP
      source: {selector: app == 'api'}
      destination: {ports: [8080]}
      http: {methods: [GET]}
    - {action: Allow, source: {selector: role != 'guest', namespaceSelector: team != 'b'}}
  egress:
    - {action: Allow, protocol: UDP, destination: {ports: [53]}}
    - {action: Allow, protocol: TCP, destination: {nets: [8.8.8.0/24], ports: [443]}}
    - action: Allow
      protocol: TCP
      destination: {nets: [203.0.112.0/20], notNets: [203.0.113.0/24], ports: [443]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: default-deny}
spec: {namespaceSelector: "projectcalico.org/name not in {'kube-system', 'shop'}", types: [Ingress, Egress]}
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 10, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: metadata-service}
spec:
  tier: security
  types: [Egress]
  egress: [{action: Deny, destination: {nets: [169.254.169.254/32]}}]
"""

SPACE = Space(subject_kinds=frozenset({Kind.POD, Kind.HEALTH}))
"""With Cilium's health endpoints, which a clusterwide policy must not select."""


def test_every_change_of_the_story_is_found() -> None:
    # 1.17: later versions ask that a peer is in the own cluster, which anchors negative selectors, too.
    chosen = Options(target=CiliumProfile(version=(1, 17)), pod_cidrs=("10.244.0.0/16",))
    conversion = convert(read(STORY, "story.yaml"), chosen)
    assert not [one for one in conversion.diagnostics if one.is_error]
    objects = [dict(one.data) for one in conversion.outputs]
    before = meaning(objects, chosen)
    seen: Counter[str] = Counter()
    for name, changed in mutants(objects):
        after = meaning(changed, chosen)
        found = compare(before, after, assumptions=SPACE)
        text = f"{name}\n{write_yaml(changed)}"
        assert found.outcome is Outcome.DIFFERENT, text
        seen[name] += 1
        for one in found.counterexamples:
            old, new = verdict(before, one.flow), verdict(after, one.flow)
            assert old.allowed != new.allowed, text
            assert (old.allowed, new.allowed) == (one.old.allowed, one.new.allowed), text
    assert set(seen) == set(MUTATIONS), "a kind of change has no place in the story"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_changes_of_random_output_are_found_or_change_nothing(seed: int) -> None:
    chosen = options(seed)
    conversion = convert(read(calico_yaml(seed), "in.yaml"), chosen)
    objects = [dict(one.data) for one in conversion.outputs if "spec" in one.data or "specs" in one.data]
    before = meaning(objects, chosen)
    for number, (name, changed) in enumerate(mutants(objects)):
        if number % 5 != seed % 5:
            continue
        after = meaning(changed, chosen)
        found = compare(before, after, assumptions=SPACE)
        differing = [
            one for one in flows((before, after), SPACE, seed, 60) if passes(before, one) != passes(after, one)
        ]
        text = f"{name}\n{write_yaml(objects)}\n{write_yaml(changed)}"
        if found.outcome is Outcome.EQUAL:
            assert not differing, text
        for one in found.counterexamples:
            assert passes(before, one.flow) != passes(after, one.flow), text


def passes(policies: PolicySet, flow: object) -> bool:
    return verdict(policies, flow).allowed  # type: ignore[arg-type]


def meaning(objects: list[Object], chosen: Options) -> PolicySet:
    """What Cilium objects mean, by way of their text."""
    built = [parse(one)[0] for one in read(write_yaml(objects), "out.yaml").documents]
    assert all(one is not None for one in built)
    known = [one for one in built if one is not None]
    assert not [problem for one in known for problem in validate(one, chosen.target) if problem.is_error]
    return lift(known, chosen.target, services=Services(complete=False)).policies
