"""A Calico rule -> IR rules: one, but for the odd rule that mixes port names with network sets.

Source: felix/bpf/polprog (writeRule states the conjunction most clearly); facts 3.6.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Final, assert_never

from npconv.diagnostics.codes import calico_lift as codes
from npconv.diagnostics.origin import Origin, below
from npconv.dialects.calico.lift_context import Context, Matches
from npconv.dialects.calico.lift_entity import End, ends_of, is_local, matching, selector_of
from npconv.dialects.calico.lift_http import request_of
from npconv.dialects.calico.lift_objects import assume_no_labels, depends_on_unknown
from npconv.dialects.calico.lift_selector import could_match
from npconv.dialects.calico.lift_traffic import families_of, traffic_of
from npconv.dialects.calico.model_rule import SIDES, Action, EntityRule, Rule, Side
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir import policy as ir
from npconv.ir.condition import ALWAYS, NEVER, REMEMBERED, Condition, both
from npconv.ir.dimensions import Family, PathTest
from npconv.ir.policy import Direction

ACTIONS: Final = {
    Action.ALLOW: ir.Action.ALLOW,
    Action.DENY: ir.Action.DENY,
    Action.PASS: ir.Action.PASS,
    Action.LOG: ir.Action.LOG,
}


def rules_of(rule: Rule, direction: Direction, context: Context, origin: Origin | None = None) -> tuple[ir.Rule, ...]:
    """What a rule matches. Its subject's end is the destination of ingress and the source of egress.

    A rule that can match nothing is kept, for its place and its origin, with traffic that never is.
    """
    action = ACTIONS[rule.action]
    key = (rule, direction, context.policy.namespace if _is_local(rule) else "")
    matches = context.rules.get(key)
    if matches is None:
        said = context.findings.count
        matches = _matches(rule, direction, context, origin)
        if context.findings.count == said:
            context.rules[key] = matches
    return tuple(
        [
            ir.Rule(
                action=action,
                subject=one.subject,
                peer=one.peer,
                traffic=one.traffic,
                request=one.request,
                origin=origin,
            )
            for one in matches
        ]
    )


@lru_cache(maxsize=REMEMBERED)
def _is_local(rule: Rule) -> bool:
    """Whether it makes a difference in which namespace a rule is."""
    return any(is_local(rule.entity(side)) for side in SIDES)


def _matches(rule: Rule, direction: Direction, context: Context, origin: Origin | None) -> tuple[Matches, ...]:
    families = families_of(rule)
    traffic = traffic_of(rule, families)
    request = _request(rule, context, origin)
    own, other = _sides(direction)
    found = [
        Matches(mine.who, theirs.who, both(traffic, mine.ports, theirs.ports), request)
        for mine in _ends(rule, own, families, context)
        for theirs in _ends(rule, other, families, context)
    ]
    alive = tuple(one for one in found if NEVER not in one)
    if alive:
        return alive
    _remark(rule, families, context, origin)
    return (Matches(ALWAYS, ALWAYS, NEVER, ALWAYS),)


def _sides(direction: Direction) -> tuple[Side, Side]:
    """The subject's side of a rule, and the peer's."""
    return ("destination", "source") if direction is Direction.INGRESS else ("source", "destination")


def _ends(rule: Rule, side: Side, families: frozenset[Family], context: Context) -> tuple[End, ...]:
    entity = rule.entity(side)
    namespace = context.policy.namespace
    if context.unlabelled:
        _assume_labels(entity, context)
    key = (entity, side, families, namespace if is_local(entity) else "")
    if key not in context.ends:
        context.ends[key] = ends_of(
            entity,
            side,
            namespace=namespace,
            families=families,
            holders=context.holders,
            parse=context.parse,
        )
    return context.ends[key]


def _bare_not_selector(entity: EntityRule, namespace: str, context: Context) -> Selector | None:
    return context.parse(entity.not_selector) if entity.not_selector and not namespace else None


def _assume_labels(entity: EntityRule, context: Context) -> None:
    namespace = context.policy.namespace
    asked = (selector_of(entity, namespace, context.parse), _bare_not_selector(entity, namespace, context))
    for selector, holder in product((one for one in asked if one is not None), context.unlabelled):
        if depends_on_unknown(selector, holder):
            assume_no_labels(holder, context.findings)


def _request(rule: Rule, context: Context, origin: Origin | None) -> Condition:
    """The HTTP part, where it is enforced: on rules that allow."""
    if rule.http is None or not (rule.http.methods or rule.http.paths):
        return ALWAYS
    who = str(context.policy)
    match context.profile.http:
        case "enforced":
            context.findings.share(
                codes.HTTP_ENFORCED,
                "the source cluster enforces `http` rules (Envoy and Dikastes)",
                who=who,
                origin=below(origin, "http"),
                help="if it does not, use the profile setting `http=ignored`",
            )
            # Segments from 3.31.6 and 3.32.0 on. Of the two readings of 3.31, this one matches less.
            prefix = PathTest.PREFIX if context.profile.version >= (3, 31) else PathTest.TEXT_PREFIX
            return request_of(rule.http, prefix=prefix)
        case "ignored":
            context.findings.share(
                codes.HTTP_IGNORED,
                "`http` is not enforced: the rule allows every request to its ports",
                who=who,
                origin=below(origin, "http"),
            )
            return ALWAYS
        case _:
            assert_never(context.profile.http)


def _remark(rule: Rule, families: frozenset[Family], context: Context, origin: Origin | None) -> None:
    """Say why a rule can match nothing."""
    for side in SIDES:
        entity = rule.entity(side)
        if entity.services is not None and not entity.services.namespace:
            namespace = context.policy.namespace
            context.findings.add(
                codes.SERVICE_NAMESPACE,
                below(origin, side, "services"),
                f"service `{entity.services.name}` has no namespace, so the rule matches nothing",
                notes=("Calico does not take the policy's namespace for it",),
                help=f"write `namespace: {namespace}`" if namespace else "write its `namespace`",
            )
            return
        selector = selector_of(entity, context.policy.namespace, context.parse)
        if selector is not None and matching(selector, context.holders).is_empty:
            _remark_selector(rule, side, selector, context, origin)
            return
    why = "its parts exclude each other" if families else "its addresses leave no IP family"
    context.findings.add(codes.DEAD_RULE, origin, f"the rule can match nothing: {why}")


def _remark_selector(rule: Rule, side: Side, selector: Selector, context: Context, origin: Origin | None) -> None:
    if could_match(selector):
        context.findings.share(
            codes.NETWORK_SETS,
            f"no network set or host endpoint matches `{selector.canonical()}`",
            who=str(context.policy),
            origin=below(origin, side),
            label="matches no pod, and nothing in the input",
            help="include the GlobalNetworkSet, NetworkSet and HostEndpoint objects",
        )
        return
    entity = rule.entity(side)
    scoped = context.policy.namespace and not entity.namespace_selector
    context.findings.add(
        codes.DEAD_RULE,
        below(origin, side),
        f"the rule can match nothing: `{selector.canonical()}` contradicts itself",
        notes=("without `namespaceSelector`, Calico looks in the policy's own namespace only",) if scoped else (),
    )
