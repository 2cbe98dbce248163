"""A name of Kubernetes that Calico does not take is another one in the output, and that is said."""

from __future__ import annotations

import pytest

from npconv.pipeline.convert import convert
from npconv.pipeline.engines import parse_engine
from npconv.pipeline.model import Options
from npconv.source.load import parse


def said(name: str, target: str) -> list[str]:
    text = f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: shop}}\n"
    options = Options(source=parse_engine("k8s"), target=parse_engine(target))
    return [one.message for one in convert(parse(text, "a.yaml"), options).diagnostics if one.code.id == "NPC308"]


@pytest.mark.parametrize("target", ["calico=3.29", "calico=3.31"])
def test_dots_become_dashes_and_it_is_said(target: str) -> None:
    assert said("a.b.c", target) == ["`NetworkPolicy/shop/a.b.c` is called `a-b-c` in the output"]


@pytest.mark.parametrize(("name", "target"), [("web", "calico=3.29"), ("web", "calico=3.32"), ("a.b.c", "cilium")])
def test_a_name_that_stays_is_not_spoken_of(name: str, target: str) -> None:
    assert said(name, target) == []
