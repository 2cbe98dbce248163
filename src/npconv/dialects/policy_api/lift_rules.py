"""One rule of the policy API -> IR rules, as one engine reads it. Decides what peers that it does not know mean."""

from __future__ import annotations

from typing import Final, assert_never

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.policy_api.model import (
    Action,
    DomainNames,
    NamedPort,
    Namespaces,
    Networks,
    Nodes,
    Peer,
    Pods,
    Port,
    PortNumber,
    PortRange,
    Rule,
)
from npconv.ir import policy as ir
from npconv.ir.addresses import Addresses
from npconv.ir.condition import ALWAYS, NEVER, Condition, both, either, holds, kind, within
from npconv.ir.dimensions import Attribute, Axis, DstPortNamed, Kind, Kinds, Named, Request, Scope
from npconv.ir.intervals import ports, protocols
from npconv.ir.values import one_of
from npconv.semantics import selectors
from npconv.semantics.flow import SCTP, TCP, UDP
from npconv.semantics.meaning import EngineMeaning, Support
from npconv.source import cidr

_PROTOCOLS: Final = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}
_ACTIONS: Final = {
    Action.ACCEPT: ir.Action.ALLOW,
    Action.DENY: ir.Action.DENY,
    Action.PASS: ir.Action.PASS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an engine drops a policy."""

    text: str
    help: str
    origin: Origin | None


def lift(rule: Rule, direction: ir.Direction, meaning: EngineMeaning) -> tuple[ir.Rule, ...]:
    """What the rule does: one IR rule as a rule, none where it can match nothing, two where DNS comes with names."""
    if closed(rule, meaning) is not None:
        return () if rule.action is Action.ACCEPT else (ir.Rule(action=ir.Action.DENY, origin=rule.origin),)
    asks = bool(rule.ports) and overlooked(rule, meaning) is None
    traffic = either(*(_port(port) for port in rule.ports or ())) if asks else ALWAYS
    lifted = [
        ir.Rule(
            action=_ACTIONS[rule.action],
            peer=either(*(_peer(peer, meaning) for peer in rule.peers)),
            traffic=traffic,
            origin=rule.origin,
        )
    ]
    if meaning.names_need_dns:
        lifted += [_dns(peer, rule) for peer in rule.peers if isinstance(peer, DomainNames)]
    return tuple(one for one in lifted if NEVER not in (one.peer, one.traffic))


def closed(rule: Rule, meaning: EngineMeaning) -> Reason | None:
    """What the engine cannot do with in a rule, if there is anything: it then closes all that the rule would decide."""
    instead = "matches nothing" if rule.action is Action.ACCEPT else "denies everything"
    for peer in rule.peers:
        if _support(peer, meaning) is Support.CLOSED:
            what = "nodes" if isinstance(peer, Nodes) else "domainNames"
            text = f"does not know `{what}`: the whole rule {instead}"
            return Reason(
                text=text, help="take the peer out, or write a policy of the engine's own", origin=peer.origin
            )
    for port in rule.ports or ():
        if isinstance(port, PortRange) and port.end < port.start and meaning.reversed_ranges is Support.CLOSED:
            text = f"refuses a range that ends before it starts: the whole rule {instead}"
            return Reason(text=text, help=f"write `start: {port.end}` and `end: {port.start}`", origin=port.origin)
    return None


def overlooked(rule: Rule, meaning: EngineMeaning) -> Reason | None:
    """What the engine does not see in a rule, if there is anything: the rule then is for all traffic."""
    for port in rule.ports or ():
        if isinstance(port, NamedPort) and meaning.named_ports is Support.IGNORED:
            text = f"does not see port names here: the rule is for all ports, not only for `{port.name}`"
            return Reason(text=text, help="give the port by its number", origin=port.origin)
    return None


def refusal(rule: Rule, meaning: EngineMeaning) -> Reason | None:
    """Why the engine drops the whole policy because of this rule, if it does (pkg/k8s/cluster_network_policy.go)."""
    for peer in rule.peers:
        match peer:
            case Nodes() if meaning.nodes is Support.REFUSED:
                text = "it does not take `nodes`"
                return Reason(text=text, help="enable `enable-node-selector-labels`", origin=peer.origin)
            case DomainNames() if meaning.names_need_dns and rule.action is not Action.ACCEPT:
                text = f"it takes `domainNames` with `Accept` only (found `{rule.action.value}`)"
                return Reason(text=text, help="deny addresses instead of names", origin=peer.origin)
            case _:
                pass
    return None


def _support(peer: Peer, meaning: EngineMeaning) -> Support:
    match peer:
        case Nodes():
            return meaning.nodes
        case DomainNames():
            return meaning.domain_names
        case Namespaces() | Pods() | Networks():
            return Support.UNDERSTOOD
        case _:
            assert_never(peer)


def _peer(peer: Peer, meaning: EngineMeaning) -> Condition:
    match peer:
        case Namespaces(selector=selector):
            return either(
                both(meaning.namespace_peers, selectors.namespaces(selector)), meaning.namespace_others(selector)
            )
        case Pods(pod_selector=pods, namespace_selector=namespaces):
            return both(
                meaning.pod_peers,
                selectors.in_some_namespace() if namespaces is None else selectors.namespaces(namespaces),
                selectors.pods(pods, meaning),
            )
        case Networks(cidrs=cidrs):
            return either(*(_network(text, meaning) for text in cidrs))
        case Nodes(selector=selector):
            return both(meaning.node_peers, selectors.nodes(selector))
        case DomainNames(names=names):
            return both(kind(Kind.OUTSIDE), either(*(holds(Named(_pattern(name))) for name in names)))
        case _:
            assert_never(peer)


def _network(text: str, meaning: EngineMeaning) -> Condition:
    found = cidr.lenient(text)
    if found is None:
        return NEVER
    kinds: Kinds = meaning.network_kinds if found.network.prefixlen else _zero(meaning)
    return both(within(Axis.KIND, kinds), within(Axis.ADDRESS, Addresses.of([cidr.usual_form(found)])))


def _zero(meaning: EngineMeaning) -> Kinds:
    """What `/0` matches: an engine for which it is special in an `ipBlock` has it so here, too."""
    special = meaning.zero_block_kinds != meaning.block_kinds
    return meaning.zero_block_kinds if special else meaning.network_kinds


def _pattern(name: str) -> str:
    """The name in the words of `Named`: `*.` stands for one or more labels in the policy API."""
    text = name.lower().removesuffix(".")
    return f"*{text}" if text.startswith("*.") else text


def _dns(peer: DomainNames, rule: Rule) -> ir.Rule:
    """What lets the names be learnt: DNS questions for them, to whatever is labelled `k8s-app: kube-dns`."""
    return ir.Rule(
        action=ir.Action.ALLOW,
        peer=within(Attribute.of(Scope.POD, "k8s-app"), one_of("kube-dns")),
        traffic=both(
            within(Axis.PROTOCOL, protocols(TCP, UDP, SCTP)),
            either(holds(DstPortNamed("dns")), holds(DstPortNamed("dns-tcp"))),
        ),
        request=either(*(holds(Request("dns", _pattern(name))) for name in peer.names)),
        origin=rule.origin,
    )


def _port(port: Port) -> Condition:
    match port:
        case PortNumber(protocol=protocol, number=number):
            return _numbered(protocol, number, number)
        case PortRange(protocol=protocol, start=start, end=end):
            return _numbered(protocol, start, end)
        case NamedPort(name=name):
            return holds(DstPortNamed(name))
        case _:
            assert_never(port)


def _numbered(protocol: str | None, first: int, last: int) -> Condition:
    number = _PROTOCOLS.get(protocol or "TCP")
    if number is None or last < first:
        return NEVER
    return both(within(Axis.PROTOCOL, protocols(number)), within(Axis.DST_PORT, ports((first, last))))
