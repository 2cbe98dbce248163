"""Every policy of the corpus into every dialect: valid there, proven, or its differences owned; some back again."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from there_and_back import changes, problem

from npconv.cli.pairs import TITLES
from npconv.diagnostics.codes import Severity
from npconv.diagnostics.effect import Effect
from npconv.dialects.calico import kinds as calico_kinds
from npconv.dialects.cilium import kinds as cilium_kinds
from npconv.dialects.cluster import kinds as cluster_kinds
from npconv.dialects.k8s import kinds as k8s_kinds
from npconv.dialects.policy_api import kinds as policy_api_kinds
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Conversion, Options
from npconv.pipeline.read import wanted
from npconv.source.document import Document
from npconv.source.load import Loaded, load

pytestmark = pytest.mark.shared

CLAIMS = {
    "k8s": k8s_kinds.claims,
    "calico": calico_kinds.claims,
    "cilium": cilium_kinds.claims,
    "policy-api": policy_api_kinds.claims,
}
SOURCES = {
    "k8s": "k8s",
    "calico": "calico",
    "cilium": "cilium",
    "azure-npm": "azure-npm=linux,as=enforced",
    "policy-api": "policy-api,channel=experimental",
}
TARGETS = ("k8s", "calico", "cilium", "azure-npm=linux", "azure-npm=windows", "policy-api")
BESIDE = ("NetworkSet", "GlobalNetworkSet", "Tier", "HostEndpoint", "CiliumCIDRGroup")
"""Kinds of the same file that give a policy its meaning."""
BACK = 5
"""One in so many exact conversions is translated back."""


@dataclass(frozen=True)
class Input:
    """A policy document, and what of its file it means something with."""

    document: Document
    documents: tuple[Document, ...]


@cache
def inputs(shared: Path, dialect: str) -> tuple[Input, ...]:
    """Every policy document of a dialect."""
    return tuple(_inputs(shared, CLAIMS["k8s" if dialect == "azure-npm" else dialect]))


def _inputs(shared: Path, claims: Any) -> Iterator[Input]:
    by_file: dict[str, list[Document]] = defaultdict(list)
    for document in load([str(shared / "corpus")], wanted=wanted).documents:
        by_file[document.file].append(document)
    for documents in by_file.values():
        beside = [one for one in documents if one.kind in BESIDE or cluster_kinds.claims(one)]
        for document in documents:
            if claims(document) and document.kind not in BESIDE:
                yield Input(document, (document, *beside))


@cache
def schemas(shared: Path) -> dict[str, jsonschema.Draft202012Validator]:
    """The engines' own schemas, by kind. RE2's `\\PC`, which Python does not know, is any printable character."""
    found = {}
    for kind in ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup"):
        text = (shared / "crds/cilium" / f"{kind.lower()}_v2.json").read_text()
        found[f"cilium.io {kind}"] = jsonschema.Draft202012Validator(json.loads(text.replace(r"^\\PC*$", "^.*$")))
    for file in (
        *(shared / "crds/calico-v3").glob("*.yaml"),
        shared / "crds/policy-api/clusternetworkpolicies-standard.yaml",
    ):
        crd = yaml.safe_load(file.read_text())["spec"]
        schema = crd["versions"][0]["schema"]["openAPIV3Schema"]
        found[f"{crd['group']} {crd['names']['kind']}"] = jsonschema.Draft202012Validator(_closed(schema))
    return found


def _closed(schema: Any) -> Any:
    """A CRD's schema as a server in strict mode has it: what it does not name is refused; or-null where it may be."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _closed(value) for key, value in schema.items()}
    if schema.get("x-kubernetes-int-or-string"):
        found = {key: value for key, value in found.items() if key not in ("type", "anyOf")}
        found["type"] = ["integer", "string"]
    if schema.get("type") == "object" and "properties" in schema and "metadata" not in schema["properties"]:
        found.setdefault("additionalProperties", False)
    return found


def outcome(conversion: Conversion) -> str:
    """What became of a policy, for the counts."""
    if any(one.is_error for one in conversion.diagnostics):
        return "invalid for its engine"
    if not conversion.effects:
        return "no policy"
    if conversion.proof is None or not conversion.proof.is_conclusive:
        return "not proven"
    effects = set(conversion.effects.values()) - {Effect.INERT}
    if conversion.refused and effects:
        return "refused"
    if any(one.opens for one in effects):
        return "wider: withheld"
    if effects:
        return "narrower"
    assumed = any(one.severity is Severity.ASSUMPTION for one in conversion.diagnostics)
    return "equal under assumptions" if assumed else "equal"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", TITLES)
def test_every_policy(shared: Path, source: str, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    checked = schemas(shared)
    for number, one in enumerate(inputs(shared, source)):
        options = Options(source=parse_engine(SOURCES[source]), target=parse_engine(target))
        found = convert(Loaded(documents=one.documents, diagnostics=()), options)
        where = (one.document.file, one.document.label)
        assert not [said for said in found.diagnostics if said.is_error and said.origin is None], where
        assert found.proof is not None and not found.proof.unowned, (where, found.proof)
        for output in found.outputs:
            kind = f"{str(output.data['apiVersion']).partition('/')[0]} {output.data['kind']}"
            problems = [said.message for said in checked[kind].iter_errors(output.data)] if kind in checked else []
            assert not problems, (where, problems)
        counts[outcome(found)] += 1
        if number % BACK == 0 and not changes(found):
            assert not problem(found, options), where
    with capsys.disabled():
        shown = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        print(f"\n{source} to {target}: {counts.total()} policies: {shown}")
    assert counts.total() > 50
