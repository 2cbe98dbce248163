"""npconv: a translation-validating compiler between Kubernetes network-policy dialects.

    import npconv

    done = npconv.convert(text, read="calico", write="cilium=1.19")
    done.ok, done.to_yaml(), done.diagnostics

`convert`, `parse`, `compare`, `evaluate`, `lint` and `plan` are pure: no file is read or written, nothing is printed,
and nothing is kept between calls, so that threads may call them at once. docs/reference/api.md documents them.
"""

from npconv.version import __version__

TYPE_CHECKING = False  # that of `typing`, whose import takes as long as everything else that a version needs
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
    "__version__",
    "cluster",
    "compare",
    "convert",
    "evaluate",
    "lint",
    "parse",
    "plan",
]


_PLACES = {
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


def __getattr__(name: str) -> object:
    """What is asked for, imported only then: `npconv --version` needs none of it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - a version is said without it

    return getattr(import_module(_PLACES[name]), name)
