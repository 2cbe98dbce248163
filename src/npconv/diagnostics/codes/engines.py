"""Codes for: valid policies that an engine nevertheless does not enforce."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

POLICY_DROPPED = Code(
    "NPC490",
    Severity.ERROR,
    "policy that the engine drops",
    """
The API server takes the policy, but the engine cannot read part of it, and drops the whole policy.

**Why it matters.** None of its rules is in force, and only the engine's log says so. Cilium drops a
ClusterNetworkPolicy with a peer of `nodes` unless the agent runs with `enable-node-selector-labels`, and one that
denies or passes `domainNames`.

**Example**

    kind: ClusterNetworkPolicy
    spec:
      egress:
        - action: Deny
          to: [{domainNames: ["example.com"]}]    # names can only be accepted

**What to do.** Take out the rule that the message names, or switch on the feature it needs and say so with the
engine's profile.
""",
)

MERGE_CONFLICT = Code(
    "NPC491",
    Severity.ERROR,
    "policies that cannot be merged",
    """
Two Cilium rules, each of them valid, say things about the same peer, port and direction of the same pods that Cilium
cannot do at once: they use different layer 7 protocols, authentication modes, TLS secrets or proxy listeners.

**Why it matters.** Cilium fails to compute the policy of these pods. Pods that run keep the policy they had before;
new ones do not start. Nothing in the cluster's API shows it.

**Example.** One policy has `rules: {http: [{}]}` for port 53 of every peer, the other `rules: {dns: [...]}`.

**What to do.** Let one of the two be about other peers or ports, or drop it.
""",
)

REQUIRES = Code(
    "NPC492",
    Severity.ERROR,
    "`fromRequires` and `toRequires`",
    """
A Cilium rule uses `fromRequires` or `toRequires`, which npconv does not translate.

**Why it matters.** Up to Cilium 1.18 they narrow the peers of every rule of every policy for the same pods, which no
other field does; 1.19 dropped them. Reading the rule without them would widen it.

**Example**

    ingress:
      - fromRequires: [{matchLabels: {env: prod}}]
      - fromEndpoints: [{matchLabels: {app: web}}]

**What to do.** Write what is required into the selectors of `fromEndpoints` or `toEndpoints` that it applies to:
`{matchLabels: {app: web, env: prod}}`.
""",
)

RULE_CLOSED = Code(
    "NPC493",
    Severity.WARNING,
    "rule that the engine closes",
    """
A rule of the policy API has a part that the engine cannot do with, so it closes all that the rule would decide: an
`Accept` matches nothing, not even for its other peers and ports, and in the place of a `Deny` or a `Pass` stands a Deny of
everything. Calico does so with peers of `nodes` and `domainNames`, and with a range of ports that ends before it starts.

**Why it matters.** A Deny of one port for nodes shuts out all traffic of its subjects, and nothing in the cluster's API
says so. The translation keeps to what the engine does.

**Example**

    egress:
      - action: Deny
        to: [{nodes: {}}]
        protocols: [{tcp: {destinationPort: {number: 10250}}}]   # Calico denies everything

**What to do.** Take that peer or port out of the rule. Calico says nodes by their addresses: `networks: [10.0.0.0/24]`.
""",
)

NO_EFFECT = Code(
    "NPC494",
    Severity.WARNING,
    "policy that has no effect in Cilium",
    """
A Cilium policy, or one of its rules, is valid and does nothing: its selector selects nobody, it is for nodes and the host
firewall is off, it has no entries (Cilium 1.16), or Cilium is told to enforce no policies at all.

**Why it matters.** Nothing of it is in the output, for there is nothing that it does. Its author may have meant otherwise.

**Example**

    kind: CiliumNetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      endpointSelector:
        matchLabels: {io.kubernetes.pod.namespace: pay}   # a policy of `shop` selects pods of `shop` alone
      ingress: [{}]

**What to do.** Write what was meant; or describe the installation: `--from cilium,enable-host-firewall=true`.
""",
)

READ_OTHERWISE = Code(
    "NPC495",
    Severity.WARNING,
    "Cilium reads it otherwise than it looks",
    """
A field of a Cilium policy does something else than it seems to say, often something wider:

- `toFQDNs: []`, `toGroups: []` or `toServices: []` beside `toPorts` opens these ports to everybody;
- `toServices` of an `egressDeny` is never looked up: with `toPorts` it denies these ports to everybody, alone nothing;
- `k8s:io.kubernetes.pod.namespace` in the `endpointSelector` of a namespaced policy is replaced by the policy's own;
- a label that takes no part in identities, such as `pod-template-hash`, is on nobody as far as selectors see;
- `rules: {http: []}` is no rule, so that every request passes;
- ICMP type 0 (the echo reply, which needs no rule) stands for every type.

**Why it matters.** npconv translates what Cilium does, not what it looks like.

**What to do.** Write what was meant.
""",
)

OWN_NODE_IN = Code(
    "NPC319",
    Severity.LOSS,
    "a pod's own node gets in",
    """
The source keeps pods from the node that they run on. Cilium lets a node reach its own pods (`allow-localhost`, which in
Kubernetes is always on unless somebody switched it off), so that the kubelet can probe them. A Deny would shut it out, but
then the kubelet, too, and whatever else is allowed from there.

**What the output does.** The pods' own node gets through to them: the output is wider. So nothing is written unless you
accept it.

**What to do.** If the target keeps nodes out, say so: `--to cilium,allow-localhost=policy`. Otherwise `--accept NPC319`.
""",
)

PORT_OVERLOOKED = Code(
    "NPC499",
    Severity.WARNING,
    "port name that the engine does not see",
    """
A rule of an AdminNetworkPolicy or BaselineAdminNetworkPolicy gives a port by name (`namedPort`, of the experimental
channel). Calico 3.29 to 3.31 has no conversion for it, and takes the rule for one without ports: it is for all traffic of
its peers. From 3.32 on, Calico reads names in ClusterNetworkPolicies.

**Why it matters.** An `Allow` lets far more through than its author meant, and a `Deny` shuts out more. The translation
keeps to what the engine does.

**Example**

    ingress:
      - action: Allow
        from: [{namespaces: {}}]
        ports: [{namedPort: metrics}]        # Calico 3.31: every port

**What to do.** Give the port by its number, or update Calico and migrate to ClusterNetworkPolicy.
""",
)
