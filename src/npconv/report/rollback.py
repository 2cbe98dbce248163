"""The waves and the inputs -> how to go back, in order, and what does not come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.dialects.cilium.profile import CiliumProfile, Platform
from npconv.pipeline.engines import Engine, title
from npconv.report.model import Command, Rollback, Wave


def rollback(waves: Sequence[Wave], files: Sequence[str], source: Engine, target: Engine) -> Rollback:
    """Undo the waves from the last one, then see that what was there before still is."""
    return Rollback(steps=tuple(_steps(waves, files)), lost=tuple(_lost(source, target)))


def _steps(waves: Sequence[Wave], files: Sequence[str]) -> Iterator[Command]:
    for wave in reversed(waves):
        for command in wave.undo:
            yield Command(text=command.text, why=f"wave {wave.number}: {command.why}")
    readable = [file for file in files if file and not file.startswith("<")]
    if readable:
        listed = " ".join(f"-f {file}" for file in readable[:10])
        yield Command(
            text=f"kubectl apply {listed}" + (" ..." if len(readable) > 10 else ""),
            why="put back what somebody deleted of the policies of before: no wave touches them",
        )
    yield Command(text="bash probes.sh before", why="see that what passed before the migration passes again")


def _lost(source: Engine, target: Engine) -> Iterator[str]:
    """What a roll-back does not undo."""
    yield "connections that were cut: their clients have to connect again"
    if isinstance(target, CiliumProfile):
        yield (
            "Cilium judges packets of established connections again when policies change, Calico and Azure NPM judge "
            "new connections only: after going back, connections that should not be open stay open until they end"
        )
    if isinstance(source, AzureNpmProfile) and isinstance(target, CiliumProfile):
        if target.platform in (Platform.AKS, Platform.AKS_ACNS):
            yield (
                "the dataplane: AKS reimages all node pools at once and removes Azure NPM, and Microsoft "
                "documents no way back; only the policies can be rolled back"
            )
    elif type(source) is not type(target):
        yield (
            f"the network plugin: only policies are rolled back here; going from {title(target)} to "
            f"{title(source)} is its own change, node by node"
        )
