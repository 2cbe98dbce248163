"""Codes for what NetworkPolicies could not say, and for what Azure NPM does with them: NPC343 to NPC369."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity


def _loss(number: int, title: str, page: str) -> Code:
    return Code(f"NPC{number}", Severity.LOSS, title, page)


CLUSTER_WIDE = _loss(
    343,
    "policy for namespaces that are not known",
    """
A Kubernetes NetworkPolicy belongs to one namespace and selects pods there. A policy for the whole cluster, or for
namespaces with a certain label, becomes one NetworkPolicy for each of these namespaces; which ones there are is not in
the input.

**What the output does.** The policy is not in the output, and the pods that it isolates are not isolated by it: the
output is wider. So nothing is written unless you accept it.

**Example**

    kind: GlobalNetworkPolicy
    spec:
      namespaceSelector: team == 'a'

**What to do.** Give the namespaces as input (`kubectl get namespaces -o yaml`), or name them with `--namespace`. New
namespaces will need to be converted for again: an admission policy or a controller can see to it.
""",
)

NODES = _loss(
    344,
    "nodes as peers",
    """
The rule is for nodes of the cluster. A peer of a NetworkPolicy is pods, or addresses; whether an `ipBlock` is also for
nodes is left to the engine. Azure NPM takes it for whoever has the address, which helps where nodes have addresses of
their own.

**What the output does.** The part of an Allow rule that is for other nodes than the pod's own is left out.

**What to do.** With Azure NPM as the target, give `--pod-cidr` and `--node-cidr`. Otherwise check whether anything
on other nodes, such as a host-network ingress controller, needs the rule.
""",
)

OWN_NODE = _loss(
    345,
    "a pod's own node always passes",
    """
Kubernetes lets traffic between a pod and the node that it runs on pass whatever policies say, so that the kubelet can
probe pods. Azure NPM never sees such traffic at all. The source denies some of it: most engines judge what pods send
to their own node.

**What the output does.** Pods may reach the node that they run on, and be reached by it: the output is wider. So
nothing is written unless you accept it.

**What to do.** Guard the node itself: bind its services to other addresses, or use a host firewall. Then
`--accept NPC345`.
""",
)

POD_ADDRESSES = _loss(
    346,
    "pods by their addresses",
    """
The rule asks for pods with certain addresses: some of the cluster's, or those with certain labels too. A peer of a
NetworkPolicy has either labels or addresses, and the API promises that an `ipBlock` works for addresses outside the
cluster only.

**What the output does.** The part of an Allow rule that is about these pods is left out. A Deny rule is cut out of
the Allow rules, and takes all of these pods from them where the rest cannot be said.

**What to do.** Select the pods by their labels alone. If the range holds all pods, say so with `--pod-cidr`.
""",
)

SERVICE_ACCOUNT = _loss(
    347,
    "service account in a NetworkPolicy",
    """
The policy selects pods by their service account. NetworkPolicies select by labels of pods and of namespaces only.

**What the output does.** An Allow rule for service accounts is left out. A policy on pods of a service account cannot
be written at all.

**What to do.** Put a label on the pods of each service account, and select by that.
""",
)

ICMP = _loss(
    348,
    "ICMP in a NetworkPolicy",
    """
Ports of a NetworkPolicy are of TCP, UDP or SCTP. ICMP passes where a rule has no ports, together with everything
else.

**What the output does.** An Allow rule for ICMP is left out: pods cannot be pinged by whom it is for. Of a rule for
several protocols, the part for TCP, UDP and SCTP stays.

**What to do.** Nothing, if ping is all that is lost: path MTU discovery and other errors belong to connections that
are allowed, and pass. Otherwise allow these peers everything.
""",
)

OTHER_PROTOCOL = _loss(
    349,
    "IP protocol in a NetworkPolicy",
    """
Ports of a NetworkPolicy are of TCP, UDP or SCTP. Other IP protocols pass only where a rule has no ports at all, and
then all of them do.

**What the output does.** An Allow rule for such a protocol is left out. A Deny rule for one is cut out of the Allow
rules, which then are for TCP, UDP and SCTP.

