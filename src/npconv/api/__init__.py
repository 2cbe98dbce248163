"""What `import npconv` offers: pure functions from texts to results, which the command line uses, too."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from npconv.api.comparing import Compared, compare
    from npconv.api.context import Context, cluster
    from npconv.api.converting import Converted, LossError, convert
    from npconv.api.evaluating import Evaluated, evaluate
    from npconv.api.linting import lint
    from npconv.api.parsing import parse
    from npconv.api.planning import plan
    from npconv.linter import Linted
    from npconv.pipeline.endpoint_text import EndpointError
    from npconv.pipeline.engines import Engine, EngineError
    from npconv.pipeline.meaning import Meaning
    from npconv.report.plan import Planned

__all__ = [
    "Compared",
    "Context",
    "Converted",
    "EndpointError",
    "Engine",
    "EngineError",
    "Evaluated",
    "Linted",
    "LossError",
    "Meaning",
    "Planned",
    "cluster",
    "compare",
    "convert",
    "evaluate",
    "lint",
    "parse",
    "plan",
]

_PLACES: Final = {
    "Compared": "npconv.api.comparing",
    "Context": "npconv.api.context",
    "Converted": "npconv.api.converting",
    "EndpointError": "npconv.pipeline.endpoint_text",
    "Engine": "npconv.pipeline.engines",
    "EngineError": "npconv.pipeline.engines",
    "Evaluated": "npconv.api.evaluating",
    "Linted": "npconv.linter",
    "LossError": "npconv.api.converting",
    "Meaning": "npconv.pipeline.meaning",
    "Planned": "npconv.report.plan",
    "cluster": "npconv.api.context",
    "compare": "npconv.api.comparing",
    "convert": "npconv.api.converting",
    "evaluate": "npconv.api.evaluating",
    "lint": "npconv.api.linting",
    "parse": "npconv.api.parsing",
    "plan": "npconv.api.planning",
}
"""Each name and the module that has it: imported when it is asked for, because most runs need one of them."""


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(place), name)
