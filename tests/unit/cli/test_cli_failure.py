"""What npconv does when something happens that nobody expected: a message, its exit code, and no output."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import POLICY

import npconv
from npconv.cli.main import run


@pytest.fixture
def policy(tmp_path: Path) -> str:
    path = tmp_path / "web.yaml"
    path.write_text(POLICY)
    return str(path)


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make every translation end in an exception."""

    def convert(*given: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(npconv, "convert", convert)


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError("too deep"), MemoryError(), AssertionError("a\nb")])
def test_an_unexpected_exception(
    error: Exception, policy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, error)
    assert run(["calico-to-cilium", policy]) == 70
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"error[NPC901]: npconv failed: {type(error).__name__}")
    assert "  = note: in npconv/cli/translate.py:" in printed.err
    assert "Traceback" not in printed.err


def test_the_traceback_is_there_for_who_asks(policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyError("x"))
    monkeypatch.setenv("NPCONV_DEBUG", "1")
    with pytest.raises(KeyError):
        run(["calico-to-cilium", policy])


def test_interrupt_is_quiet(policy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    assert run(["calico-to-cilium", policy]) == 130
    printed = capsys.readouterr()
    assert (printed.out, printed.err.strip()) == ("", "")
