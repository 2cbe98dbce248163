"""What a translation was asked for: the checked arguments of `convert` and of every `X-to-Y`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from npconv.cli.accepted import Accepted
from npconv.cli.parameters import ReportTo
from npconv.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One translation. Each field is the option of its name."""

    source: str
    """The source's profile as it was typed, such as `calico=3.30`; `auto` leaves it to the input."""
    target: str
    paths: tuple[str, ...]
    output: str = "yaml"
    output_dir: Path | None = None
    check: bool = False
    diff: bool = False
    reading: str = ""
    namespace: tuple[str, ...] = ()
    pod_cidr: tuple[str, ...] = ()
    node_cidr: tuple[str, ...] = ()
    dual_stack: bool = False
    cidr_groups: bool = False
    prefer: str = ""
    max_pieces: int = 256
    cluster: tuple[str, ...] = ()
    check_timeout: float = 60.0
    no_check: bool = False
    fail_on: str = "any"
    accept: tuple[Accepted, ...] = ()
    allow_empty: bool = False
    skip_invalid: bool = False
    format: str = "full"
    show_all: bool = False
    quiet: bool = False
    color: str = "auto"
    report: tuple[ReportTo, ...] = ()
    layout: str = "by-source"
    files: tuple[str, ...] | None = None
    """What to read instead of all that is in `paths`: `include` without `exclude` of a configuration."""
    own: Mapping[Path, str] | None = None
    """The files that npconv wrote before, with their hashes: those that it would not write today, it removes.
    None where nothing says so; then nothing is ever removed."""
    shared: tuple[Accepted, ...] = ()
    """Those of `accept` that are for other outputs, too: whether they were of use is not for this one to say."""
