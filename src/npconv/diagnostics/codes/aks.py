"""Codes for the steps of a migration from Azure NPM to Cilium on AKS: NPC670 to NPC699.

Each is a step of `npconv plan --from azure-npm --to cilium,platform=aks`; the first paragraph of a page is why.
"""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

WINDOWS = Code(
    "NPC670",
    Severity.NOTE,
    "Windows nodes stand in the way of Cilium",
    """
Cilium runs on Linux nodes alone, and AKS refuses to change the dataplane of a cluster that has a Windows pool. Azure NPM on
Windows ended on 30 September 2026, on Linux it ends on 30 September 2028.

**What to do.** Move the Windows workloads to another cluster, where Calico enforces policies, and delete the pools. Nodes are
recognised by their label `kubernetes.io/os=windows`.
""",
)

PREPARE = Code(
    "NPC671",
    Severity.NOTE,
    "what to look at before a dataplane changes",
    """
AKS changes the dataplane only of clusters with Azure CNI (not kubenet) and without Windows pools, with node
auto-provisioning off. Which Cilium it is follows from the version of Kubernetes: 1.31 has Cilium 1.16, 1.32 and 1.33 have
1.17, 1.34 to 1.36 have 1.18, at least.

**What to do.** Run the commands of the step, keep their output, and rehearse the change on a copy of the cluster: there is no
command to go back.
""",
)

SERVICE = Code(
    "NPC672",
    Severity.NOTE,
    "service that clients outside reach today, and not after the change",
    """
A service of type `LoadBalancer` or `NodePort`, or with `externalIPs`, and with `externalTrafficPolicy: Cluster` answers
clients outside although policies isolate its pods: kube-proxy masquerades what comes in, and accepts it before Azure NPM is
asked, where the pod is on the node that was reached. Cilium asks the policies, which do not let these clients in.

**What npconv does.** Both engines are asked about each service's pods (or, without pods in the input, about a pod with the
labels that it selects) at its target ports, for clients outside of every sort that the policies tell apart. A service that a
policy opens, whose pods no policy isolates, or whose `EndpointSlice`s lead elsewhere, is not named.

**What to do.** If it is meant to be reached, apply the NetworkPolicy of the report before the change. If not, do nothing.
""",
)

FORWARDED = Code(
    "NPC673",
    Severity.NOTE,
    "service that may not answer where another node forwards to it",
    """
With `externalTrafficPolicy: Cluster` a client may reach a node that does not run the pod, which then forwards the packet in
its own name. To Cilium, with native routing, that comes from the entity `remote-node`, which no `ipBlock` covers, not even
`0.0.0.0/0` (Cilium's documentation, "Security Identity for N/S Service Traffic"). So a service that an `ipBlock` opens
answers at some nodes and not at others.

**What to do.** Let the service have `externalTrafficPolicy: Local`; or allow its ports without `from`; or, after the change,
allow `fromEntities: [remote-node]` beside the addresses.
""",
)

HOST_PORT = Code(
    "NPC674",
    Severity.NOTE,
    "port of a node that leads to an isolated pod",
    """
A pod with a `hostPort` is reached at its node's address. Cilium judges that as traffic to the pod. So does Azure NPM, by its
code; no document says so.

**What to do.** Try these ports today. If they answer although the policies do not let everybody in, apply the NetworkPolicy
of the report before the change.
""",
)

DROPPED = Code(
    "NPC675",
    Severity.NOTE,
    "policy that Azure NPM drops, and Cilium enforces",
    """
Azure NPM drops a whole policy for one thing in it that it does not take: an IPv6 address, a `/0` that is not spelled
`0.0.0.0/0`, an address with leading zeros; on Windows also names of ports, SCTP, `except`, `NotIn` and `DoesNotExist`. It says
so in its own log only, and what the policy isolates is open. Cilium takes all of it, and starts to enforce the policy.

**What to do.** Decide which of the two is meant. To have it enforced, rehearse it before the change with the manifest of the
report, which Azure NPM takes. To keep what passes today, delete the policy before the change.
""",
)

