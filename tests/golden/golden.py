"""A case folder -> the files that belong into it, and what differs from the files that are there.

A case is `calico/<claim-in-words>/` with an `input.yaml` of at most 40 lines (or several `input*.yaml`), an optional
`options.yaml`, and exactly the files of `RENDERED`. `pytest tests/golden --update-golden` rewrites these.
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

from npconv.cli.layout import text
from npconv.diagnostics.render.report import render
from npconv.dialects.calico.profile import CalicoProfile, parse_profile
from npconv.dialects.cilium.profile import parse_target
from npconv.ir.dump import dump
from npconv.lowering.losses import Loss
from npconv.pipeline import Conversion, Options, convert
from npconv.semantics.describe import describe
from npconv.source.load import Loaded, parse

ROOT = Path(__file__).parent
CASES = sorted(path for path in (ROOT / "calico").iterdir() if path.is_dir())
RENDERED = ("cilium.yaml", "flows.txt", "ir.txt", "losses.txt")
LONGEST_INPUT = 40
LONGEST_GOLDEN = 120

_LISTS = ("pod_cidrs", "node_cidrs")
_FLAGS = ("dual_stack", "cidr_groups", "max_pieces", "namespace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One folder, read and converted."""

    folder: Path
    loaded: Loaded
    options: Options
    result: Conversion

    @property
    def output(self) -> str:
        """The text of the output."""
        return text(self.result.outputs, "yaml")


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
    options = _options(folder / "options.yaml")
    return Case(folder=folder, loaded=loaded, options=options, result=convert(loaded, options))


@cache
def case_of(folder: Path) -> Case:
    """A case, converted once for all its tests."""
    return read(folder)


def rendered(case: Case) -> dict[str, str]:
    """The text of every file that a case has beside its input."""
    return {
        "ir.txt": dump(case.result.source),
        "cilium.yaml": case.output,
        "losses.txt": _losses(case.result),
        "flows.txt": _flows(case.result),
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


def _losses(result: Conversion) -> str:
    said = render(result.diagnostics, color=False)
    refused = sorted(str(name) for name in result.refused)
    effects = [f"{name}: {effect.value}" for name, effect in sorted(result.effects.items())]
    skipped = [f"{kind} ({count})" for kind, count in sorted(result.skipped.items())]
    lines = [f"passed over: {', '.join(skipped)}"] if skipped else []
    lines += [f"refused: {', '.join(refused)}"] if refused else []
    lines.append(f"effects: {', '.join(effects) or 'none'}")
    return (f"{said}\n" if said else "") + "".join(f"{line}\n" for line in lines)


def _flows(result: Conversion) -> str:
    """What comparing source and output over all flows found: equal, or each kind of flow and the losses that own it."""
    proof = result.proof
    assert proof is not None
    said = [
        f"{describe(example, old='source', new='cilium')}\n  owned by {', '.join(_owners(owners))}\n"
        for example, owners in proof.owned
    ]
    said += [f"{describe(example, old='source', new='cilium')}\n  OWNED BY NOBODY\n" for example in proof.unowned]
    said += [f"not proven: {one}\n" for one in proof.unproven]
    return "-- cilium\n" + ("\n".join(said) or "equal over all flows of pods\n")


def _owners(losses: Iterable[Loss]) -> list[str]:
    return sorted({f"{loss.code} of {loss.policy.name}" for loss in losses})


def _options(path: Path) -> Options:
    """Options as a user gives them: `from` and `to` in the command line's words, the rest by its field."""
    given: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    unknown = given.keys() - {"from", "to", *_LISTS, *_FLAGS}
    assert not unknown, f"{path}: unknown options {sorted(unknown)}"
    source = parse_profile(str(given.get("from", "calico")))
    assert isinstance(source, CalicoProfile), source
    return Options(
        source=source,
        target=parse_target(str(given.get("to", "cilium"))),
        **{key: tuple(given[key]) for key in _LISTS if key in given},
        **{key: given[key] for key in _FLAGS if key in given},
    )
