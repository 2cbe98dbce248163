"""A snapshot -> a folder of plain files: complete, or not there at all; an earlier snapshot is replaced as a whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from npconv.snapshot.answers import Object
from npconv.snapshot.manifest import FILE
from npconv.snapshot.table import RESOURCES
from npconv.snapshot.take import Snapshot
from npconv.source.write import SEPARATOR, write_yaml

_OURS = frozenset({FILE, *(one.file for one in RESOURCES)})


def files(snapshot: Snapshot, manifest: Object) -> dict[str, str]:
    """The text of each file by its name. Each begins with a separator, so that `cat *.yaml` is a stream as well."""
    texts = {one.resource.file: SEPARATOR + write_yaml(one.objects) for one in snapshot.readings if one.objects}
    return {FILE: SEPARATOR + write_yaml([manifest]), **texts}


def strangers(folder: Path) -> list[str]:
    """What is in a folder that no snapshot puts there, sorted. Raises OSError if it is no folder that can be read."""
    if not folder.exists():
        return []
    return sorted(one.name for one in folder.iterdir() if one.name not in _OURS or not one.is_file())


def store(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files beside the folder and put them in its place. Raises OSError; then the folder is as it was."""
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".new", dir=place.parent))
    try:
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        new.chmod(0o777 & ~_mask())
        _put(new, place)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _put(new: Path, place: Path) -> None:
    if not place.exists():
        new.rename(place)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".old", dir=place.parent))
    old.rmdir()
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
