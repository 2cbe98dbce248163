"""Codes for what a translation stands on: NPC820 to NPC899. None is a loss; each says how to settle it."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity


def _assumption(number: int, title: str, page: str) -> Code:
    return Code(f"NPC{number}", Severity.ASSUMPTION, title, page)


CLUSTER_ADDRESSES = _assumption(
    820,
    "where pods and nodes have their addresses",
    """
Calico and Azure NPM match IP addresses, Cilium identities: whether a CIDR also means pods and nodes depends on the
addresses that they have. Nothing was said about these, so npconv takes it that no CIDR of the policies cuts through
them: the note says which CIDRs are taken to hold no pod and no node, and which to hold all of them. Where there are
pods or nodes with their addresses in the input or in `--cluster`, the others are taken to be where these are.

**What to do.** Say it: `--pod-cidr 10.244.0.0/16 --node-cidr 10.0.0.0/16`. Then nothing is assumed, and a CIDR that
holds some pods but not all is a loss of its own (NPC326).
""",
)

ONLY_IPV4 = _assumption(
    821,
    "pods and nodes are reached over IPv4 only",
    """
Some rules are for one IP family. For pods and nodes Cilium cannot tell the families apart; where a cluster is IPv4
only, there is nothing to tell.

**What to do.** In a dual-stack cluster say `--dual-stack`: these rules are then narrowed for pods and nodes (NPC329).
""",
)

NAMED_PORT_UNIQUE = _assumption(
    822,
    "a port's name means one number",
    """
