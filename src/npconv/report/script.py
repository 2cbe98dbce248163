"""Probes -> a shell script that tries them in a cluster, with kubectl and whatever the pods have to connect with."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from npconv.report.model import Plan, Probe

_PLACE: Final = "# PROBES\n"
"""The line of `probes.sh` that the probes take the place of."""


def rendered(plan: Plan) -> str:
    """The script of a plan: the probes that a script can try; the others are comments."""
    template = files("npconv.report").joinpath("probes.sh").read_text(encoding="utf-8")
    return template.replace(_PLACE, "".join(f"{line}\n" for probe in plan.probes for line in _lines(probe)), 1)


def _lines(probe: Probe) -> Iterator[str]:
    title = _one_line(f"{probe.source} -> {probe.destination}, port {probe.port}/{probe.protocol}")
    if not probe.can_script:
        yield f"# {probe.number}. {title}: {probe.before} before, {probe.after} after ({_one_line(probe.note)})"
        return
    is_pod = bool(probe.destination_selector)
    arguments = (
        str(probe.number),
        probe.source_namespace,
        probe.source_selector,
        probe.destination_namespace if is_pod else "",
        probe.destination_selector,
        "" if is_pod else probe.address.partition(",")[0],
        str(probe.port),
        probe.before,
        probe.after,
        title,
    )
    yield f"probe {' '.join(shlex.quote(one) for one in arguments)}"


def _one_line(text: str) -> str:
    """A comment must not end early, whatever names hold."""
    return " ".join(text.split())
