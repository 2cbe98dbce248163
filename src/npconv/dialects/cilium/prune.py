"""A Cilium object -> what one release keeps of it: API servers drop the fields that a release does not have.

What goes: `kafka`, `l7proto` and `l7` since 1.20; `log` before 1.18; `cidrGroupSelector` before 1.17 (facts/cilium.md
0.1, from the vendored trees). What is dropped no longer restricts: the L4 part of a Kafka rule stays.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TypeVar

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model import (
    CiliumCIDRGroup,
    CiliumObject,
    CiliumPolicy,
    EgressDenyRule,
    EgressRule,
    IngressDenyRule,
    IngressRule,
    Rule,
)
from npconv.dialects.cilium.model_l7 import L7Rules
from npconv.dialects.cilium.model_peers import CIDRRule
from npconv.dialects.cilium.model_ports import PortRule
from npconv.dialects.cilium.profile import CiliumProfile

_Entry = TypeVar("_Entry", IngressRule, IngressDenyRule, EgressRule, EgressDenyRule)
_Allow = TypeVar("_Allow", IngressRule, EgressRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A field that the release does not have."""

    path: Path
    text: str
    """Since or until when: "exists since Cilium 1.18"."""


@dataclass(frozen=True, slots=True)
class _Run:
    version: tuple[int, int]
    dropped: list[Dropped] = field(default_factory=list)

    def since(self, release: tuple[int, int], path: Path) -> bool:
        return self._keep(path, f"exists since Cilium {_text(release)}", keep=self.version >= release)

    def before(self, release: tuple[int, int], path: Path) -> bool:
        return self._keep(path, f"was removed in Cilium {_text(release)}", keep=self.version < release)

    def _keep(self, path: Path, text: str, *, keep: bool) -> bool:
        if not keep:
            self.dropped.append(Dropped(path=path, text=text))
        return keep


def prune(obj: CiliumObject, profile: CiliumProfile) -> tuple[CiliumObject, list[Dropped]]:
    """The object without the fields that the profile's release does not have, and which these are."""
    run = _Run(profile.version)
    if isinstance(obj, CiliumCIDRGroup) or _has_all(obj, profile.version):
        return obj, []
    pruned = replace(
        obj,
        spec=None if obj.spec is None else _rule(obj.spec, ("spec",), run),
        specs=None
        if obj.specs is None
        else tuple(_rule(rule, ("specs", index), run) for index, rule in enumerate(obj.specs)),
    )
    return pruned if run.dropped else obj, run.dropped


def _has_all(obj: CiliumPolicy, version: tuple[int, int]) -> bool:
    """Whether a release has every field that an object could have here: all but those of layer 7 are older."""
    return version >= (1, 18) and not any(
        port.rules is not None
        for rule in (*((obj.spec,) if obj.spec is not None else ()), *(obj.specs or ()))
        for entry in (*(rule.ingress or ()), *(rule.egress or ()))
        for port in entry.to_ports or ()
    )


def _rule(rule: Rule, path: Path, run: _Run) -> Rule:
    if rule.log is not None and not run.since((1, 18), (*path, "log")):
        rule = replace(rule, log=None)
    return replace(
        rule,
        ingress=_allows(rule.ingress, (*path, "ingress"), run),
        ingress_deny=_sets(rule.ingress_deny, (*path, "ingressDeny"), run),
        egress=_allows(rule.egress, (*path, "egress"), run),
        egress_deny=_sets(rule.egress_deny, (*path, "egressDeny"), run),
    )


def _allows(entries: tuple[_Allow, ...] | None, path: Path, run: _Run) -> tuple[_Allow, ...] | None:
    pruned = _sets(entries, path, run)
    if pruned is None:
        return None
    return tuple(
        entry if entry.to_ports is None else replace(entry, to_ports=_ports(entry.to_ports, (*path, index), run))
        for index, entry in enumerate(pruned)
    )


def _sets(entries: tuple[_Entry, ...] | None, path: Path, run: _Run) -> tuple[_Entry, ...] | None:
    if entries is None or run.version >= (1, 17):
        return entries
    return tuple(_entry(entry, (*path, index), run) for index, entry in enumerate(entries))


def _entry(entry: _Entry, path: Path, run: _Run) -> _Entry:
    if isinstance(entry, IngressRule | IngressDenyRule):
        return replace(entry, from_cidr_set=_cidr_set(entry.from_cidr_set, (*path, "fromCIDRSet"), run))
    return replace(entry, to_cidr_set=_cidr_set(entry.to_cidr_set, (*path, "toCIDRSet"), run))


def _cidr_set(rules: tuple[CIDRRule, ...] | None, path: Path, run: _Run) -> tuple[CIDRRule, ...] | None:
    if rules is None:
        return None
    return tuple(
        rule
        if rule.cidr_group_selector is None or run.since((1, 17), (*path, index, "cidrGroupSelector"))
        else replace(rule, cidr_group_selector=None)
        for index, rule in enumerate(rules)
    )


def _ports(rules: tuple[PortRule, ...], path: Path, run: _Run) -> tuple[PortRule, ...]:
    return tuple(
        rule if rule.rules is None else replace(rule, rules=_l7(rule.rules, (*path, "toPorts", index, "rules"), run))
        for index, rule in enumerate(rules)
    )


def _l7(rules: L7Rules, path: Path, run: _Run) -> L7Rules:
    for key in ("kafka", "l7proto", "l7"):
        if getattr(rules, key) is not None and not run.before((1, 20), (*path, key)):
            rules = replace(rules, **{key: None})
    return rules


def _text(release: tuple[int, int]) -> str:
    return f"{release[0]}.{release[1]}"
