"""A run -> SARIF 2.1.0, as GitHub's code scanning and others read it.

Sources: SARIF 2.1.0 errata 01 (OASIS); GitHub, "SARIF support for code scanning": required properties, limits of a
file, `partialFingerprints.primaryLocationLineHash`, severities; checked in tests against the OASIS schema.

What points into no file is a notification of the invocation, not a result: GitHub refuses a file in which a result
has no location.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from npconv.diagnostics.render.json_form import Json, dumped
from npconv.diagnostics.render.level import Level
from npconv.diagnostics.render.paths import below, uri
from npconv.diagnostics.render.place import span_of
from npconv.diagnostics.render.reported import Reported, Where, remarks, reported, sentence, where_of, worst_first
from npconv.diagnostics.render.run import Run
from npconv.diagnostics.render.sarif_rules import rules

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS: Final = 25_000
"""How many results of a run GitHub takes; of more, the worst are kept."""

_LEVEL: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}
_ROOT: Final = "%SRCROOT%"


def as_sarif(run: Run) -> str:
    """The run as a SARIF log."""
    found = reported(run)
    located = [one for one in found if one.where is not None]
    kept = _kept(located)
    used = rules(found)
    files = sorted({below(one, run.here, run.root) for one in run.files})
    index = {rule: number for number, (rule, _) in enumerate(used)}
    data: Json = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "npconv",
                        "semanticVersion": run.version,
                        "rules": [rule for _, rule in used],
                    }
                },
                "automationDetails": {"id": f"npconv/{run.command}/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
                "invocations": [_invocation(found, len(located) - len(kept))],
                "artifacts": [{"location": _artifact(path)} for path in files],
                "results": [_result(one, one.where, run, index) for one in kept if one.where is not None],
            }
        ],
    }
    return dumped(data)


def _kept(found: list[Reported]) -> list[Reported]:
    if len(found) <= MOST_RESULTS:
        return found
    worst = {id(one) for one in worst_first(found)[:MOST_RESULTS]}
    return [one for one in found if id(one) in worst]


def _invocation(found: Sequence[Reported], left_out: int) -> Json:
    """How the run went, with what it said of no place in particular."""
    elsewhere = [one for one in found if one.where is None]
    notifications: list[Json] = [
        {"level": _LEVEL[one.level], "message": {"text": _text(one)}, "descriptor": {"id": one.diagnostic.code.id}}
        for one in elsewhere
    ]
    if left_out:
        text = f"{left_out} results are left out: the {MOST_RESULTS} worst are here"
        notifications.append({"level": "warning", "message": {"text": text}})
    return {
        "executionSuccessful": not any(one.diagnostic.is_error for one in elsewhere),
        "toolExecutionNotifications": notifications,
    }


def _result(one: Reported, where: Where, run: Run, index: dict[str, int]) -> Json:
    said = one.diagnostic
    data: dict[str, Json] = {
        "ruleId": said.code.id,
        "ruleIndex": index[said.code.id],
        "level": _LEVEL[one.level],
        "message": {"text": _text(one)},
        "locations": [_location(where)],
        # GitHub's own fingerprints end in the number of the finding among those alike, which ours have counted in.
        "partialFingerprints": {"primaryLocationLineHash": f"{one.fingerprint}:1", "npconvFinding/v1": one.fingerprint},
    }
    related: list[Json] = [
        {**_location(where_of(label.origin, span_of(label.origin), run)), "id": number, "message": {"text": label.text}}
        for number, label in enumerate(said.also, start=1)
    ]
    if related:
        data["relatedLocations"] = related
    if one.aside is not None:
        data["suppressions"] = [
            {"kind": one.aside.by.value, **({"justification": one.aside.reason} if one.aside.reason else {})}
        ]
    properties: dict[str, Json] = {"severity": said.severity.value}
    if said.effect is not None:
        properties["effect"] = said.effect.value
    if one.policy:
        properties["policy"] = one.policy
    data["properties"] = properties
    return data


def _location(where: Where) -> dict[str, Json]:
    region: dict[str, Json] = {
        "startLine": where.span.line,
        "startColumn": where.span.column,
        "endLine": where.span.line,
        "endColumn": where.line_end,
    }
    snippet = where.origin.place.line_text(where.span.line)[where.span.column - 1 : where.line_end - 1]
    if snippet:
        region["snippet"] = {"text": snippet}
    data: dict[str, Json] = {"physicalLocation": {"artifactLocation": _artifact(where.path), "region": region}}
    logical = ", ".join(part for part in (where.origin.place.label, where.origin.dotted) if part)
    if logical:
        data["logicalLocations"] = [{"fullyQualifiedName": logical, "kind": "object"}]
    return data


def _artifact(path: str) -> dict[str, Json]:
    reference = uri(path)
    return {"uri": reference} if reference.startswith("file:") else {"uri": reference, "uriBaseId": _ROOT}


def _text(one: Reported) -> str:
    """A first line that says it all, then the rest. In SARIF `[a](b)` is a link (3.11.6): none is meant."""
    first, *rest = (sentence(one.diagnostic), *remarks(one.diagnostic))
    return "\n".join([first, *([""] if rest else []), *rest]).replace("](", "]\\(")
