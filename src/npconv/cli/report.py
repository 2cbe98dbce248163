"""A translation -> what its reports are made of, and its own report as JSON (schemas/report.schema.json).

Every form but `json` is the one that all commands have. `json` has the same findings, and what only a translation
has: its engines, its proof, the effect on each policy.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from npconv import __version__
from npconv.cli.accepted import Accepted
from npconv.cli.exits import Exit
from npconv.cli.outcome import fails
from npconv.cli.reports import folders
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.render.forms import FORMS
from npconv.diagnostics.render.json_form import Json, as_data, dumped
from npconv.diagnostics.render.reported import reported
from npconv.diagnostics.render.run import By, Finding, Looked, Run, SetAside
from npconv.pipeline import Conversion
from npconv.render.owners import Owned, losses, places

FORMAT: Final = 1
"""Goes up when something that a reader may rely on changes or goes away; additions leave it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A translation, and all that its reports say of it. `about` are findings about the run as a whole."""

    command: str
    result: Conversion
    about: tuple[Diagnostic, ...]
    source: str
    target: str
    accepted: tuple[Accepted, ...]
    fail_on: str
    files: tuple[str, ...]
    exit: Exit
    written: bool
    said: str


def text(told: Told, form: str) -> str:
    """The report in a form."""
    run = _run(told)
    return _own(told, run) if form == "json" else FORMS[form](run)


def _run(told: Told) -> Run:
    here, root = folders()
    owned = {id(one.diagnostic): one for one in losses(told.result)}
    policies = sorted(
        (Looked.at(place) for place in places(told.result)), key=lambda one: (one.file, one.line, one.label)
    )
    return Run(
        command=told.command,
        version=__version__,
        findings=tuple(_finding(one, owned.get(id(one)), told) for one in (*told.result.diagnostics, *told.about)),
        files=tuple(sorted(told.files)),
        policies=tuple(policies),
        summary=_numbers(told.result),
        said=told.said,
        here=here,
        root=root,
    )


def _finding(diagnostic: Diagnostic, owned: Owned | None, told: Told) -> Finding:
    if owned is None:
        return Finding(diagnostic=diagnostic)
    by = next((one for one in told.accepted if one.covers(owned)), None)
    return Finding(
        diagnostic=diagnostic,
        policy=owned.policy,
        aside=SetAside(by=By.COMMAND, reason=by.reason) if by is not None else None,
        fails=fails(diagnostic, told.fail_on),
    )


def _numbers(result: Conversion) -> dict[str, int]:
    count = Counter(effect for name, effect in result.effects.items() if name not in result.refused)
    words = {Effect.INERT: "unchanged", Effect.NARROWS: "narrower", Effect.WIDENS: "wider", Effect.SHIFTS: "shifted"}
    return {
        "policies": len(result.effects),
        **{word: count[effect] for effect, word in words.items()},
        "refused": len(result.refused),
    }


def _own(told: Told, run: Run) -> str:
    result = told.result
    data: Json = {
        "format": FORMAT,
        "npconv": __version__,
        "from": told.source,
        "to": told.target,
        "exit": int(told.exit),
        "written": told.written,
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
        "findings": [as_data(one) for one in reported(run)],
        "skipped": dict(sorted(result.skipped.items())),
    }
    return dumped(data)


def proof(result: Conversion) -> str:
    """What comparing source and output gave: `equal` (but for losses), `open`, `contradicted`, or `none`."""
    if result.proof is None:
        return "none"
    if result.proof.unowned:
        return "contradicted"
    return "equal" if result.proof.is_conclusive else "open"
