"""A checkout or a wheel -> npconv.pyz: one file that any Python from 3.11 on runs, without an install.

    python tools/pyz.py dist/npconv.pyz [SOURCE]

Python loads no compiled code from an archive, so what is compiled is left out: PyYAML goes on without libyaml, only
slower; python-sat cannot, and npconv says what is not proven for lack of it (NPC911). The same input gives the same
bytes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

COMPILED: Final = frozenset({"python-sat", "six"})
"""Distributions that are of no use in an archive: the solver, and what only it needs."""

START: Final = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("npconv needs Python 3.11 or later (found %d.%d)" % sys.version_info[:2])

from npconv.cli.main import main

main()
"""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold, for every file: archives of the same files are the same."""


def build(target: Path, source: Path = ROOT, *, options: tuple[str, ...] = ()) -> None:
    """Write the archive. `options` are for pip, such as `--no-build-isolation`."""
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / "app"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-compile"]
        subprocess.run([*pip, *options, "--target", str(app), str(source)], check=True)
        _prune(app)
        (app / "__main__.py").write_text(START, encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        _archive(app, target)


def _prune(app: Path) -> None:
    """Leave out what an archive cannot use, and what says where pip put it."""
    for found in distributions(path=[str(app)]):
        if found.name in COMPILED:
            for path in _files(found, app):
                path.unlink(missing_ok=True)
    for folder in ("bin", "share"):
        shutil.rmtree(app / folder, ignore_errors=True)
    for pattern in ("*.so", "*.pyd", "direct_url.json", "RECORD", "INSTALLER", "REQUESTED"):
        for path in app.rglob(pattern):
            path.unlink()


def _files(found: Distribution, app: Path) -> list[Path]:
    return [app / file for file in found.files or () if ".." not in file.parts]


def _archive(app: Path, target: Path) -> None:
    with target.open("wb") as out:
        out.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in sorted(app.rglob("*")):
                if path.is_file():
                    entry = zipfile.ZipInfo(path.relative_to(app).as_posix(), _EPOCH)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    entry.external_attr = 0o644 << 16
                    archive.writestr(entry, path.read_bytes())
    target.chmod(0o755)


if __name__ == "__main__":
    build(Path(sys.argv[1]), *map(Path, sys.argv[2:3]))
