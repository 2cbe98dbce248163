"""Codes for what a translation could not say: NPC320 to NPC399. Each page says what is lost and what to do."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity


def _loss(number: int, title: str, page: str) -> Code:
    return Code(f"NPC{number}", Severity.LOSS, title, page)


LABEL_TEXT = _loss(
    320,
    "label tested by part of its text",
    """
Calico's `contains`, `starts with` and `ends with` test a part of a label's value. Kubernetes label selectors, and
so Cilium's, compare whole values only.

**What the output does.** An Allow rule with such a test is left out, a Deny rule loses the test: flows may be
denied that the source allows, never the other way round.

**Example**

    selector: app starts with 'web-'

**What to do.** List the values: `app in {'web-1', 'web-2'}`, or put a label of its own on these pods.
""",
)

SERVICE_ACCOUNT_LABEL = _loss(
    321,
    "label of a service account",
    """
Calico can select by the labels of service accounts. Cilium puts only the *name* of the service account into an
endpoint's identity (`io.cilium.k8s.policy.serviceaccount`).

**What the output does.** An Allow rule with such a condition is left out, a Deny rule loses the condition.

**What to do.** Name the service accounts: `serviceAccounts: {names: [...]}`.
""",
)

NOT_IDENTITY = _loss(
    322,
    "label that is no part of a Cilium identity",
    """
Cilium leaves some labels out of identities (`pod-template-hash`, `controller-revision-hash`,
`statefulset.kubernetes.io/pod-name`, most `kubernetes.io/` keys; pkg/labelsfilter). A selector on such a label never
matches if it is positive, and always matches if it is negative. Others it puts on pods itself, such as
`io.kubernetes.pod.namespace` and `io.cilium.k8s.policy.cluster`: what pods carry under these names does not count.

**What the output does.** An Allow rule with such a label is left out, a Deny rule loses the condition.

**What to do.** Select by a label that is part of the identity, such as `app` or `app.kubernetes.io/name`.
""",
)

SOURCE_PORT = _loss(
    323,
    "source port",
    """
Calico rules can ask for the port that a connection comes from. No Cilium policy can: `toPorts` are destination ports.

**What the output does.** An Allow rule with source ports is left out, a Deny rule loses the condition.

**What to do.** Source ports are chosen by the client and protect little; where the rule meant the destination, say
`destination.ports`.
""",
)

ICMP_CODE = _loss(
    324,
    "ICMP code",
    """
Cilium's `icmps` know types, not codes: a type there covers all of its codes.

**What the output does.** An Allow rule with a code is left out, a Deny rule covers all codes of the type.

**What to do.** Drop `code` from the rule if all codes of the type are fine.
""",
)

PROTOCOL = _loss(
    325,
    "IP protocol that Cilium has no word for",
    """
Cilium's `toPorts` and `icmps` cover TCP, UDP, SCTP, ICMP and ICMPv6. Other IP protocols pass only where a rule
has no ports at all, and then all of them do.

**What the output does.** An Allow rule for such a protocol is left out. A Deny rule for one is cut out of the
Allows after it, or else denies every protocol.

**What to do.** From 1.19 an agent with `enable-extended-ip-protocols` knows VRRP and IGMP, and from 1.20 GRE and others;
say that with `--to cilium=1.20,enable-extended-ip-protocols=true`. Otherwise allow all protocols for these peers.
""",
)

PARTLY_CLUSTER = _loss(
    326,
    "address range that holds some of the pods or nodes",
    """
Calico matches IP addresses: a CIDR also matches pods and nodes that have such an address. Cilium never matches a pod
or node by its address. The range holds a part of the cluster's pod (or node) addresses, so neither "all pods" nor "no
pods" would be right.

**What the output does.** The part of the rule about pods (nodes) is left out if it allows, and covers all of
them if it denies. The part about addresses outside the cluster is exact.

**What to do.** Select the pods by their labels.
""",
)

OWN_ADDRESS = _loss(
    327,
    "address of the policy's own side",
    """
The rule asks for an address of the pods that the policy selects (`source.nets` in an egress rule, or `destination.nets`
in an ingress rule). Cilium's subjects are chosen by labels alone.

**What the output does.** An Allow rule with such a condition is left out, a Deny rule loses the condition.

**What to do.** Select the pods by their labels. If the range holds all pods, say so with `--pod-cidr`.
""",
)

NOT_NAMED_PORT = _loss(
    328,
    "everything but a named port",
    """
`notPorts` with a port's name means "any port but the one that the pod calls so". Cilium can name a port, but not
exclude one by name.

**What the output does.** An Allow rule with it is left out, a Deny rule loses the condition.

**What to do.** Write the port's number.
""",
)

FAMILY = _loss(
    329,
    "IP family",
    """
The rule is for IPv4 (or IPv6) only. Cilium can tell the families apart for addresses outside the cluster and for ICMP,
not for pods and nodes, and you said that the cluster is dual-stack.

**What the output does.** The part of the rule about pods and nodes is left out if it allows, and covers both
families if it denies.

**What to do.** Drop `ipVersion`, or write the rule for both families.
""",
)

REFUSED = _loss(
    330,
    "policy left out: its subject cannot be said",
    """
The pods that this policy selects cannot be selected in the target. A policy also isolates: to write it for other
pods would cut these off, not to write it leaves its own pods open.

**What the output does.** The policy is not in the output, and the pods that it isolates are not isolated by it:
the output is wider. So nothing is written unless you accept it.

**What to do.** Select the pods by whole label values. To go on without this policy: `--accept NPC330:namespace/name`.
""",
)

TOO_MANY_PIECES = _loss(
    331,
    "rule that needs too many pieces",
    """
