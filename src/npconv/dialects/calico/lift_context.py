"""What the lift of one rule must know of everything else: the engine, the objects of the input, whom to tell."""

from __future__ import annotations

from npconv.dataclass import dataclass
from npconv.dialects.calico.lift_findings import Findings
from npconv.dialects.calico.lift_objects import Holder
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.calico.selector import SelectorError, parse_selector
from npconv.dialects.calico.selector_ast import Selector
from npconv.ir.policy import PolicyName


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of a policy."""

    profile: CalicoProfile
    holders: tuple[Holder, ...]
    findings: Findings
    policy: PolicyName
    """The policy at hand; its namespace is empty for a GlobalNetworkPolicy."""

    def parse(self, text: str) -> Selector:
        """The tree of a selector. Raises ValueError if it is none: callers validate first."""
        found = parse_selector(text, before_3_30=self.profile.old_tokenizer)
        if isinstance(found, SelectorError):
            raise ValueError(f"selector `{text}` of {self.policy}: {found.message}")
        return found
