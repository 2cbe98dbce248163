"""A conversion that changed no flow -> the way back: what comes of it means what was there at first."""

from __future__ import annotations

from dataclasses import replace

from npconv.diagnostics.codes import assumptions
from npconv.dialects.azure_npm.profile import AzureNpmProfile
from npconv.lowering import addresses
from npconv.pipeline.check import check
from npconv.pipeline.convert import convert
from npconv.pipeline.engines import Engine, beside, name
from npconv.pipeline.model import Conversion, Options, text_of
from npconv.source.load import parse


def changes(conversion: Conversion) -> bool:
    """Whether any loss of a conversion changes flows, or anything was refused as invalid."""
    return conversion.failed or any(
        one.effect is not None and one.effect.changes_flows for one in conversion.diagnostics
    )


def problem(there: Conversion, options: Options) -> str:
    """What is wrong with the way back of an exact conversion; nothing if it leads home, or says why it cannot."""
    source, target = there.engine, options.target
    read = replace(options, source=target, target=source)
    back = convert(parse(text_of(there.outputs, "yaml"), f"{dialect(target)}.yaml"), read)
    if back.failed:
        return f"{name(target)} does not take it back: {[one.message for one in back.diagnostics if one.is_error]}"
    if isinstance(source, AzureNpmProfile) or changes(back):
        return ""  # said, and owned: `convert` has proven it; and NPM's own faults are not written again
    if any(one.code is assumptions.NAMESPACES for one in back.diagnostics):
        return ""  # right for the namespaces that are known, and proven so
    plan = addresses.plan(
        there.meant,
        pod_cidrs=options.pod_cidrs,
        node_cidrs=options.node_cidrs,
        only_v4=not options.dual_stack,
    )
    engines = beside(source, target), beside(source, target)
    proof = check(
        there.meant, [one.written() for one in back.outputs], losses=(), engines=engines, plan=plan, seconds=20
    )
    return "" if not proof.unowned else f"comes back as something else: {proof.unowned[0]}"


def dialect(engine: Engine) -> str:
    """The dialect of an engine."""
    return name(engine).partition(",")[0].partition("=")[0]
