"""The documentation as a site: built by its builder, complete, and of nothing but this repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import site_of_docs

DOCS, SITE = site_of_docs.DOCS, site_of_docs.SITE


def test_the_site() -> None:
    """One test, for there is one folder that it is built into."""
    if not (shutil.which("zensical", path=str(Path(sys.executable).parent)) or shutil.which("zensical")):
        pytest.skip("needs zensical")
    script = Path(site_of_docs.__file__)
    command = [sys.executable, str(script), "https://example.org/npconv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout + done.stderr
    every_page_is_there(SITE)
    nothing_is_fetched_from_elsewhere(SITE)
    links_within_the_site_lead_somewhere(SITE)


class Addresses(HTMLParser):
    """What a page loads, what it links, and what can be linked in it."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors.add(given.get("id", ""))
        if tag == "a" and "href" in given:
            self.linked.append(given["href"])
        elif "src" in given:
            self.loaded.append(given["src"])
        elif tag == "link" and given.get("rel") != "canonical":
            self.loaded.append(given["href"])


def parsed(site: Path) -> Iterator[tuple[Path, Addresses]]:
    for page in sorted(site.rglob("*.html")):
        if page.name != "404.html":  # its addresses begin at the root of a host
            found = Addresses()
            found.feed(page.read_text(encoding="utf-8"))
            yield page, found


def every_page_is_there(site: Path) -> None:
    written = {page.relative_to(DOCS).with_suffix(".html") for page in DOCS.rglob("*.md")}
    assert written <= {page.relative_to(site) for page in site.rglob("*.html")}


def nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page, found in parsed(site):
        assert not [one for one in found.loaded if re.match("(?:https?:)?//", one)], page
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def links_within_the_site_lead_somewhere(site: Path) -> None:
    pages = {page.resolve(): found for page, found in parsed(site)}
    for page, found in pages.items():
        for link in found.linked:
            path, _, anchor = link.partition("#")
            if not re.match("[a-z]+:", link):
                there = (page.parent / path).resolve() if path and path != "." else page
                there = there / "index.html" if there.is_dir() else there
                assert there.exists(), f"{link} of {page}"
                if anchor and there in pages:
                    assert anchor in pages[there].anchors, f"{link} of {page}"
