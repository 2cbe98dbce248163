"""A finding -> a text that stays the same while its policy does, wherever in the file that stands.

Systems that remember findings compare fingerprints, to tell new ones from old. Neither lines nor positions in lists
are in it: both change by edits above. What is the same in all that is counted, from top to bottom.
"""

from __future__ import annotations

import hashlib
from collections import Counter

from npconv.diagnostics.diagnostic import Diagnostic


class Fingerprints:
    """Fingerprints of one run, which are all different. Ask for them in the order in which findings are printed."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, ...]] = Counter()

    def of(self, diagnostic: Diagnostic, path: str) -> str:
        """32 hexadecimal digits. `path` is that of the file, below the repository's root."""
        origin = diagnostic.origin
        what = (diagnostic.code.id, path, *((origin.place.label, _shape(origin.path)) if origin is not None else ()))
        count = self._seen[what]
        self._seen[what] += 1
        text = "\0".join((*what, str(count)))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _shape(path: tuple[str | int, ...]) -> str:
    """A key path without positions: `spec.ingress[].action`."""
    return ".".join("[]" if isinstance(step, int) else step for step in path)
