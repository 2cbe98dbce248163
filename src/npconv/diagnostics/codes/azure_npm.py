"""Codes for what Azure NPM lets pass or does not see, and the engines after it judge: NPC363, NPC368 and NPC369."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

NPM_IPV6 = Code(
    "NPC363",
    Severity.NOTE,
    "IPv6 passes in Azure NPM today",
    """
Azure NPM writes no rules for IPv6. In a dual-stack cluster everything that is sent over IPv6 passes, whatever the policies
say; every other engine judges it like IPv4.

**What npconv does.** With `as=intent` policies count for both families; with `as=enforced` IPv6 passes, and so it does in
the output.

**What to do.** Expect IPv6 between pods to be denied after the migration wherever no policy allows it. To keep a block of
addresses open, write its IPv6 twin into a policy of its own: Azure NPM drops a policy that holds one.
""",
)

NPM_BYPASSED = Code(
    "NPC368",
    Severity.NOTE,
    "service whose traffic may bypass Azure NPM",
    """
What comes from outside to a service of type `LoadBalancer` or `NodePort` (or to its `externalIPs`) with
`externalTrafficPolicy: Cluster` is masqueraded, and kube-proxy accepts it before Azure NPM is asked: where the pod is on the
node that was reached, no policy counts. Cilium and Calico do ask the policies. So a service that answers today, although a
policy isolates its pods, stops answering after the migration (Microsoft's guide, "Ingress policy behavior").

**What npconv does.** Policies count, as they are written. The note names each service whose pods are isolated, the ports
that policies do not open to everybody, and the policies.

**Example**

    kind: Service
    spec:
      type: LoadBalancer
      selector: {app: web}
      ports: [{port: 443, targetPort: 8443}]

**What to do.** If the service is meant to be reached from outside, allow it before the migration, at the pod's port:

    spec:
      podSelector: {matchLabels: {app: web}}
      ingress:
      - ports: [{port: 8443}]

Add `from` with the addresses of the clients to open it to these only; their addresses are seen with
`externalTrafficPolicy: Local`. If it is not meant to be reached, there is nothing to do: it will be closed.
""",
)

NPM_SIDECAR = Code(
    "NPC369",
    Severity.NOTE,
    "port name of a sidecar, which Azure NPM does not see",
    """
Kubernetes runs init containers with `restartPolicy: Always` beside the others, and their ports count. Azure NPM looks for
named ports among `spec.containers` only: a rule for a name that a sidecar declares does not open its port.

**What npconv does.** With `as=intent` the name means the sidecar's port, too; with `as=enforced` it does not.

**What to do.** Expect the sidecar's port to be open after the migration, or write the number that is meant.
""",
)
