"""Short ways to say what was read and what was found."""

from __future__ import annotations

from npconv.diagnostics.render.report import render
from npconv.source.document import Document
from npconv.source.fields import Value
from npconv.source.load import Loaded, parse

HEAD = "apiVersion: v1\nkind: Thing\n"


def value_of(text: str) -> Value:
    """The value below `v` of the only object of a text."""
    return document(f"{HEAD}{text}").data["v"]


def document(text: str) -> Document:
    """The only object of a text that is read without findings."""
    loaded = parse(text, "a.yaml")
    assert not loaded.diagnostics, render(loaded.diagnostics)
    assert len(loaded.documents) == 1
    return loaded.documents[0]


def said(loaded: Loaded) -> list[str]:
    """The findings in their concise form."""
    return render(loaded.diagnostics, concise=True).splitlines()


def found(text: str | bytes) -> list[str]:
    """The findings of a text in their concise form."""
    return said(parse(text, "a.yaml"))


def labels(text: str | bytes) -> list[str]:
    """What the objects of a text are called."""
    return [one.label for one in parse(text, "a.yaml").documents]
