"""A run -> JUnit XML: a suite for each file, a case for each policy, those in which nothing was found, too.

There is no standard; this keeps to what Jenkins' `junit-10.xsd` and GitLab's, GitHub's and Azure's readers share: one
`failure` a case, for most readers take only the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.render.color import Pen
from npconv.diagnostics.render.paths import below
from npconv.diagnostics.render.place import Placed
from npconv.diagnostics.render.reported import Reported, reported, sentence, worst_first
from npconv.diagnostics.render.run import Run
from npconv.diagnostics.render.text import block

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_AS_A_WHOLE: Final = "the run as a whole"


@dataclass(slots=True)
class _Case:
    line: int
    found: list[Reported] = field(default_factory=list)


def as_junit(run: Run) -> str:
    """The run as test results."""
    suites: dict[str, dict[str, _Case]] = {}
    for policy in run.policies:
        suites.setdefault(below(policy.file, run.here, run.root), {}).setdefault(policy.label, _Case(policy.line))
    for one in reported(run):
        path, label, line = ("npconv", _AS_A_WHOLE, 0)
        if one.where is not None:
            path, label, line = one.where.path, one.where.origin.place.label, one.where.span.line
        case = suites.get(path, {}).get(label)
        if case is None:
            if not one.fails:
                continue  # a remark on something that is no policy is no test
            case = suites.setdefault(path, {}).setdefault(label or "the file as a whole", _Case(line))
        case.found.append(one)
    cases = [case for suite in suites.values() for case in suite.values()]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes(name=f'npconv {run.command}', **_numbers(cases))}>",
    ]
    for path in sorted(suites):
        lines.append(f"  <testsuite{_attributes(name=path, **_numbers(suites[path].values()))}>")
        for label in sorted(suites[path]):
            lines.extend(_case(path, label, suites[path][label]))
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _case(path: str, label: str, case: _Case) -> list[str]:
    whereabouts = {"file": path, "line": str(case.line)} if case.line else {}
    head = f"    <testcase{_attributes(name=label, classname=path, time='0', **whereabouts)}"
    failing = worst_first(one for one in case.found if one.fails)
    passing = [one for one in case.found if not one.fails]
    if not case.found:
        return [f"{head}/>"]
    lines = [f"{head}>"]
    if failing:
        first = failing[0]
        message = sentence(first.diagnostic) + (f" (and {len(failing) - 1} more)" if len(failing) > 1 else "")
        attributes = _attributes(message=message, type=first.diagnostic.code.id)
        lines.append(f"      <failure{attributes}>{_text(_excerpts(failing))}</failure>")
    if passing:
        lines.append(f"      <system-out>{_text(_excerpts(passing))}</system-out>")
    return [*lines, "    </testcase>"]


def _excerpts(found: Iterable[Reported]) -> str:
    blocks = []
    for one in found:
        span = one.where.span if one.where is not None else None
        text = block(Placed(diagnostic=one.diagnostic, span=span), Pen(False))
        if one.aside is not None:
            text += f"\n  = accepted: {one.aside.reason or 'on the command line'}"
        blocks.append(text)
    return "\n" + "\n\n".join(blocks) + "\n"


def _numbers(cases: Iterable[_Case]) -> dict[str, str]:
    counted = list(cases)
    failures = sum(1 for case in counted if any(one.fails for one in case.found))
    return {"tests": str(len(counted)), "failures": str(failures), "errors": "0", "skipped": "0"}


def _attributes(**values: str) -> str:
    return "".join(f' {name}="{_escaped(value)}"' for name, value in values.items())


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(char) or (char if _is_xml(char) else "?") for char in text)


def _text(text: str) -> str:
    """Text between tags, where line breaks and quotes may stand as they are."""
    return "\n".join(_escaped(line).replace("&quot;", '"') for line in text.split("\n"))


def _is_xml(char: str) -> bool:
    """Whether XML 1.0 can say a character at all (section 2.2)."""
    return " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"
