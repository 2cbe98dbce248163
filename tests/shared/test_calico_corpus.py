"""Every Calico file of the corpus: converted or refused with a code and a position, and valid for Cilium."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from npconv.diagnostics.effect import Effect
from npconv.dialects.calico.parse import wants
from npconv.pipeline import Conversion, Options, convert
from npconv.source.load import load
from npconv.source.write import write_yaml

SCHEMAS = {
    "CiliumNetworkPolicy": "ciliumnetworkpolicy_v2.json",
    "CiliumClusterwideNetworkPolicy": "ciliumclusterwidenetworkpolicy_v2.json",
    "CiliumCIDRGroup": "ciliumcidrgroup_v2.json",
}


def calico_files(shared: Path) -> list[Path]:
    """The files of the corpus whose index names a Calico kind."""
    rows = (shared / "corpus/INDEX.tsv").read_text().splitlines()
    named = [row.split("\t") for row in rows[1:]]
    return [shared / "corpus" / row[0] for row in named if "calico/" in row[5] or "calico-v1/" in row[5]]


def validators(shared: Path) -> dict[str, jsonschema.Draft202012Validator]:
    """The engine's own schemas. RE2's `\\PC` is no pattern that Python knows; it is any printable character."""
    found = {}
    for kind, name in SCHEMAS.items():
        text = (shared / "crds/cilium" / name).read_text().replace(r"^\\PC*$", "^.*$")
        found[kind] = jsonschema.Draft202012Validator(json.loads(text))
    return found


@pytest.fixture(scope="module")
def converted(shared: Path) -> list[tuple[Path, Conversion, str]]:
    """Every file, converted on its own."""
    options = Options()
    found = []
    for file in calico_files(shared):
        conversion = convert(load([str(file)], wanted=wants), options)
        found.append((file, conversion, write_yaml([one.data for one in conversion.outputs])))
    return found


def test_every_refusal_has_a_code_and_a_position(converted: list[tuple[Path, Conversion, str]]) -> None:
    for file, conversion, _ in converted:
        for one in conversion.diagnostics:
            assert not one.is_error or one.origin is not None, (file, one)


def test_every_output_is_valid_for_cilium(shared: Path, converted: list[tuple[Path, Conversion, str]]) -> None:
    schemas = validators(shared)
    for file, conversion, _ in converted:
        for output in conversion.outputs:
            problems = [one.message for one in schemas[str(output.data["kind"])].iter_errors(output.data)]
            assert not problems, (file, output.source, problems)
        assert not [one for one in conversion.diagnostics if one.code.id == "NPC900"], file


def test_a_second_run_writes_the_same_bytes(converted: list[tuple[Path, Conversion, str]]) -> None:
    for file, _, text in converted[::10]:
        again = convert(load([str(file)], wanted=wants), Options())
        assert write_yaml([one.data for one in again.outputs]) == text, file


def test_counts(converted: list[tuple[Path, Conversion, str]], capsys: pytest.CaptureFixture[str]) -> None:
    policies = Counter(
        "refused"
        if name in conversion.refused
        else "converted without a flow-changing loss"
        if effect is Effect.INERT
        else f"converted with a loss that {effect.value}"
        for _, conversion, _ in converted
        for name, effect in conversion.effects.items()
    )
    invalid = Counter(
        one.origin.place.label
        for _, conversion, _ in converted
        for one in {
            (str(d.origin.place.file), d.origin.place.label): d
            for d in conversion.diagnostics
            if d.is_error and d.origin
        }.values()
        if one.origin
    )
    codes = Counter(str(one.code) for _, conversion, _ in converted for one in conversion.diagnostics)
    with capsys.disabled():
        print(
            f"\n{len(converted)} files; policies: {dict(policies)}; objects refused as invalid: {sum(invalid.values())}"
        )
        print("most frequent codes:", ", ".join(f"{code} {count}" for code, count in codes.most_common(15)))
    assert sum(policies.values()) > 700
