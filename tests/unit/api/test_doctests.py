"""The examples in the library's docstrings give what they say."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

import npconv

MODULES = ("texts", "context", "converting", "parsing", "comparing", "evaluating", "linting", "planning")
POLICY = """
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  selector: app == 'db'
  ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'web'}, destination: {ports: [5432]}}]
"""
"""What the examples call POLICY; docs/reference/api.md shows it."""


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name: str) -> None:
    module = import_module(f"npconv.api.{name}")
    names = {"POLICY": POLICY, "parse": npconv.parse}
    failed, tried = doctest.testmod(module, extraglobs=names, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried, f"{name} has no example"
    assert not failed
