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
    from npconv.api import (
        Compared,
        Context,
        Converted,
        EndpointError,
        Engine,
        EngineError,
        Evaluated,
        Linted,
        LossError,
        Meaning,
        Planned,
        cluster,
        compare,
        convert,
        evaluate,
        lint,
        parse,
        plan,
    )

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


def __getattr__(name: str) -> object:
    """What is asked for, imported only then: `npconv --version` needs none of it."""
    if name in __all__:
        from npconv import api  # noqa: PLC0415

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
