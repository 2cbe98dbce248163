"""Flows between two service accounts of one namespace, of which one is asked for by its name."""

from __future__ import annotations

import npconv
from npconv.ir.dimensions import SERVICE_ACCOUNT

OLD = """
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  types: [Ingress]
  serviceAccountSelector: team == 'a'
  ingress:
    - action: Allow
      source:
        namespaceSelector: projectcalico.org/name == 'shop'
        serviceAccounts: {names: [default], selector: team == 'b'}
"""
NEW = OLD[: OLD.index("  ingress:")]


def test_an_account_whose_name_nobody_asks_for_is_another_than_the_one_that_is_named() -> None:
    """Found by random input: both were called `default`, with different labels, which no cluster has."""
    found = npconv.compare(OLD, NEW, read_old="calico", read_new="calico")
    assert found.diff is not None
    (flow,) = (one.flow for group in found.diff.groups for one in group.flows)
    names = [end.attributes[SERVICE_ACCOUNT] for end in (flow.subject, flow.peer)]
    assert names[1] == "default" and names[0] != "default"
