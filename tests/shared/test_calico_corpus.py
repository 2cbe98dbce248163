"""Every Calico document of the corpus: proven, or lossy and owned, or refused with a code and a position."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from npconv.diagnostics.effect import Effect
from npconv.dialects.calico.kinds import claims
from npconv.pipeline.convert import convert
from npconv.pipeline.model import Conversion, Options
from npconv.source.document import Document
from npconv.source.load import Loaded, load
from npconv.source.write import write_yaml

SCHEMAS = {
    "CiliumNetworkPolicy": "ciliumnetworkpolicy_v2.json",
    "CiliumClusterwideNetworkPolicy": "ciliumclusterwidenetworkpolicy_v2.json",
    "CiliumCIDRGroup": "ciliumcidrgroup_v2.json",
}
BESIDE = ("NetworkSet", "GlobalNetworkSet", "Tier", "HostEndpoint")
"""Kinds of the same file that give a policy its meaning."""


@dataclass(frozen=True)
class Converted:
    """A document, converted on its own beside the sets, tiers and host endpoints of its file."""

    document: Document
    conversion: Conversion

    @property
    def outcome(self) -> str:
        """What became of it, for the counts."""
        mine = [one for one in self.conversion.diagnostics if one.origin and one.origin.place is self.document]
        if any(one.is_error for one in mine):
            return "refused: invalid for Calico, or too old"
        if not self.conversion.effects:
            return "no policy (set, tier, host endpoint, profile, staged)"
        effects = set(self.conversion.effects.values()) - {Effect.INERT}
        return f"converted, flows change ({'/'.join(sorted(one.value for one in effects))})" if effects else "exact"


def calico_files(shared: Path) -> list[Path]:
    """The files of the corpus whose index names a Calico kind."""
    rows = [row.split("\t") for row in (shared / "corpus/INDEX.tsv").read_text().splitlines()[1:]]
    return [shared / "corpus" / row[0] for row in rows if "calico/" in row[5] or "calico-v1/" in row[5]]


def validators(shared: Path) -> dict[str, jsonschema.Draft202012Validator]:
    """The engine's own schemas. RE2's `\\PC` is no pattern that Python knows: it is any printable character."""
    return {
        kind: jsonschema.Draft202012Validator(
            json.loads((shared / "crds/cilium" / name).read_text().replace(r"^\\PC*$", "^.*$"))
        )
        for kind, name in SCHEMAS.items()
    }


@pytest.fixture(scope="module")
def converted(shared: Path) -> list[Converted]:
    """Every Calico document of every file."""
    found = []
    for file in calico_files(shared):
        documents = [one for one in load([str(file)], wanted=claims).documents if claims(one)]
        beside = [one for one in documents if one.kind in BESIDE]
        for document in documents:
            mine = (document, *(one for one in beside if one is not document))
            conversion = convert(Loaded(documents=mine, diagnostics=()), Options())
            found.append(Converted(document, conversion))
    return found


def test_whole_files_convert_without_a_traceback(shared: Path) -> None:
    for file in calico_files(shared):
        conversion = convert(load([str(file)], wanted=claims), Options())
        for one in conversion.diagnostics:
            assert not one.is_error or one.origin is not None, (file, one)
            assert not one.code.id.startswith("NPC90"), (file, one)


def test_every_output_is_valid_for_cilium(shared: Path, converted: list[Converted]) -> None:
    schemas = validators(shared)
    checked = 0
    for one in converted:
        assert not [said for said in one.conversion.diagnostics if said.code.id == "NPC900"], one.document.label
        for output in one.conversion.outputs:
            problems = [found.message for found in schemas[str(output.data["kind"])].iter_errors(output.data)]
            assert not problems, (one.document.file, output.source, problems)
            checked += 1
    assert checked > 300


def test_every_conversion_is_proven_or_its_differences_are_owned(converted: list[Converted]) -> None:
    for one in converted:
        proof = one.conversion.proof
        assert proof is not None and proof.is_conclusive, (one.document.file, one.document.label, proof)
        assert not proof.unowned, (one.document.file, one.document.label, proof.unowned)
        assert one.outcome != "exact" or not proof.owned, (one.document.file, one.document.label, proof.owned)


def test_a_second_run_writes_the_same_bytes(converted: list[Converted]) -> None:
    for one in converted[::7]:
        again = convert(Loaded(documents=(one.document,), diagnostics=()), Options())
        twice = convert(Loaded(documents=(one.document,), diagnostics=()), Options())
        assert text(again) == text(twice), one.document.label


def test_counts(converted: list[Converted], capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = Counter(one.outcome for one in converted)
    codes = Counter(
        str(said.code)
        for one in converted
        for said in one.conversion.diagnostics
        if said.origin is None or said.origin.place is one.document
    )
    refusals = Counter(
        str(said.code)
        for one in converted
        for said in one.conversion.diagnostics
        if said.is_error and said.origin is not None and said.origin.place is one.document
    )
    with capsys.disabled():
        print(f"\nCalico documents: {len(converted)}")
        for outcome, count in outcomes.most_common():
            print(f"  {count:4} {outcome}")
        print("  most frequent codes:", ", ".join(f"{code} {count}" for code, count in codes.most_common(12)))
        print("  behind the refusals:", ", ".join(f"{code} {count}" for code, count in refusals.most_common(12)))
    assert len(converted) > 700
    assert outcomes["exact"] > 250


def text(conversion: Conversion) -> str:
    """What would be written."""
    return write_yaml([one.data for one in conversion.outputs])
