"""Policies -> whether they are valid for their engine, and say what their author meant."""

from __future__ import annotations

from collections.abc import Iterable

from npconv.api.context import Context, engine
from npconv.api.texts import Policies, documents
from npconv.linter import Linted, LintOptions
from npconv.linter import lint as run
from npconv.pipeline.engines import Engine


def lint(
    policies: Policies,
    *,
    read: str | Engine | None = "auto",
    context: Context | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    partial: bool = False,
    seconds: float = 10.0,
) -> Linted:
    """Check policies. `select` and `ignore` hold codes, or their beginnings; `partial`: there are more policies.

    Raises EngineError for an unknown engine; everything else is a finding.

    >>> [str(one.code) for one in lint(POLICY.replace("ingress:", "ingres:")).diagnostics]
    ['NPC110']
    """
    known = context or Context()
    options = LintOptions(
        engine=engine(read),
        namespace=known.namespace,
        cluster=known.cluster,
        partial=partial,
        select=frozenset(select),
        ignore=frozenset(ignore),
        seconds=seconds,
    )
    return run(documents(policies), options)
