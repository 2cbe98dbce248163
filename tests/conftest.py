"""What every test may use: the shared material beside the checkout, where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `../shared` (facts, vectors, corpus, CRDs); tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (the engines' recorded answers), which is not beside this checkout")
    return SHARED
