"""A translation -> what its reports are made of, and its own report as JSON (schemas/report.schema.json).

Every form but `json` is the one that all commands have. `json` has the same findings, and what only a translation
has: its engines, its proof, the effect on each policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from npconv.cli.accepted import Accepted
from npconv.cli.exits import Exit
from npconv.cli.outcome import fails
from npconv.cli.reports import folders
from npconv.cli.told import Told
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.render.forms import FORMS
from npconv.diagnostics.render.json_form import Json, as_data, dumped
from npconv.diagnostics.render.reported import reported
from npconv.diagnostics.render.run import By, Finding, Looked, Run, SetAside
from npconv.pipeline.model import Conversion
from npconv.render.owners import Owned, losses, places
from npconv.version import __version__

FORMAT: Final = 1
"""Goes up when something that a reader may rely on changes or goes away; additions leave it as it is."""


def text(told: Sequence[Told], form: str, *, exit_code: Exit, about: Sequence[Diagnostic] = ()) -> str:
    """The report in a form, on one translation or on several of the same source.

    `about` are findings about the configuration that they come from; with errors in it, there is no translation.
    """
    if form != "json":
        return FORMS[form](_run(told, about))
    if len(told) == 1:
        return dumped(_own(told[0], _run(told, about), exit_code))
    return dumped(
        {
            "format": FORMAT,
            "npconv": __version__,
            "exit": int(exit_code),
            "findings": [as_data(one) for one in reported(_run([], about))],
            "conversions": [_own(one, _run([one]), one.exit) for one in told],
        }
    )


def _run(told: Sequence[Told], about: Sequence[Diagnostic] = ()) -> Run:
    here, root = folders()
    findings: dict[tuple[object, ...], Finding] = {(id(one),): Finding(diagnostic=one) for one in about}
    for one in told:
        owned = {id(loss.diagnostic): loss for loss in losses(one.result)}
        for diagnostic in (*one.result.diagnostics, *one.about):
            finding = _finding(diagnostic, owned.get(id(diagnostic)), one)
            same = _same(diagnostic) if len(told) > 1 else (id(diagnostic),)
            if same not in findings or (finding.fails and finding.aside is None):
                findings[same] = finding
    policies = {(place.file, place.label): Looked.at(place) for one in told for place in places(one.result)}
    return Run(
        command="convert",
        version=__version__,
        findings=tuple(findings.values()),
        files=tuple(sorted({file for one in told for file in one.files})),
        policies=tuple(policies[key] for key in sorted(policies)),
        summary={
            (f"{one.target}: {word}" if len(told) > 1 else word): number
            for one in told
            for word, number in _numbers(one.result).items()
        },
        said="\n".join(one.said for one in told),
        here=here,
        root=root,
    )


def _same(diagnostic: Diagnostic) -> tuple[object, ...]:
    """What findings of several translations have in common if they are one."""
    origin = diagnostic.origin
    where = (origin.place.file, origin.place.span(origin.path), origin.dotted) if origin is not None else ()
    return diagnostic.code.id, diagnostic.message, diagnostic.notes, diagnostic.effect, *where


def _finding(diagnostic: Diagnostic, owned: Owned | None, told: Told) -> Finding:
    if owned is None:
        return Finding(diagnostic=diagnostic)
    by = next((one for one in told.accepted if one.covers(owned)), None)
    return Finding(
        diagnostic=diagnostic,
        policy=owned.policy,
        aside=_aside(by) if by is not None else None,
        fails=fails(diagnostic, told.fail_on),
    )


def _aside(by: Accepted) -> SetAside:
    return SetAside(by=By.COMMAND if by.loss is None else By.SOURCE, reason=by.reason)


def _numbers(result: Conversion) -> dict[str, int]:
    count = Counter(effect for name, effect in result.effects.items() if name not in result.refused)
    words = {Effect.INERT: "unchanged", Effect.NARROWS: "narrower", Effect.WIDENS: "wider", Effect.SHIFTS: "shifted"}
    return {
        "policies": len(result.effects),
        **{word: count[effect] for effect, word in words.items()},
        "refused": len(result.refused),
    }


def _own(told: Told, run: Run, exit_code: Exit) -> Json:
    result = told.result
    return {
        "format": FORMAT,
        "npconv": __version__,
        "from": told.source,
        "to": told.target,
        "exit": int(exit_code),
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


def proof(result: Conversion) -> str:
    """What comparing source and output gave: `equal` (but for losses), `open`, `contradicted`, or `none`."""
    if result.proof is None:
        return "none"
    if result.proof.unowned:
        return "contradicted"
    return "equal" if result.proof.is_conclusive else "open"
