"""Policies and a target -> the migration plan: what will happen, what to decide, how to roll out, test and go back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npconv.api.asking import options
from npconv.api.context import Context
from npconv.api.texts import Policies, documents
from npconv.pipeline.engines import Engine
from npconv.report.model import Said
from npconv.report.plan import Planned, Step
from npconv.report.plan import plan as run


def plan(
    policies: Policies,
    *,
    read: str | Engine | None = "auto",
    write: str | Engine,
    context: Context | None = None,
    seconds: float = 60.0,
    minutes_per_point: int | None = None,
    inputs: Mapping[str, str] | None = None,
    unread: Iterable[Said] = (),
    arguments: str = "",
    step: Step = lambda _text, _done, _total: None,
) -> Planned:
    """The plan (`.plan`, written by `npconv.report.formats`), the conversion behind it, and the manifests of its waves.

    `inputs` has the SHA-256 of each file, `unread` what could not be read, `arguments` those of the `npconv why` beside
    a flow; `step` is told what is being done. Raises EngineError.

    >>> made = plan(POLICY, write="cilium")
    >>> made.plan.summary.line
    '1 of 1 policy translates exactly to Cilium 1.19 (1 equal): ready'
    >>> [wave.title for wave in made.plan.waves]
    ['All policies, isolating nothing yet', 'Namespaces that translate exactly']
    """
    return run(
        documents(policies),
        options(read, write, context, seconds),
        inputs=inputs,
        unread=unread,
        minutes_per_point=minutes_per_point,
        arguments=arguments,
        step=step,
    )
