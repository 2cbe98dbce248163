"""What the lift of one rule must know of everything else: the engine, the objects of the input, whom to tell."""

from __future__ import annotations

from dataclasses import field
from typing import NamedTuple, TypeAlias

from npconv.dataclass import dataclass
from npconv.dialects.calico.lift_entity import End
from npconv.dialects.calico.lift_findings import Findings
from npconv.dialects.calico.lift_objects import Holder
from npconv.dialects.calico.model_rule import EntityRule, Rule, Side
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.selector import SelectorError, parse_selector
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir.condition import Condition
from npconv.ir.dimensions import Family
from npconv.ir.policy import Direction, PolicyName


class Matches(NamedTuple):
    """What an IR rule matches."""

    subject: Condition
    peer: Condition
    traffic: Condition
    request: Condition


Rules: TypeAlias = dict[tuple[Rule, Direction, str], tuple[Matches, ...]]
"""What rules match, by rule, direction and namespace (empty if it does not matter).

Only those of which there is nothing to say: every policy says it for itself.
"""

Ends: TypeAlias = dict[tuple[EntityRule, Side, frozenset[Family], str], tuple[End, ...]]
"""The ways to be an end of a flow, by entity, side, families and namespace (empty if it does not matter)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of a policy."""

    profile: CalicoProfile
    holders: tuple[Holder, ...]
    findings: Findings
    policy: PolicyName
    """The policy at hand; its namespace is empty for a GlobalNetworkPolicy."""
    unlabelled: tuple[Holder, ...] = ()
    """Those of the holders whose namespace's labels are not known."""
    rules: Rules = field(default_factory=dict)
    """What was lifted before, for all policies of a lift."""
    ends: Ends = field(default_factory=dict)

    def parse(self, text: str) -> Selector:
        """The tree of a selector. Raises ValueError if it is none: callers validate first."""
        found = parse_selector(text, before_3_30=self.profile.old_tokenizer)
        if isinstance(found, SelectorError):
            raise ValueError(f"selector `{text}` of {self.policy}: {found.message}")
        return found
