"""`# npconv: ignore[CODE] reason`: what it hides, and what is said of the comment."""

from __future__ import annotations

import pytest
from lint_cases import linted

HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
TRAP = "  ingress:\n    - from: []\n"


def said(text: str, **more: str) -> list[tuple[str, int]]:
    """The codes that are left, each with its line."""
    found = []
    for one in linted(text, **more).diagnostics:  # type: ignore[arg-type]
        assert one.origin is not None
        found.append((one.code.id, one.origin.place.span(one.origin.path).line))
    return sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  ingress:\n    - from: []  # npconv: ignore[NPC600] public\n",
        HEAD + "  ingress:\n    # npconv: ignore[NPC600] public\n    - from: []\n",
        HEAD + "  ingress:\n    # npconv: ignore[NPC600] public\n    # since 2024\n    - from: []\n",
        "# npconv: ignore[npc600] public\n" + HEAD + TRAP,
        "# team shop\n\n# npconv: ignore[NPC600] public\n---\n" + HEAD + TRAP,
    ],
)
def test_a_finding_is_hidden(text: str) -> None:
    found = linted(text)
    assert found.diagnostics == ()
    assert [(one.code.id, reason) for one, reason in found.ignored] == [("NPC600", "public")]


def test_a_comment_above_a_document_is_for_that_document_alone() -> None:
    text = "# npconv: ignore[NPC600] public\n" + HEAD + TRAP + "---\n" + HEAD.replace("web", "other") + TRAP
    assert [code for code, _ in said(text)] == ["NPC600", "NPC633"]


def test_a_reason_is_needed() -> None:
    assert said(HEAD + "  ingress:\n    - from: []  # npconv: ignore[NPC600]\n") == [("NPC600", 8), ("NPC650", 8)]
    assert ("NPC650", 8) in said(HEAD + "  ingress:\n    - from: []  # npconv: ignore[NPC600] --\n")


def test_a_comment_that_hides_nothing() -> None:
    assert said(HEAD + "  # npconv: ignore[NPC600] public\n  ingress: []\n") == [("NPC651", 7)]
    text = HEAD + "  ingress:\n    - from: []  # npconv: ignore[NPC600, NPC604] public\n"
    (unused,) = linted(text).diagnostics
    assert unused.message == "there is no `NPC604` to ignore here"


def test_what_was_not_looked_for_is_not_unused() -> None:
    for code in ("NPC620", "NPC614"):
        assert said(HEAD + f"  # npconv: ignore[{code}] runs nightly\n  ingress: []\n") == []
    assert said(HEAD + "  # npconv: ignore[NPC604] both\n  ingress: []\n", select="NPC600") == []


@pytest.mark.parametrize("comment", ["ignore NPC600", "ignore[]", "ignore[NPC599] x", "ignor[NPC600] x", "disable"])
def test_comments_that_nobody_knows(comment: str) -> None:
    assert ("NPC652", 8) in said(HEAD + f"  ingress:\n    - from: []  # npconv: {comment}\n")


def test_an_error_can_be_ignored_too() -> None:
    text = HEAD + "  # npconv: ignore[NPC110] our API server knows it\n  unheardOf: true\n"
    assert linted(text).diagnostics == ()
