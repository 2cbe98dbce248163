"""Law 1 and law 2 on real Kubernetes and policy API objects: written as read, or refused with a position."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from npconv.dialects.k8s import emit as k8s_emit
from npconv.dialects.k8s import kinds as k8s_kinds
from npconv.dialects.k8s import parse as k8s_parse
from npconv.dialects.policy_api import emit as policy_api_emit
from npconv.dialects.policy_api import kinds as policy_api_kinds
from npconv.dialects.policy_api import parse as policy_api_parse
from npconv.source.document import Document
from npconv.source.load import load

pytestmark = pytest.mark.shared


def without_null(value: Any) -> Any:
    """A null field is an absent one to Kubernetes."""
    if isinstance(value, dict):
        return {key: without_null(item) for key, item in value.items() if item is not None}
    return [without_null(item) for item in value] if isinstance(value, list) else value


def written(document: Document) -> dict[str, Any]:
    """The data as it should come back: status is the server's, and an absent spec is an empty one."""
    return {"spec": {}} | {key: value for key, value in without_null(document.data).items() if key != "status"}


@pytest.fixture(scope="module")
def documents(shared: Path) -> list[Document]:
    loaded = load([str(shared / "corpus")], wanted=lambda one: one.kind.endswith("NetworkPolicy"))
    return [one for one in loaded.documents if one.kind.endswith("NetworkPolicy")]


@pytest.mark.parametrize(
    ("claims", "parse", "emit", "at_least"),
    [
        pytest.param(k8s_kinds.claims, k8s_parse.parse, k8s_emit.emit, 700, id="k8s"),
        pytest.param(policy_api_kinds.claims, policy_api_parse.parse, policy_api_emit.emit, 50, id="policy-api"),
    ],
)
def test_written_as_read_or_refused_with_a_position(
    documents: list[Document],
    claims: Callable[[Document], bool],
    parse: Callable[[Document], Any],
    emit: Callable[[Any], dict[str, Any]],
    at_least: int,
) -> None:
    read = 0
    for document in documents:
        if not claims(document):
            continue
        policy, said = parse(document)
        assert all(one.origin is not None for one in said)
        assert all(one.origin.place.span(one.origin.path).line > 0 for one in said if one.origin)
        if policy is None:
            assert any(one.is_error for one in said), document.label
        else:
            read += 1
            assert emit(policy) == written(document), f"{document.file}: {document.label}"
    assert read >= at_least
