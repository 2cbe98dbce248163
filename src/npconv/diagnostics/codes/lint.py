"""Codes for: rules of `npconv lint` about one policy as it is written."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

EMPTY_LIST = Code(
    "NPC600",
    Severity.WARNING,
    "empty list that restricts nothing",
    """
A list that looks like "nobody" is empty, and an empty list is no condition at all: `from: []` of a Kubernetes
NetworkPolicy is every source, `ports: []` every port, and `nets: []` of a Calico rule every address.

**Why it matters.** The rule lets everybody in, and reads as if it let nobody in. Cilium reads `fromEndpoints: []` the
other way round (NPC601), so the habit of one engine is a hole in another.

**Example**

    ingress:
      - from: []                 # every pod, every node, and the whole internet
        ports: [{port: 5432}]

**What to do.** To allow everybody, leave the field out. To allow nobody, leave the rule out: a policy without rules for a
direction that it governs denies everything there.
""",
)

NOBODY = Code(
    "NPC601",
    Severity.WARNING,
    "empty list that is nobody",
    """
A Cilium rule has an empty list of peers or ports, such as `fromEndpoints: []` or `toPorts: [{}]`. To Cilium that is nobody,
and the rule allows nothing; another list of peers beside it counts for nothing, too.

**Why it matters.** The rule still puts its pods into default deny. In a Kubernetes NetworkPolicy the same text means
everybody, so one of the two meanings is not what was wanted.

**Example**

    ingress:
      - fromEndpoints: []        # nobody
        toPorts: [{ports: [{port: "80", protocol: TCP}]}]

**What to do.** To allow everybody, write `fromEntities: [all]` or leave the field out; to allow nobody, write the one
entry `- {}`.
""",
)

NAME_CONTRADICTS = Code(
    "NPC602",
    Severity.WARNING,
    "name that says the contrary",
    """
The policy's name says that it denies, and all that it does is to allow everything; or the other way round. The form
`ingress: [{}]` does it: in a Kubernetes NetworkPolicy it allows everything, in a Cilium policy it denies everything.

**Why it matters.** Names are what people read in a review. A copy from one dialect into the other keeps the text and turns
round the meaning.

**Example**

    kind: NetworkPolicy
    metadata: {name: default-deny}
    spec:
      podSelector: {}
      ingress: [{}]              # allows everything

**What to do.** To deny in a NetworkPolicy: `policyTypes: [Ingress]` and no `ingress`. To allow in a Cilium policy:
`ingress: [{fromEntities: [all]}]`. Or give the policy another name.
""",
)

SPLIT_RULE = Code(
    "NPC603",
    Severity.WARNING,
    "peers and ports in two rules",
    """
Of two neighbouring rules, one has peers and no ports, and the other has ports and no peers. Rules are alternatives: the
first lets its peers reach every port, and the second lets everybody reach its ports. One `-` too many does it.

**Why it matters.** What was meant as "these peers, on this port" opens the port to the world, and every port to the peers.

**Example**

    ingress:
      - from: [{podSelector: {matchLabels: {app: web}}}]
      - ports: [{port: 5432}]    # from anywhere

**What to do.** Write both keys into one rule, without the second `-`. If two rules are meant, say so in a comment:
`# npconv: ignore[NPC603] the port is public`.
""",
)

OR_FOR_AND = Code(
    "NPC604",
    Severity.WARNING,
    "two peers where one may be meant",
    """
A list of peers has a `namespaceSelector` and, as an item of its own, a `podSelector`. Items are alternatives: every pod of
those namespaces, or those pods of the policy's *own* namespace. Pods of other namespaces by their labels need both keys in
one item.

**Why it matters.** The namespace's pods are all let in, whatever their labels: the most common mistake in NetworkPolicies.

**Example**

    from:
      - namespaceSelector: {matchLabels: {team: ops}}
      - podSelector: {matchLabels: {app: prometheus}}    # of this namespace

**What to do.** Leave out the second `-` if both must hold. If two peers are meant, write the `podSelector` first, or say so
in a comment: `# npconv: ignore[NPC604] own pods, and all of ops`.
""",
)

SILENT_DENY = Code(
    "NPC605",
    Severity.WARNING,
    "direction that is denied as a whole",
    """
The policy lists both directions, has rules for one of them, and says nothing of the other one: everything is denied there.

**Why it matters.** A copied `policyTypes: [Ingress, Egress]` shuts a pod's way out, DNS included, although the policy is
only about who may come in.

**Example**

    policyTypes: [Ingress, Egress]
    ingress:
      - from: [{podSelector: {}}]
                                 # no egress: nothing may leave

**What to do.** If it is meant, say it: write the empty list, `egress: []`. Else take the direction out of the types.
""",
)

SELECTS_EVERYTHING = Code(
    "NPC606",
    Severity.WARNING,
    "selector that is empty by accident",
    """
A selector has nothing in it, and does not look as if that were meant: `matchLabels:` without a value, or a policy without a
`podSelector`. An empty selector selects everything.

**Why it matters.** The policy is for every pod of the namespace, or the rule lets all of them in. A label that was
commented out, or a template that had no value, leaves just that behind.

