"""The ICMP types that npconv lists for "all types": those that IANA has assigned and that hosts use.

Cilium takes types one by one, at most 40 in an entry. Type 0 is never written: the 1.20 engine reads it as "all
types" (vectors/cilium_engine.json, case 71b), which may change. Registries: IANA icmp-parameters, icmpv6-parameters.
"""

from __future__ import annotations

from npconv.ir.intervals import Intervals, icmp

LISTED: dict[str, Intervals] = {
    "IPv4": icmp(3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 30, 40, 42, 43),
    "IPv6": icmp(1, 2, 3, 4, *range(128, 162)),
}
"""By family; each fits one entry."""