**What to do.** Allow these peers everything, if that is acceptable.
""",
)

SOURCE_PORT = _loss(
    350,
    "source port in a NetworkPolicy",
    """
NetworkPolicies know destination ports only.

**What the output does.** An Allow rule with source ports is left out, a Deny rule holds for all of them.

**What to do.** Source ports are chosen by the client and protect little: drop the condition.
""",
)

LAYER_7 = _loss(
    351,
    "layer 7 rule in a NetworkPolicy",
    """
HTTP methods and paths, DNS queries, Kafka topics and TLS names are beyond NetworkPolicies, which end at ports.

**What the output does.** An Allow rule for certain requests is left out, so that none of them pass. A Deny rule holds for
every request.

**What to do.** Allow the ports as a whole if that is acceptable, and leave the requests to a service mesh or a gateway.
""",
)

DOMAIN_NAME = _loss(
    352,
    "domain name in a NetworkPolicy",
    """
NetworkPolicies know addresses, not names (`toFQDNs`, `domains`, `domainNames`). What a name stands for changes all the
time.

**What the output does.** An Allow rule for names is left out.

**What to do.** Allow the addresses that the service publishes as `ipBlock`s, or send the traffic through an egress proxy
that knows names.
""",
)

ENGINE_LABEL = _loss(
    353,
    "label that only the source's engine has",
    """
The policy asks for something that no pod and no namespace has as a label: the cluster of a mesh, a mark that the engine
puts on endpoints (`reserved:kube-apiserver`), a group of CIDRs that is not in the input.

**What the output does.** An Allow rule with such a condition is left out. A policy on such pods cannot be written at
all.

**What to do.** Select by labels of pods and namespaces, or by the addresses that are meant.
""",
)

NOT_NAMED_PORT = _loss(
    354,
    "port name that a NetworkPolicy cannot use",
    """
A NetworkPolicy can name a port, which then is what each pod declares under that name. It cannot say "every port but the
one of that name", nor "these numbers, if the pod calls them so", and the name must be one that a container can declare.

**What the output does.** An Allow rule with such a condition is left out, a Deny rule loses the condition.

**What to do.** Write the port's number.
""",
)

FAMILY = _loss(
    355,
    "IP family in a NetworkPolicy",
    """
The rule is for IPv4 (or IPv6) only. A NetworkPolicy can tell the families apart by addresses outside the cluster, not for
pods, and you said that the cluster is dual-stack.

**What the output does.** The part of an Allow rule that is about pods is left out; a Deny rule is for both families.

**What to do.** Write the rule for both families.
""",
)

OWN_ADDRESS = _loss(
    356,
    "address of a NetworkPolicy's own side",
    """
The rule asks for an address of the pods that the policy selects. A NetworkPolicy chooses these by labels alone.

**What the output does.** An Allow rule with such a condition is left out, a Deny rule loses it.

**What to do.** Select the pods by their labels. If the range holds all pods, say so with `--pod-cidr`.
""",
)

BUILT_IN = _loss(
    357,
    "what the source's engine does of itself",
    """
The source's engine lets some traffic pass, or denies it, whatever policies say, and the target's does not. Nobody wrote a
policy for that, so none is written in the output.

**What the output does.** Such traffic is judged by the policies like any other.

**What to do.** Look at the flow that is shown. If it is needed, allow it by a policy of its own.
""",
)

OUTSIDE_ALONE = _loss(
    358,
    "addresses outside the cluster alone",
    """
The rule is for addresses outside the cluster, not for pods or nodes that have such an address (Cilium's `world` and CIDRs
mean this). Azure NPM's `ipBlock` is for whoever has the address. So addresses that pods or nodes may have are cut out of
it; which these are is not known, and all private ones are, unless policies speak of them.

**What the output does.** Addresses that pods or nodes may have, such as `10.0.0.0/8`, are not allowed.

**What to do.** Say where pods and nodes are: `--pod-cidr CIDR --node-cidr CIDR`. Then the output is exact.
""",
)

IPV6_OPEN = _loss(
    359,
    "IPv6 passes in Azure NPM",
    """