LEAK = Code(
    "NPC676",
    Severity.NOTE,
    "peer through which Azure NPM lets more than it says",
    """
Azure NPM gets negative namespace selectors wrong: `NotIn` with several values lets every namespace through; a peer that only
says what it is not also lets nodes and addresses outside the cluster through; on Windows the way out is open to the excluded
namespaces, and to no others. Cilium reads the values right, so what passed by mistake is denied.

**What npconv does.** Both engines are asked about the excluded namespaces, other nodes and the outside. What a NetworkPolicy
that is only negative lets through in Cilium, too, is said; the translated policy closes it.

**What to do.** Close it on a day of your own choosing with the manifest of the report, or add a peer for what is needed.
""",
)

BLOCK_PODS = Code(
    "NPC677",
    Severity.NOTE,
    "`ipBlock` that covers pods, which Cilium never takes for an address",
    """
Azure NPM compares addresses, whoever holds them: an `ipBlock` that covers addresses of pods lets these pods through. To Cilium
pods are identities, and no `ipBlock` covers them, not even `0.0.0.0/0`.

**What npconv does.** Only blocks that cover pods are named (or may: where nothing says where pods are, those with addresses
that clusters use), and only if no other rule lets these pods through.

**What to do.** Add peers with selectors beside the block before the change; the manifest of the report has them where they
follow from the input. To Azure NPM it means the same.
""",
)

BLOCK_NODES = Code(
    "NPC678",
    Severity.NOTE,
    "`ipBlock` that covers nodes, which Cilium never takes for an address",
    """
In Azure NPM an `ipBlock` that covers addresses of nodes lets other nodes through, and with them pods of the host network,
which have their node's address. To Cilium these are the entity `remote-node`, and no `ipBlock` covers it. A NetworkPolicy has
no words for it, so that nothing can be done before the change.

**What to do.** Right after the change, apply the policy of the report, if nodes are meant to pass.
""",
)

OWN_NODE = Code(
    "NPC679",
    Severity.NOTE,
    "pods that lose the way to their own node",
    """
Azure NPM judges what is forwarded, and what a pod sends to its own node is not: it always passes. Cilium denies it to pods
under egress policy, unless a policy allows the entity `host`. Agents and caches on the nodes are reached that way.

**What to do.** Apply the one policy of the report right after the change: it isolates nobody. Narrow it later.
""",
)

LOCAL_DNS = Code(
    "NPC680",
    Severity.NOTE,
    "pods that lose the DNS server on their node",
    """
NodeLocal DNSCache and LocalDNS of AKS (169.254.10.0/24) answer on the pod's own node. Azure NPM never judges the way there.
Cilium does, and pods under egress policy can look up no name, until a policy allows port 53 of the entity `host` (up to Cilium
1.16: of the address).

**What to do.** Apply the policy of the report right after the change. Nodes with LocalDNS have the label
`kubernetes.azure.com/localdns-state=enabled`.
""",
)

IPV6 = Code(
    "NPC681",
    Severity.NOTE,
    "IPv6 passes today, and is judged after the change",
    """
Azure NPM writes no rules for IPv6: in a dual-stack cluster all of it passes, whatever policies say. Cilium judges it like
IPv4.

**What to do.** Expect it to be denied where no policy allows it. Write the IPv6 twins of `ipBlock`s after the change: before
it, Azure NPM drops a policy that has one.
""",
)

NAMED_PORT = Code(
    "NPC682",
    Severity.NOTE,
    "port name that is not unique, in an egress rule",
    """
A port by name is whatever each destination declares. Before 1.20, Cilium has one table of names for the whole cluster on the
way out, so that a name that pods give to different numbers is ambiguous. On the way in, it asks the pod itself, as Azure NPM
does.

**What npconv does.** Names of ingress rules, and names that mean one number in the whole cluster, are not named.

**What to do.** Apply the manifest of the report, which has a rule for each number, for the pods that declare it. A plain
number in a rule without peers would also open addresses outside the cluster.
""",
)

INIT_PORT = Code(
    "NPC683",
    Severity.NOTE,
    "port name of an init container, which Azure NPM does not see",
    """
Init containers with `restartPolicy: Always` run beside the others, and Kubernetes counts their ports. Azure NPM only looks at
`spec.containers`: a rule for a name that an init container declares does not open its port today, and may after the change.

**What to do.** Write the number if the port is to be open, or use another name in the rule.
""",
)

PORT_RANGE = Code(
    "NPC684",
    Severity.NOTE,
    "range of ports, which AKS supports from Cilium 1.17 on",
    """
Microsoft's guide says that `endPort` works from Cilium 1.17 on, which AKS has from Kubernetes 1.32 on. Cilium itself has had it
since 1.16.

**What to do.** Upgrade Kubernetes first, or list the ports one by one: the manifest of the report does, for up to 256.
""",
)

