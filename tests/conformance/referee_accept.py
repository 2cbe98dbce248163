"""The documents of outputs -> does the API server take them, and does the engine itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from referee_sides import Data, digest, policies_of
from referees import ask, channel_of, crds, is_built, referee_of

from golden import Case, case_id
from npconv.pipeline.engines import Engine

_CACHE: dict[str, dict[str, tuple[bool, str]]] = {}


def accepted(case: Case) -> dict[str, dict[str, bool]]:
    """By referee, then by the document's digest: whether it is accepted, without a field that nobody knows."""
    return {program: {key: verdict for key, (verdict, _) in found.items()} for program, found in _asked(case).items()}


def refusals(case: Case) -> Iterator[str]:
    """What was refused, and why."""
    for program, found in _asked(case).items():
        for key, (verdict, why) in found.items():
            if not verdict:
                yield f"## {case_id(case.folder)}: {program} refuses {key}: {why}"


def stored(documents: Iterable[Data], engine: Engine) -> list[Data] | None:
    """The documents as an API server stores them: without what it drops, with its defaults. None: it refuses one."""
    found = []
    for one, answer in zip(documents, _kubernetes(documents, engine), strict=True):
        if "error" in answer and "no such kind" not in answer["error"]:
            return None
        if "error" not in answer and not answer["accepted"]:
            return None
        spec = answer.get("stored")
        found.append(one if spec is None else {**one, "spec": spec})
    return found


def _kubernetes(documents: Iterable[Data], engine: Engine) -> list[dict[str, Any]]:
    return ask("kubernetes", [{"op": "accept", "document": one} for one in documents], crds(channel_of(engine)))


def _asked(case: Case) -> dict[str, dict[str, tuple[bool, str]]]:
    key = case_id(case.folder)
    if key not in _CACHE:
        _CACHE[key] = _all(case)
    return _CACHE[key]


def _all(case: Case) -> dict[str, dict[str, tuple[bool, str]]]:
    found: dict[str, dict[str, tuple[bool, str]]] = {}
    for target, result in case.results.items():
        engine = case.options[target].target
        documents = [one.data for one in result.outputs]
        verdicts = map(_verdict, _kubernetes(documents, engine))
        found.setdefault("kubernetes", {}).update(zip(map(digest, documents), verdicts, strict=True))
        referee = referee_of(engine)
        if referee is None or referee.program == "policyapi" or not is_built(referee.program):
            continue
        of_engine = policies_of(documents, referee)
        lines = [
            {"op": "accept", "document": _as_of_old(data, referee.program), "options": dict(referee.options)}
            for data in of_engine
        ]
        verdicts = map(_verdict, ask(referee.program, lines))
        found.setdefault(referee.program, {}).update(zip(map(digest, of_engine), verdicts, strict=True))
    return found


def _as_of_old(data: Data, program: str) -> Data:
    """A policy of Calico as 3.28 has it: in no tier, and so without a tier's name before its own."""
    if not program.startswith("calico") or program > "calico-3.28":
        return data
    spec, metadata = data.get("spec") or {}, data["metadata"]
    name = str(metadata["name"]).removeprefix(f"{spec.get('tier', 'default')}.")
    left = {key: value for key, value in spec.items() if key != "tier"}
    return {**data, "metadata": {**metadata, "name": name}, "spec": left}


def _verdict(answer: dict[str, Any]) -> tuple[bool, str]:
    problems = [*(answer.get("problems") or ()), *(answer.get("unknown") or ())]
    if "error" in answer:
        return False, str(answer["error"])
    return bool(answer["accepted"]) and not answer.get("unknown"), "; ".join(map(str, problems))
