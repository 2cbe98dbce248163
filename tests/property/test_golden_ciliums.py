"""Every golden policy of Cilium, written for other Ciliums: each flow that differs is owned, and nothing is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from npconv.diagnostics.codes import engines, internal
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Conversion, Options
from npconv.source.load import Loaded, parse

CASES = sorted((Path(__file__).parents[1] / "golden" / "cilium").glob("*/input.yaml"))
TARGETS = ("cilium=1.17", "cilium=1.20", "cilium=1.18,platform=aks-acns", "cilium=1.18,platform=gke")


def source(case: Path) -> str:
    """The profile under which a case is read."""
    options = case.with_name("options.yaml")
    given = yaml.safe_load(options.read_text(encoding="utf-8")) if options.exists() else {}
    return str(given.get("from", "cilium"))


def translated(case: Path, target: str) -> Conversion:
    """A case in the words of another Cilium."""
    loaded = parse(case.read_bytes(), "input.yaml")
    read = Loaded(documents=loaded.documents, diagnostics=loaded.diagnostics)
    return convert(read, Options(source=parse_engine(source(case)), target=parse_engine(target)))


@pytest.mark.parametrize("target", TARGETS)
def test_every_flow_that_differs_is_owned(target: str) -> None:
    for case in CASES:
        found = translated(case, target)
        said = [one for one in found.diagnostics if one.code is internal.OUTPUT_INVALID]
        assert not said, (case.parent.name, said)
        if any(one.code is engines.MERGE_CONFLICT for one in found.diagnostics):
            continue  # Cilium itself computes no policy from it
        assert found.proof is not None
        assert not found.proof.unowned, (case.parent.name, found.proof.unowned[0])


def test_the_same_cilium_needs_no_loss_for_what_it_has_words_for() -> None:
    """What stays unsaid is listed: it may only become less."""
    lost = {
        case.parent.name
        for case in CASES
        if "," not in source(case) and any(one.effect.changes_flows for one in translated(case, source(case)).losses)
    }
    assert lost <= {
        "aws-groups-are-not-known-here",
        "cidr-group-that-is-not-given-is-lost",
        "icmp-type-zero-is-every-type",
        "listener-sends-through-envoy",
        "prefixes-of-keys-say-where-a-label-is-from",
        "service-that-is-not-given-is-lost",
        "tls-that-is-terminated-lets-http-be-read",
    }
