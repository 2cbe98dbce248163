"""Policies -> what an engine enforces when it is given them."""

from __future__ import annotations

from npconv.api.context import Context, engine
from npconv.api.texts import Policies, documents
from npconv.pipeline.engines import Engine
from npconv.pipeline.meaning import Meaning, meaning


def parse(policies: Policies, *, read: str | Engine | None = "auto", context: Context | None = None) -> Meaning:
    """Read, validate and understand policies; `policies`, `diagnostics`, `engine` and more of the result are typed.

    Raises EngineError for an unknown engine; bad policies are diagnostics (`failed`).

    >>> meant = parse(POLICY, read="calico")
    >>> meant.failed, [str(policy.name) for tier in meant.policies.tiers for policy in tier.policies if policy.origin]
    (False, ['NetworkPolicy/shop/db'])
    """
    known = context or Context()
    return meaning(documents(policies), engine(read), namespace=known.namespace, known=known.cluster)
