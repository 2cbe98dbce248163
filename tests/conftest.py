"""What every test may use: the shared material beside the checkout, and the option that rewrites golden files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files, then read the diff")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to rewrite golden files where nobody reads the diff."""
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden is refused in CI: people rewrite golden files, and read the diff")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `../shared` (facts, vectors, corpus, CRDs); tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (the engines' recorded answers), which is not beside this checkout")
    return SHARED
