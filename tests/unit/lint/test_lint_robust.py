"""Whatever a policy looks like, lint answers; and what it mends can be read, and needs no mending of the same sort."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from npconv.linter import LintOptions, lint
from npconv.linter.edit import edited
from npconv.pipeline.read import is_policy, wanted
from npconv.source.load import load, parse

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
ODD: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    0,
    -1,
    "x",
    True,
    1.5,
    [None],
    [{}],
    "10.0.0.5/24",
    "!has(x)",
    "all()",
    ["80"],
)
OPTIONS = LintOptions(seconds=2)


@pytest.fixture(scope="module")
def policies() -> list[dict[str, Any]]:
    """Policies of every dialect."""
    found = [one.data for one in load([str(EXAMPLES)], wanted=wanted).documents if is_policy(one)]
    assert len(found) > 10
    return found


def mutated(policy: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A policy of which something is left out, doubled, misspelt or replaced."""
    made: dict[str, Any] = copy.deepcopy(policy)
    node: Any = made.get("spec") or made
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys)
        if isinstance(node[key], dict | list) and node[key] and chance.random() < 0.7:
            node = node[key]
            continue
        match chance.randrange(4):
            case 0:
                node[key] = chance.choice(ODD)
            case 1:
                del node[key]
            case 2 if isinstance(node, dict):
                node[key.capitalize()] = node.pop(key)
            case _ if isinstance(node, list):
                node.append(copy.deepcopy(node[key]))
        return made


@pytest.mark.parametrize("seed", range(60))
def test_lint_answers(policies: list[dict[str, Any]], seed: int) -> None:
    chance = random.Random(seed)
    several = [mutated(chance.choice(policies), chance) for _ in range(3)]
    text = "\n---\n".join(json.dumps(one, indent=chance.choice([None, 2])) for one in several)
    loaded = parse(text, "p.yaml", wanted=wanted, named=False)
    found = lint(loaded, OPTIONS)
    made = edited(found.findings, loaded.texts)
    for new in made.texts.values():
        again = parse(new, "p.yaml", wanted=wanted, named=False)
        assert len(again.documents) >= len(loaded.documents)
        places = {one.diagnostic.origin.dotted for one in made.mended if one.diagnostic.origin is not None}
        assert places and len(made.mended) <= len(found.findings)
