"""One random input, converted and judged: by what npconv says of itself, and by concrete flows."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from calico_yaml import calico_yaml
from sampling import flows

from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.lift import lift
from npconv.dialects.cilium.lift_services import Services
from npconv.dialects.cilium.parse import parse
from npconv.dialects.cilium.profile import AllowLocalhost, CIDRMatch, CiliumProfile, Platform
from npconv.dialects.cluster import kinds as cluster_kinds
from npconv.dialects.cluster import read as cluster
from npconv.dialects.cluster.backends import backends
from npconv.ir.dump import dump
from npconv.ir.policy import PolicySet
from npconv.lowering import addresses
from npconv.lowering.hosts import pods_only
from npconv.lowering.labels import possible
from npconv.lowering.services import resolved
from npconv.pipeline.check import space
from npconv.pipeline.convert import convert
from npconv.pipeline.model import Conversion, Options
from npconv.pipeline.owners import owns
from npconv.semantics.compare import Counterexample
from npconv.semantics.verdict import verdict
from npconv.source.load import parse as read
from npconv.source.write import write_yaml

VERSIONS = ((1, 17), (1, 19), (1, 20))

FLAGS: tuple[dict[str, Any], ...] = (
    {"labels": ("!role",)},
    {"labels": ("k8s:app",)},
    {"l7_proxy": False},
    {"icmp_rules": False},
    {"non_default_deny": False},
    {"sctp": True},
    {"extended_protocols": True},
    {"allow_localhost": AllowLocalhost.POLICY},
    {"cluster_name": "east"},
    {"default_local_cluster": False},
    {"cidr_match": frozenset({CIDRMatch.NODES})},
    {"version": (1, 20), "cidr_match": frozenset({CIDRMatch.NODES, CIDRMatch.PODS})},
    {"host_firewall": True, "node_selector_labels": True},
)
"""What else a Cilium may be set up to do."""


@dataclass(frozen=True)
class Judged:
    """What became of an input. `problems` is empty if all is well."""

    seed: int
    text: str
    conversion: Conversion
    problems: tuple[str, ...]
    flows: int
    differing: int

    @property
    def story(self) -> str:
        """Everything that is needed to understand a problem."""
        said = "\n".join(
            f"{one.code} {one.effect.value if one.effect else ''} {one.message}" for one in self.conversion.diagnostics
        )
        parts = [f"seed {self.seed}", *self.problems, said, self.text]
        parts += ["--- source", dump(self.conversion.source), "--- output", _written(self.conversion)]
        return "\n".join(parts)


def options(seed: int) -> Options:
    """Versions and `--pod-cidr` take turns; now and then something else is unlike the default."""
    random_ = random.Random(f"options {seed}")
    known = (seed // len(VERSIONS)) % 2 == 1
    chosen = Options(
        target=CiliumProfile(version=VERSIONS[seed % len(VERSIONS)]),
        pod_cidrs=("10.244.0.0/16",) if known else (),
        check_seconds=60,
    )
    if random_.random() < 0.1:
        chosen = replace(chosen, node_cidrs=("10.1.0.0/16",))
    if random_.random() < 0.1:
        chosen = replace(chosen, dual_stack=True)
    if random_.random() < 0.1:
        chosen = replace(chosen, max_pieces=random_.choice((1, 2, 4, 8)))
    if random_.random() < 0.1:
        chosen = replace(chosen, cidr_groups=True)
    if random_.random() < 0.1:
        chosen = replace(chosen, source=CalicoProfile(endpoint_to_host="drop"))
    if random_.random() < 0.05:
        chosen = replace(chosen, source=CalicoProfile(http="ignored"))
    if random_.random() < 0.1:
        platform = random_.choice((Platform.AKS, Platform.AKS_ACNS))
        chosen = replace(chosen, target=CiliumProfile(version=(1, 18), platform=platform))
    if random_.random() < 0.25:
        chosen = replace(chosen, target=replace(chosen.target, **random_.choice(FLAGS)))
    return chosen


def judge(seed: int, count: int = 300) -> Judged:
    """Convert the input of a seed and judge the outcome with `count` flows."""
    return judge_text(calico_yaml(seed), seed, options(seed), count)


def judge_text(text: str, seed: int, chosen: Options, count: int) -> Judged:
    """Convert an input and judge the outcome."""
    conversion = convert(read(text, f"seed-{seed}.yaml"), chosen)
    problems = [f"{one.code} {one.message}" for one in conversion.diagnostics if one.is_error]
    proof = conversion.proof
    if proof is None:
        return Judged(seed, text, conversion, (*problems, "no proof"), 0, 0)
    problems += [f"unowned: {one.flow.direction.value} {one.change.value}" for one in proof.unowned]
    examples = [example for example, _ in proof.owned] + list(proof.unowned)
    proven = {
        (direction, change)
        for example in examples
        for direction, change in [(example.flow.direction, example.change.value)]
    }
    target = lifted(conversion, chosen)
    source = _with_backends(conversion.source, text)
    meant, _ = pods_only(possible(source))
    plan = addresses.plan(
        meant, pod_cidrs=chosen.pod_cidrs, node_cidrs=chosen.node_cidrs, only_v4=not chosen.dual_stack
    )
    total = differing = 0
    for flow in flows((source, target), space(plan, (conversion.engine, chosen.target)), seed, count):
        total += 1
        before, after = verdict(source, flow), verdict(target, flow)
        if before.allowed == after.allowed:
            continue
        differing += 1
        change = "gained" if after.allowed else "lost"
        shown = f"{change}: {before.reason} / {after.reason}: {flow}"
        example = Counterexample(flow=flow, old=before, new=after)
        if not any(owns(loss, example) for loss in conversion.losses):
            problems.append(f"no loss says so: {shown}")
        elif proof.is_conclusive and (flow.direction, change) not in proven:
            problems.append(f"the proof did not find: {shown}")
    return Judged(seed, text, conversion, tuple(problems), total, differing)


def lifted(conversion: Conversion, chosen: Options) -> PolicySet:
    """What the output means, read from its text."""
    documents = read(_written(conversion), "out.yaml").documents
    objects = [built for one in documents if (built := parse(one)[0]) is not None]
    assert len(objects) == len(conversion.outputs)
    return lift(objects, chosen.target, services=Services(complete=False)).policies


def _with_backends(source: PolicySet, text: str) -> PolicySet:
    """The source where the services of the input are known: a flow's endpoints are their backends, or not."""
    facts = [one for one in read(text, "in.yaml").documents if cluster_kinds.claims(one)]
    return resolved(source, backends(cluster.read(facts)[0].services))[0]


def _written(conversion: Conversion) -> str:
    return write_yaml([one.data for one in conversion.outputs])
