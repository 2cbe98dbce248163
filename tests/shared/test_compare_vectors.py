"""The comparison agrees with the verdicts on every flow of the engine's vectors, policy set against policy set."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from test_cilium_engine_vectors import lifted
from test_cilium_engine_vectors import vectors as vectors  # noqa: PLC0414 - a fixture is used by its name
from world import endpoints, flow

from npconv.ir.dimensions import SERVICE_ACCOUNT, Kind
from npconv.semantics.compare import Outcome, compare
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.space import Space
from npconv.semantics.verdict import verdict

pytestmark = pytest.mark.shared

EVERYWHERE = Space(subject_kinds=frozenset(Kind), peer_kinds=frozenset(Kind))


def completed(asked: Flow) -> Flow:
    """The recorded flow with what a real one has: a source port, and a service account for its pods."""
    return replace(
        asked,
        subject=_served(asked.subject),
        peer=_served(asked.peer),
        source_port=40_000 if asked.port else 0,
    )


def _served(endpoint: Endpoint) -> Endpoint:
    if endpoint.kind is not Kind.POD:
        return endpoint
    return replace(endpoint, attributes={SERVICE_ACCOUNT: "default", **endpoint.attributes})


def test_what_is_equal_has_no_flow_that_differs_and_what_differs_is_found(vectors: dict[str, Any]) -> None:
    """Each case's policies against those of the next case: what a recorded flow tells apart, the comparison does."""
    cases = [one for one in vectors["cases"] if not lifted(one)[1]]
    told_apart = 0
    for one, other in itertools.pairwise(cases):
        old, new = lifted(one)[0], lifted(other)[0]
        found = compare(old, new, assumptions=EVERYWHERE)
        for case in (one, other):
            world = endpoints(vectors["worlds"][case["world"]])
            for recorded in case["flows"]:
                asked = completed(flow(recorded, world))
                if EVERYWHERE.objections(asked):
                    continue
                if verdict(old, asked).allowed != verdict(new, asked).allowed:
                    told_apart += 1
                    assert found.outcome is Outcome.DIFFERENT, (one["name"], other["name"], recorded)
        for example in found.counterexamples:
            assert verdict(old, example.flow).allowed != verdict(new, example.flow).allowed
    assert told_apart > 100


def test_a_policy_set_is_equal_to_itself(vectors: dict[str, Any]) -> None:
    for case in vectors["cases"]:
        policies, conflicts = lifted(case)
        if not conflicts:
            assert compare(policies, policies, assumptions=EVERYWHERE).outcome is Outcome.EQUAL, case["name"]
