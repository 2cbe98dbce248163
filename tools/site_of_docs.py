"""docs/ -> build/site: the documentation as pages for a browser. `python tools/site_of_docs.py [REPOSITORY]` builds it.

Links that leave docs/ (to the architecture, the tests, the referees) lead to the repository, wherever it is published.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from posixpath import normpath
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"
PREPARED: Final = ROOT / "build" / "docs"
SITE: Final = ROOT / "build" / "site"
REPOSITORY: Final = "https://github.com/OWNER/npconv"

_LINK: Final = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)\s#]+)")
_NAMED: Final = re.compile(r"^```([a-z]+) (\S+)$", re.M)


def links(text: str) -> list[str]:
    """Every relative target of a link or picture, without what stands behind `#`, but not those in code."""
    return _LINK.findall(re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))


def prepare(repository: str, prepared: Path = PREPARED) -> None:
    """Copy docs/, with links that leave it turned to the repository."""
    shutil.rmtree(prepared, ignore_errors=True)
    shutil.copytree(DOCS, prepared)
    shutil.copytree(ROOT / "schemas", prepared / "schemas")  # editors ask for the one of npconv.yaml
    for page in prepared.rglob("*.md"):
        folder = page.relative_to(prepared).parent
        text = page.read_text(encoding="utf-8")
        page.write_text(_turned(text, folder, repository), encoding="utf-8")


def _turned(text: str, folder: Path, repository: str) -> str:
    """A page for the site: its links, and the names of files behind `yaml`, which GitHub leaves out."""
    named = _NAMED.sub(r'```\1 title="\2"', text)
    return _LINK.sub(lambda found: _moved(found[1], folder, repository), named)


def _moved(target: str, folder: Path, repository: str) -> str:
    place = normpath((Path("docs") / folder / target).as_posix())
    if place == "docs" or place.startswith("docs/"):
        return target
    kind = "tree" if (ROOT / place).is_dir() else "blob"
    return f"{repository}/{kind}/main/{place}"


def build(repository: str = REPOSITORY) -> None:
    """Build the site."""
    prepare(repository.removesuffix("/"))
    beside = shutil.which("zensical", path=str(Path(sys.executable).parent))
    subprocess.run([beside or "zensical", "build", "--clean"], cwd=ROOT, check=True)


if __name__ == "__main__":
    build(*sys.argv[1:])
