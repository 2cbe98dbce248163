"""At no point of a roll-out is anything shut out that the finished policies let through.

Each wave is carried out as its commands say, on a made-up API server that knows `apply -f` and `delete`; what stands
there then is read by the target's front end and compared with what stands there at the end, over all flows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from calico_yaml import calico_yaml

from npconv.ir.dimensions import Kind
from npconv.pipeline.check import read_back
from npconv.pipeline.engines import Engine, parse_engine
from npconv.pipeline.model import Options
from npconv.report.plan import Planned, plan
from npconv.semantics.compare import EVERYWHERE, Change, compare
from npconv.semantics.space import Space
from npconv.source.load import parse
from npconv.source.write import write_yaml

TARGETS = ("cilium=1.19", "calico=3.32", "calico=3.29", "k8s", "azure-npm", "policy-api")
State = dict[tuple[str, str, str], Mapping[str, Any]]

STORY = """
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: platform}
spec: {order: 10}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: platform.dns}
spec:
  tier: platform
  namespaceSelector: all()
  types: [Egress]
  egress:
    - {action: Allow, protocol: UDP, destination: {selector: k8s-app == 'kube-dns', ports: [53]}}
    - {action: Pass}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: default-deny}
spec: {order: 5000, namespaceSelector: all(), types: [Ingress, Egress]}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Ingress, Egress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [8080]}}]
  egress: [{action: Allow, protocol: TCP, destination: {selector: app == 'db', ports: [5432]}}]
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  selector: app == 'db'
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'web'}, destination: {ports: [5432]}}]
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: clock, namespace: ops}
spec:
  selector: app == 'clock'
  ingress: [{action: Allow, protocol: UDP, source: {ports: [123]}, destination: {ports: [123]}}]
"""


@pytest.mark.parametrize("target", TARGETS)
def test_a_story(target: str) -> None:
    assert_safe(STORY, target, least=3)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("seed", range(6))
def test_random_policies(target: str, seed: int) -> None:
    assert_safe(calico_yaml(seed), target)


@pytest.mark.parametrize("target", TARGETS)
def test_the_way_back_shuts_nothing_out_either_and_leaves_nothing(target: str) -> None:
    planned = plan(parse(STORY, "policies.yaml"), _options(target))
    *_, (_, final) = _states(planned)
    state = dict(final)
    for wave in reversed(planned.plan.waves):
        for command in wave.undo:
            _run(state, planned, command.text)
        if not wave.title.startswith("Objects"):
            assert not _lost(final, state, parse_engine(target)), f"{target}: undoing wave {wave.number}"
    assert not state


def test_shutting_before_opening_would_be_found() -> None:
    """The comparison is able to fail: without the wave that opens, policies shut what others let through."""
    planned = plan(parse(STORY, "story.yaml"), _options("cilium=1.19"))
    final = dict(_states(planned))[planned.plan.waves[-1].number]
    last = planned.plan.waves[-1]
    alone: State = {}
    _apply(alone, planned, last.folder)
    assert _lost(final, alone, parse_engine("cilium=1.19"))


def assert_safe(text: str, target: str, least: int = 0) -> None:
    planned = plan(parse(text, "policies.yaml"), _options(target))
    states = list(_states(planned))
    assert len(states) >= least
    if not states:
        return
    final = states[-1][1]
    finished = {_key(one.data): one.data for one in planned.result.outputs}
    assert final == finished, "the waves end with other objects than the translation"
    for number, state in states:
        assert not _lost(final, state, parse_engine(target)), f"{target}: wave {number} shuts something out"


def _options(target: str) -> Options:
    return Options(
        source=parse_engine("calico"),
        target=parse_engine(target),
        pod_cidrs=("10.244.0.0/16",),
        node_cidrs=("10.1.0.0/16",),
        namespaces=("shop", "ops", "other"),
    )


def _states(planned: Planned) -> Iterator[tuple[int, State]]:
    """What stands in the cluster after each wave; staged policies enforce nothing."""
    state: State = {}
    for wave in planned.plan.waves:
        for command in wave.commands:
            _run(state, planned, command.text)
        yield wave.number, {key: one for key, one in state.items() if not key[0].startswith("Staged")}
    assert not any(key[0].startswith("Staged") for key in state)


def _run(state: State, planned: Planned, command: str) -> None:
    if "--dry-run=server" in command:
        return
    if found := re.fullmatch(r"kubectl apply -f (\S+)/", command):
        _apply(state, planned, found[1])
    elif found := re.fullmatch(r"kubectl delete globalnetworkpolicies\S* --ignore-not-found (.+)", command):
        for name in found[1].split():
            del state["GlobalNetworkPolicy", "", name]
    elif found := re.fullmatch(r"kubectl delete --ignore-not-found -f (\S+)/", command):
        for one in _objects(planned, found[1]):
            state.pop(_key(one), None)
    elif found := re.fullmatch(r"kubectl delete networkpolicies\S* --all-namespaces -l ([^=]+)=(\S+)", command):
        for key in [key for key, one in state.items() if _has(one, found[1], found[2])]:
            del state[key]
    elif found := re.fullmatch(r"kubectl apply -f (\S+)/ -l ([^=]+)=(\S+)", command):
        state.update({_key(one): one for one in _objects(planned, found[1]) if _has(one, found[2], found[3])})
    elif found := re.fullmatch(r"kubectl apply -f (\S+\.yaml)", command):
        state.update({_key(one): one for one in planned.files[found[1]]})
    elif found := re.fullmatch(
        r'for file in (\S+)/\*\.yaml; do kubectl apply -f "(\S+)/\$\(basename "\$file"\)"; done', command
    ):
        for path in planned.files:
            if path.startswith(f"{found[1]}/"):
                opened = planned.files[f"{found[2]}/{path.rpartition('/')[2]}"]
                state.update({_key(one): one for one in opened})
    else:
        raise AssertionError(f"unknown command: {command}")


def _has(one: Mapping[str, Any], key: str, value: str) -> bool:
    return bool(one["metadata"].get("labels", {}).get(key) == value)


def _apply(state: State, planned: Planned, folder: str) -> None:
    state.update({_key(one): one for one in _objects(planned, folder)})


def _objects(planned: Planned, folder: str) -> list[Mapping[str, Any]]:
    found = [one for path, several in planned.files.items() if path.startswith(f"{folder}/") for one in several]
    assert found, folder
    return found


def _key(one: Mapping[str, Any]) -> tuple[str, str, str]:
    metadata = one["metadata"]
    return one["kind"], metadata.get("namespace", ""), metadata["name"]


def _lost(final: State, state: State, engine: Engine) -> list[object]:
    """Flows that the finished set lets through and this state does not."""
    space = Space(named_port_kinds=frozenset({Kind.POD}))
    found = compare(
        read_back([write_yaml([one]) for one in final.values()], engine),
        read_back([write_yaml([one]) for one in state.values()], engine),
        assumptions=space,
        asked={Change.LOST: EVERYWHERE},
    )
    assert not found.unproven
    return list(found.counterexamples)
