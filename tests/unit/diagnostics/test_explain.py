"""Every code has a manual page that says what to do, and an id of its own in the range of its module."""

from __future__ import annotations

import re

import pytest

from npconv.diagnostics import codes
from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes.reading import UNKNOWN_FIELD
from npconv.diagnostics.explain import manual_page


@pytest.mark.parametrize("code", codes.ALL, ids=str)
def test_every_page_says_what_to_do(code: Code) -> None:
    page = manual_page(code)
    assert page.startswith(f"{code.id}: {code.title}\n====")
    assert "**What to do.**" in code.page
    assert len(code.page.split()) >= 12


def test_ids_are_unique_and_well_formed() -> None:
    ids = [code.id for code in codes.ALL]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"NPC[1-9][0-9]{2}", one) for one in ids)


def test_titles_are_lower_case_phrases() -> None:
    wrong = [code.id for code in codes.ALL if code.title.endswith(".") or "\n" in code.title or not code.title]
    assert wrong == []


def test_codes_are_found_by_their_id() -> None:
    assert codes.find("npc110") is UNKNOWN_FIELD
    assert codes.find("NPC000") is None


def test_a_page_in_full() -> None:
    assert manual_page(UNKNOWN_FIELD).startswith(
        "NPC110: unknown field\n=====================\n\nerror: the input cannot be used as it is\n\nAn object holds"
    )
