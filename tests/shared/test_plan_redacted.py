"""Plans of real repositories, redacted: no name of theirs is left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from npconv.cli.main import run
from npconv.report.own_words import plain, written
from npconv.report.substitutes import is_public
from npconv.report.vocabulary import names_of
from npconv.source.load import load

pytestmark = pytest.mark.shared


def telling(name: str) -> bool:
    """Whether a name says something about whose it is: more than a word of npconv's, a number, a public name."""
    words = [word.casefold() for word in re.findall(r"[^\W_]+", name)]
    if is_public(name) or all(word.isdigit() or len(word) < 3 for word in words):
        return False
    return any(word not in written() for word in words) or (len(words) > 1 and not set(words) <= plain())


@pytest.mark.parametrize(
    ("repository", "source", "target"),
    [
        ("kubeflow+manifests", "k8s", "cilium"),
        ("IBM-Cloud+kube-samples", "calico", "cilium"),
        ("JJGadgets+Biohazard", "cilium", "calico"),
    ],
)
def test_no_name_is_left(
    shared: Path, capfd: pytest.CaptureFixture[str], repository: str, source: str, target: str
) -> None:
    folder = shared / "corpus" / repository
    read = load([str(folder)]).documents
    options = ["--from", source, "--to", target, "--check-timeout", "5", "-q"]
    run(["plan", *options, str(folder)])
    before = capfd.readouterr().out.casefold()
    run(["plan", *options, str(folder), "--redact"])
    after = capfd.readouterr().out.casefold()
    names = {name for name in names_of(*(one.data for one in read)) if telling(name)}
    shown = {name for name in names if found(name, before)}
    assert len(shown) > 20, "the plan names nothing: there is nothing to redact"
    assert {name for name in names if found(name, after)} == set()


def found(name: str, text: str) -> bool:
    folded = name.casefold()
    return folded in text and re.search(rf"(?<![^\W_]){re.escape(folded)}(?![^\W_])", text) is not None
