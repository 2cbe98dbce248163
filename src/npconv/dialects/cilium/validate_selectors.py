"""Label selectors and CIDRs as Cilium checks them (pkg/labels/validation.go, pkg/policy/api/rule_validation.go)."""

from __future__ import annotations

from typing import assert_never

from npconv.diagnostics.codes import cilium as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.cilium.model_peers import CIDRRule
from npconv.dialects.cilium.validate_findings import Findings
from npconv.pattern import pattern
from npconv.source import cidr, names
from npconv.source.label_selector import LabelSelector, Operator, Requirement, UnknownOperator

_SOURCE = pattern(r"[A-Za-z0-9]+")


def selector(one: LabelSelector, path: Path, findings: Findings, *, sources: bool = True) -> None:
    """A selector over identity labels; without `sources` keys are plain label keys."""
    if sources and one in findings.faultless.selectors:
        return
    before = findings.count
    for key, value in one.match_labels or ():
        at: Path = (*path, "matchLabels", key)
        findings.add_all(codes.SELECTOR, at, _key(key, sources=sources) or names.label_value(value), key)
    for index, requirement in enumerate(one.match_expressions or ()):
        _requirement(requirement, (*path, "matchExpressions", index), findings, sources=sources)
    if sources and findings.count == before:
        findings.faultless.selectors.add(one)


def selectors(many: tuple[LabelSelector, ...], path: Path, findings: Findings) -> None:
    """A list of selectors."""
    known = findings.faultless.selectors
    for index, one in enumerate(many):
        if one not in known:
            selector(one, (*path, index), findings)


def cidr_rule(one: CIDRRule, path: Path, findings: Findings) -> None:
    """An entry of a CIDR set, as `CIDRRule.Validate` checks it."""
    given = [name for name, value in _ways(one) if value]
    if findings.version < (1, 17) and one.cidr_group_ref:
        return
    if one.cidr_group_selector is not None:
        selector(one.cidr_group_selector, (*path, "cidrGroupSelector"), findings, sources=False)
    if len(given) != 1:
        found = " and ".join(f"`{name}`" for name in given) or "none"
        text = f"must name one of `cidr`, `cidrGroupRef` and `cidrGroupSelector` (found {found})"
        findings.add(codes.ADDRESSES, path, text)
    elif one.cidr:
        _excepts(one.cidr, one.except_ or (), path, findings)


def prefix(text: str, path: Path, findings: Findings) -> cidr.Interface | None:
    """A CIDR; None, and reported, if it is none."""
    found = cidr.strict(text)
    if found is None:
        whole = cidr.strict(f"{text}/{128 if ':' in text else 32}")
        label = f"did you mean `{whole}`?" if whole is not None else ""
        findings.add(codes.ADDRESSES, path, f"must be an address with a prefix length (found `{text}`)", label=label)
    return found


def _ways(one: CIDRRule) -> tuple[tuple[str, object], ...]:
    return (
        ("cidr", one.cidr),
        ("cidrGroupRef", one.cidr_group_ref),
        ("cidrGroupSelector", one.cidr_group_selector is not None),
    )


def _excepts(text: str, excepts: tuple[str, ...], path: Path, findings: Findings) -> None:
    outer = prefix(text, (*path, "cidr"), findings)
    for index, hole in enumerate(excepts):
        at: Path = (*path, "except", index)
        inner = prefix(hole, at, findings)
        if outer is None or inner is None:
            continue
        # Until 1.19 only the first address counted (PR 44637).
        inside = inner.ip in outer.network
        if findings.version >= (1, 20):
            inside = inside and outer.network.prefixlen <= inner.network.prefixlen
        if not inside:
            findings.add(codes.ADDRESSES, at, f"must lie inside its cidr `{text}` (found `{hole}`)")


def _requirement(one: Requirement, path: Path, findings: Findings, *, sources: bool) -> None:
    match one.operator:
        case Operator.IN | Operator.NOT_IN if not one.values:
            findings.add(codes.SELECTOR, (*path, "values"), f"must not be empty with `{one.operator.value}`")
        case Operator.EXISTS | Operator.DOES_NOT_EXIST if one.values:
            findings.add(codes.SELECTOR, (*path, "values"), f"must be left out with `{one.operator.value}`")
        case Operator():
            pass
        case UnknownOperator(text=found):
            known = next((each.value for each in Operator if each.value.lower() == found.lower()), "")
            findings.add(
                codes.SELECTOR,
                (*path, "operator"),
                f"must be `In`, `NotIn`, `Exists` or `DoesNotExist` (found `{found}`)",
                label=f"did you mean `{known}`?" if known else "",
            )
        case _:
            assert_never(one.operator)
    findings.add_all(codes.SELECTOR, (*path, "key"), _key(one.key, sources=sources), one.key)
    for index, value in enumerate(one.values or ()):
        findings.add_all(codes.SELECTOR, (*path, "values", index), names.label_value(value), value)


def _key(key: str, *, sources: bool) -> names.Reasons:
    """Why a key is refused: a label key, with at most one source in front (IsValidCiliumLabelKey)."""
    source, colon, name = key.rpartition(":")
    if not colon:
        return names.label_key(key)
    if not sources:
        return ("must have no source",)
    if ":" in source or not _SOURCE.fullmatch(source):
        return ("must have at most one source, of letters and digits, before its only `:`",)
    return names.label_key(name)
