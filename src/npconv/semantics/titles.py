"""Endpoints -> how people call them: `pod with app=web in a namespace without the label team`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from npconv.ir.condition import Both, Condition, Either, Holds, Within
from npconv.ir.dimensions import NAMESPACE, SERVICE_ACCOUNT, Attribute, Kind, LabelText, Scope
from npconv.semantics.flow import Endpoint, Flow
from npconv.semantics.verdict import Verdict

MOST = 3
"""How many missing labels are named."""

NOUNS = {
    Kind.POD: "pod",
    Kind.HOST: "the pod's own node",
    Kind.REMOTE_NODE: "another node",
    Kind.OUTSIDE: "outside address",
    Kind.HEALTH: "Cilium health endpoint",
    Kind.INGRESS: "Cilium ingress proxy",
    Kind.INIT: "pod without labels yet",
    Kind.UNMANAGED: "unmanaged pod",
}


def titled(flow: Flow, old: Verdict, new: Verdict) -> Flow:
    """The flow with a title on both ends; labels that are missing are named if what decided asks for them."""
    subject = _asked(one for verdict in (old, new) for one in _subject_conditions(verdict))
    peer = _asked(one for verdict in (old, new) for one in _peer_conditions(verdict))
    return replace(
        flow,
        subject=replace(flow.subject, title=title(flow.subject, subject, own=True)),
        peer=replace(flow.peer, title=title(flow.peer, peer, own=False)),
    )


def title(endpoint: Endpoint, asked: Iterable[Attribute] = (), *, own: bool = False) -> str:
    """How to call an endpoint; of the attributes asked for, those that are missing are named."""
    missing = [each for each in sorted(set(asked)) if each not in endpoint.attributes][:MOST]
    noun = "node" if own and endpoint.kind is Kind.HOST else NOUNS[endpoint.kind]
    if endpoint.kind is not Kind.POD:
        said = [f"{key}={value}" for (_, key, value) in _labels(endpoint, None)]
        return " ".join([noun, *_with(said), *_without(each.key for each in missing if each.scope in _NOT_PODS)])
    own_labels = [f"{key}={value}" for (_, key, value) in _labels(endpoint, Scope.POD)]
    parts = [noun, *_with(own_labels), *_without(each.key for each in missing if each.scope is Scope.POD)]
    account = endpoint.attributes.get(SERVICE_ACCOUNT, "default")
    account_labels = [f"{key}={value}" for (_, key, value) in _labels(endpoint, Scope.SERVICE_ACCOUNT)]
    if account != "default" or account_labels:
        parts += ["of service account", account, *_with(account_labels)]
    parts += ["in namespace", endpoint.attributes.get(NAMESPACE, "?")]
    parts += _with([f"{key}={value}" for (_, key, value) in _labels(endpoint, Scope.NAMESPACE)])
    parts += _without(each.key for each in missing if each.scope is Scope.NAMESPACE)
    return " ".join(parts)


_NOT_PODS = (Scope.NODE, Scope.HOST_ENDPOINT, Scope.CIDR_GROUP, Scope.RESERVED)


def _with(labels: list[str]) -> list[str]:
    return ["with", " and ".join(labels)] if labels else []


def _without(keys: Iterable[str]) -> list[str]:
    listed = list(keys)
    if not listed:
        return []
    return ["without the label" + ("s" if len(listed) > 1 else ""), " or ".join(listed)]


def _labels(endpoint: Endpoint, scope: Scope | None) -> list[tuple[Scope, str, str]]:
    return [
        (each.scope, each.key, value)
        for each, value in sorted(endpoint.attributes.items())
        if (scope is None or each.scope is scope) and each not in (NAMESPACE, SERVICE_ACCOUNT)
    ]


def _subject_conditions(verdict: Verdict) -> Iterator[Condition]:
    if verdict.policy is not None:
        yield verdict.policy.subject
    if verdict.rule is not None:
        yield verdict.rule.subject


def _peer_conditions(verdict: Verdict) -> Iterator[Condition]:
    if verdict.rule is not None:
        yield verdict.rule.peer


def _asked(conditions: Iterable[Condition]) -> list[Attribute]:
    found: list[Attribute] = []
    todo = list(conditions)
    while todo:
        match todo.pop():
            case Both(parts) | Either(parts):
                todo.extend(parts)
            case Within(Attribute() as attribute) | Holds(LabelText(attribute)):
                found.append(attribute)
            case _:
                pass
    return found
