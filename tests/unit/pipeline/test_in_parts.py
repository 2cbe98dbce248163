"""What is read back and lifted part by part means what it means when it is lifted at once."""

from __future__ import annotations

import pytest

from npconv.dialects.cilium.profile import CiliumProfile, Enforcement
from npconv.ir.policy import PolicySet
from npconv.pipeline import check
from npconv.pipeline.check import read_back
from npconv.pipeline.meaning import in_parts, of_objects
from npconv.pipeline.read import read, read_in_parts
from npconv.source.load import parse

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web-NUMBER, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [{fromEndpoints: [{matchLabels: {app: api-NUMBER}}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]
  egressDeny: [{toEndpoints: [{matchLabels: {app: api-NUMBER}}]}]
"""
WITH_HTTP = POLICY.replace("protocol: TCP}]}]", "protocol: TCP}], rules: {http: [{method: GET}]}}]")
WITH_NAMES = POLICY.replace("protocol: TCP}]}]", "protocol: TCP}], serverNames: [a.example.com]}]")
WITH_AUTHENTICATION = POLICY.replace("ingress: [{", "ingress: [{authentication: {mode: required}, ")
GROUP = """\
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: nets-NUMBER}
spec: {externalCIDRs: [10.0.0.0/8]}
"""
ANY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: any-NUMBER, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


def texts(*kinds: str) -> list[str]:
    return [kind.replace("NUMBER", str(number)) for number, kind in enumerate(kinds)]


def at_once(outputs: list[str], engine: CiliumProfile) -> PolicySet:
    return of_objects(read(parse("---\n".join(outputs), "<output>").documents, engine, "default"), engine).policies


def by_parts(outputs: list[str], engine: CiliumProfile) -> PolicySet | None:
    documents = parse("---\n".join(outputs), "<output>").documents
    return in_parts(read_in_parts(documents, engine, "default", 2), engine)


ALIKE = pytest.mark.parametrize(
    "outputs",
    [
        [],
        texts(POLICY),
        texts(*[POLICY] * 5),
        texts(*[POLICY] * 4, WITH_HTTP, POLICY),
        [*texts(POLICY, POLICY), *texts(POLICY, POLICY)],
    ],
    ids=["none", "one", "five", "http", "twice"],
)
OTHER = pytest.mark.parametrize(
    "outputs",
    [
        texts(POLICY, POLICY, WITH_NAMES, POLICY, POLICY),
        texts(POLICY, POLICY, POLICY, WITH_AUTHENTICATION),
        texts(POLICY, POLICY, POLICY, GROUP),
        texts(GROUP, POLICY, POLICY),
        texts(POLICY, POLICY, POLICY, ANY),
    ],
    ids=["names", "authentication", "group", "group-first", "kubernetes"],
)


@ALIKE
def test_parts_mean_what_all_of_them_mean(outputs: list[str]) -> None:
    assert by_parts(outputs, CiliumProfile()) == at_once(outputs, CiliumProfile())


@OTHER
def test_parts_that_change_what_others_mean_have_no_meaning_of_their_own(outputs: list[str]) -> None:
    assert by_parts(outputs, CiliumProfile()) is None


@OTHER
@pytest.mark.parametrize("engine", [CiliumProfile(), CiliumProfile(enforcement=Enforcement.ALWAYS)])
def test_these_are_lifted_at_once(outputs: list[str], engine: CiliumProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_LIFTED_AT_ONCE", 2)
    assert read_back(outputs, engine) == at_once(outputs, engine)


@ALIKE
@pytest.mark.parametrize("enforcement", list(Enforcement))
def test_engines_read_back_alike(outputs: list[str], enforcement: Enforcement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_LIFTED_AT_ONCE", 2)
    engine = CiliumProfile(enforcement=enforcement)
    assert read_back(outputs, engine) == at_once(outputs, engine)
