"""`http` of a Calico rule -> IR condition on requests.

Source: app-policy/checker/match.go, Calico 3.29 to 3.34-dev; facts 3.10.
"""

from __future__ import annotations

from npconv.dialects.calico.model_rule import HttpMatch, HttpPath
from npconv.ir.condition import ALWAYS, Condition, both, either, holds
from npconv.ir.dimensions import HttpMethod, PathTest
from npconv.ir.dimensions import HttpPath as PathFact


def request_of(http: HttpMatch, *, prefix: PathTest) -> Condition:
    """What a request must be: any of the methods and any of the paths; an empty list asks nothing.

    `prefix` says how a `prefix` path is compared, which changed with 3.31.6 and 3.32.0.
    """
    methods = http.methods or ()
    paths = http.paths or ()
    # "*" is the matcher's own word for every method.
    by_method = either(*(holds(HttpMethod(one)) for one in methods)) if methods and "*" not in methods else ALWAYS
    by_path = either(*(_path(one, prefix) for one in paths)) if paths else ALWAYS
    return both(by_method, by_path)


def _path(path: HttpPath, prefix: PathTest) -> Condition:
    if path.exact is not None:
        return holds(PathFact(PathTest.EXACT.value, path.exact))
    return holds(PathFact(prefix.value, path.prefix or ""))
