"""Codes for what Calico as a target cannot say: NPC370 to NPC389."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity


def _loss(number: int, title: str, page: str) -> Code:
    return Code(f"NPC{number}", Severity.LOSS, title, page)


NAMES = _loss(
    370,
    "peer by DNS name",
    """
Open-source Calico has no rules by DNS name: `domains` is a field of Calico Enterprise and Cloud, which an open-source
cluster drops without a word, so that the rule then matches every address.

**What the output does.** An Allow rule for a name is left out. A Deny rule for one denies all addresses outside of the
cluster.

**Example**

    toFQDNs:
    - matchName: api.example.com

**What to do.** Allow the addresses behind the name (`nets`, or a GlobalNetworkSet that something keeps up to date), or
let the traffic go through an egress proxy that knows names.
""",
)

OWN_NODE = _loss(
    371,
    "the pod's own node, apart from other nodes",
    """
Calico matches addresses: a rule cannot tell the node that a pod runs on from other nodes. What comes *from* the own node
always passes in Calico, whatever policies say (kubelet probes); what goes *to* it is up to the pod's egress policies.

**What the output does.** An Allow to the own node alone is left out, a Deny to it covers all nodes (or everything, where
their addresses are not known).

**What to do.** Allow the nodes that these pods really talk to, by address: `nets` with the node CIDR and the port.
""",
)

NODES = _loss(
    372,
    "nodes whose addresses are not known",
    """
The rule is about nodes of the cluster. Calico has no word for them: it matches their addresses, and npconv was not told
which these are.

**What the output does.** An Allow for nodes is left out. A Deny for nodes denies every address, in a GlobalNetworkPolicy
all but those of pods.

**What to do.** Say where nodes have their addresses: `--node-cidr 10.0.0.0/16`.
""",
)

MAYBE_CLUSTER = _loss(
    373,
    "outside addresses that pods or nodes may have, too",
    """
In the source this address range means endpoints outside of the cluster only. Calico also matches pods and nodes that
have such an address. The range holds addresses where pods or nodes are assumed to be, and npconv was not told where they
really are.

**What the output does.** An Allow leaves those addresses out, a Deny denies them for pods and nodes, too.

**What to do.** Say where pods and nodes have their addresses: `--pod-cidr` and `--node-cidr`. The output is then exact.
""",
)

MARKED = _loss(
    374,
    "endpoint with a mark of the source's engine",
    """
The rule asks for a mark that the source's engine keeps by itself, such as the addresses of the API server. Calico has no
such marks.

**What the output does.** An Allow rule with the mark is left out, a Deny rule loses the condition.

**Example**

    toEntities: [kube-apiserver]

**What to do.** In Calico, egress to the API server is written by its service, which follows its endpoints:
`destination: {services: {name: kubernetes, namespace: default}}`. Or give its addresses in `nets`.
""",
)

CIDR_GROUP = _loss(
    375,
    "CIDR group that is not in the input",
    """
The rule names a group of addresses (a CiliumCIDRGroup, or a group of cloud instances), and what is in it is not known.

**What the output does.** An Allow rule for the group is left out, a Deny rule covers all addresses outside.

**What to do.** Give the CiliumCIDRGroup as input too. A group of cloud instances has to become `nets` or a
GlobalNetworkSet that something keeps up to date.
""",
)

NODE_LABEL = _loss(
    376,
    "node by its labels",
    """
The rule selects nodes by their labels. Calico sees nodes only through HostEndpoint objects, and none are given.

**What the output does.** An Allow rule for such nodes is left out, a Deny rule covers all nodes.

**What to do.** With automatic host endpoints, which copy the nodes' labels, a GlobalNetworkPolicy can select them:
`namespaceSelector: global()` and a `selector`. Or give the nodes' addresses in `nets`.
""",
)

REQUEST = _loss(
    377,
    "layer 7 condition",
    """
Calico's `http` has methods and paths (exact or by prefix), on ingress rules that allow, and only where Envoy and Dikastes
run. It knows no DNS, Kafka, TLS server names, hosts, headers, regular expressions and authentication.

**What the output does.** An Allow rule with such a condition is left out, a Deny rule loses the condition.

