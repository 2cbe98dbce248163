"""IR conditions on requests -> `http` of Calico rules, where it is enforced (facts/calico.md 3.10)."""

from __future__ import annotations

from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import calico_losses as codes
from npconv.dialects.calico.model_rule import HttpMatch, HttpPath
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir import dimensions as ir
from npconv.ir.condition import ALWAYS, Condition, Holds
from npconv.ir.dimensions import PathTest
from npconv.ir.policy import Action, Direction
from npconv.lowering.cube import cubes
from npconv.lowering.sayable import Unsayable


@dataclass(slots=True)
class FoundRequests:
    """What rules may ask of requests (None: nothing), and what could not be said."""

    requests: list[HttpMatch | None] = field(default_factory=list)
    unsaid: list[Unsayable] = field(default_factory=list)


def requests(
    condition: Condition, action: Action, direction: Direction, profile: CalicoProfile, limit: int
) -> FoundRequests:
    """The requests of a rule, rule by rule. Raises TooManyError if there are too many.

    What an Allow cannot say of a request is left out; other actions then cover every request.
    """
    found = FoundRequests()
    if condition == ALWAYS:
        found.requests.append(None)
        return found
    by_methods: dict[frozenset[str], list[HttpPath]] = {}
    by_path: dict[HttpPath | None, set[str]] = {}
    for cube in cubes(condition, limit):
        reasons = [one for literal in cube.facts if (one := _unsayable(literal, action, direction, profile))]
        methods = [one.fact.method for one in cube.facts if isinstance(one.fact, ir.HttpMethod)]
        paths = [one.fact for one in cube.facts if isinstance(one.fact, ir.HttpPath)]
        if not reasons and (len(methods) > 1 or len(paths) > 1):
            literal = min(cube.facts, key=str)
            reasons = [Unsayable("request", literal, codes.REQUEST, "two conditions on one thing of a request")]
        found.unsaid += sorted(reasons, key=lambda one: str(one.what))
        if not reasons:
            path = _path(paths[0]) if paths else None
            by_path.setdefault(path, set()).update(methods or ("",))
    if found.unsaid and action is not Action.ALLOW:
        found.requests.append(None)
        return found
    for path, names in by_path.items():
        by_methods.setdefault(frozenset(() if "" in names else names), []).extend([] if path is None else [path])
        if path is None:
            found.requests.append(HttpMatch(methods=tuple(sorted(names - {""})) or None))
    for methods_of, listed in by_methods.items():
        if listed:
            found.requests.append(HttpMatch(methods=tuple(sorted(methods_of)) or None, paths=tuple(listed)))
    return found


def _unsayable(literal: Holds, action: Action, direction: Direction, profile: CalicoProfile) -> Unsayable | None:
    why = ""
    match literal.fact:
        case ir.HttpMethod(regex=False):
            pass
        case ir.HttpPath(test, text) if PathTest(test) in (PathTest.EXACT, _prefix(profile)):
            odd = not text.startswith("/") or any(one in text for one in "? #")
            why = "no path may hold `?`, `#` or a space" if odd else ""
        case ir.HttpMethod() | ir.HttpPath():
            why = "`http` compares whole methods, and paths exactly or by prefix"
        case _:
            why = "`http` knows methods and paths only"
    if not why and literal.negated:
        why = "`http` has no negation"
    if not why and profile.http == "ignored":
        why = "`http` is not enforced in the target cluster"
    if not why and action is not Action.ALLOW:
        why = "only Allow rules may have `http`"
    if not why and direction is Direction.EGRESS:
        why = "only ingress rules may have `http`"
    return Unsayable("request", literal, codes.REQUEST, why) if why else None


def _prefix(profile: CalicoProfile) -> PathTest:
    """How this version compares `prefix` (as `lift_rule` reads it)."""
    return PathTest.PREFIX if profile.version >= (3, 31) else PathTest.TEXT_PREFIX


def _path(fact: ir.HttpPath) -> HttpPath:
    if PathTest(fact.test) is PathTest.EXACT:
        return HttpPath(exact=fact.text)
    return HttpPath(prefix=fact.text)