UNDECLARED = Code(
    "NPC685",
    Severity.NOTE,
    "rules of a direction that `policyTypes` does not list",
    """
Kubernetes and Azure NPM ignore rules of a direction that `policyTypes` does not list. Cilium enforces them, and isolates the
pods in that direction (cilium/cilium#48703).

**What to do.** Remove these rules before the change: nothing else changes by it.
""",
)

IGNORED_LABEL = Code(
    "NPC686",
    Severity.NOTE,
    "selector on a label that Cilium leaves out",
    """
Cilium leaves labels out of identities that change often or belong to Kubernetes itself, such as
`statefulset.kubernetes.io/pod-name` or `kubernetes.io/…`. To its policies no pod has them: what asks for one covers nobody,
and what excludes one covers everybody.

**What to do.** Select by another label. The list is the `labels` setting of `cilium-config`, the only one that AKS lets users
change.
""",
)

SCTP = Code(
    "NPC687",
    Severity.NOTE,
    "rule for SCTP, which Cilium may not enforce",
    """
Azure NPM on Linux opens SCTP where a rule says so. Cilium reads such rules, and opens nothing unless its agents run with
`enable-sctp`, a flag that AKS sets.

**What to do.** Look at `cilium-config` after the change, on a copy of the cluster first; say `enable-sctp=true` in the target
if it is on.
""",
)

PRESENT = Code(
    "NPC688",
    Severity.NOTE,
    "object of Cilium's that is there before Cilium is",
    """
A CiliumNetworkPolicy that is in the cluster already does nothing under Azure NPM. The agents enforce it as soon as they run:
it may isolate pods that nothing isolates today.

**What to do.** Delete it before the change, unless it is meant to be in force from the first minute.
""",
)

ACNS = Code(
    "NPC689",
    Severity.NOTE,
    "policy that needs Advanced Container Networking Services",
    """
On AKS, rules for DNS names and for requests of layer 7 need Advanced Container Networking Services, which are paid for.
Without them AKS refuses such policies; if they are switched off later, what these policies allow is blocked. Layer 7 is for
CiliumNetworkPolicies only, not for clusterwide ones. What Azure NPM enforces never needs them.

**What to do.** `az aks update --enable-acns --acns-advanced-networkpolicies L7` (or `FQDN`), on Kubernetes 1.29 or later; then
say `platform=aks-acns` in the target.
""",
)

MANAGED = Code(
    "NPC690",
    Severity.NOTE,
    "policy that Azure put there with a managed namespace",
    """
`az aks namespace add` puts a NetworkPolicy into the namespaces that it manages, with the label
`kubernetes.azure.com/managedByArm`. It stays through the change, and Cilium enforces it. It can only be changed by Azure: an
edited or deleted object comes back.

**What to do.** Change its `--ingress-policy` and `--egress-policy` with `az aks namespace update`, and do not expect a deletion
of it to last.
""",
)

CHANGE = Code(
    "NPC691",
    Severity.NOTE,
    "the dataplane change itself",
    """
`az aks update --network-dataplane cilium` reimages all node pools at once and removes Azure NPM. Until every node is done no
policy is enforced. Microsoft's guide has no way back.

**What to do.** Do it in a maintenance window, after everything that the plan lists before it, and have what it lists after it
ready to apply.
""",
)

APPLY = Code(
    "NPC692",
    Severity.NOTE,
    "translated policies, once Cilium runs",
    """
Cilium enforces NetworkPolicies as they are. What these have no words for (nodes, the own node) needs policies of Cilium's own;
what they say by mistake ends when they are deleted. Both may be there together: Cilium adds up what they allow.

**What to do.** Let the API server check the translated policies (`--dry-run=server`), apply them, and delete the originals when
what should pass does.
""",
)

OTHER = Code(
    "NPC693",
    Severity.NOTE,
    "flow that changes with the dataplane, and that no other step is about",
    """
After all that is known to differ between Azure NPM and Cilium, npconv compares all flows of both, on the same objects. What is
left is said here, with the policy that decides.

**What to do.** Look at the flow with `npconv why`, and at what the policy becomes in the translation.
""",
)
