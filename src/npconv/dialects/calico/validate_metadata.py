"""Names, labels and annotations of Calico objects: what Calico refuses about them, by version.

Sources: libcalico-go/lib/validator/v3/validator.go (`validateObjectMeta`, `networkPolicyNameRegex`),
libcalico-go/lib/names/policy.go (`ValidateTieredPolicyName`, up to 3.31), Calico 3.29 to 3.32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, assert_never

from npconv.diagnostics.codes import calico as codes
from npconv.diagnostics.origin import Path
from npconv.dialects.calico.defaults import DEFAULT_TIER, tier_of
from npconv.dialects.calico.model import GlobalNetworkPolicy, NetworkPolicy, Policy
from npconv.dialects.calico.model_metadata import Metadata
from npconv.dialects.calico.validate_checks import Checks
from npconv.pattern import pattern
from npconv.source import names

_NAME: Final[Path] = ("metadata", "name")
_ANNOTATIONS_LIMIT: Final = 256 * 1024

_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_NAMESPACED_POLICY: Final = pattern(rf"{_LABEL}(\.{_LABEL})?|(knp|ossg)\.default\.{_LABEL}(\.{_LABEL})*")
_GLOBAL_POLICY: Final = pattern(rf"({_LABEL}\.)?{_LABEL}")


def metadata(found: Metadata, checks: Checks) -> None:
    """What every kind has in common: a name, valid labels, valid annotations."""
    if not found.name:
        checks.add(codes.NAME, _NAME, "is required")
    if found.namespace:
        checks.refusals.add_all(
            codes.METADATA, ("metadata", "namespace"), names.dns_label(found.namespace), found.namespace
        )
    for key, value in found.labels.items():
        for reasons, text in ((names.label_key(key), key), (names.label_value(value), value)):
            if reasons:
                checks.refusals.add_all(codes.METADATA, ("metadata", "labels", key), reasons, text)
    check_annotations(found.annotations, ("metadata", "annotations"), checks)


def check_annotations(found: Mapping[str, str], path: Path, checks: Checks) -> None:
    """Keys must be qualified names, and all together not too large."""
    if not found:
        return
    for key in found:
        checks.refusals.add_all(codes.METADATA, (*path, key), names.label_key(key.lower()), key)
    size = sum(len(key.encode()) + len(value.encode()) for key, value in found.items())
    if size > _ANNOTATIONS_LIMIT:
        checks.add(codes.METADATA, path, f"must be at most {_ANNOTATIONS_LIMIT} bytes in all (found {size})")


def plain_name(found: Metadata, checks: Checks) -> None:
    """Any kind but policies and tiers: a DNS subdomain."""
    if found.name:
        checks.refusals.add_all(codes.NAME, _NAME, names.dns_subdomain(found.name), found.name)


def tier_name(found: Metadata, checks: Checks) -> None:
    """One DNS label, since it becomes a part of other names."""
    if found.name:
        checks.refusals.add_all(codes.NAME, _NAME, names.dns_label(found.name), found.name)


def policy_name(policy: Policy, checks: Checks) -> None:
    """Calico's own rule for policies where its validator judges, a DNS subdomain elsewhere."""
    name = policy.metadata.name
    if not name:
        return
    if not checks.strict:
        # A stored policy may be called what no user could call it (`knp.default.x`); the API server took that name.
        checks.refusals.add_all(codes.NAME, _NAME, names.dns_subdomain(name), name)
        return
    if len(name) > 253:
        checks.add(codes.NAME, _NAME, f"must be no more than 253 characters (found {len(name)})")
    match policy:
        case NetworkPolicy():
            pattern = _NAMESPACED_POLICY
        case GlobalNetworkPolicy():
            pattern = _GLOBAL_POLICY
        case _:
            assert_never(policy)
    if not pattern.fullmatch(name):
        text = "must be one DNS label, or two with a dot between, of lower case alphanumeric characters or '-'"
        checks.add(codes.NAME, _NAME, f"{text} (found `{name}`)")
    elif checks.profile.names_carry_tier:
        _tiered_name(policy, name, checks)


def _tiered_name(policy: Policy, name: str, checks: Checks) -> None:
    tier = tier_of(policy, checks.profile)
    prefix, dot, _ = name.partition(".")
    version = f"{checks.profile.version[0]}.{checks.profile.version[1]}"
    if tier not in (DEFAULT_TIER, prefix):
        text = f"must start with `{tier}.`, the tier of the policy, up to Calico 3.31 (found `{name}`)"
        checks.add(codes.NAME, _NAME, text, help=f"rename it, or set a later version than calico={version}")
    elif tier == DEFAULT_TIER and dot and prefix not in (DEFAULT_TIER, "knp", "ossg"):
        text = f"must not name another tier than `default` up to Calico 3.31 (found `{name}`)"
        checks.add(codes.NAME, _NAME, text, help=f"set `tier: {prefix}`, or rename the policy")