**What to do.** Allow the port without the condition if that is acceptable, or enforce the condition elsewhere (a gateway or
service mesh). If the target cluster runs Dikastes, methods and paths are kept: `--target calico=3.32,http=enforced`.
""",
)

TRAFFIC = _loss(
    378,
    "set of protocols or ICMP types that takes too many rules",
    """
A Calico rule has one protocol or all but one, and one ICMP type or all but one. This rule is about a larger set, of which
every member would need a rule of its own.

**What the output does.** An Allow rule loses the protocols (types) in question. A Deny rule covers all of them.

**What to do.** Name the few protocols that are meant.
""",
)

REFUSED = _loss(
    379,
    "policy left out: its subject cannot be said in Calico",
    """
The pods that this policy selects cannot be selected in Calico. A policy also isolates: to write it for other pods would
cut these off, not to write it leaves its own pods open.

**What the output does.** The policy is not in the output: it is wider. So nothing is written unless you accept it.

**What to do.** Select the pods by labels that Kubernetes objects have. To go on without this policy:
`--accept NPC379:namespace/name`.
""",
)

FROM_OWN_NODE = _loss(
    380,
    "own node shut out",
    """
The source denies what comes from the node that a pod runs on. Calico always lets a node reach its own pods: that traffic is
never policed (felix/rules/static.go).

**What the output does.** The rest of the rule is exact. The pod's own node gets through: the output is wider. So nothing is
written unless you accept it.

**What to do.** If kubelet probes are used, this Deny was not meant. Accept it: `--accept NPC380`.
""",
)

LABEL = _loss(
    381,
    "label that Calico's selectors do not see",
    """
Calico's selectors see the labels that pods, namespaces and service accounts have in Kubernetes, except for pod labels that
start with `pcns.` or `pcsa.` and some `projectcalico.org/` keys, which Calico uses for itself. Labels from other sources (in
Cilium `container:x`, `cni:x`) do not exist there.

**What the output does.** An Allow rule with such a label is left out, a Deny rule loses the condition.

**What to do.** Select by a label that the Kubernetes object has.
""",
)

SERVICE = _loss(
    382,
    "service together with other conditions",
    """
In Calico `services` names one service and stands alone: beside it a rule may not ask for labels, addresses or ports of the
same side, and it may stand only in the `destination` of egress rules, where it means the service's ports, too, and in the
`source` of ingress rules.

**What the output does.** An Allow rule with more conditions is left out, a Deny rule loses the service.

**What to do.** Give the Service object as input, so that its pods and ports can be named.
""",
)

TOO_MANY = _loss(
    383,
    "rule that takes too many rules of Calico",
    """
The conditions of this rule, taken apart into what single Calico rules can say, need more rules than the bound
(`--max-pieces`, 256).

**What the output does.** An Allow rule is left out. A Deny rule denies everything for the pods that it selects.

**What to do.** Simplify the rule. A higher `--max-pieces` gives an exact but long output.
""",
)

PASSES = _loss(
    384,
    "Pass that cannot be said",
    """
A rule that passes flows to the next tier has a condition that Calico has no words for. To leave the rule out, or to let it
pass more, could let flows through that the source denies.

**What the output does.** The flows are denied instead: the rule is a Deny, for at least these flows.

**What to do.** See the other finding about this rule for the condition.
""",
)

OWN_NODE_OUT = _loss(
    385,
    "way to the own node, which the source leaves open",
    """
The source's engine lets pods reach the node that they run on, whatever their policies say. In Calico this is up to the
pod's egress policies, and these cannot tell the own node from others.

**What the output does.** Pods that are isolated for egress do not reach their own node.

**What to do.** Where pods do talk to their node (a node-local DNS cache, an agent on the host), allow its address and port:
`nets: [169.254.20.10/32]`, or the node CIDR.
""",
)

BUILT_IN = _loss(
    386,
    "what the source's engine lets pass of itself",
    """
The source's engine lets some traffic pass whatever policies say (Azure NPM all of IPv6), and Calico does not. Nobody wrote
a policy for that, so none is written in the output.

**What the output does.** Such traffic is judged by the policies like any other.

**What to do.** Look at the flow that is shown. If it is needed, allow it by a policy of its own.
""",
)