**Example**

    podSelector:
      matchLabels:               # null: every pod
      #  app: web

**What to do.** Write the label, or `podSelector: {}` if every pod is meant.
""",
)

NEGATIVE_LEAK = Code(
    "NPC608",
    Severity.WARNING,
    "negative selector that matches more than pods",
    """
A selector that only says what labels something does *not* have also matches what has no such labels at all: in Calico, host
endpoints and global network sets, which are in no namespace; with `notSelector` alone in a GlobalNetworkPolicy, any address
outside of the cluster; in Cilium before 1.19 (`policy-default-local-cluster` off), nodes and the whole world.

**Why it matters.** "Everybody but team x" becomes "the internet, but not team x".

**Example**

    kind: GlobalNetworkPolicy
    spec:
      ingress:
        - action: Allow
          source: {namespaceSelector: "team != 'guests'"}    # nodes, too

**What to do.** Anchor it to pods: in Calico `all() && team != 'guests'`; in Kubernetes add
`{key: kubernetes.io/metadata.name, operator: Exists}`, in Cilium
`{key: k8s:io.kubernetes.pod.namespace, operator: Exists}`.
""",
)

NEVER_SELECTS = Code(
    "NPC610",
    Severity.WARNING,
    "policy whose selector can select nothing",
    """
No pod can have the labels that the policy asks of its pods: the parts of the selector exclude each other, or it asks for a
label that Kubernetes does not let anybody have.

**Why it matters.** The policy does nothing: it neither allows nor denies nor isolates.

**Example**

    podSelector:
      matchLabels: {app: web}
      matchExpressions: [{key: app, operator: NotIn, values: [web, api]}]

**What to do.** Correct the selector, or remove the policy.
""",
)

NEVER_MATCHES = Code(
    "NPC611",
    Severity.WARNING,
    "rule that no flow can match",
    """
No flow can meet everything that the rule asks for: a selector contradicts itself, an address range is excluded as a whole,
a port belongs to a protocol that has none.

**Why it matters.** An allow that allows nothing breaks what depends on it; a deny that no packet can meet protects nothing.
In Calico policies this is NPC306.

**Example**

    from:
      - podSelector:
          matchLabels: {app: web}
          matchExpressions: [{key: app, operator: DoesNotExist}]

**What to do.** Correct the rule, or remove it.
""",
)

REPEATED_ITEM = Code(
    "NPC612",
    Severity.NOTE,
    "item that is listed twice",
    """
A list of peers, ports, addresses or types holds the same item twice. It means the same as once.

**Why it matters.** Nothing changes. One of the two was often meant to be something else, such as another port.

**Example**

    ports:
      - {port: 443, protocol: TCP}
      - {port: 443, protocol: TCP}

**What to do.** Remove one of them; `npconv lint --fix` does.
""",
)

HOST_BITS = Code(
    "NPC613",
    Severity.WARNING,
    "address range with bits beyond its prefix",
    """
An address range such as `10.0.0.5/24` has bits set behind its prefix. The engine clears them, and takes it for
`10.0.0.0/24`.

**Why it matters.** It may have been meant as one address, `10.0.0.5/32`, and is 256 of them. Newer API servers refuse it.

**What to do.** Write the range that is meant. `npconv lint --fix` writes what the engine takes it for.
""",
)

KNOWN_BUG = Code(
    "NPC614",
    Severity.WARNING,
    "bug of the engine that changes the meaning",
    """
The engine, in the release that was named, is known not to enforce this as it is written. The message names the bug.

**Why it matters.** What passes is not what the policy says. Known to npconv are:

- Cilium 1.19.0 to 1.19.4, CVE-2026-56743: an `ipBlock` of an ingress rule also lets in every pod of the namespace.
- Cilium before 1.20, #30003: a port name of an egress rule that pods declare with different numbers is not resolved.
- Cilium 1.16 as AKS ships it: `endPort` of a NetworkPolicy is not enforced.
- Calico before 3.31.6: `prefix` of an HTTP path is compared as text, so that `/a` also matches `/ab`.

**What to do.** Upgrade, or write what the message says instead. Name your engine's release with `--engine`.
""",
)

NOT_IN_RELEASE = Code(
    "NPC616",
    Severity.WARNING,
    "kind that the release does not have",
    """
The engine, in the release that was named, has no such kind of object. An API server whose CRDs are newer takes it, and
nobody enforces it.

**Why it matters.** The policy looks as if it were in force. Staged policies came to open-source Calico with 3.30.

**What to do.** Upgrade the engine, name the release that you run with `--engine`, or use another kind.
""",
)

ENFORCED_HOSTS = Code(
    "NPC615",
    Severity.WARNING,
    "policy that also governs nodes",
    """
A GlobalNetworkPolicy without a `namespaceSelector` also selects host endpoints, and there are some in the input. Where no
rule allows a node's traffic, the node is cut off but for Calico's failsafe ports.

**Why it matters.** A cluster-wide default deny that was meant for pods locks out the nodes.

**Example**

    kind: GlobalNetworkPolicy
    spec:
      selector: all()            # pods, and host endpoints
      types: [Ingress, Egress]

**What to do.** Write `namespaceSelector: all()` for a policy that is for pods only.
""",
)
