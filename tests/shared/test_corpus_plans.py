"""Whole repositories of real policies, each as one cluster: their plans hold together, in every form."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.pipeline.read import wanted
from npconv.report.formats import FORMATS, renderer
from npconv.report.model import Plan, Standing
from npconv.report.plan import Planned, plan
from npconv.source.load import load
from npconv.source.write import write_yaml

pytestmark = pytest.mark.shared
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
"""Beside the checkout; the names of its folders are needed before any test runs."""
REPOSITORIES = sorted(path.name for path in CORPUS.glob("*+*")) if CORPUS.is_dir() else []


def planned(repository: str, target: str) -> Planned:
    loaded = load([str(CORPUS / repository)], None, wanted=wanted)
    return plan(loaded, Options(source=None, target=parse_engine(target), check_seconds=10))


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_plans_hold_together(repository: str) -> None:
    made = planned(repository, "cilium=1.19")
    found = made.plan
    assert made.result.proof is not None and not made.result.proof.unowned
    assert_whole(found)
    for form in FORMATS:
        assert renderer(form)(found) or not found.summary.policies, form
    for path, objects in made.files.items():
        assert list(yaml.safe_load_all(write_yaml(objects))), path


@pytest.mark.parametrize("repository", [one for one in REPOSITORIES if "calico" in one or "aks" in one])
@pytest.mark.parametrize("target", ["calico=3.32", "k8s", "azure-npm", "policy-api"])
def test_other_targets(repository: str, target: str) -> None:
    assert_whole(planned(repository, target).plan)


@pytest.mark.parametrize("repository", ["ahmetb+kubernetes-network-policy-recipes"])
def test_the_script_is_sound(repository: str, tmp_path: Path) -> None:
    script = tmp_path / "probes.sh"
    script.write_text(renderer("script")(planned(repository, "cilium=1.19").plan), encoding="utf-8")
    subprocess.run(["bash", "-n", str(script)], check=True)


def assert_whole(found: Plan) -> None:
    """Numbers add up, every policy is somewhere, and what changes has a name."""
    count = dict(found.summary.counts)
    assert sum(count.values()) == found.summary.policies == len(found.objects)
    assert sum(row.policies for row in found.namespaces) == found.summary.policies
    changing = {Standing.NARROWER, Standing.WIDER, Standing.SHIFTED, Standing.REFUSED, Standing.INVALID}
    assert bool(found.risks) == any(count[one] for one in changing)
    assert bool(found.decisions) == bool(found.risks)
    different = [one for one in found.probes if one.before != one.after]
    assert not different or any(count[one] for one in changing - {Standing.INVALID}), different[0]
    applied = {row.policy for row in found.objects if row.outputs}
    assert bool(applied) == bool(found.waves)
    assert [wave.number for wave in found.waves] == list(range(1, len(found.waves) + 1))
