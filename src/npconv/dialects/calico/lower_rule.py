"""IR rule -> Calico rules: the product of what it asks of either side, traffic and requests, family by family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import calico_losses as codes
from npconv.dialects.calico import lower_losses as losses
from npconv.dialects.calico import lower_selectors as select
from npconv.dialects.calico.lift_selector import ORCHESTRATOR_LABEL
from npconv.dialects.calico.lower_http import requests
from npconv.dialects.calico.lower_peers import Scene, Who, own_side, peers
from npconv.dialects.calico.lower_selectors import Home
from npconv.dialects.calico.lower_traffic import BOTH, Ports, Traffic, traffics
from npconv.dialects.calico.model_rule import Action, EntityRule, HttpMatch, Rule, ServiceAccountMatch
from npconv.dialects.calico.profile import CalicoProfile
from npconv.ir import policy as ir
from npconv.ir.addresses import Addresses
from npconv.ir.cidrs import ranges
from npconv.ir.condition import ALWAYS, NEVER, REMEMBERED
from npconv.ir.dimensions import SERVICE_ACCOUNT, Axis, Family
from npconv.ir.intervals import Intervals
from npconv.ir.policy import Direction
from npconv.lowering.cube import TooManyError
from npconv.lowering.losses import Loss, Reach
from npconv.lowering.sayable import Unsayable

ACTIONS: Final = {
    ir.Action.ALLOW: Action.ALLOW,
    ir.Action.DENY: Action.DENY,
    ir.Action.PASS: Action.PASS,
    ir.Action.LOG: Action.LOG,
}
_PROTOCOLS: Final = {6: "TCP", 17: "UDP", 1: "ICMP", 58: "ICMPv6", 132: "SCTP", 136: "UDPLite"}
_BITS: Final = {Family.V4: 32, Family.V6: 128}


@dataclass(frozen=True, slots=True)
class Said:
    """The rules that a rule became, in order, and what it lost."""

    rules: tuple[Rule, ...]
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    rule: ir.Rule
    own: Who
    peer: Who
    traffic: Traffic
    request: HttpMatch | None


def rules(rule: ir.Rule, policy: ir.Policy, scene: Scene, profile: CalicoProfile) -> Said:
    """The rule in Calico's words: exactly, or narrower (law 4).

    An Allow is left out as far as it cannot be said; a Deny then covers more. A Pass that cannot be said becomes such
    a Deny: whether the next tier allows less or more than the rest of this one, it is narrower than both.
    """
    if NEVER in (rule.subject, rule.peer, rule.traffic, rule.request):
        return Said((), ())
    wide = rule.action is ir.Action.DENY
    try:
        built, unsaid = _rules(rule, replace(scene, widest=True) if wide else scene, profile)
    except TooManyError:
        return _too_many(rule, policy, scene)
    if unsaid and rule.action is ir.Action.PASS:
        said = rules(replace(rule, action=ir.Action.DENY), policy, scene, profile)
        reach = losses.denied(said.rules, policy, scene.direction, scene.namespace, profile)
        told = tuple(replace(one, rule=rule) for one in said.losses)
        return Said(said.rules, (losses.passed(rule, policy, scene.direction, reach), *told))
    kept = tuple(built) if len(built) < 2 else tuple(dict.fromkeys(built))
    if not unsaid:
        return Said(kept, ())
    if wide:
        reach = losses.denied(kept, policy, scene.direction, scene.namespace, profile)
    else:
        reach = losses.left_out(rule, policy)
    lost = (losses.unsaid(one, rule, policy, scene.direction, reach, kept=bool(kept)) for one in unsaid)
    return Said(kept, tuple(lost))


def _rules(rule: ir.Rule, scene: Scene, profile: CalicoProfile) -> tuple[list[Rule], list[Unsayable]]:
    mine, theirs = own_side(rule.subject, scene), peers(rule.peer, scene)
    said = traffics(rule.traffic, scene.pieces, widest=scene.widest, with_protocol=profile.ports_need_protocol)
    asked = requests(rule.request, rule.action, scene.direction, profile, scene.pieces)
    unsaid = list(dict.fromkeys((*mine.unsaid, *theirs.unsaid, *said.unsaid, *asked.unsaid)))
    built: list[Rule] = []
    for own, peer, traffic, request in product(mine.whos, theirs.whos, said.traffics, asked.requests):
        reason = _objection(peer, traffic, request, scene)
        if reason is not None:
            unsaid.append(reason)
            if not scene.widest:
                continue
        meant = traffic if reason is None else replace(traffic, destination=Ports())
        built += _by_family(_Piece(rule, own, peer, meant, request), scene)
        if len(built) > scene.pieces:
            raise TooManyError
    return built, list(dict.fromkeys(unsaid))


def _objection(peer: Who, traffic: Traffic, request: HttpMatch | None, scene: Scene) -> Unsayable | None:
    """What Calico's validator refuses of a combination."""
    if peer.service is not None and scene.direction is Direction.EGRESS and traffic.destination != Ports():
        return Unsayable("traffic", Axis.DST_PORT, codes.SERVICE, "a service brings its own ports")
    if request is not None and traffic.protocol not in (None, 6):
        return Unsayable("traffic", Axis.PROTOCOL, codes.REQUEST, "`http` is for TCP")
    return None


