"""The tables are total, and true: whatever a target is said to say is proven, whatever it is said to lack is lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from feature_answers import EVERYTHING, Output, differing, output
from feature_probes import Probe, probes

from npconv.ir.features import Feature
from npconv.ir.support import Entry, Level, Need
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.support import COLUMNS, says, table

PROBES = probes()
VARIANTS = (
    "calico=3.29",
    "calico=3.32,http=ignored",
    "cilium=1.16",
    "cilium=1.18,platform=aks",
    "cilium=1.18,platform=aks-acns",
    "cilium=1.18,platform=gke",
    "cilium=1.19,allow-localhost=policy",
    "cilium=1.19,enable-icmp-rules=false",
    "cilium=1.19,enable-l7-proxy=false",
    "cilium=1.19,enable-non-default-deny-policies=false",
    "cilium=1.19,host-firewall=true,enable-node-selector-labels=true",
    "cilium=1.20",
    "cilium=1.20,enable-extended-ip-protocols=true",
    "cilium=1.20,policy-cidr-match-mode=nodes+pods",
    "k8s,own-node=open",
    "k8s,own-node=policed",
    "policy-api,channel=experimental",
)
"""Profiles that change what can be said, or might."""

each_target = pytest.mark.parametrize("target", (*COLUMNS, *VARIANTS))


def entry(target: str, feature: Feature) -> Entry:
    return table(parse_engine(target))[feature]


@each_target
def test_a_table_has_an_entry_for_every_feature(target: str) -> None:
    found = table(parse_engine(target))
    assert set(found) == set(Feature)
    for feature, one in found.items():
        assert one.how, f"{feature.id} has no reason"
        assert not one.how.endswith("."), "a reason is a phrase"
        assert (one.code is None) is (one.is_said and not one.needs), f"{feature.id}: a code is of what is lost"


def test_every_feature_has_a_probe() -> None:
    assert set(PROBES) == set(Feature)
    assert all(probe.feature is feature for feature, listed in PROBES.items() for probe in listed)
    assert all(PROBES.values())


@each_target
def test_what_is_said_is_proven_equal(target: str) -> None:
    for feature, probe in every_probe():
        if entry(target, feature).is_said:
            found = output(probe, target)
            flows = differing(found)
            assert not found.changing, story(probe, target, found, flows)
            assert not flows, story(probe, target, found, flows)


@pytest.mark.parametrize("target", COLUMNS)
@pytest.mark.parametrize("need", Need, ids=lambda one: one.name)
def test_what_is_needed_is_just_that(need: Need, target: str) -> None:
    """Without anything that is not needed it is still said; without what is, it is lost."""
    for feature in Feature:
        one = entry(target, feature)
        found = [(probe, output(probe, target, EVERYTHING - {need})) for probe in PROBES[feature]]
        if need in one.needs:
            assert any(one.code in each.changing for _, each in found), f"{feature.id} does not need {need.name}"
        elif one.is_said:
            for probe, each in found:
                assert not each.changing, f"without {need.name}: {story(probe, target, each)}"


@each_target
def test_what_is_not_said_is_a_loss(target: str) -> None:
    for feature in Feature:
        one = entry(target, feature)
        if one.is_said:
            continue
        found = [output(probe, target) for probe in PROBES[feature]]
        assert any(one.code in each.codes for each in found), (
            feature.id,
            [sorted(map(str, each.codes)) for each in found],
        )
        for probe, each in zip(PROBES[feature], found, strict=True):
            assert each.changing or not differing(each), f"no loss owns it: {story(probe, target, each)}"


@each_target
def test_not_yet_is_of_those_that_have_words(target: str) -> None:
    """What npconv does not write yet, it reads: the target says it as a source."""
    engine = parse_engine(target)
    unwritten = {feature for feature, one in table(engine).items() if one.level is Level.NOT_YET}
    assert unwritten <= says(engine), "it has no words for these: that is never"


def every_probe() -> list[tuple[Feature, Probe]]:
    return [(feature, probe) for feature in Feature for probe in PROBES[feature]]


def story(probe: Probe, target: str, found: Output, flows: Sequence[str] = ()) -> str:
    lost = ", ".join(sorted(map(str, found.changing)))
    return "\n".join((f"{probe.title} to {target}: lost {lost or 'nothing'}", *flows, found.text))
