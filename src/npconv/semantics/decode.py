"""A model of the literals -> a concrete flow, or why no flow looks like that."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import partial

from npconv.ir.addresses import V4_TOP
from npconv.ir.dimensions import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    Attribute,
    Axis,
    BackendOf,
    Family,
    Kind,
    Named,
    Scope,
    TextTest,
)
from npconv.semantics.endpoint_code import EndpointCode, LabelCode
from npconv.semantics.flow import Address, Endpoint, Flow, NamedPort
from npconv.semantics.flow_code import FlowCode
from npconv.semantics.languages import BLANK, Language, UndecidedError, choice, literal
from npconv.semantics.mentions import V6_START
from npconv.semantics.requests import sample
from npconv.semantics.settle import Clash, ClashError, request, settle
from npconv.semantics.space import CLUSTER_NAME, MANDATORY
from npconv.semantics.texts import DNS_NAME, dns_names, legal_values, passing

GOOD_PORTS = (80, 443, 8080)
GOOD_SOURCE_PORTS = (40000,)
GOOD_ADDRESSES: dict[Kind, tuple[str, ...]] = {
    Kind.POD: ("10.0.0.5", "10.0.1.7", "fd00::5", "fd00::1:7"),
    Kind.HOST: ("192.168.0.10", "fd00:1::10"),
    Kind.REMOTE_NODE: ("192.168.0.20", "fd00:1::20"),
    Kind.OUTSIDE: ("203.0.113.7", "198.51.100.7", "2001:db8::7"),
}
"""Addresses that read well, where the policies leave a choice; any other is the lowest possible."""

LONGEST_VALUE = 63
"""The longest label value (`apimachinery/pkg/util/validation`)."""


def decode(code: FlowCode, model: frozenset[int]) -> Flow | Clash:
    """The flow that a model stands for."""
    try:
        return _Decoder(code, model).flow()
    except ClashError as clashing:
        return clashing.clash


class _Decoder:
    def __init__(self, code: FlowCode, model: frozenset[int]) -> None:
        self._code = code
        self._model = model

    def flow(self) -> Flow:
        code = self._code
        subject, peer = self._attributes(code.subject, {}), {}
        peer = self._attributes(code.peer, subject)
        share_labels(subject, peer)
        protocol = _pick(self._segment(Axis.PROTOCOL), (6, 17, 1, 58, 132, 136))
        port = _pick(self._segment(Axis.DST_PORT), GOOD_PORTS)
        source_port = _pick(self._segment(Axis.SRC_PORT), GOOD_SOURCE_PORTS)
        family = Family.V6 if self._true(code.v6) else Family.V4
        used: list[Address] = []
        ends = []
        for endpoint, attributes in ((code.subject, subject), (code.peer, peer)):
            kind = next(kind for kind, literal in endpoint.kinds.items() if self._true(literal))
            address = self._address(endpoint, kind, used)
            used.append(address)
            names = [
                *self._port_names(code.destination_ports, port, protocol, of=endpoint is code.destination),
                *self._port_names(code.source_ports, source_port, protocol, of=endpoint is code.source),
            ]
            ends.append(
                Endpoint(
                    kind=kind,
                    attributes=attributes,
                    addresses=(address,),
                    named_ports=tuple(dict.fromkeys(names)),
                    facts=frozenset(self._facts(endpoint)),
                )
            )
        return Flow(
            direction=code.direction,
            subject=ends[0],
            peer=ends[1],
            protocol=protocol,
            port=port,
            source_port=source_port,
            icmp_type=self._segment(Axis.ICMP_TYPE)[0],
            icmp_code=self._segment(Axis.ICMP_CODE)[0],
            family=family,
            request=request(code, self._model) if code.with_request else None,
        )

    def _true(self, literal: int) -> bool:
        return self._code.gates.value(literal, self._model)

    def _segment(self, axis: Axis) -> tuple[int, int]:
        return self._code.numbers[axis].segment(self._model)

    def _port_names(self, names: dict[str, int], number: int, protocol: int, *, of: bool) -> Iterable[NamedPort]:
        return [NamedPort(name, protocol, number) for name, literal in names.items() if of and self._true(literal)]

    def _address(self, endpoint: EndpointCode, kind: Kind, used: Sequence[Address]) -> Address:
        low, high = endpoint.address.segment(self._model)
        for text in GOOD_ADDRESSES.get(kind, ()):
            good = ipaddress.ip_address(text)
            if low <= _number(good) <= high and good not in used:
                return good
        usable = [at for at in (low + 1, low + 2, low) if at <= high] if high - low > 2 else [low, low + 1, low + 2]
        return next((_address(at) for at in usable if at <= high and _address(at) not in used), _address(low))

    def _attributes(self, endpoint: EndpointCode, other_end: dict[Attribute, str]) -> dict[Attribute, str]:
        found: dict[Attribute, str] = {}
        is_pod = self._true(endpoint.is_kind({Kind.POD}))
        for attribute in MANDATORY if is_pod else ():
            taken = other_end.get(attribute)
            if attribute == SERVICE_ACCOUNT and not self._apart(other_end.get(NAMESPACE) == found[NAMESPACE]):
                taken = None
            found[attribute] = self._value(endpoint, attribute, taken) or "default"
        if is_pod:
            found[CLUSTER_NAME] = endpoint.space.cluster
        for attribute in endpoint.labels:
            value = None if attribute in found else self._value(endpoint, attribute, None)
            if value is not None:
                found[attribute] = value
        return found

    def _apart(self, one_namespace: bool) -> bool:
        """Whether two service accounts must have different names, for their labels may differ."""
        return one_namespace and self._are_labelled()

    def _are_labelled(self) -> bool:
        """Whether anybody asks for labels of service accounts."""
        asked = (*self._code.subject.labels, *self._code.peer.labels)
        return any(each.scope is Scope.SERVICE_ACCOUNT and each != SERVICE_ACCOUNT for each in asked)

    def _theirs(self, endpoint: EndpointCode, attribute: Attribute) -> set[str]:
        """Names that are asked of the other end: this one, which is not asked for its own, must have another."""
        if attribute == SERVICE_ACCOUNT and not self._are_labelled():
            return set()
        other = self._code.peer if endpoint is self._code.subject else self._code.subject
        label = other.labels.get(attribute) if attribute in MANDATORY else None
        return set() if label is None else set(label.values)

    def _value(self, endpoint: EndpointCode, attribute: Attribute, taken: str | None) -> str | None:
        """The attribute's value, other than `taken` if it is not a mentioned one."""
        label = endpoint.labels.get(attribute)
        avoided = set(label.values) if label is not None else set()
        if endpoint is self._code.subject and attribute == NAMESPACE:
            avoided |= self._code.group.namespaces.named  # if it is not one of these: then they are mentioned
        if label is None:
            avoided |= self._theirs(endpoint, attribute)
            return _fresh(attribute, avoided if taken is None else avoided | {taken})
        for name, literal_ in label.values.items():
            if self._true(literal_):
                return name
        if not self._true(label.other):
            return None
        if not label.texts:
            return _fresh(attribute, avoided if taken is None else avoided | {taken})
        return self._text(attribute, label, avoided, taken)

    def _text(self, attribute: Attribute, label: LabelCode, avoided: set[str], taken: str | None) -> str:
        """A legal value that passes exactly the right tests, other than `taken`, preferably not an empty one."""
        legal = legal_values(attribute)

        def search(chosen: list[tuple[Language, bool]]) -> str | None:
            possible = [*chosen, (choice(literal(one) for one in avoided), False)]
            wanted = possible if taken is None else [*possible, (literal(taken), False)]
            found = sample([*wanted, (BLANK, False)], legal)
            if found is None:
                found = sample(wanted, legal)
            if found is None and taken is not None and sample(possible, legal) is not None:
                raise UndecidedError  # only the other end's own value would do
            if found is not None and len(found) > LONGEST_VALUE:
                raise UndecidedError
            return found

        tests = {fact: passing(TextTest(fact.test), fact.text) for fact in label.texts}
        truth = [(label.texts[fact], language, self._true(label.texts[fact])) for fact, language in tests.items()]
        return settle(truth, search, premises=(label.other,), why=f"the text of {attribute}")

    def _facts(self, endpoint: EndpointCode) -> Iterable[BackendOf | Named]:
        names: dict[Named, bool] = {}
        for fact, literal_ in endpoint.facts.items():
            true = self._true(literal_)
            if isinstance(fact, Named):
                names[fact] = true
            if true:
                yield fact
        for fact, true in names.items():
            if true:
                others = [(endpoint.facts[one], dns_names(one.pattern), False) for one in names if not names[one]]
                wanted = (dns_names(fact.pattern), True)
                settle(
                    others,
                    partial(_name, wanted),
                    premises=(endpoint.facts[fact],),
                    why=f"a name that matches {fact.pattern}",
                )