def _by_family(piece: _Piece, scene: Scene) -> Iterator[Rule]:
    """One rule where no addresses are asked for, else one for each family: a rule may not mix them."""
    traffic = piece.traffic
    nets = [one.nets for one in (piece.own, piece.peer) if one.nets is not None]
    if not nets:
        named = traffic.protocol in (1, 58)
        version = None if named or traffic.families == BOTH else next(iter(traffic.families)).value
        yield _rule(piece, scene, None, version)
        return
    for family in sorted(traffic.families, key=lambda one: one.value):
        if all(not _part(one, family).is_empty for one in nets):
            yield _rule(piece, scene, family, None)


def _rule(piece: _Piece, scene: Scene, family: Family | None, version: int | None) -> Rule:
    traffic = piece.traffic
    incoming = scene.direction is Direction.INGRESS
    mine = _entity(piece.own, traffic.destination if incoming else traffic.source, scene, family, own=True)
    theirs = _entity(piece.peer, traffic.source if incoming else traffic.destination, scene, family, own=False)
    return Rule(
        action=ACTIONS[piece.rule.action],
        ip_version=version,
        protocol=_protocol(traffic.protocol),
        not_protocol=_protocol(traffic.not_protocol),
        icmp=traffic.icmp,
        not_icmp=traffic.not_icmp,
        source=theirs if incoming else mine,
        destination=mine if incoming else theirs,
        http=piece.request,
    )


def _entity(who: Who, ports: Ports, scene: Scene, family: Family | None, *, own: bool) -> EntityRule | None:
    nets, not_nets = _nets(who.nets, family)
    chosen = _NO_SELECTORS if who.labels is None else _selectors(who.labels, scene.namespace, own)
    entity = EntityRule(
        nets=nets,
        not_nets=not_nets,
        selector=chosen.pods,
        namespace_selector=chosen.namespaces,
        service_accounts=chosen.accounts,
        services=who.service,
        not_selector=None if who.not_pods is None else _spared(who),
        ports=ports.wanted or None,
        not_ports=ports.unwanted or None,
    )
    return None if entity == _ANYBODY else entity


class _Selectors(NamedTuple):
    """The selectors of an end that is a pod."""

    pods: str | None = None
    namespaces: str | None = None
    accounts: ServiceAccountMatch | None = None


_ANYBODY: Final = EntityRule()
_NO_SELECTORS: Final = _Selectors()


@lru_cache(maxsize=REMEMBERED)
def _selectors(labels: select.Labels, namespace: str, own: bool) -> _Selectors:
    """The three selectors. Without a `namespaceSelector` a rule of a NetworkPolicy looks in its own namespace."""
    names, accounts = select.only(SERVICE_ACCOUNT, labels.accounts)
    match = ServiceAccountMatch(
        names=names or None,
        selector=None if accounts == ALWAYS else select.text(accounts, Home.ACCOUNTS),
    )
    pods = None if labels.pods == ALWAYS else select.text(labels.pods, Home.PODS)
    if namespace and labels.namespaces == select.in_namespace(namespace):
        namespaces = None
        pods = "all()" if pods is None and match == ServiceAccountMatch() else pods
    elif own and labels.namespaces == ALWAYS:
        namespaces = None
    else:
        namespaces = select.of_namespaces(labels.namespaces)
    return _Selectors(pods, namespaces, None if match == ServiceAccountMatch() else match)


def _spared(who: Who) -> str:
    """The `notSelector` that excepts pods and nothing else: what hosts might meet, too, asks for a pod."""
    pods = f"{ORCHESTRATOR_LABEL} == 'k8s'"
    if who.not_pods is None or who.not_pods == ALWAYS:
        return pods
    text = select.text(who.not_pods, Home.PODS)
    if not select.needs_namespace(who.not_pods):
        return text
    return f"{pods} && ({text})" if " || " in text else f"{pods} && {text}"


def _nets(asked: Addresses | None, family: Family | None) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    if asked is None or family is None:
        return None, None
    listed = ranges(_part(asked, family), _BITS[family])
    excepted = tuple(one for _, without in listed for one in without)
    return tuple(cidr for cidr, _ in listed), excepted or None


def _part(asked: Addresses, family: Family) -> Intervals:
    return asked.v4 if family is Family.V4 else asked.v6


def _protocol(number: int | None) -> int | str | None:
    return None if number is None else _PROTOCOLS.get(number, number)


def _too_many(rule: ir.Rule, policy: ir.Policy, scene: Scene) -> Said:
    if rule.action in (ir.Action.ALLOW, ir.Action.LOG):
        return Said((), (losses.too_many_rules(rule, policy, scene.direction, losses.left_out(rule, policy)),))
    everything = (Reach(subject=policy.subject),)
    kept = (Rule(action=Action.DENY),)
    return Said(kept, (losses.too_many_rules(rule, policy, scene.direction, everything),))
