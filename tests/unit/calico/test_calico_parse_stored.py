"""Stored objects (`crd.projectcalico.org/v1`) keep their metadata in an annotation, and their names with a prefix."""

import pytest
from calico_documents import document, parsed

from npconv.diagnostics.codes import calico as codes
from npconv.dialects.calico.model import NetworkPolicy
from npconv.dialects.calico.model_metadata import Form, Metadata
from npconv.dialects.calico.parse import parse

STORED = """
    apiVersion: crd.projectcalico.org/v1
    kind: NetworkPolicy
    metadata:
      name: default.web
      namespace: shop
      uid: 0c2e
      generation: 3
      creationTimestamp: "2026-01-01T00:00:00Z"
      managedFields: [{manager: calicoctl}]
      labels: {projectcalico.org/tier: default}
      annotations:
        kubectl.kubernetes.io/last-applied-configuration: "{}"
        keep: this
        projectcalico.org/metadata: '{"name":"NAME","labels":{"team":"red"},"annotations":{"owner":"al"},"uid":"1"}'
    spec: {order: 500.0, tier: default}
"""


def test_a_stored_object_keeps_its_metadata_in_an_annotation() -> None:
    found = parsed(STORED.replace("NAME", "web"))

    assert found == NetworkPolicy(
        metadata=Metadata(
            name="web",
            stored_name="default.web",
            namespace="shop",
            labels={"team": "red"},
            annotations={"keep": "this", "owner": "al"},
        ),
        form=Form.CRD_V1,
        tier="default",
        order=500.0,
    )


@pytest.mark.parametrize(
    ("stored", "tier", "packed", "name"),
    [
        ("default.web", "", "", "web"),
        ("default.web", "default", "", "web"),
        ("web", "default", "", "web"),
        ("security.web", "security", "", "security.web"),
        ("default.web", "security", "", "default.web"),
        ("default.web", "default", "default.web", "default.web"),
    ],
)
def test_the_name_of_a_stored_policy(stored: str, tier: str, packed: str, name: str) -> None:
    annotations = f'annotations: {{projectcalico.org/metadata: \'{{"name":"{packed}"}}\'}}' if packed else ""
    found = parsed(f"""
        apiVersion: crd.projectcalico.org/v1
        kind: GlobalNetworkPolicy
        metadata: {{name: {stored}, {annotations}}}
        spec: {{tier: "{tier}"}}
    """)

    assert found.metadata.name == name
    assert found.metadata.stored_name == ("" if name == stored else stored)


def test_only_policies_lose_the_prefix() -> None:
    found = parsed("""
        apiVersion: crd.projectcalico.org/v1
        kind: GlobalNetworkSet
        metadata: {name: default.web}
        spec: {nets: []}
    """)

    assert found.metadata == Metadata(name="default.web")


def test_a_v3_object_keeps_its_prefix_and_has_no_use_for_the_packed_metadata() -> None:
    found = parsed("""
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: default.web, annotations: {projectcalico.org/metadata: "{"}}
        spec: {}
    """)

    assert found.metadata == Metadata(name="default.web")


@pytest.mark.parametrize("packed", ["{", "[]", '"x"', "[" * 100_000])
def test_packed_metadata_that_cannot_be_read(packed: str) -> None:
    text = document(
        STORED.replace('{"name":"NAME","labels":{"team":"red"},"annotations":{"owner":"al"},"uid":"1"}', packed)
    )
    found, diagnostics = parse(text)

    assert found is None
    assert [(one.code, one.message) for one in diagnostics] == [
        (codes.STORED_METADATA, "annotation `projectcalico.org/metadata` holds no JSON object")
    ]