def _name(wanted: tuple[Language, bool], others: list[tuple[Language, bool]]) -> str | None:
    return sample([wanted, *others], DNS_NAME)


def share_labels(subject: dict[Attribute, str], peer: dict[Attribute, str]) -> None:
    """Give both pods of one namespace, or of one service account, the labels that only one side was asked about."""
    if NAMESPACE not in subject or subject[NAMESPACE] != peer.get(NAMESPACE):
        return
    scopes = [Scope.NAMESPACE]
    if subject[SERVICE_ACCOUNT] == peer[SERVICE_ACCOUNT]:
        scopes.append(Scope.SERVICE_ACCOUNT)
    for one, other in ((subject, peer), (peer, subject)):
        for attribute, value in list(one.items()):
            if attribute.scope in scopes:
                other.setdefault(attribute, value)


def _fresh(attribute: Attribute, avoided: set[str]) -> str:
    """A value that nobody mentions."""
    base = "default" if attribute == SERVICE_ACCOUNT else "other"
    return next(name for name in (base, *(f"other-{n}" for n in range(2, len(avoided) + 3))) if name not in avoided)


def _pick(segment: tuple[int, int], good: Sequence[int]) -> int:
    low, high = segment
    return next((one for one in good if low <= one <= high), low)


def _number(address: Address) -> int:
    return int(address) + (V6_START if address.version == 6 else 0)


def _address(number: int) -> Address:
    return ipaddress.IPv4Address(number) if number <= V4_TOP else ipaddress.IPv6Address(number - V6_START)
