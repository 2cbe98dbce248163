"""What `npconv.yaml` says, as it was written. None is "not written": then the default of the option holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin

NAME: Final = "npconv.yaml"
"""What the file is called."""

LOCK: Final = "npconv.lock.yaml"
"""What the record of written files is called; it stands beside the configuration."""

LAYOUTS: Final = ("by-source", "by-namespace", "flat", "kustomize")
FORMS: Final = ("yaml", "json")
FAIL_ON: Final = ("none", "widens", "narrows", "any")
READINGS: Final = ("intent", "enforced")
PREFERRED: Final = ("cluster-network-policy",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """A loss that the repository lives with, and why."""

    code: str
    policy: str
    """`namespace/name`, or `name` for a cluster-wide policy; empty: every policy."""
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One target: what is written, and where. What an output does not say itself is as at the top of the file."""

    to: str | None = None
    folder: str | None = None
    """Relative to the configuration."""
    layout: str | None = None
    form: str | None = None
    prefer: str | None = None
    cidr_groups: bool | None = None
    max_pieces: int | None = None
    fail_on: str | None = None
    accept: tuple[Accept, ...] = ()
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """The settings of `npconv lint`: as its options of these names."""

    engine: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole file. Paths in it are relative to `folder`."""

    file: str
    folder: Path
    source: str | None = None
    reading: str | None = None
    include: tuple[str, ...] = (".",)
    exclude: tuple[str, ...] = ()
    namespace: str | None = None
    """Of objects that say none."""
    namespaces: tuple[str, ...] | None = None
    pod_cidrs: tuple[str, ...] | None = None
    node_cidrs: tuple[str, ...] | None = None
    dual_stack: bool | None = None
    cluster: tuple[str, ...] | None = None
    check_timeout: float | None = None
    skip_invalid: bool | None = None
    allow_empty: bool | None = None
    outputs: tuple[Output, ...] = ()
    """Empty if nothing is converted here, but only linted."""
    shared: tuple[Accept, ...] = ()
    """The losses that are accepted for all outputs; they are among those of each output, too."""
    lint: Lint

    @property
    def folders(self) -> Iterator[str]:
        """The folders that are written to."""
        return (one.folder for one in self.outputs if one.folder is not None)
