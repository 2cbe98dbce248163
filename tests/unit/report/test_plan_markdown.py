"""Plans as Markdown, as GitHub reads it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hostile_plans import PAYLOADS, hostile_plan
from large_plans import large_plan
from plans import shop_plan

from npconv.report import markdown
from npconv.report.markdown_matrix import MOST_NODES
from npconv.report.markdown_text import block, code, escaped, inline


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("plain text", "plain text"),
        ("`code` and *stars*", "`code` and \\*stars\\*"),
        ("a|b", "a&#124;b"),
        ("<b>", "&#60;b>"),
        ("[text](url)", "\\[text\\](url)"),
        ("two\nlines", "two lines"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("> quote", "\\> quote"),
        ("# title", "&#35; title"),
        ("@team", "&#64;team"),
        ("see https://evil.example/", "see https&#58;//evil.example/"),
        ("www.evil.example", "www&#46;evil.example"),
        ("`", "&#96;"),
        ("a & b &lt;", "a &#38; b &#38;lt;"),
    ],
)
def test_inline(text: str, markup: str) -> None:
    assert inline(text) == markup


def test_code() -> None:
    assert code("shop/web") == "`shop/web`"
    assert code("a|b`c<d>") == "<code>a&#124;b&#96;c&#60;d&#62;</code>"
    assert code("") == ""
    assert code(" \n") == ""


def test_block_cannot_be_closed_from_inside() -> None:
    assert block("a\n```\nb") == ["````sh", "a", "```", "b", "````"]


def test_escaped_leaves_code_spans_to_inline() -> None:
    assert escaped("`a`") == "&#96;a&#96;"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_breaks_out(payload: str) -> None:
    shown = without_blocks(markdown.rendered(hostile_plan(payload)))
    spans = re.sub(r"(?<!`)`[^`\n]+`(?!`)", "", shown)
    assert not re.search(r"<(?!/?(details|summary|code)>)", spans)
    assert "](" not in spans.replace("\\](", "")
    assert not re.search(r"https?:|www\.", spans)
    heads = [len(re.findall(r"(?<!\\)\|", line)) for line in spans.splitlines() if line.startswith("|")]
    assert set(heads) <= {3, 4, 5, 6, 7, 8, 11}
    plain = without_blocks(markdown.rendered(hostile_plan("")))
    assert heads == [len(re.findall(r"\|", line)) for line in plain.splitlines() if line.startswith("|")]


def without_blocks(text: str) -> str:
    """Markdown without what stands in fences."""
    kept, fence = [], ""
    for line in text.splitlines():
        if fence:
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            fence = re.match(r"`+", line)[0]  # type: ignore[index]
        else:
            kept.append(line)
    assert not fence
    return "\n".join(kept)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_as_a_reader_of_gfm_sees_it(payload: str) -> None:
    reader = pytest.importorskip("markdown_it", reason="needs markdown-it-py").MarkdownIt(
        "gfm-like", {"linkify": False}
    )
    html = reader.render(markdown.rendered(hostile_plan(payload)))
    plain = reader.render(markdown.rendered(hostile_plan("")))
    assert sorted(re.findall(r"<\w+", re.sub(r"<(code|strong|pre)\b", "", html))) == sorted(
        re.findall(r"<\w+", re.sub(r"<(code|strong|pre)\b", "", plain))
    )


def test_a_picture_only_where_it_can_be_read() -> None:
    assert "```mermaid" in markdown.rendered(shop_plan())
    assert "```mermaid" in markdown.rendered(large_plan(100, 12, matrix=12))
    assert "```mermaid" not in markdown.rendered(large_plan(100, 60, matrix=60))
    assert MOST_NODES == 50


def test_a_picture_takes_any_name() -> None:
    plan = shop_plan()
    cell = replace(plan.connectivity.cells[3], source='a"]; click n0 "https://evil.example"')
    shown = markdown.rendered(replace(plan, connectivity=replace(plan.connectivity, cells=(cell,))))
    (label,) = re.findall(r'n0\["(.*)"\]\n', shown)
    assert '"' not in label
    assert ";" not in label.replace("#34;", "").replace("#93;", "").replace("#59;", "").replace("#58;", "").replace(
        "#47;", ""
    )


def test_it_stays_below_what_github_shows() -> None:
    shown = markdown.rendered(large_plan(5000, 500))
    assert len(shown.encode()) < 1024 * 1024
    assert "2000 of 5000 policies are listed" in shown or "of 5000 policies are listed" in shown
    wordy = large_plan(1500, 10)
    objects = tuple(replace(one, codes=("NPC418",) * 200) for one in wordy.objects)
    shown = markdown.rendered(replace(wordy, objects=objects))
    assert len(shown.encode()) < 1024 * 1024
    assert "A section was left out here" in shown
