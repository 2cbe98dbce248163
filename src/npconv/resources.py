"""Finds `grammars/` and `schemas/`: packaged in a wheel or zipapp, or at the top of a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def read(folder: str, name: str) -> str:
    """The text of `folder/name`, where folder is `grammars` or `schemas`.

    A checkout (and so an editable install) holds them at its top; a wheel and a zipapp hold them as
    `npconv/_grammars` and `npconv/_schemas`. The checkout is asked first, because an editable install
    leaves a stale packaged copy beside it.

    Raises FileNotFoundError if neither place has the file.
    """
    here = Path(__file__).resolve()
    if len(here.parents) > 2 and (here.parents[2] / "pyproject.toml").is_file():
        checkout = here.parents[2] / folder / name
        if checkout.is_file():
            return checkout.read_text(encoding="utf-8")
    return files("npconv").joinpath(f"_{folder}", name).read_text(encoding="utf-8")
