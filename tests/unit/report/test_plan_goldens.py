"""A plan in each form, as it looks: `pytest tests/unit/report --update-golden`, then read the diff."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from plans import shop_plan
from plans_aks import aks_report

from npconv.report.formats import FORMATS, renderer
from npconv.report.redact import redact

GOLDEN = Path(__file__).with_name("golden")
ENDINGS = {"text": "txt", "md": "md", "json": "json", "csv": "csv", "html": "html", "script": "sh"}
WHOLE = replace(shop_plan(), aks=aks_report())


def compare(path: Path, text: str, *, update: bool) -> None:
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def rendered(form: str, *, redacted: bool = False) -> str:
    """The text, without what would change it for other reasons: the version, and the style sheet."""
    text = renderer(form)(redact(WHOLE, ("reports", "legacy", "backend", "ops", "tool-0")) if redacted else WHOLE)
    text = re.sub(r'"npconv": "[^"]+"', '"npconv": "VERSION"', text)
    return re.sub(r"<style>.*?</style>", "<style></style>", text, flags=re.DOTALL)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_golden(form: str, update_golden: bool) -> None:
    compare(GOLDEN / f"plan.{ENDINGS[form]}", rendered(form), update=update_golden)


def test_redacted_golden(update_golden: bool) -> None:
    compare(GOLDEN / "redacted.txt", rendered("text", redacted=True), update=update_golden)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_same_plan_is_the_same_bytes(form: str) -> None:
    assert renderer(form)(WHOLE) == renderer(form)(replace(shop_plan(), aks=aks_report()))
    assert rendered(form, redacted=True) == rendered(form, redacted=True)
