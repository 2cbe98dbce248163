"""What an unwritten `types`, `tier`, `order` or `defaultAction` means, by the way an object came into the datastore.

Sources: api/pkg/defaults/networkpolicy.go, api/admission/networkpolicy.mutatingadmissionpolicy.yaml,
felix/calc/policy_sorter.go, libcalico-go/lib/resources/tier.go, Calico 3.29 to 3.32.
"""

from __future__ import annotations

from typing import Final

from npconv.dialects.calico.model import Policy, PolicyType
from npconv.dialects.calico.model_metadata import Form
from npconv.dialects.calico.model_sets import Tier, TierDefault
from npconv.dialects.calico.profile import CalicoProfile

DEFAULT_TIER: Final = "default"
DEFAULT_TIER_ORDER: Final = 1_000_000.0

_INGRESS: Final = (PolicyType.INGRESS,)
_EGRESS: Final = (PolicyType.EGRESS,)
_BOTH: Final = (PolicyType.INGRESS, PolicyType.EGRESS)


def types_of(policy: Policy, profile: CalicoProfile) -> tuple[PolicyType, ...]:
    """The directions that a policy governs, ingress first.

    Written types count. Without any, a stored object governs both; native CRDs look which of the two fields is
    written, even as an empty list; calicoctl and the API server count rules.
    """
    if policy.types:
        return tuple(one for one in _BOTH if one in policy.types)
    if policy.form is Form.CRD_V1:
        return _BOTH
    if profile.applied_by == "native-crd":
        ingress, egress = policy.ingress is not None, policy.egress is not None
    else:
        ingress, egress = bool(policy.ingress), bool(policy.egress)
    if not egress:
        return _INGRESS
    return _BOTH if ingress else _EGRESS


def tier_of(policy: Policy, profile: CalicoProfile) -> str:
    """The tier of a policy. Up to 3.31 Calico's own code took an unwritten one from the name, before its first dot."""
    if policy.tier:
        return policy.tier
    if policy.form is Form.V3 and profile.names_carry_tier:
        tier, dot, _ = policy.metadata.name.partition(".")
        if dot and tier not in ("knp", "ossg"):
            return tier
    return DEFAULT_TIER


def order_of(tier: Tier, profile: CalicoProfile) -> float | None:
    """The order of a tier; None sorts after every order. Only calicoctl and the API server fill in 1000000."""
    if tier.order is not None:
        return tier.order
    return DEFAULT_TIER_ORDER if tier.form is Form.V3 and profile.applied_by == "calicoctl" else None


def default_action_of(tier: Tier) -> TierDefault:
    """What a tier does with traffic that no rule of it matched; Deny if not written."""
    return tier.default_action or TierDefault.DENY
