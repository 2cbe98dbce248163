"""A plan -> an HTML page: the templates beside this file, with everything that they print escaped.

The page stands alone: its style is inside, its pictures are inline SVG, and its Content-Security-Policy forbids
everything else.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from npconv.pattern import pattern
from npconv.render.summary import plural
from npconv.report import wording, wording_aks
from npconv.report.html.bars import bar
from npconv.report.html.groups import by_difference, by_namespace, by_need, changed_cells, same_by_source, sections
from npconv.report.html.heatmap import heatmap
from npconv.report.model import Plan
from npconv.report.texts import visible

_SPAN: Final = pattern(r"`([^`\n]+)`")
_PARTS: Final = pattern(r"[^/]*/|[^/]+")
_LONG: Final = 40
_MOST_PAIRS: Final = 1000


def rendered(plan: Plan) -> str:
    """The plan as a page."""
    plan = visible(plan)
    page = _environment().get_template("page.html.j2")
    codes = frozenset(one.code for one in plan.codes)
    heads = {row.namespace: number for number, row in enumerate(plan.namespaces, 1)}
    text = page.render(
        plan=plan,
        title=wording.title(plan),
        verdict=wording.verdict(plan),
        no_risks=wording.no_risks(plan),
        verdict_line=wording.verdict_line(plan),
        waves=frozenset(one.number for one in plan.waves),
        listed=frozenset(one.namespace or wording.CLUSTER for one in plan.objects),
        known_codes=codes,
        sections=sections(plan),
        bar=bar(plan.summary.counts),
        needs=by_need(plan),
        groups=by_difference(by_namespace(plan.objects)),
        heads=heads,
        heatmap=heatmap(plan.connectivity),
        changed_cells=changed_cells(plan.connectivity)[:_MOST_PAIRS],
        changed_count=len(changed_cells(plan.connectivity)),
        same_cells=same_by_source(plan.connectivity),
        used=tuple(one for one, count in plan.summary.counts if count),
        most_risks=wording.TOP_RISKS,
    )
    return re.sub(r"\n\s*\n+", "\n", text) if "<pre" not in text else _tight(text)


def _tight(text: str) -> str:
    """The page without the empty lines that templates leave; what is to be pasted stays as it is."""
    parts = re.split(r"(<pre\b.*?</pre>)", text, flags=re.DOTALL)
    return "".join(part if part.startswith("<pre") else re.sub(r"\n\s*\n+", "\n", part) for part in parts)


def prose(text: str) -> Markup:
    """A text whose code spans (between backticks) become `<code>`; everything is escaped."""
    text = arrows(text)
    found, at = Markup(), 0
    for match in _SPAN.finditer(text):
        found += escape(text[at : match.start()]) + Markup("<code>%s</code>") % match[1]
        at = match.end()
    return found + escape(text[at:])


def arrows(text: str) -> str:
    """A flow as people would draw it."""
    return text.replace(" -> ", " → ")


def breakable(text: str) -> Markup:
    """A name that may be broken after a slash, and within if it is very long: in a table it would push all else out."""
    parts = [one[at : at + _LONG] for one in _PARTS.findall(text) for at in range(0, len(one), _LONG)]
    return Markup("<wbr>").join(escape(one) for one in parts)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"prose": prose, "sentence": wording.sentence, "breakable": breakable, "arrows": arrows}
    environment.globals |= {
        "MARKS": wording.MARKS,
        "MEANINGS": wording.MEANINGS,
        "GRADES": wording.GRADES,
        "CELLS": wording.CELLS,
        "EFFECTS": wording.EFFECTS,
        "AKS_EFFECTS": wording_aks.EFFECTS,
        "AKS_TIMES": wording_aks.TIMES,
        "plural": plural,
        "effort": wording.effort,
        "number_of": wording.number_of,
        "destination": wording.destination,
        "port": wording.port,
    }
    return environment


def _template(name: str) -> str:
    """From a checkout, a wheel or a zipapp."""
    return files("npconv.report.html").joinpath("templates", name).read_text(encoding="utf-8")
