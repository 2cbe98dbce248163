"""NetworkPolicy -> what is valid about it, and does not do what it looks like.

Source: Kubernetes 1.36, pkg/apis/networking/v1/defaults.go (`policyTypes`); facts/k8s_np.md 9.2, 9.4 and 9.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import kubernetes as codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import below
from npconv.dialects.k8s.defaults import types_of
from npconv.dialects.k8s.model import NetworkPolicy


def remarks(policy: NetworkPolicy, *, undeclared: bool = False) -> Iterator[Diagnostic]:
    """The findings, in the order of the fields; none of them refuses the policy.

    `undeclared`: the engine enforces rules of directions that `policyTypes` leaves out, as Cilium does.
    """
    types = types_of(policy)
    for name, rules in (("Ingress", policy.ingress), ("Egress", policy.egress)):
        if rules and name not in types:
            yield _remark(
                codes.UNDECLARED_RULES,
                policy,
                name.lower(),
                f"`spec.{name.lower()}` is in force, though `policyTypes` leaves `{name}` out: so the engine has it"
                if undeclared
                else f"`spec.{name.lower()}` is not in force: `policyTypes` leaves `{name}` out",
                help=f"add `{name}` to `policyTypes`, or remove the rules",
            )
    if policy.egress == () and not policy.policy_types:
        yield _remark(
            codes.EMPTY_EGRESS,
            policy,
            "egress",
            "`spec.egress` denies nothing: empty lists are no rules, and `policyTypes` becomes `[Ingress]`",
            help="to deny all egress, say `policyTypes: [Egress]`",
        )


def _remark(code: Code, policy: NetworkPolicy, key: str, message: str, *, help: str) -> Diagnostic:
    origin = below(policy.origin, "spec", key)
    return Diagnostic(code=code, message=message, origin=origin, help=help)
