"""Calico's own validator tests and real objects (`../shared/corpus`) against npconv's reading, judging and writing."""

import csv
from pathlib import Path
from typing import Any

import pytest

from npconv.dialects.calico.emit import emit
from npconv.dialects.calico.kinds import claims
from npconv.dialects.calico.parse import parse
from npconv.dialects.calico.parse_metadata import NOISE, NOISE_ANNOTATIONS, NOISE_LABELS
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.validate import read
from npconv.source import load
from npconv.source.document import Document

pytestmark = pytest.mark.shared

DISAGREEMENTS: dict[str, str] = {}
"""Descriptions of Calico's tests where npconv answers otherwise, with the reason. There are none."""


@pytest.fixture(scope="module")
def corpus(shared: Path) -> list[Document]:
    loaded = load.load([str(shared / "corpus")], wanted=claims)
    return [document for document in loaded.documents if claims(document)]


def as_json(value: Any) -> Any:
    """Ports as text has them: the corpus shows those of Calico's tests as the fields of their Go struct."""
    match value:
        case {"portName": str(name)} if not (value.get("minPort") or value.get("maxPort")):
            return name
        case {"minPort": first, "maxPort": last, **name} if not name:
            return first if first == last else f"{first}:{last}"
        case dict():
            return {key: as_json(inner) for key, inner in value.items()}
        case list():
            return [as_json(inner) for inner in value]
    return value


def test_agrees_with_every_verdict_of_calicos_validator_tests(shared: Path) -> None:
    with (shared / "corpus" / "VALIDITY.tsv").open(encoding="utf-8", newline="") as file:
        every = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [row for row in every if row["kind"].startswith("calico/")]
    files = {name: load.load([str(shared / "corpus" / name)]).documents for name in {row["file"] for row in rows}}
    disagreements = []
    for row in rows:
        (found,) = [one for one in files[row["file"]] if one.index == int(row["doc_index_in_file"])]
        document = Document(file=found.file, index=found.index, data=as_json(found.data), written=found.written)
        taken, diagnostics = read(document, CalicoProfile())
        if (taken is not None) != (row["engine_says"] == "valid"):
            disagreements.append((row["test_description"], [one.message for one in diagnostics]))

    assert len(rows) > 200
    assert [one for one in disagreements if one[0] not in DISAGREEMENTS] == []


def without_noise(data: dict[str, Any]) -> dict[str, Any]:
    """The object as `emit` promises to write it (see its docstring)."""
    metadata = {key: value for key, value in (data.get("metadata") or {}).items() if key not in NOISE}
    for key, noise in (("labels", NOISE_LABELS), ("annotations", NOISE_ANNOTATIONS)):
        metadata[key] = {name: value or "" for name, value in (metadata.get(key) or {}).items() if name not in noise}
    metadata = {key: value for key, value in metadata.items() if value}
    spec = usual(data.get("spec") or {})
    if spec.get("stagedAction") == "":
        del spec["stagedAction"]
    return {"apiVersion": data["apiVersion"], "kind": data["kind"], "metadata": metadata, "spec": spec}


def usual(value: Any, key: str = "") -> Any:
    """Without null fields, with null items as empty text, and with numbers of ports and protocols as numbers."""
    match value:
        case dict():
            return {name: usual(inner, name) for name, inner in value.items() if inner is not None}
        case list():
            return ["" if inner is None else usual(inner, key) for inner in value]
        case str() if key in ("ports", "notPorts", "protocol", "notProtocol") and value.isdigit():
            return int(value)
    return value


def test_writes_every_object_as_it_was_read(corpus: list[Document]) -> None:
    written = 0
    for document in corpus:
        found, _ = parse(document)
        if found is None:
            continue
        written += 1
        data = emit(found)
        again = Document(file="again", index=0, data=data, written=document.written)
        assert parse(again) == (found, [])
        if document.api_version == "projectcalico.org/v3":
            assert data == without_noise(document.data)

    assert written > 500


def test_every_finding_has_a_place_and_no_object_a_traceback(corpus: list[Document]) -> None:
    refused = 0
    for document in corpus:
        for version in ((3, 29), (3, 32)):
            found, diagnostics = read(document, CalicoProfile(version=version))
            refused += found is None
            assert (found is None) == bool(diagnostics)
            for one in diagnostics:
                assert one.origin is not None
                span = one.origin.place.span(one.origin.path, key=one.origin.key)
                assert span.line >= 1
                assert span.column >= 1

    assert refused < len(corpus)
