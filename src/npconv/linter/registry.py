"""Every rule of `npconv lint`: a file a rule, or a small family that looks at the same thing."""

from __future__ import annotations

from typing import Final

from npconv.linter.context import Rule
from npconv.linter.rules import (
    addresses,
    bugs,
    deny_alone,
    directions,
    dns,
    empty_lists,
    endpoints,
    hosts,
    names,
    negative,
    never,
    peers,
    pod_addresses,
    ports,
    repeated,
    same,
    selectors,
    service_addresses,
    shadowed,
    split,
)

RULES: Final[tuple[Rule, ...]] = (
    *empty_lists.RULES,
    *names.RULES,
    *split.RULES,
    *peers.RULES,
    *directions.RULES,
    *selectors.RULES,
    *negative.RULES,
    *never.RULES,
    *repeated.RULES,
    *addresses.RULES,
    *bugs.RULES,
    *hosts.RULES,
    *endpoints.RULES,
    *ports.RULES,
    *service_addresses.RULES,
    *pod_addresses.RULES,
    *dns.RULES,
    *deny_alone.RULES,
    *same.RULES,
    *shadowed.RULES,
)
"""In the order in which they are asked. What is printed is sorted by place."""