Up to 1.19 Cilium looks an egress rule's named port up in one table for the whole cluster. Where pods give the same
name to different numbers, the rule is skipped (cilium#30003). Where they do not, the rule is about that number on
every destination, on pods that declare no such name, too. From 1.20 each destination's own table is asked.

**What to do.** Give the pods, in the input or with `--cluster` (`kubectl get pods -A -o yaml`): then the output has the
number that each pod declares. Or check that the name is used for one number only, or target Cilium 1.20.
""",
)

SCTP_ENABLED = _assumption(
    823,
    "SCTP is switched on",
    """
Cilium handles SCTP only if its agents run with `enable-sctp` (off by default). Without it the rule has no effect.

**What to do.** Set `sctp.enabled=true` in Cilium's Helm values.
""",
)

SERVICE_SELECTOR = _assumption(
    824,
    "a service's backends are the pods that it selects",
    """
A rule names a Service. The output selects the pods that the Service object of the input selects, at its target
ports. When the Service changes, the output does not follow.

**What to do.** Convert again when the Service changes, or select the pods by labels in the source.
""",
)

NAMESPACE = _assumption(
    825,
    "the namespace of an object that says none",
    """
A namespaced object has no `metadata.namespace`. Where it ends up depends on the context of whoever applies it;
npconv takes the namespace of `--namespace` (`default` if that is not given).

**What to do.** Write the namespace into the object, or give `--namespace`.
""",
)

PATHS_AS_SENT = _assumption(
    826,
    "paths are compared as they are sent",
    """
Calico normalises a request's path before it compares it (percent-decoding, dot segments, `;params`); Cilium's Envoy
compares the path as it is sent, with the query string. The output's expressions are exact for paths in normal form.

**What to do.** Nothing where clients send ordinary paths. To be strict, keep path normalisation on in Envoy.
""",
)

NAMESPACES = _assumption(
    827,
    "which namespaces there are",
    """
The target has no cluster-wide policies (or, on Windows, none that exclude a namespace), so the output says for every
namespace what the source says for all of them. That is exact for the namespaces that npconv was told of: those of
`--cluster`, of `Namespace` objects in the input, and of `--namespace`. In any other namespace nothing is enforced.

**What to do.** Convert again when a namespace is added or gets other labels, or let admission control do it.
""",
)

OWN_NODE_EGRESS = _assumption(
    828,
    "what pods send to their own node",
    """
Kubernetes' documentation says that traffic between a pod and its own node always passes; its API promises so only of
what comes from the node. On the way out the engines differ: Calico and Cilium ask the policies, Azure NPM and
OVN-Kubernetes let it pass. Where `k8s` is one side of a translation, npconv takes it as the other side has it.

**What to do.** Nothing, if the engine of the NetworkPolicies is like that. Else say so: `k8s,own-node=open` (it
passes) or `k8s,own-node=policed` (policies count); or name the engine: `calico`, `cilium` or `azure-npm`.
""",
)

PORT_NAMES = _assumption(
    829,
    "which pods declare a port by a name",
    """
A rule is for a port by its name, which means whatever each pod declares under it. The target knows numbers only, or one
number for a name in the whole cluster (Cilium before 1.20, for what pods send). The pods are in the input, or in
`--cluster`, so the output has the numbers, each for the pods that declare it.

**What to do.** Convert again when pods declare other ports, or when labels change that tell them apart. Give all pods
(`kubectl get pods -A -o yaml`): a pod that is not there is nobody's destination by that name.
""",
)

PORT_RANGES = _assumption(
    830,
    "the target enforces port ranges",
    """
Cilium takes `endPort` from 1.16 on. Microsoft's guide for AKS says that it is supported from 1.17. For AKS with Cilium
1.16, npconv lists the ports of a range one by one; this one has too many.

**What to do.** Upgrade to Kubernetes 1.32 or later, which brings Cilium 1.17, or test one port in the middle of the range.
""",
)

BLOCKS = _assumption(
    831,
    "whom an `ipBlock` matches in the cluster",
    """
An `ipBlock` is meant for addresses outside the cluster. Whether it also matches pods and nodes that have such an address,
Kubernetes leaves to the engine: Calico, Azure NPM, Antrea and OVN-Kubernetes match them, Cilium never does. Where `k8s`
is one side of a translation, npconv takes an `ipBlock` for what every engine agrees on: the outside alone.

So an `ipBlock` of `0.0.0.0/0` that comes from a cluster with Calico reaches pods and nodes there, and in the output does
not; and one that is written for Kubernetes lets in more than the source where the engine matches pods.

**What to do.** Name the engine that enforces the policies: `--from calico`, `--from azure-npm` or `--from cilium`
instead of `--from k8s`, and the same for `--to`. Then nothing is left open.
""",
)

PORT_NAME_TWICE = _assumption(
    832,
    "which port of a pod a name means",
    """
A rule is for a port by its name, and two containers of one pod give this name to different ports. Kubernetes keeps names
unique in a container only, and warns of such a pod. Which of its ports a policy then means is the engine's: Azure NPM and
Calico take all of them, others may take the first or the last. npconv takes all.

**What to do.** Give the ports different names, or write the numbers that are meant.
""",
)

NAMES_LEARNT = _assumption(
    833,
    "pods look names up where Cilium sees it",
    """
Cilium knows which addresses a DNS name of `toFQDNs` has from the answers that pods get, and sees these only where the pods'
questions pass a rule with `dns`. No policy of the output has such a rule: no address is ever learnt, and what is allowed by
name does not pass. Other engines need no such rule, so none was there to be translated.

**What to do.** Add it to the policy, with the names that the pods ask for:

    egress:
    - toEndpoints:
      - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s:k8s-app: kube-dns}
      toPorts:
      - ports: [{port: "53", protocol: ANY}]
        rules: {dns: [{matchPattern: "*"}]}
""",
)

SPOKEN = _assumption(
    834,
    "only one protocol is spoken at a port",
    """
A Cilium rule takes any request of a protocol: `rules: {dns: [{matchPattern: "*"}]}` or `rules: {http: [{}]}`. Such rules
watch traffic, or let Cilium learn what names stand for; besides, they stop whatever is sent to these ports and is not of
that protocol. Other engines end at ports. The output opens the ports, as it has to: without a way to DNS nothing works.

**What to do.** Nothing, if only that protocol is spoken there. Otherwise close the port in the output.
""",
)
