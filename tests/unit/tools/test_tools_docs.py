"""The pages that are made from the code are up to date, and no link of the documentation leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pages
import pytest
import site_of_docs
import yaml

from npconv import config

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
MARKDOWN = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), ROOT / "examples" / "README.md"])


@pytest.mark.parametrize(("name", "text"), pages.pages().items())
def test_reference_is_up_to_date(name: str, text: str, update_golden: bool) -> None:
    if update_golden:
        (DOCS / "reference" / name).write_text(text, encoding="utf-8")
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == text, "run `make docs`"


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in site_of_docs.links(text):
        assert (page.parent / target).exists(), f"{target} of {page.name}"
    for target, anchor in re.findall(r"\]\(([^)\s#:]*)#([^)\s]+)\)", text):
        there = page.parent / target if target else page
        assert anchor in anchors(there.read_text(encoding="utf-8")), f"{target}#{anchor} of {page.name}"


def test_the_example_of_the_configuration_is_one() -> None:
    found = config.parse(pages.EXAMPLE.encode(), "npconv.yaml", ROOT)
    assert (found.config is not None, found.diagnostics) == (True, ())


def anchors(text: str) -> set[str]:
    """The anchors of the headings, as GitHub and Zensical make them."""
    heads = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_page_is_in_the_navigation() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))

    def listed(entries: list[object]) -> list[str]:
        found = []
        for entry in entries:
            for value in entry.values() if isinstance(entry, dict) else [entry]:
                found += listed(value) if isinstance(value, list) else [value]
        return found

    assert sorted(listed(settings["nav"])) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


def test_links_out_of_the_documentation_lead_to_the_repository(tmp_path: Path) -> None:
    site_of_docs.prepare("https://example.org/npconv", tmp_path / "docs")
    text = (tmp_path / "docs" / "trust.md").read_text(encoding="utf-8")
    assert "](https://example.org/npconv/blob/main/ARCHITECTURE.md)" in text
    assert "](engines.md)" in text
    assert "](../" not in text


def test_blocks_with_the_name_of_a_file_get_a_title(tmp_path: Path) -> None:
    site_of_docs.prepare("https://example.org/npconv", tmp_path / "docs")
    text = (tmp_path / "docs" / "index.md").read_text(encoding="utf-8")
    assert '```yaml title="orders-db.yaml"\n' in text
    for page in (tmp_path / "docs").rglob("*.md"):
        fences = re.findall(r"^```(.*)$", page.read_text(encoding="utf-8"), flags=re.M)
        assert all(re.fullmatch(r'[a-z]*( title="[^"]+")?', fence) for fence in fences), page
