"""Plans as text and as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hostile_plans import PAYLOADS, hostile_plan
from large_plans import large_plan
from plans import shop_plan

from npconv.report import table, text
from npconv.report.lines import cells
from npconv.report.lines import table as columns
from npconv.report.model import Names, Plan, Standing
from npconv.report.table import HEADS


def rows(plan: Plan) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.rendered(plan))))


def test_lines_fit_a_terminal() -> None:
    """But commands, which are to be pasted, and words that are longer than a line."""
    long = [line for line in text.rendered(shop_plan()).splitlines() if cells(line) > 100]
    assert [line.split()[0] for line in long] == ["npconv"]


def test_every_part_is_there() -> None:
    shown = text.rendered(shop_plan())
    for part in (
        "not ready",
        "12: shop/web-0, shop/web-1, shop/web-2 and 9 more",
        "[ ] what keeps legacy pods from the internet? [NPC402]",
        "1 batch       · · · − · ·",
        "HOLD      until every probe of the test plan still answers as before",
        "! 2. pod batch/reports-1 -> pod shop/orders-db-0, 5433/tcp: allow before, deny after",
        "✕ GlobalNetworkPolicy/legacy-egress: refused, NPC402, 7 points, class D",
        "help: say where they are: `--pod-cidr CIDR` `--node-cidr CIDR`",
        "3f3f3f3f3f3f3f3f",
    ):
        assert part in shown


def test_an_equal_plan_says_so() -> None:
    plan = shop_plan()
    summary = replace(plan.summary, ready=True, counts=((Standing.EQUAL, 11),), line="11 of 11: ready")
    shown = text.rendered(replace(plan, summary=summary, risks=(), decisions=(), assumptions=(), unread=()))
    assert "None: nothing that passes today is lost, and nothing is gained." in shown
    assert "Nothing is assumed." in shown


def test_long_lists_are_counted() -> None:
    shown = text.rendered(large_plan(2000, 300))
    assert "and 30 more: see the Markdown and HTML reports" in shown
    assert len(shown) < 200_000


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_steers_the_terminal(payload: str) -> None:
    shown = text.rendered(hostile_plan(payload))
    assert not [char for char in shown if char != "\n" and not char.isprintable()]


def test_a_table_wraps_where_words_end() -> None:
    assert columns(["name", "text"], [["a", "word " * 30]], right="rl")[2].endswith("word word")
    wide = columns(["name", "text"], [["日本語" * 20, "b"]])
    assert max(cells(line) for line in wide) <= 100
    assert columns(["n"], [["1"], ["10"]], right="r") == ["   n", "  --", "   1", "  10"]


def test_csv_has_a_row_for_each_policy() -> None:
    found = rows(shop_plan())
    assert tuple(found[0]) == HEADS
    assert len(found) == 11
    assert found[7] == {
        "policy": "NetworkPolicy/shop/orders-db",
        "namespace": "shop",
        "standing": "narrower",
        "class": "B",
        "points": "3",
        "wave": "3",
        "codes": "NPC336 NPC418",
        "pods": "3",
        "source file": "policies/shop/orders-db.yaml",
        "line": "1",
        "becomes": "CiliumNetworkPolicy/shop/orders-db",
        "output file": "shop/orders-db.yaml",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t="])
def test_no_cell_is_a_formula(start: str) -> None:
    plan = shop_plan()
    name = f"{start}cmd|'/c calc'!A1"
    one = replace(plan.objects[0], policy=name, namespace=name, outputs=(name,), file=name, codes=(name,))
    for cell in rows(replace(plan, objects=(one,)))[0].values():
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_row_stays_a_row(payload: str) -> None:
    lines = table.rendered(hostile_plan(payload)).splitlines()
    assert len(lines) == 12
    assert {len(row) for row in csv.reader(lines)} == {len(HEADS)}


def test_pods_that_are_not_known_are_not_zero() -> None:
    plan = shop_plan()
    unknown = replace(plan, summary=replace(plan.summary, pods=None), objects=(replace(plan.objects[0], pods=Names()),))
    assert rows(unknown)[0]["pods"] == ""
