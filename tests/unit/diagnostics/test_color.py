"""Colour is for terminals, unless the user says otherwise."""

from __future__ import annotations

import io

import pytest

from npconv.diagnostics.render.color import wanted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "terminal", "pipe"),
    [
        ({}, True, False),
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_who_gets_color(environment: dict[str, str], terminal: bool, pipe: bool) -> None:
    assert wanted(Terminal(), environment) is terminal
    assert wanted(io.StringIO(), environment) is pipe


def test_a_closed_stream_gets_none() -> None:
    stream = io.StringIO()
    stream.close()
    assert wanted(stream, {}) is False
