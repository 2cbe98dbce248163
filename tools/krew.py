"""A release -> dist/krew: the archive that krew installs, and the manifest that krew-index gets.

    python tools/krew.py https://github.com/OWNER/npconv

The rules are those of krew's developer guide: a LICENSE in the archive, a version with a `v`, the sum of the archive.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tarfile
from pathlib import Path
from string import Template
from typing import Final

from pyz import ROOT, build

from npconv import __version__

MANIFEST: Final = ROOT / "packaging" / "krew" / "npconv.yaml"
PLUGIN: Final = "kubectl-npconv"
ARCHIVE: Final = f"{PLUGIN}-{__version__}.tar.gz"


def release(repository: str, folder: Path, *, pyz: Path | None = None) -> tuple[Path, Path]:
    """Write archive and manifest into a folder, around `pyz` or one that is built now."""
    folder.mkdir(parents=True, exist_ok=True)
    if pyz is None:
        pyz = folder / "npconv.pyz"
        build(pyz)
    archive, manifest = folder / ARCHIVE, folder / MANIFEST.name
    archive.write_bytes(_packed({PLUGIN: (pyz, 0o755), "LICENSE": (ROOT / "LICENSE", 0o644)}))
    filled = Template(MANIFEST.read_text(encoding="utf-8")).substitute(
        version=__version__,
        repository=repository.removesuffix("/"),
        archive=ARCHIVE,
        sha256=hashlib.sha256(archive.read_bytes()).hexdigest(),
    )
    manifest.write_text(filled.split("\n", 1)[1], encoding="utf-8")  # without the comment for us
    return archive, manifest


def _packed(files: dict[str, tuple[Path, int]]) -> bytes:
    """A tar.gz of some files, the same bytes for the same files."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, (path, mode) in sorted(files.items()):
            content = path.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)


if __name__ == "__main__":
    print(*release(sys.argv[1], ROOT / "dist" / "krew"), sep="\n")