To say this rule without order, or without `||`, takes more pieces than the bound (`--max-pieces`, 256). Each Deny that
overlaps an Allow, and asks for other labels than those before it, may double the pieces of what it leaves. The bound counts
pieces, never time: the same input always loses the same.

**What the output does.** An Allow rule is left out. A Deny rule denies everything for the pods that it selects.

**What to do.** Simplify the selectors or the order of Allow and Deny rules; the note names those that multiply.
A higher `--max-pieces` gives an exact but long output.
""",
)

SERVICE = _loss(
    332,
    "service whose backends are not known",
    """
The rule names a Kubernetes Service. Calico resolves it to the addresses and ports of its backends. What these are
stands in the Service object, which is not in the input.

**What the output does.** An Allow rule with a service is left out, a Deny rule loses the condition.

**What to do.** Give the Service as input too: `kubectl get service NAME -n NAMESPACE -o yaml`.
""",
)

REQUEST = _loss(
    333,
    "layer 7 condition that cannot be said here",
    """
Cilium's layer 7 rules only allow, and list what may pass: there is no layer 7 deny and no negation. HTTP and Kafka rules are
for TCP, DNS rules for single ports; DNS names (`toFQDNs`) can be allowed on egress, with nothing else about the peer. What
there is depends on release and platform: Kafka rules end with 1.19, patterns of names of any depth (`**.`) begin there, AKS
has names and layer 7 rules only with Advanced Container Networking Services, GKE Dataplane V2 has none.

**What the output does.** An Allow rule with such a condition is left out, a Deny rule loses the condition.

**What to do.** The message says what stands against it. Write what may pass as Allow rules, or name the target as it is:
`--to cilium=1.18,platform=aks-acns`.
""",
)

OVERRIDES_ALLOW = _loss(
    334,
    "deny that cannot be cut around an earlier allow",
    """
In Calico the first rule that matches decides, in Cilium a deny always wins. This Deny comes after an Allow for some of
the same flows, and what is left of it without them cannot be said in Cilium.

**What the output does.** The Deny is written whole, and takes these flows from the Allow.

**What to do.** Make the Allow and the Deny differ in labels, CIDRs or ports that can be subtracted.
""",
)

NODE_LABEL = _loss(
    335,
    "label of a node",
    """
Cilium selects nodes by their labels only if its agents run with `enable-node-selector-labels`, which is off by default.

**What the output does.** An Allow rule with such a condition is left out, a Deny rule covers all nodes.

**What to do.** Allow all nodes, or write this rule by hand with `fromNodes` or `toNodes`.
""",
)

LOG = _loss(
    336,
    "`Log` rule",
    """
A `Log` rule writes flows to the kernel's log and lets the next rule decide. Cilium policies have no such action.

**What the output does.** The rule is left out. No flow changes.

**What to do.** Nothing; Hubble shows the flows and the policy that decided.
""",
)

HOST_POLICY = _loss(
    337,
    "policy on host endpoints",
    """
The policy also selects HostEndpoints: it guards nodes. Cilium's counterpart is the host firewall (`nodeSelector`), which
has no failsafe ports, no per-interface policy and is off by default; a translation that nobody has tried on the very
cluster can lock every node.

**What the output does.** What the policy does for pods is translated, what it does for nodes is not: nodes are less
guarded than before. So nothing is written unless you accept it.

**What to do.** Guard the nodes by other means first, then `--accept NPC337`.
""",
)

ICMP_TYPES = _loss(
    338,
    "all ICMP types",
    """
Calico's `protocol: ICMP` means all 256 types. Cilium wants types by number, at most 40 in a list, and reads type 0 as
"all types" in some versions, so that it cannot be relied on.

**What the output does.** An Allow lists the types that IANA has assigned and that hosts use (echo request,
unreachable, time exceeded, and so on; not the unsolicited echo reply). Types that nobody uses are denied.

**What to do.** Nothing, as a rule. Name the types in the source (`icmp: {type: 8}`) to be exact.
""",
)

UNREACHED = _loss(
    339,
    "rule that no flow reaches",
    """
Everything that this Allow rule matches is denied by rules before it, or ends in a tier before it; or the rule asks
pods or nodes for addresses that none of them has, or anybody for IPv6 where pods have none, as far as is known or
assumed (NPC820, NPC821). Or it is about endpoints that only Cilium knows, such as its Ingress and Gateway proxies, or
about pods of another cluster of a mesh, and the target is another engine.

**What the output does.** The rule is not in the output. No flow changes.

**What to do.** Remove the rule, or move it up; or say where pods and nodes have their addresses (`--pod-cidr`, `--node-cidr`).
""",
)

SELECTS_NOTHING = _loss(
    341,
    "policy that selects no pod",
    """
The policy's selectors cannot hold for any pod: they contradict each other, or ask for a label that Kubernetes does not
admit (a key with two slashes, a value of more than 63 characters).

**What the output does.** The policy is not in the output. No flow changes.

**What to do.** Correct the selector; most often a label is misspelt.
""",
)

HTTP_BESIDE_TCP = _loss(
    342,
    "HTTP rule for other protocols than TCP",
    """
A rule with `http` and without `protocol` allows, beside these requests, everything that is no TCP: Calico takes a
packet that carries no request as one that meets the condition. Cilium's HTTP rules are for TCP.

**What the output does.** The rule allows the requests over TCP, and no other protocol.

**What to do.** Say `protocol: TCP` in the source. If other protocols are meant, allow them in a rule of their own.
""",
)
