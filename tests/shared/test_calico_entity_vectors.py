"""Every recorded combination of a rule's selectors matches the same objects here as in Calico."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from npconv.dialects.calico.lift_entity import matching, positive
from npconv.dialects.calico.lift_objects import Holder
from npconv.dialects.calico.model_rule import EntityRule, ServiceAccountMatch
from npconv.dialects.calico.selector import SelectorError, parse_selector
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir.addresses import Addresses
from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, Kind, Scope
from npconv.ir.policy import Direction
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import meets

pytestmark = pytest.mark.shared

BARE, LABELLED, POD_A, POD_B, SET_A = range(5)


def parse(text: str) -> Selector:
    found = parse_selector(text)
    assert not isinstance(found, SelectorError)
    return found


def entity(written: Mapping[str, Any]) -> EntityRule:
    accounts = written.get("serviceAccounts")
    names = (accounts or {}).get("names")
    return EntityRule(
        selector=written.get("selector"),
        not_selector=written.get("notSelector"),
        namespace_selector=written.get("namespaceSelector"),
        service_accounts=None
        if accounts is None
        else ServiceAccountMatch(names=None if names is None else tuple(names), selector=accounts.get("selector")),
    )


def pod(labels: Mapping[str, str]) -> Endpoint:
    """The pod whose labels Calico shows so."""
    attributes: dict[Attribute, str] = {
        NAMESPACE: labels["projectcalico.org/namespace"],
        SERVICE_ACCOUNT: labels["projectcalico.org/serviceaccount"],
    }
    for key, value in labels.items():
        if key.startswith("pcns."):
            attributes[Attribute.of(Scope.NAMESPACE, key.removeprefix("pcns."))] = value
        elif key.startswith("pcsa."):
            attributes[Attribute.of(Scope.SERVICE_ACCOUNT, key.removeprefix("pcsa."))] = value
        elif not key.startswith("projectcalico.org/"):
            attributes[Attribute.of(Scope.POD, key)] = value
    return Endpoint(kind=Kind.POD, attributes=attributes)


def test_entity_rules(shared: Path) -> None:
    vectors = json.loads((shared / "vectors/calico_selectors.json").read_text())
    objects = vectors["entityLabelSets"]
    pods = {index: pod(objects[index]) for index in (POD_A, POD_B)}
    holders = {
        index: Holder(title=str(index), labels=objects[index], addresses=Addresses.of([f"192.0.2.{index}"]))
        for index in (BARE, LABELLED, SET_A)
    }
    assert len(vectors["entityRules"]) > 1000
    for case in vectors["entityRules"]:
        selector = positive(entity(case["entityRule"]), case["policyNamespace"], parse)
        if not case["combined"]:
            assert selector is None, case
            continue
        assert selector is not None, case
        found = matching(selector, tuple(holders.values()))
        matched = [
            meets(found.pods, Flow(direction=Direction.EGRESS, subject=pods[POD_A], peer=pods[index]), pods[index])
            if index in pods
            else not (found.sets & holders[index].addresses).is_empty
            for index in range(5)
        ]
        assert matched == case["matches"], case
