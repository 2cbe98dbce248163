"""From Azure NPM to Cilium on AKS -> what must be done before the dataplane changes, and what after."""

from npconv.report.aks.assess import assess
from npconv.report.aks.model import AksReport, Certainty, Check, Effect, Item, Repair, Step, Thing, When, Witness

__all__ = [
    "AksReport",
    "Certainty",
    "Check",
    "Effect",
    "Item",
    "Repair",
    "Step",
    "Thing",
    "When",
    "Witness",
    "assess",
]
