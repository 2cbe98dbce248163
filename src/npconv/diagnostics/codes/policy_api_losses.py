"""Codes for what ClusterNetworkPolicy as a target cannot say: NPC390 to NPC399."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity


def _loss(number: int, title: str, page: str) -> Code:
    return Code(f"NPC{number}", Severity.LOSS, title, page)


PEER = _loss(
    390,
    "peer that ClusterNetworkPolicy has no words for",
    """
ClusterNetworkPolicy knows pods and namespaces by label selectors, and `networks` for egress. It has no words for service
accounts, parts of label values, services, marks of an engine, and (in the standard channel) nodes and DNS names.

**What the output does.** An Accept rule for such a peer is left out, a Deny rule loses the condition.

**What to do.** Select pods by whole values of their labels. With the CRDs of the experimental channel, DNS names are kept.
""",
)

TRAFFIC = _loss(
    391,
    "traffic that ClusterNetworkPolicy has no words for",
    """
`protocols` of ClusterNetworkPolicy are destination ports of TCP, UDP and SCTP. There are no source ports, no ICMP types, no
other IP protocols by themselves, no IP family, no layer 7.

**What the output does.** An Accept rule for such traffic is left out, a Deny rule denies all traffic of these peers.

**Example**

    protocol: ICMP
    icmp: {type: 8}

**What to do.** Accept all traffic of the peer, if that is fine: a rule without `protocols` covers ICMP, too.
""",
)

INGRESS = _loss(
    392,
    "ingress from outside that stays open",
    """
The `from` of a ClusterNetworkPolicy selects pods and namespaces only. What comes from nodes or from outside of the cluster
can neither be accepted nor denied, and passes unless a NetworkPolicy isolates the pod.

**What the output does.** Pods are guarded against pods. What comes from elsewhere gets through: the output is wider. So
nothing is written unless you accept it.

**What to do.** Keep (or add) a NetworkPolicy that isolates these pods for ingress, then `--accept NPC392`.
""",
)

REFUSED = _loss(
    393,
    "policy left out: its subject cannot be said",
    """
The pods that this policy selects cannot be selected by a ClusterNetworkPolicy, which has label selectors for namespaces and
for pods, and nothing else.

**What the output does.** The policy is not in the output. If it isolates or denies, the output is wider, and nothing is
written unless you accept it.

**What to do.** Select the pods by whole values of their labels. To go on without this policy: `--accept NPC393:namespace/name`.
""",
)

MAYBE_CLUSTER = _loss(
    394,
    "outside addresses that pods or nodes may have, too",
    """
In the source this address range means endpoints outside of the cluster only; `networks` of a ClusterNetworkPolicy match pods
and nodes, too. The range holds addresses where pods or nodes are assumed to be, and npconv was not told where they are.

**What the output does.** An Accept leaves those addresses out, a Deny denies them for pods and nodes, too.

**What to do.** Say where pods and nodes have their addresses: `--pod-cidr` and `--node-cidr`. The output is then exact.
""",
)

NODES = _loss(
    395,
    "nodes as peers",
    """
The rule is about nodes of the cluster, all of them or the pod's own. In the standard channel ClusterNetworkPolicy knows them
by their addresses only, which cannot tell the own node from others, and which npconv was not told.

**What the output does.** An Accept for nodes is left out, a Deny for nodes denies every address.

**What to do.** Say where nodes have their addresses: `--node-cidr`.
""",
)

PASSES = _loss(
    396,
    "Pass that has no tier to go to",
    """
ClusterNetworkPolicy has two tiers, Admin and Baseline. The source passes flows between more tiers than that, or on a
condition that has no words here. To let these flows pass would let through what later policies deny.

**What the output does.** The flows are denied instead.

**What to do.** Bring the source down to two tiers, or write the Pass as an Allow where the next tier allows anyway.
""",
)

TOO_MANY = _loss(
    397,
    "more policies or rules than the API takes",
    """
A ClusterNetworkPolicy has a priority between 0 and 1000, and 25 rules in a direction; npconv splits longer ones into policies
of consecutive priorities. This set needs more than 1001 policies in a tier, or one rule needs more pieces than the bound
(`--max-pieces`, 256).

**What the output does.** A rule: an Accept is left out, a Deny denies everything for its pods. A policy beyond the last
priority is left out: the output is wider, and nothing is written unless you accept it.

**What to do.** Join policies that select the same pods, or translate in parts.
""",
)

MATCHES_NOTHING = _loss(
    398,
    "part of a rule that matches nothing",
    """
An AdminNetworkPolicy may hold what no flow can match, because its schema did not look: a port range that ends before it starts,
or a protocol that is not TCP, UDP or SCTP. ClusterNetworkPolicy refuses both.

**What the output does.** The part is left out, and so is the rule if nothing else is in it. No flow changes.

**What to do.** Correct the range; as it is, the rule does not do what its author meant.
""",
)

NOT_KEPT = Code(
    "NPC399",
    Severity.NOTE,
    "order that ClusterNetworkPolicies cannot keep",
    """
With `--prefer cluster-network-policy` ordered cluster-wide policies become ClusterNetworkPolicies, which Cilium 1.20 asks
in their order. Some of these rules have no words there (ingress from outside, nodes, layer 7), so the whole set is said
in Cilium's own policies instead: rules that come first are cut out of those that come later. It means the same.

**What to do.** Nothing, or say the rule that the note points at by labels of pods.
""",
)
