"""(PolicySet, Flow) -> Verdict: what the engine decides, and by which rule. Slow, small, and the ground truth."""

from __future__ import annotations

from typing import assert_never

from npconv.dataclass import dataclass
from npconv.ir.condition import Always, Both, Condition, Either, Holds, Never, Within
from npconv.ir.dimensions import (
    Attribute,
    Axis,
    BackendOf,
    DstPortNamed,
    Fact,
    HttpMethod,
    HttpPath,
    LabelText,
    Named,
    Request,
    SrcPortNamed,
    TextTest,
)
from npconv.ir.policy import Action, Policy, PolicySet, Rule, TierEnd
from npconv.semantics.flow import Endpoint, Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a flow, and why. `rule` is None if a tier's end or the engine's default decided.

    `tier` is empty if no tier decided; `policy` is the policy of `rule`, or the first that isolates the subject.
    """

    allowed: bool
    tier: str = ""
    policy: Policy | None = None
    rule: Rule | None = None

    @property
    def reason(self) -> str:
        """The decision in words."""
        if self.rule is not None and self.policy is not None:
            return f"{self.rule.action.value} rule of {self.policy.name}"
        if self.policy is not None:
            return f"end of tier {self.tier}: {self.policy.name} isolates"
        return "no policy selects it"


def verdict(policies: PolicySet, flow: Flow) -> Verdict:
    """Whether the subject's policies let the flow pass (design, section 3).

    Tiers in order; in a tier the policies that select the subject in the flow's direction; in a policy the
    rules; the first match decides. A tier in which a policy isolates the subject ends in its end action.
    """
    for tier in policies.tiers:
        isolating: Policy | None = None
        passed = False
        for policy in tier.policies:
            section = policy.section(flow.direction)
            if section is None or not meets(policy.subject, flow, flow.subject):
                continue
            if section.isolates and isolating is None:
                isolating = policy
            for rule in section.rules:
                if rule.action is Action.LOG or not matches(rule, flow):
                    continue
                if rule.action is Action.PASS:
                    passed = True
                    break
                return Verdict(allowed=rule.action is Action.ALLOW, tier=tier.name, policy=policy, rule=rule)
            if passed:
                break
        if not passed and isolating is not None and tier.end is TierEnd.DENY:
            return Verdict(allowed=False, tier=tier.name, policy=isolating)
    return Verdict(allowed=True)


def matches(rule: Rule, flow: Flow) -> bool:
    """Whether all four conditions of a rule hold for a flow."""
    return (
        meets(rule.traffic, flow, flow.peer)
        and meets(rule.peer, flow, flow.peer)
        and meets(rule.subject, flow, flow.subject)
        and (flow.request is None or meets(rule.request, flow, flow.peer))
    )


def meets(condition: Condition, flow: Flow, endpoint: Endpoint) -> bool:
    """Whether a condition holds for a flow, where the endpoint's dimensions are those of `endpoint`."""
    match condition:
        case Always():
            return True
        case Never():
            return False
        case Both(parts):
            return all(meets(part, flow, endpoint) for part in parts)
        case Either(parts):
            return any(meets(part, flow, endpoint) for part in parts)
        case Holds(fact, negated):
            return _holds(fact, flow, endpoint) != negated
        case Within(dimension, members):
            return _value(dimension, flow, endpoint) in members
        case _:
            assert_never(condition)


def _value(dimension: Axis | Attribute, flow: Flow, endpoint: Endpoint) -> object:
    match dimension:
        case Attribute():
            return endpoint.attributes.get(dimension)
        case Axis.KIND:
            return endpoint.kind
        case Axis.ADDRESS:
            return endpoint.address(flow.family)
        case Axis.PROTOCOL:
            return flow.protocol
        case Axis.DST_PORT:
            return flow.port
        case Axis.SRC_PORT:
            return flow.source_port
        case Axis.ICMP_TYPE:
            return flow.icmp_type
        case Axis.ICMP_CODE:
            return flow.icmp_code
        case Axis.FAMILY:
            return flow.family
        case _:
            assert_never(dimension)


def _holds(fact: Fact, flow: Flow, endpoint: Endpoint) -> bool:
    match fact:
        case LabelText(attribute, test, text):
            value = endpoint.attributes.get(attribute)
            return value is not None and _text(TextTest(test), value, text)
        case DstPortNamed(name):
            return _declares(flow.destination, name, flow.protocol, flow.port)
        case SrcPortNamed(name):
            return _declares(flow.source, name, flow.protocol, flow.source_port)
        case BackendOf() | Named():
            return fact in endpoint.facts
        case HttpMethod() | HttpPath() | Request():
            return flow.request is not None and fact in flow.request
        case _:
            assert_never(fact)


def _declares(endpoint: Endpoint, name: str, protocol: int, number: int) -> bool:
    return any(
        port.name == name and port.protocol == protocol and port.number == number for port in endpoint.named_ports
    )


def _text(test: TextTest, value: str, text: str) -> bool:
    match test:
        case TextTest.CONTAINS:
            return text in value
        case TextTest.STARTS_WITH:
            return value.startswith(text)
        case TextTest.ENDS_WITH:
            return value.endswith(text)
        case _:
            assert_never(test)
