"""What the engines answered about every golden case, replayed without them: npconv says the same, flow by flow."""

from __future__ import annotations

import json

import pytest
from ask_goldens import unproven
from ask_hard import FILE, differences, manifests, texts
from referee_accept import digest
from referee_explained import EXPLAINED
from referee_record import KEPT, recorded, verdicts
from referee_sides import sides

from golden import CASES, case_id

ANSWERS = recorded()
BY_CASE = {case_id(folder): folder for folder in CASES}
STALE_AT_MOST = 0.2
"""The share of recorded answers that may be about policies that have changed since."""


def test_something_is_recorded_of_every_referee() -> None:
    assert {"kubernetes", "policyapi"} <= ANSWERS.keys()
    assert any(name.startswith("cilium") for name in ANSWERS)
    assert any(name.startswith("calico") for name in ANSWERS)
    assert all(one.versions for one in ANSWERS.values()), "recorded answers name the versions of the engines"


@pytest.mark.parametrize("part", range(8))
def test_npconv_says_what_the_engines_said(part: int) -> None:
    """Each eighth of the cases: answers to a question that is asked otherwise today are counted, not compared."""
    wrong, compared, stale = [], 0, []
    for name in sorted(BY_CASE)[part::8]:
        case = unproven(BY_CASE[name])
        for side in sides(name, case.loaded, case.options, case.results, keep=KEPT):
            answer = ANSWERS[side.referee.program].sides.get(side.name) if side.referee.program in ANSWERS else None
            if answer is None:
                continue
            key, letters = answer
            if key != side.digest():
                stale.append(side.name)
                continue
            compared += 1
            differing = [
                number
                for number, (theirs, ours) in enumerate(zip(verdicts(letters), side.ours, strict=True))
                if theirs is not None and theirs != ours
            ]
            if differing and name not in EXPLAINED:
                flow = side.flows[differing[0]]
                wrong.append(f"{side.name} ({side.referee.program}): flow {differing[0]}, {flow}")
        for target, result in case.results.items():
            for one in result.outputs:
                for program in ("kubernetes", *(p for p in ANSWERS if p.startswith(("calico", "cilium")))):
                    if ANSWERS[program].documents.get(digest(one.data)) is False and name not in EXPLAINED:
                        wrong.append(f"{name} {target}: {program} refuses {one.data}")
    assert not wrong, "\n".join(wrong)
    assert compared, "no recorded answer is about what npconv makes today: make conformance"
    assert len(stale) <= STALE_AT_MOST * (compared + len(stale)), f"make conformance: changed since: {stale}"
    if stale:
        pytest.skip(f"agreed with {compared} answers; {len(stale)} are older than the policies: make conformance")


def test_npconv_reads_and_refuses_what_an_api_server_does() -> None:
    answers = json.loads(FILE.read_text(encoding="utf-8"))
    assert set(answers["read"]) == set(texts()), "make conformance"
    assert set(answers["judged"]) == {spec for spec, _, _ in manifests()}, "make conformance"
    assert not list(differences(answers))
