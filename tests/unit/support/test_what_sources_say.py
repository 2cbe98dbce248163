"""What a source is said to have, its policies can mean; and they mean nothing else, in any golden case."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from feature_uses import uses

from npconv.dialects.azure_npm.support import SAYS as AZURE_NPM
from npconv.dialects.calico.support import SAYS as CALICO
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cilium.support import says as cilium_says
from npconv.dialects.k8s.support import SAYS as KUBERNETES
from npconv.dialects.policy_api.support import SAYS as POLICY_API
from npconv.ir.features import Feature
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.meaning import meaning
from npconv.pipeline.support import says
from npconv.source.load import load, parse

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
SOURCES = ("k8s", "calico", "cilium", "azure-npm", "policy-api")
BUILT_IN = {"built-in", "Calico", "Cilium", "Kubernetes", "Azure NPM"}
UNSEEN = {Feature.ADDRESS_SETS, Feature.OWN_NODE_CLOSED, Feature.OWN_NODE_OPEN}
"""What the meaning of policies does not show: a set means its addresses, and own nodes are the engine's matter."""

MORE = """
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes-and-names}
spec:
  endpointSelector: {matchLabels: {io.cilium.k8s.namespace.labels.team: a}}
  ingress:
  - fromEntities: [host]
  - fromEndpoints: [{matchExpressions: [{key: app, operator: Exists}]}]
  - fromEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}]
"""
"""What no golden case has."""


@cache
def found_in_goldens(source: str) -> dict[Feature, str]:
    """The features that cases of a source use, each with a case."""
    found: dict[Feature, str] = {}
    for folder in sorted(one for one in (GOLDEN / source).iterdir() if one.is_dir()):
        options = folder / "options.yaml"
        chosen = (yaml.safe_load(options.read_text(encoding="utf-8")) or {}) if options.exists() else {}
        engine = parse_engine(chosen.get("from", source))
        read = load([str(path) for path in sorted(folder.glob("input*.yaml"))], None)
        policies = meaning(read, engine).lifted
        kinds = frozenset(one.name.kind for tier in policies.tiers for one in tier.policies) - BUILT_IN
        used = uses(policies, kinds)
        assert used <= says(engine), f"{folder.name}: {source} is not said to have {used - says(engine)}"
        for feature in used:
            found.setdefault(feature, folder.name)
    return found


@pytest.mark.parametrize("source", SOURCES)
def test_no_policy_means_what_its_dialect_cannot_say(source: str) -> None:
    assert found_in_goldens(source)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("k8s", KUBERNETES),
        ("calico", CALICO),
        ("cilium", cilium_says(CiliumProfile())),
        ("azure-npm", AZURE_NPM),
        ("policy-api", POLICY_API),
    ],
)
def test_what_a_dialect_can_say_some_policy_means(source: str, said: frozenset[Feature]) -> None:
    more = uses(
        meaning(parse(MORE, "more.yaml"), parse_engine("cilium")).lifted, frozenset({"CiliumClusterwideNetworkPolicy"})
    )
    seen = {*found_in_goldens(source), *(more if source == "cilium" else ())}
    assert not said - seen - UNSEEN, f"no case uses {[one.id for one in said - seen - UNSEEN]}"


@pytest.mark.parametrize("source", SOURCES)
def test_kubernetes_policies_take_part_everywhere(source: str) -> None:
    """Who an `ipBlock` of every address is for is up to the engine."""
    assert says(parse_engine(source)) >= KUBERNETES - {Feature.OUTSIDE}
