"""Plans as a page: alone, escaped, complete, and small enough to be read. A browser looks at it in tests/browser."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hostile_plans import PAYLOADS, hostile_plan
from large_plans import large_plan
from plans import shop_plan
from plans_aks import aks_report

from npconv.report.html.bars import WIDTH, bar
from npconv.report.html.heatmap import MOST, heatmap
from npconv.report.html.page import breakable, prose, rendered
from npconv.report.model import Plan, Standing
from npconv.report.texts import visible_text

VOID = {"meta", "br", "wbr", "input", "rect"}
WHOLE = replace(shop_plan(), aks=aks_report())


class Page(HTMLParser):
    """What a page holds; fails where elements do not close."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def test_it_stands_alone() -> None:
    text = rendered(WHOLE)
    page = Page(text)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert {one.get("href", "")[:1] for one in page.all("a")} == {"#"}  # type: ignore[index]
    style = re.search(r"<style>(.*)</style>", text, re.DOTALL)
    assert style
    assert not re.search(r"url\(|@import|https?:", style[1])
    (policy,) = [one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_links_lead_somewhere_and_ids_are_unique() -> None:
    for plan in (WHOLE, shop_plan(), large_plan(600, 90)):
        page = Page(rendered(plan))
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert {one["href"] for one in page.all("a")} <= {f"#{one}" for one in ids}
        named = {name for _, attributes in page.tags for name in (attributes.get("aria-labelledby") or "").split()}
        assert named <= set(ids)


def test_it_can_be_read_without_seeing() -> None:
    page = Page(rendered(WHOLE))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == tags.count("main") == tags.count("nav") == tags.count("header") == 1
    assert tags.count("table") == tags.count("caption")
    assert all(one.get("scope") in ("col", "row") for one in page.all("th"))
    pictures = page.all("svg")
    assert len(pictures) == 2
    assert all(one["role"] == "img" and one["aria-labelledby"] for one in pictures)
    assert page.all("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_everything_is_there() -> None:
    words = Page(rendered(WHOLE)).words
    for part in (
        "Calico 3.30 to Cilium 1.19",
        "Not ready",
        "4 equal, 2 equal under assumptions, 2 narrower, 1 wider, 1 refused, 1 invalid",
        "A pod's own node always reaches it",
        "What keeps legacy pods from the internet?",
        "Hold until every probe of the test plan still answers as before",
        "kubectl apply --dry-run=server -f plan/wave-1",
        "deny (changes)",
        "To Cilium pods are identities, and no ipBlock covers them.",
        "Written by npconv.",
    ):
        assert part in words
    text = rendered(WHOLE)
    for one in WHOLE.objects:
        assert one.policy in text.replace("<wbr>", "")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_strangers_cannot_break_out(payload: str) -> None:
    spoiled, plain = Page(rendered(hostile_plan(payload))), Page(rendered(hostile_plan("")))
    without = {"wbr", "code"}
    tags = [[tag for tag, _ in page.tags if tag not in without] for page in (spoiled, plain)]
    assert tags[0] == tags[1]
    assert [sorted(attributes) for tag, attributes in spoiled.tags if tag not in without] == [
        sorted(attributes) for tag, attributes in plain.tags if tag not in without
    ]
    shown = "".join(spoiled.text)
    assert not re.search("[\u202e\u200b\x1b]", shown)
    if "`" not in payload:
        assert " ".join(visible_text(payload).split()) in " ".join(shown.split())


def test_what_aks_needs_beside_is_in_the_verdict() -> None:
    """Policies that translate exactly are not all: what AKS changes by itself stands first, and nobody says `ready`."""
    plan = shop_plan()
    count = tuple((one, 11 if one is Standing.EQUAL else 0) for one in Standing)
    equal = replace(plan, summary=replace(plan.summary, ready=True, counts=count), risks=(), aks=aks_report())
    words = Page(rendered(equal)).words
    assert "✕ Not ready" in words
    assert "None by the translation" in words
    assert words.index("AKS: before and after") < words.index("None by the translation")
    assert "✓ Ready" in Page(rendered(replace(equal, aks=None))).words
    assert "✓ Ready" in Page(rendered(replace(equal, aks=replace(aks_report(), ready=True)))).words


def test_prose_and_breakable() -> None:
    assert str(prose("a `<b>` & `c`")) == "a <code>&lt;b&gt;</code> &amp; <code>c</code>"
    assert str(prose("one ` alone")) == "one ` alone"
    assert str(breakable("Kind/ns/<name>")) == "Kind/<wbr>ns/<wbr>&lt;name&gt;"
    assert str(breakable("x" * 90)) == f"{'x' * 40}<wbr>{'x' * 40}<wbr>{'x' * 10}"
    assert str(breakable("")) == ""


def test_the_bar_shows_what_is_rare() -> None:
    parts = bar(((Standing.EQUAL, 4999), (Standing.ASSUMED, 0), (Standing.REFUSED, 1)))
    assert [one.standing for one in parts] == [Standing.EQUAL, Standing.REFUSED]
    assert parts[1].width >= 8
    assert parts[-1].x + parts[-1].width == pytest.approx(WIDTH)
    assert bar(()) == ()


def test_the_picture_shows_where_something_changes() -> None:
    plan = large_plan(600, 300, matrix=120)
    picture = heatmap(plan.connectivity)
    assert picture is not None
    assert len(picture.rows) == len(picture.columns) == MOST
    assert len(picture.squares) == MOST * MOST
    assert picture.names == 120
    assert heatmap(replace(plan.connectivity, names=(), cells=())) is None
    small = heatmap(shop_plan().connectivity)
    assert small is not None
    assert [one.full for one in small.rows] == list(shop_plan().connectivity.names)


def test_a_plan_of_nothing() -> None:
    plan = shop_plan()
    empty = Plan(
        summary=replace(plan.summary, policies=0, counts=tuple((one, 0) for one in Standing), pods=None, minutes=None),
        inputs=(),
        engines=replace(plan.engines, settings=()),
        risks=(),
        namespaces=(),
        formula=replace(plan.formula, rows=(), minutes_per_point=None),
        connectivity=replace(plan.connectivity, names=(), cells=(), changed=(), changed_count=0, left_out=""),
        shared=(),
        waves=(),
        probes=(),
        probes_count=0,
        rollback=replace(plan.rollback, steps=(), lost=()),
        decisions=(),
        objects=(),
        codes=(),
        assumptions=(),
        unread=(),
    )
    assert "Nothing is assumed." in Page(rendered(empty)).words


def test_thousands_of_policies() -> None:
    """5,000 policies of 500 namespaces took half a second where this was written; the bound is for slow machines."""
    plan = large_plan(5000, 500)
    start = time.process_time()
    text = rendered(plan)
    assert time.process_time() - start < 20
    assert len(text.encode()) < 8_000_000
    page = Page(text)
    assert sum(tag == "tr" for tag, _ in page.tags) > 10_000
    assert re.search(r"\b\d+ namespaces in which all is equal", page.words)
    assert len(page.all("details")) > 500
