"""Plans as JSON: complete, and as schemas/plan.schema.json says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hostile_plans import PAYLOADS, hostile_plan
from jsonschema import Draft202012Validator
from plan_schema import schema
from plans import shop_plan
from plans_aks import aks_report

from npconv import resources
from npconv.report import json_
from npconv.report.redact import redact

PUBLISHED = Path(__file__).parents[3] / "schemas" / "plan.schema.json"


def published() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.read("schemas", "plan.schema.json"))
    return found


def test_the_schema_is_what_the_model_says(update_golden: bool) -> None:
    if update_golden:
        PUBLISHED.write_text(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert published() == schema()
    Draft202012Validator.check_schema(published())


@pytest.mark.parametrize("plan", [shop_plan(), replace(shop_plan(), aks=aks_report()), redact(shop_plan())])
def test_plans_are_valid(plan: Any) -> None:
    Draft202012Validator(closed(published())).validate(json.loads(json_.rendered(plan)))


def closed(node: Any) -> Any:
    """The schema, in which every key must be known."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: closed(one) for key, one in node.items()}
    return found | {"additionalProperties": False} if "properties" in node and node.get("type") == "object" else found


def test_the_schema_refuses() -> None:
    data = json.loads(json_.rendered(shop_plan()))
    validator = Draft202012Validator(published())
    assert validator.is_valid(data)
    assert not validator.is_valid({**data, "format": 2})
    assert not validator.is_valid({key: one for key, one in data.items() if key != "risks"})
    data["summary"]["counts"]["fine"] = 1
    assert not validator.is_valid(data)


def test_what_is_in_it() -> None:
    data = json.loads(json_.rendered(shop_plan()))
    assert data["format"] == 1
    assert data["summary"]["counts"]["equal under assumptions"] == 2
    assert data["engines"]["settings"][0] == {"name": "pod CIDRs", "value": "10.244.0.0/16"}
    assert data["formula"]["rows"][1] == {
        "reason": "narrower",
        "points": 3,
        "why": "check whether the lost flows are used",
    }
    assert data["risks"][2]["witness"] is None
    assert data["unread"][0]["spot"] is None
    assert data["objects"][7]["outputs"] == ["CiliumNetworkPolicy/shop/orders-db"]
    assert len(data["connectivity"]["cells"]) == 36


@pytest.mark.parametrize("payload", [*PAYLOADS, "\udcff", "\u2028"])
def test_names_come_back_as_they_were(payload: str) -> None:
    text = json_.rendered(hostile_plan(payload))
    text.encode()
    assert json.loads(text)["objects"][0]["policy"] == f"GlobalNetworkPolicy/allow-dns{payload}"