Azure NPM filters IPv4 only. You said that the cluster is dual-stack: pods that a policy isolates can be reached, and can
reach others, over IPv6.

**What the output does.** IPv6 passes whatever the policies say: the output is wider. So nothing is written unless you
accept it.

**What to do.** Use another engine for a dual-stack cluster. If IPv6 is closed elsewhere: `--accept NPC359`.
""",
)

WINDOWS_NEGATION = _loss(
    360,
    "negative selector for Azure NPM on Windows",
    """
On Windows, Azure NPM refuses `NotIn` and `DoesNotExist`, and drops a policy with one of these as a whole: its pods
are open. So npconv never writes them.

**What the output does.** The part of an Allow rule that needs them is left out. A policy on pods *without* a label cannot be
written at all.

**What to do.** Say which values are meant (`app in {'a', 'b'}`). For namespaces, give them as input: then npconv
lists those that remain.
""",
)

WINDOWS_NAMED_PORT = _loss(
    361,
    "named port for Azure NPM on Windows",
    """
On Windows, Azure NPM refuses named ports, and drops a policy with one as a whole: its pods are open.

**What the output does.** An Allow rule for a named port is left out.

**What to do.** Give the pods, in the input or with `--cluster` (`kubectl get pods -A -o yaml`): then there is a rule for
each number, for the pods that declare it. Or write the number.
""",
)

WINDOWS_SCTP = _loss(
    362,
    "SCTP for Azure NPM on Windows",
    """
On Windows, Azure NPM refuses SCTP, and drops a policy with a port of it as a whole: its pods are open.

**What the output does.** The part of an Allow rule that is for SCTP is left out.

**What to do.** Nothing, if no pod on Windows speaks SCTP, which Windows itself does not.
""",
)

NPM_DROPPED = Code(
    "NPC364",
    Severity.WARNING,
    "policy that Azure NPM drops",
    """
Azure NPM translates a NetworkPolicy as a whole or not at all. One part that it does not know, such as an IPv6 address, and
the policy is not enforced: pods that only this policy selects are open in both directions. Nothing but NPM's own log says
so; the API server has accepted the policy. If the policy was changed, its last good version may still be enforced.

**What npconv does.** With `--as intent` the policy means what Kubernetes says; with `--as enforced` it is not there.

**What to do.** Expect flows to be denied after the migration that pass today, or remove the part that NPM refuses.
""",
)

NPM_NOT_IN = Code(
    "NPC365",
    Severity.WARNING,
    "`NotIn` of several values that Azure NPM reads as none",
    """
Azure NPM before September 2026 reads `NotIn: [a, b]` of a peer's `namespaceSelector` as "not a, or not b", which every
namespace meets (Azure/azure-container-networking #4866).

**What npconv does.** With `--as intent` the policy means what Kubernetes says; with `--as enforced` it lets every
namespace through.

**What to do.** Expect the excluded namespaces to be denied after the migration. To close it today, write one
requirement for each value.
""",
)

NPM_LEAK = Code(
    "NPC366",
    Severity.WARNING,
    "negative namespace selector that lets everybody in",
    """
A peer that only says what labels a namespace does not have becomes a bare negation in Azure NPM before September 2026:
addresses outside the cluster and nodes meet it, too (Azure/azure-container-networking #4868).

**What npconv does.** With `--as intent` the peer is pods; with `--as enforced` it is also nodes and the outside.

**What to do.** Expect these to be denied after the migration. To close it today, add a requirement that every namespace
meets: `{key: kubernetes.io/metadata.name, operator: Exists}`.
""",
)

NPM_FLIPPED = Code(
    "NPC367",
    Severity.WARNING,
    "negative namespace selector that Azure NPM on Windows turns round",
    """
In egress rules, Azure NPM on Windows before September 2026 ignores the negation of a `namespaceSelector`: the peers that
should be excluded are allowed, and no others (Azure/azure-container-networking #4866).

**What npconv does.** With `--as intent` the policy means what Kubernetes says; with `--as enforced` it is turned round.

**What to do.** Say which namespaces are meant.
""",
)
