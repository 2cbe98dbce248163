"""A plan -> the same plan without a name, a label, a file or an address of the one whose plan it is.

The same name becomes the same substitute everywhere, inside of sentences and commands, too. It is safe by two nets:
the names that are known (of the plan's own fields, and of whatever was read), and every word that stands in none of
npconv's own files. Codes, ports, protocols, kinds and counts stay, and so do names that are the same in every cluster,
such as `kube-system`. A name that is a common word of reports (`allow`) is replaced where names stand; elsewhere the
word stays, which gives nothing away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from npconv.report.model import Plan
from npconv.report.moved_addresses import addresses, substituted
from npconv.report.own_words import written
from npconv.report.substitutes import Substitutes
from npconv.report.texts import rewritten


class Mode(Enum):
    """What a field holds."""

    PROSE = "prose"
    """A text: names in it are found. So are those of fields that nobody thought of here."""
    NAME = "name"
    """A name, or several with slashes between."""
    NAMESPACE = "namespace"
    FILE = "file"
    OURS = "ours"
    """Words of npconv's or of the engines'."""
    HASH = "hash"
    """Tells whoever has the file that it is this one."""


_MODES: Final[dict[tuple[str, str], Mode]] = {
    ("InputFile", "file"): Mode.FILE,
    ("InputFile", "sha256"): Mode.HASH,
    ("Spot", "file"): Mode.FILE,
    ("ObjectRow", "file"): Mode.FILE,
    ("ObjectRow", "namespace"): Mode.NAMESPACE,
    ("ObjectRow", "policy"): Mode.NAME,
    ("ObjectRow", "outputs"): Mode.NAME,
    ("ObjectRow", "codes"): Mode.OURS,
    ("NamespaceRow", "namespace"): Mode.NAMESPACE,
    ("Connectivity", "names"): Mode.NAMESPACE,
    ("MatrixCell", "source"): Mode.NAMESPACE,
    ("MatrixCell", "target"): Mode.NAMESPACE,
    ("Flow", "source_namespace"): Mode.NAMESPACE,
    ("Flow", "target_namespace"): Mode.NAMESPACE,
    ("Flow", "policies"): Mode.NAME,
    ("Flow", "codes"): Mode.OURS,
    ("Flow", "change"): Mode.OURS,
    ("Probe", "source_namespace"): Mode.NAMESPACE,
    ("Probe", "destination_namespace"): Mode.NAMESPACE,
    ("Probe", "protocol"): Mode.OURS,
    ("Probe", "before"): Mode.OURS,
    ("Probe", "after"): Mode.OURS,
    ("SharedObject", "kind"): Mode.OURS,
    ("SharedObject", "name"): Mode.NAME,
    ("Names", "shown"): Mode.NAME,
    ("Risk", "code"): Mode.OURS,
    ("Risk", "effect"): Mode.OURS,
    ("Decision", "code"): Mode.OURS,
    ("Said", "code"): Mode.OURS,
    ("CodeRow", "code"): Mode.OURS,
    ("CodeRow", "severity"): Mode.OURS,
    ("CodeRow", "title"): Mode.OURS,
    ("Formula", "rows"): Mode.OURS,
    ("Engines", "source"): Mode.OURS,
    ("Engines", "target"): Mode.OURS,
    ("Engines", "source_name"): Mode.OURS,
    ("Engines", "target_name"): Mode.OURS,
    ("Thing", "kind"): Mode.OURS,
    ("Thing", "namespace"): Mode.NAMESPACE,
    ("Thing", "name"): Mode.NAME,
    ("Item", "pods"): Mode.NAME,
    ("Step", "code"): Mode.OURS,
    ("Step", "source"): Mode.OURS,
    ("Check", "name"): Mode.OURS,
}
"""By class and field; what is not here is prose."""


def redact(plan: Plan, names: Iterable[str] = ()) -> Plan:
    """The plan without names. `names` are those of whatever was read: `npconv.report.vocabulary.names_of`."""
    found = tuple(_texts(plan))
    given = tuple(names)
    substitutes = Substitutes()
    substitutes.place(substituted(one for text in (*(text for _, _, text in found), *given) for one in addresses(text)))
    substitutes.learn(_own_names(found))
    substitutes.learn((name, "name", "") for name in given if not _is_address(name))
    prose = cache(substitutes.prose)

    def name(text: str) -> str:
        if any(char.isspace() for char in text) or _is_address(text):
            return prose(text)
        return "/".join(one if _is_kind(one) else substitutes.name(one) for one in text.split("/"))

    replacing: dict[Mode, Callable[[str], str]] = {
        Mode.PROSE: prose,
        Mode.NAME: cache(name),
        Mode.NAMESPACE: lambda text: substitutes.name(text, "namespace"),
        Mode.FILE: lambda text: substitutes.name(text, "file"),
        Mode.OURS: lambda text: text,
        Mode.HASH: lambda text: "",
    }
    return rewritten(plan, lambda owner, field, text: replacing[_mode(owner, field)](text))


def _mode(owner: type, field: str) -> Mode:
    return _MODES.get((owner.__name__, field), Mode.PROSE)


def _texts(plan: Plan) -> Iterator[tuple[type, str, str]]:
    found: list[tuple[type, str, str]] = []

    def collect(owner: type, field: str, text: str) -> str:
        found.append((owner, field, text))
        return text

    rewritten(plan, collect)
    yield from dict.fromkeys(found)


def _own_names(found: Iterable[tuple[type, str, str]]) -> Iterator[tuple[str, str, str]]:
    """The names in the plan's own fields, namespaces first: `(name, what its substitute is called, how it ends)`."""
    by_mode: dict[Mode, dict[str, None]] = {mode: {} for mode in Mode}
    for owner, field, text in found:
        by_mode[_mode(owner, field)][text] = None
    names: dict[str, None] = {}
    yield from ((one, "namespace", "") for one in by_mode[Mode.NAMESPACE])
    for text in by_mode[Mode.FILE]:
        path = PurePosixPath(text)
        yield text, "file", path.suffix if path.suffix in _ENDINGS else ""
        names |= dict.fromkeys((path.name, path.stem, *(str(one) for one in path.parents)))
    for text in by_mode[Mode.NAME]:
        if not any(char.isspace() for char in text):
            names |= dict.fromkeys(one for one in text.split("/") if not _is_kind(one))
    yield from ((one, "name", "") for one in names if one not in (".", "/", "") and not _is_address(one))


_ENDINGS: Final = (".yaml", ".yml", ".json")


def _is_kind(text: str) -> bool:
    """Whether the first part of `NetworkPolicy/shop/web` is a kind: names of Kubernetes have no capital letters."""
    return text[:1].isupper() and text.isalnum() and text.casefold() in written()


def _is_address(text: str) -> bool:
    return next(addresses(text), None) == text
