"""Runs with a bit of everything, for tests of the forms that machines read."""

from __future__ import annotations

from npconv.diagnostics.codes import Code, Severity
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin
from npconv.diagnostics.render.run import By, Finding, Looked, Run, SetAside
from npconv.source.document import Document
from npconv.source.load import parse

ROOT = "/repo"

PAGE = "First, what it is: `[{}]`.\n\n**What to do.** Something; [a](b)."
ERROR = Code("NPC998", Severity.ERROR, "an error, plainly", PAGE)
LOSS = Code("NPC997", Severity.LOSS, "a `loss`", PAGE)
NOTE = Code("NPC996", Severity.NOTE, "a note", PAGE)

TEXT = """\
apiVersion: v1
kind: Thing
metadata: {name: web, namespace: shop}
one: 1
many:
  - a: 1
    b: 2
  - a: 3
"""

NASTY = "50% of `a|b`, <b>bold</b>; a: *b* [c](d) ::error::x ##vso[task.complete]\n\x1b[31mred\r\ufffe\u2028 # done"


def document(file: str = "policies/web.yaml", text: str = TEXT) -> Document:
    """The only object of a text."""
    (one,) = parse(text, file).documents
    return one


def finding(
    code: Code = ERROR,
    *path: str | int,
    message: str = "wrong",
    effect: Effect | None = None,
    aside: SetAside | None = None,
    fails: bool = True,
    at: Document | None = None,
) -> Finding:
    """A finding about a value of the document."""
    diagnostic = Diagnostic(
        code=code,
        message=message,
        origin=Origin(at or document(), path),
        label="this here",
        notes=("a fact",),
        help="do something",
        effect=effect,
    )
    return Finding(diagnostic=diagnostic, aside=aside, fails=fails, policy="shop/web" if effect else "")


def whole() -> Run:
    """Every severity, effect and kind of place once; texts that no form may be broken by."""
    other = document("policies/ok.yaml", TEXT.replace("name: web", "name: ok"))
    related = Diagnostic(
        code=ERROR,
        message="two places",
        origin=Origin(document(), ("one",)),
        also=(Label(origin=Origin(other, ("one",)), text="and this"),),
    )
    return Run(
        command="lint",
        version="1.2.3",
        findings=(
            Finding(diagnostic=related),
            finding(ERROR, "many", message=NASTY),
            finding(LOSS, "many", 0, "a", message="inert", effect=Effect.INERT),
            finding(LOSS, "many", 0, "b", message="wider", effect=Effect.WIDENS),
            finding(LOSS, "many", 1, "a", message="narrower", effect=Effect.NARROWS),
            finding(
                LOSS,
                "many",
                1,
                message="shifts",
                effect=Effect.SHIFTS,
                aside=SetAside(by=By.COMMAND, reason="agreed | on"),
            ),
            finding(NOTE, "one", message="a remark"),
            Finding(diagnostic=Diagnostic(code=NOTE, message="about nothing")),
            Finding(diagnostic=Diagnostic(code=ERROR, message="cannot read `x`")),
        ),
        files=("policies/web.yaml", "policies/ok.yaml"),
        policies=(Looked.at(document()), Looked.at(other)),
        summary={"policies": 2},
        said="looked at 2 policies",
        here=ROOT,
        root=ROOT,
    )


def many(count: int, *, code: Code = ERROR, effect: Effect | None = None) -> Run:
    """As many findings, all different."""
    at = document()
    return Run(
        command="lint",
        version="1.2.3",
        findings=tuple(finding(code, "one", message=f"no {number}", effect=effect, at=at) for number in range(count)),
        here=ROOT,
    )
