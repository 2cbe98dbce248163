"""What the policies of the policy API come to, for the engines that give their tiers a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.ir import policy as ir


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """Two tiers' policies in the order in which they are asked, and what the engine will not enforce."""

    admin: tuple[ir.Policy, ...] = ()
    baseline: tuple[ir.Policy, ...] = ()
    priorities: Mapping[ir.PolicyName, int] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
