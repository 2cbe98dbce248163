"""The words of the AKS part of a plan that every renderer uses alike."""

from __future__ import annotations

from typing import Final

from npconv.report.aks.model import AksReport, Certainty, Effect, Item, When

TIMES: Final = {
    When.BEFORE: "Before the change",
    When.CHANGE: "The change",
    When.AFTER: "After the change",
}

EFFECTS: Final = {
    Effect.CLOSES: "closes something",
    Effect.OPENS: "opens something",
    Effect.SHIFTS: "closes and opens something",
    Effect.BLOCKS: "blocks the change",
    Effect.NONE: "",
}


def certainty(one: Item) -> str:
    """How sure it is."""
    return "for certain" if one.certainty is Certainty.CERTAIN else "perhaps"


def headline(report: AksReport) -> str:
    """The verdict, and whether AKS would refuse."""
    return f"{report.verdict}{'; AKS would refuse the change' if report.blocked else ''}"
