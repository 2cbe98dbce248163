"""A comparison -> text for terminals, Markdown for pull requests, JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Final

from npconv.dataclass import dataclass
from npconv.pipeline.diff import Diff, Group, Standing
from npconv.pipeline.engines import name, title
from npconv.pipeline.meaning import Meaning
from npconv.render.flow_json import Json, findings_json, flow_json, policy_json, verdict_json
from npconv.render.flow_text import decision_text, flow_text
from npconv.render.summary import plural
from npconv.semantics.compare import Change, Counterexample, Outcome
from npconv.version import __version__

FORMAT: Final = 1
"""Goes up when something that a reader may rely on changes or goes away; additions leave it as it is."""

_WORDS: Final = {Change.GAINED: "gains", Change.LOST: "loses"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What was compared: how each side was called on the command line, and what it means."""

    names: tuple[str, str]
    old: Meaning
    new: Meaning


def as_text(found: Diff, sides: Sides) -> str:
    """Groups with their flows, then what is not proven, then one line that sums up."""
    lines: list[str] = []
    for group in found.groups:
        lines += [f"{group.change.value}  {_caused(group)}: {_flows(group)}"]
        for one in group.flows:
            lines += [f"  {flow_text(one.flow, one.old, one.new)}"]
            lines += [f"    {side}: {text}" for side, text in _decisions(one)]
        lines += [f"  and {group.found - len(group.flows)} more"] if group.found > len(group.flows) else []
        lines += [""]
    lines += [f"not proven: {one}" for one in found.unproven]
    lines += [""] if found.unproven else []
    return "\n".join([*lines, conclusion(found, sides)]) + "\n"


def as_markdown(found: Diff, sides: Sides) -> str:
    """The same for a comment in a code review."""
    lines = [f"### {conclusion(found, sides)}", ""]
    for group in found.groups:
        lines += [f"#### {group.change.value.capitalize()}: {_markdown_cause(group)}", ""]
        lines += ["| flow | before | after |", "|---|---|---|"]
        for one in group.flows:
            (_, old), (_, new) = _decisions(one)
            lines.append(f"| {_cell(flow_text(one.flow, one.old, one.new))} | {_cell(old)} | {_cell(new)} |")
        lines += ["", f"and {group.found - len(group.flows)} more"] if group.found > len(group.flows) else []
        lines.append("")
    lines += [f"- not proven: {one}" for one in found.unproven]
    lines += [""] if found.unproven else []
    lines += [f"- assumption: {one.message}" for one in found.assumptions]
    return "\n".join(lines).rstrip("\n") + "\n"


def as_json(found: Diff, sides: Sides) -> str:
    """The same as data; schemas/diff.schema.json says what it looks like."""
    data: Json = {
        "format": FORMAT,
        "npconv": __version__,
        "old": _side(sides.names[0], sides.old),
        "new": _side(sides.names[1], sides.new),
        "outcome": outcome(found),
        "complete": found.complete,
        "groups": [_group(one) for one in found.groups],
        "unproven": [
            {
                "direction": one.direction.value,
                "change": one.change.value,
                "subjects": one.subjects,
                "why": one.why,
            }
            for one in found.unproven
        ],
        "findings": findings_json((*sides.old.diagnostics, *sides.new.diagnostics, *found.assumptions)),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def outcome(found: Diff) -> str:
    """`equal`, `different`, or `not proven`."""
    return "not proven" if found.outcome is Outcome.INCONCLUSIVE else found.outcome.value


def conclusion(found: Diff, sides: Sides) -> str:
    """One line: `2 policies gain flows, 1 loses flows`."""
    compared = _compared(sides.old, sides.new)
    match found.outcome:
        case Outcome.EQUAL:
            return f"equal: the same flows pass ({compared})"
        case Outcome.INCONCLUSIVE:
            return f"not proven: no difference was found, and a part was left open ({compared})"
        case Outcome.DIFFERENT:
            return f"different: {_numbers(found)} ({compared})"


def _numbers(found: Diff) -> str:
    count = Counter(group.change for group in found.groups)
    parts = [
        f"{plural(count[change], 'policy', 'policies')} {word if count[change] == 1 else word[:-1]} flows"
        for change, word in (*_WORDS.items(),)
        if count[change]
    ]
    if found.unproven:
        parts.append("a part was left open")
    elif not found.complete:
        parts.append("there are more differences than were listed")
    return ", ".join(parts)


def _compared(old: Meaning, new: Meaning) -> str:
    before, after = (plural(one.objects, "object", "objects") for one in (old, new))
    if title(old.engine) == title(new.engine):
        return f"{before} before, {new.objects} after, under {title(old.engine)}"
    return f"{before} under {title(old.engine)}, {after} under {title(new.engine)}"


def _caused(group: Group) -> str:
    if group.policy is None:
        return "no policy: the engines differ"
    return f"{group.policy}{'' if group.standing is Standing.TRANSLATED else f' ({group.standing.value})'}"


def _markdown_cause(group: Group) -> str:
    if group.policy is None:
        return f"{_flows(group)} where no policy decides"
    standing = "" if group.standing is Standing.TRANSLATED else f" ({group.standing.value})"
    return f"`{group.policy}`{standing}, {_flows(group)}"


def _flows(group: Group) -> str:
    return plural(group.found, "kind of flow", "kinds of flow")


def _decisions(one: Counterexample) -> Iterator[tuple[str, str]]:
    yield "old", decision_text(one.old, one.flow)
    yield "new", decision_text(one.new, one.flow)


def _cell(text: str) -> str:
    """Text that Markdown takes as it is, in a table."""
    escaped = "".join(f"\\{one}" if one in "\\`*_[]<>|#" else one for one in text)
    return escaped.replace("->", "→").replace("-\\>", "→")


def _side(path: str, meaning: Meaning) -> Json:
    return {"path": path, "engine": name(meaning.engine), "objects": meaning.objects}


def _group(group: Group) -> Json:
    return {
        "change": group.change.value,
        "policy": policy_json(group.policy) if group.policy is not None else None,
        "standing": group.standing.value,
        "found": group.found,
        "flows": [
            {
                **flow_json(one.flow, one.old, one.new),
                "old": verdict_json(one.old, one.flow),
                "new": verdict_json(one.new, one.flow),
            }
            for one in group.flows
        ],
    }
