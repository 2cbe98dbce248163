"""A conversion -> what the plan says of each policy: its findings, its standing, its grade and its points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code, Severity, assumptions, comparing
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.diagnostics.origin import Origin
from npconv.diagnostics.render.place import span_of
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.dimensions import Axis
from npconv.ir.policy import Direction, Policy, PolicyName
from npconv.lowering.conditions import leaves
from npconv.pipeline.engines import Engine, cluster_name
from npconv.pipeline.model import Conversion
from npconv.report.model import Formula, Grade, Spot, Standing
from npconv.source.document import Document

_BY_EFFECT: Final[Mapping[Effect, Standing]] = {
    Effect.NARROWS: Standing.NARROWER,
    Effect.WIDENS: Standing.WIDER,
    Effect.SHIFTS: Standing.SHIFTED,
}

GRADES: Final[Mapping[Standing, Grade]] = {
    Standing.EQUAL: Grade.A,
    Standing.ASSUMED: Grade.B,
    Standing.UNPROVEN: Grade.B,
    Standing.NARROWER: Grade.C,
    Standing.INVALID: Grade.C,
    Standing.SHIFTED: Grade.D,
    Standing.WIDER: Grade.D,
    Standing.REFUSED: Grade.D,
}
"""What people have to do: nothing; look at it; write it anew; decide what may be given up."""

_POINTS: Final[tuple[tuple[str, int, str], ...]] = (
    ("assumption", 1, "for each assumption about the policy: look whether it holds"),
    ("narrows", 3, "for each loss that shuts flows out: accept it, or write the policy so that the target can say it"),
    ("invalid", 3, "once for a policy that cannot be used as it stands: repair or delete it"),
    ("not proven", 3, "once where the comparison ran out of its budget: test the flows"),
    ("widens", 5, "for each loss that lets flows in: find another way to close them"),
    ("shifts", 5, "for each loss that does both"),
    ("refused", 7, "once for a policy that the target cannot say: design what takes its place"),
)
"""Effort, on the scale 0/1/3/5/7/13 that migration toolkits use (ux.md 4.1: Konveyor's story points)."""

_WORTH: Final[Mapping[str, int]] = {reason: points for reason, points, _ in _POINTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """One policy of the source. `name` is its kind, namespace and name; `policy` is None if it is invalid."""

    name: PolicyName
    origin: Origin | None
    policy: Policy | None
    said: tuple[Diagnostic, ...]
    standing: Standing
    points: int
    spot: Spot
    """Where it stands."""

    @property
    def grade(self) -> Grade:
        """How much people have to do for it."""
        return GRADES[self.standing]

    @property
    def namespace(self) -> str:
        """Its namespace; empty if it is for the whole cluster."""
        return self.name.namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the parts of the plan are made from."""

    result: Conversion
    target: Engine
    policies: tuple[PolicyFacts, ...]
    """Every policy that somebody wrote, by name."""

    @property
    def cluster_name(self) -> str:
        """What the cluster is called where labels say so: as Cilium has it, if it is one of the engines."""
        engines = (self.target, self.result.engine)
        return cluster_name(next((one for one in engines if isinstance(one, CiliumProfile)), self.result.engine))


def facts(result: Conversion, target: Engine) -> Facts:
    """What became of every policy of a conversion, also of those that are invalid."""
    parts: defaultdict[PolicyName, list[Policy]] = defaultdict(list)
    for tier in result.source.tiers:
        for policy in tier.policies:
            if policy.name in result.effects:
                parts[policy.name].append(policy)
    owner = {id(one.origin.place): name for name, several in parts.items() for one in several if one.origin is not None}
    said: defaultdict[PolicyName, list[Diagnostic]] = defaultdict(list)
    invalid: dict[int, list[Diagnostic]] = defaultdict(list)
    everywhere: list[Diagnostic] = []
    for one in result.diagnostics:
        name = owner.get(id(one.origin.place)) if one.origin is not None else None
        if name is not None:
            said[name].append(one)
        elif one.origin is not None and one.is_error:
            invalid[id(one.origin.place)].append(one)
        elif one.origin is None and one.severity is Severity.ASSUMPTION:
            everywhere.append(one)
        for label in one.also:
            if (further := owner.get(id(label.origin.place))) is not None and further != name:
                said[further].append(one)
    known = [
        _facts(name, parts[name], (*said[name], *_about(everywhere, parts[name])), result)
        for name in sorted(result.effects)
    ]
    return Facts(
        result=result, target=target, policies=tuple(sorted([*known, *_invalid(invalid)], key=lambda one: one.name))
    )


def formula(minutes_per_point: int | None) -> Formula:
    """How the points of a policy are counted, for the report."""
    return Formula(rows=_POINTS, minutes_per_point=minutes_per_point)


def spot(origin: Origin | None) -> Spot:
    """Where an origin stands, as the plan says it."""
    if origin is None:
        return Spot()
    place = origin.place
    if isinstance(place, Document) and not origin.path:
        line, column = place.start
    else:
        span = span_of(origin)
        line, column = span.line, span.column
    return Spot(file=place.file, line=line, column=column, path=origin.dotted)


def _facts(name: PolicyName, parts: list[Policy], said: tuple[Diagnostic, ...], result: Conversion) -> PolicyFacts:
    origin = next((one.origin for one in parts if one.origin is not None), None)
    standing = _standing(name, said, result)
    return PolicyFacts(
        name=name,
        origin=origin,
        policy=parts[0] if parts else None,
        said=said,
        standing=standing,
        points=_points(standing, said),
        spot=spot(origin),
    )


def _standing(name: PolicyName, said: tuple[Diagnostic, ...], result: Conversion) -> Standing:
    if any(one.is_error for one in said):
        return Standing.INVALID
    if name in result.refused:
        return Standing.REFUSED
    effect = result.effects[name]
    if effect is not Effect.INERT:
        return _BY_EFFECT[effect]
    if result.proof is None or not result.proof.is_conclusive or result.proof.unowned:
        return Standing.UNPROVEN
    assumed = any(one.severity is Severity.ASSUMPTION for one in said)
    return Standing.ASSUMED if assumed else Standing.EQUAL


def _points(standing: Standing, said: tuple[Diagnostic, ...]) -> int:
    effects = [(one.code, one.effect) for one in said if one.effect is not None]
    lost = {(code, effect) for code, effect in effects if effect.changes_flows}
    assumed = {one.code for one in said if one.severity is Severity.ASSUMPTION}
    points = len(assumed) * _WORTH["assumption"]
    points += sum([_WORTH[effect.value] for _, effect in lost])
    match standing:
        case Standing.REFUSED:
            return points + _WORTH["refused"]
        case Standing.UNPROVEN:
            return points + _WORTH["not proven"]
        case Standing.INVALID:
            return points + _WORTH["invalid"]
        case _:
            return points


def _invalid(by_place: Mapping[int, list[Diagnostic]]) -> Iterator[PolicyFacts]:
    """The objects that have an error: what their engine makes of them is not what they say."""
    for several in by_place.values():
        origin = several[0].origin
        assert origin is not None, "findings are told apart by their places"
        kind, _, rest = origin.place.label.partition("/")
        namespace, slash, name = rest.partition("/")
        yield PolicyFacts(
            name=PolicyName(kind, namespace, name) if slash else PolicyName(kind, "", rest),
            origin=Origin(origin.place, ()),
            policy=None,
            said=tuple(several),
            standing=Standing.INVALID,
            points=_points(Standing.INVALID, tuple(several)),
            spot=spot(Origin(origin.place, ())),
        )


def _about(everywhere: list[Diagnostic], parts: list[Policy]) -> Iterator[Diagnostic]:
    """Of the assumptions about the whole cluster, those on which these policies stand."""
    for one in everywhere:
        concerns = _CONCERNS.get(one.code)
        if concerns is None or any(concerns(policy) for policy in parts):
            yield one


def _names_addresses(policy: Policy) -> bool:
    asked = [
        policy.subject,
        *(part for section in policy.sections for rule in section.rules for part in (rule.subject, rule.peer)),
    ]
    return any(Axis.ADDRESS in leaves(one) for one in asked)


def _isolates_egress(policy: Policy) -> bool:
    section = policy.section(Direction.EGRESS)
    return section is not None and section.isolates


_CONCERNS: Final[Mapping[Code, Callable[[Policy], bool]]] = {
    assumptions.CLUSTER_ADDRESSES: _names_addresses,
    assumptions.ONLY_IPV4: _names_addresses,
    assumptions.BLOCKS: _names_addresses,
    assumptions.OWN_NODE_EGRESS: _isolates_egress,
    comparing.EXISTING_ONLY: lambda _: False,
}
"""Which policies an assumption about the whole cluster is about; every policy, if it is not listed.

That only what exists was compared is no matter of a policy: the report says so once.
"""
