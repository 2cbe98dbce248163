"""A case folder -> the files that belong into it, and what differs from the files that are there.

A case is `<source>/<claim-in-words>/` with an `input.yaml` of at most 40 lines (or several `input*.yaml`), an optional
`options.yaml`, and the rendered files: `ir.txt`, one `<target>.yaml` for each other dialect (the policy API has itself,
too: that migrates its old kinds), `losses.txt` and `flows.txt`. `pytest tests/golden --update-golden` rewrites these.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from npconv.cli.pairs import TITLES
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.render.report import render
from npconv.ir.dump import dump
from npconv.lowering.losses import Loss
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import name, parse_engine
from npconv.pipeline.model import Conversion, Options, text_of
from npconv.semantics.describe import describe
from npconv.source.load import Loaded, parse

ROOT = Path(__file__).parent
CASES = sorted(path for source in TITLES for path in (ROOT / source).glob("*") if path.is_dir())
LONGEST_INPUT = 40
LONGEST_GOLDEN = 120
LONGEST_REPORT = 400
"""Of `losses.txt` and `flows.txt`, which have a section for each target."""

_LISTS = ("pod_cidrs", "node_cidrs", "namespaces")
_FLAGS = ("dual_stack", "cidr_groups", "max_pieces", "namespace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One folder, read and converted into every target."""

    folder: Path
    loaded: Loaded
    options: Mapping[str, Options]
    """By target."""
    results: Mapping[str, Conversion]

    def output(self, target: str) -> str:
        """The text of an output."""
        return text_of(self.results[target].outputs, "yaml")


def case_id(folder: Path) -> str:
    """How tests call a case."""
    return f"{folder.parent.name}/{folder.name}"


def targets(source: str) -> tuple[str, ...]:
    """The dialects into which cases of a dialect are converted."""
    return tuple(one for one in TITLES if one != source or one == "policy-api")


def inputs(folder: Path) -> list[Path]:
    """The input files of a case, sorted."""
    return sorted(folder.glob("input*.yaml"))


def read(folder: Path) -> Case:
    """Read and convert a case; findings name its files as `input.yaml`, wherever the checkout is."""
    parts = [parse(path.read_bytes(), path.name) for path in inputs(folder)]
    loaded = Loaded(
        documents=tuple(document for part in parts for document in part.documents),
        diagnostics=tuple(one for part in parts for one in part.diagnostics),
    )
    options = _options(folder)
    results = {target: convert(loaded, chosen) for target, chosen in options.items()}
    return Case(folder=folder, loaded=loaded, options=options, results=results)


@cache
def case_of(folder: Path) -> Case:
    """A case, converted once for all its tests."""
    return read(folder)


def rendered(case: Case) -> dict[str, str]:
    """The text of every file that a case has beside its input."""
    first = next(iter(case.results.values()))
    return {
        "ir.txt": dump(first.source),
        **{f"{target}.yaml": case.output(target) for target in case.results},
        "losses.txt": _losses(case),
        "flows.txt": "\n".join(_flows(target, one) for target, one in case.results.items()),
    }


def check(folder: Path, texts: Mapping[str, str], *, update: bool) -> None:
    """Compare a folder with what it should hold; with `update`, make it so (never in CI)."""
    known = {*texts, "options.yaml", *(path.name for path in inputs(folder))}
    stale = [path for path in sorted(folder.iterdir()) if path.name not in known]
    if update:
        assert "CI" not in os.environ, "refusing to rewrite golden files in CI"
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        for path in stale:
            path.unlink()
        return
    problems = [f"stale: {path.name}" for path in stale]
    for name, text in texts.items():
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else None
        if before is None:
            problems.append(f"missing: {name}")
        elif before != text:
            problems += difflib.unified_diff(
                before.splitlines(), text.splitlines(), f"golden/{name}", f"now/{name}", lineterm=""
            )
    hint = "If this is meant: pytest tests/golden --update-golden, then read the diff."
    assert not problems, "\n".join([*problems, "", hint])


def _losses(case: Case) -> str:
    """What is said of the input whatever the target, then what each target adds."""
    listed = [one.diagnostics for one in case.results.values()]
    common = [one for one in listed[0] if all(one in others for others in listed[1:])]
    return "\n".join(
        [_said(common), *(_of_target(case, target, common) for target in case.results)]
        if common
        else [_of_target(case, target, common) for target in case.results]
    )


def _of_target(case: Case, target: str, common: Iterable[Diagnostic]) -> str:
    result = case.results[target]
    left = [one for one in result.diagnostics if one not in tuple(common)]
    refused = sorted(str(one) for one in result.refused)
    effects = [f"{one}: {effect.value}" for one, effect in sorted(result.effects.items())]
    skipped = [f"{kind} ({count})" for kind, count in sorted(result.skipped.items())]
    lines = [f"passed over: {', '.join(skipped)}"] if skipped else []
    lines += [f"refused: {', '.join(refused)}"] if refused else []
    lines.append(f"effects: {', '.join(effects) or 'none'}")
    said = _said(left)
    return (
        f"-- {name(case.options[target].target)}\n"
        + (f"{said}\n" if said else "")
        + "".join(f"{line}\n" for line in lines)
    )


def _said(diagnostics: Iterable[Diagnostic]) -> str:
    return render(diagnostics, color=False)


def _flows(target: str, result: Conversion) -> str:
    """What comparing source and output over all flows found: equal, or each kind of flow and the losses that own it."""
    proof = result.proof
    assert proof is not None
    said = [
        f"{describe(example, old='source', new=target)}\n  owned by {', '.join(_owners(owners))}\n"
        for example, owners in proof.owned
    ]
    said += [f"{describe(example, old='source', new=target)}\n  OWNED BY NOBODY\n" for example in proof.unowned]
    said += [f"not proven: {one}\n" for one in proof.unproven]
    return f"-- {target}\n" + ("\n".join(said) or "equal over all flows of pods\n")


def _owners(losses: Iterable[Loss]) -> list[str]:
    return sorted({f"{loss.code} of {loss.policy.name}" for loss in losses})


def _options(folder: Path) -> dict[str, Options]:
    """Options as a user gives them, by target: `from` and `to` in the command line's words, the rest by its field."""
    path, dialect = folder / "options.yaml", folder.parent.name
    given: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    unknown = given.keys() - {"from", "to", *_LISTS, *_FLAGS}
    assert not unknown, f"{path}: unknown options {sorted(unknown)}"
    chosen = [given.get("to", [])] if isinstance(given.get("to"), str) else given.get("to", [])
    profiles = {_dialect(one): str(one) for one in chosen}
    assert profiles.keys() <= set(targets(dialect)), f"{path}: no such target in {chosen}"
    source = parse_engine(str(given.get("from", dialect)))
    assert _dialect(name(source)) == dialect, f"{path}: {source} is not the folder's dialect"
    return {
        target: Options(
            source=source,
            target=parse_engine(profiles.get(target, target)),
            **{key: tuple(given[key]) for key in _LISTS if key in given},
            **{key: given[key] for key in _FLAGS if key in given},
        )
        for target in targets(dialect)
    }


def _dialect(profile: str) -> str:
    return profile.partition(",")[0].partition("=")[0]
