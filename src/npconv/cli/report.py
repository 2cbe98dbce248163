"""A translation -> its report as JSON, for scripts and CI (`--report json=FILE`; schemas/report.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, TypeAlias

from npconv import __version__
from npconv.cli.accepted import Accepted, is_accepted
from npconv.cli.exits import Exit
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.render.place import Placed, placed
from npconv.pipeline import Conversion
from npconv.render.owners import Owned, losses

FORMAT: Final = 1
"""Goes up when something that a reader may rely on changes or goes away; additions leave it as it is."""

_Json: TypeAlias = "str | int | bool | list[_Json] | dict[str, _Json] | None"


def report(
    result: Conversion,
    about: Iterable[Diagnostic],
    *,
    engines: tuple[str, str],
    accepted: tuple[Accepted, ...],
    exit_code: Exit,
    written: bool,
) -> str:
    """The report as text. `about` are findings about the run as a whole; `engines` source and target."""
    owned = {id(one.diagnostic): one for one in losses(result)}
    findings = placed([*result.diagnostics, *about])
    data: _Json = {
        "format": FORMAT,
        "npconv": __version__,
        "from": engines[0],
        "to": engines[1],
        "exit": int(exit_code),
        "written": written,
        "proof": proof(result),
        "policies": [
            {
                "kind": name.kind,
                "namespace": name.namespace,
                "name": name.name,
                "effect": effect.value,
                "refused": name in result.refused,
            }
            for name, effect in sorted(result.effects.items())
        ],
        "findings": [_finding(one, owned.get(id(one.diagnostic)), accepted) for one in findings],
        "skipped": dict(sorted(result.skipped.items())),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def proof(result: Conversion) -> str:
    """What comparing source and output gave: `equal` (but for losses), `open`, `contradicted`, or `none`."""
    if result.proof is None:
        return "none"
    if result.proof.unowned:
        return "contradicted"
    return "equal" if result.proof.is_conclusive else "open"


def _finding(one: Placed, owned: Owned | None, accepted: tuple[Accepted, ...]) -> _Json:
    said = one.diagnostic
    data: dict[str, _Json] = {
        "code": said.code.id,
        "severity": said.severity.value,
        "title": said.code.title,
        "message": said.message,
        "notes": list(said.notes),
        "help": said.help,
    }
    if said.origin is not None and one.span is not None:
        data["place"] = {
            "file": said.origin.place.file,
            "line": one.span.line,
            "column": one.span.column,
            "endLine": one.span.end_line,
            "endColumn": one.span.end_column,
            "object": said.origin.place.label,
            "path": said.origin.dotted,
        }
    if owned is not None and said.effect is not None:
        data["effect"] = said.effect.value
        data["policy"] = owned.policy
        data["accepted"] = is_accepted(owned, accepted)
    return data
