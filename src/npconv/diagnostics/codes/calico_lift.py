"""Codes for: what a set of Calico policies means, where that is less, or other, than it says."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

STAGED = Code(
    "NPC300",
    Severity.LOSS,
    "staged policy left out",
    """
A `StagedNetworkPolicy`, `StagedGlobalNetworkPolicy` or `StagedKubernetesNetworkPolicy` is not translated.

**Why it matters.** No flow changes: Calico never lets or stops traffic because of a staged policy, whatever its
`stagedAction` is; it only counts in flow logs. A tier in which only staged policies select a pod does not end in its
default action for that pod either.

**Example**

    kind: StagedNetworkPolicy
    metadata: {name: lock-down, namespace: shop}

**What to do.** Nothing, if it was meant to stay staged. To try it out on the target, change its kind to the enforced
one and translate that, or use the target's own audit mode.
""",
)

HOST_STAGE = Code(
    "NPC301",
    Severity.LOSS,
    "policy on another packet path of a host",
    """
A `GlobalNetworkPolicy` with `doNotTrack`, `preDNAT` or `applyOnForward` selects a host endpoint. npconv compares what
a host and a pod may send and receive; the raw, pre-DNAT and forwarding paths of a host are outside of that.

**Why it matters.** What such a policy stops or lets through on those paths is not in the output. A policy with
`applyOnForward` alone also polices the host's own traffic, and that part is translated. Pods never feel `doNotTrack`
and `preDNAT` policies, and none of the three changes anything if no host endpoint is selected (then the loss is inert).

**Example**

    kind: GlobalNetworkPolicy
    spec: {selector: "role == 'edge'", preDNAT: true, applyOnForward: true, ingress: [{action: Deny}]}

**What to do.** Keep the host's own firewall for it, or write the target's host policy by hand.
""",
)

SERVICE_NAMESPACE = Code(
    "NPC302",
    Severity.WARNING,
    "service without a namespace matches nothing",
    """
`services` of a `NetworkPolicy` rule names no namespace. Calico's API comment says that it is the policy's own one;
Felix looks up the service by an empty namespace, finds none, and the rule matches nothing.

**Why it matters.** The rule is dead, and the output has no traffic for it. Its author most likely meant the service of
that name in the policy's namespace.

**Example**

    destination:
      services: {name: db}          # add: namespace: shop

**What to do.** Write the namespace.
""",
)

HTTP_IGNORED = Code(
    "NPC303",
    Severity.NOTE,
    "HTTP match that the source does not enforce",
    """
A rule has `http`, but the source cluster runs without application layer policy (Envoy and Dikastes). Felix then
enforces the rule as if `http` were not there: every request to the rule's ports is allowed.

**Why it matters.** The output allows what the cluster allows, which is more than the policy says.

**What to do.** If the source does enforce it, say so (profile `calico=3.32,http=enforced`); if not, decide whether the target should.
""",
)

PROFILE_UNUSED = Code(
    "NPC304",
    Severity.NOTE,
    "profile that no endpoint uses",
    """
A `Profile` object is in the input. With the Kubernetes datastore, profiles are made from namespaces and service
accounts and cannot be written; a pod's profile allows what no policy decides.

**Why it matters.** The object's rules and labels have no effect, so nothing of it is in the output.

**What to do.** Nothing, unless the policies come from an etcd datastore: then write its rules as policies.
""",
)

POLICY_ABSENT = Code(
    "NPC305",
    Severity.WARNING,
    "policy that Felix drops",
    """
A selector is blank but not empty (`" "`). Calico accepts it, but joins it with other selectors to `( ) && ...`, which
is no selector; Felix then treats the whole policy as absent.

**Why it matters.** The policy looks as if it were in force, and is not: it neither allows nor denies nor isolates.

**What to do.** Write `""` or `all()`.
""",
)

DEAD_RULE = Code(
    "NPC306",
    Severity.WARNING,
    "rule that can match nothing",
    """
The parts of a rule exclude each other: `nets` of one IP family and `notNets` of the other, an IP version and
addresses of the other one, a list of addresses that is excluded as a whole, or a selector that contradicts itself.

**Why it matters.** Calico renders nothing for the rule, so it decides nothing. Two things lead there unseen: `notNets`
with IPv4 ranges alone makes a rule IPv4-only, and a selector in a `NetworkPolicy` looks in the policy's own namespace
unless there is a `namespaceSelector`.

**Example**

    metadata: {namespace: shop}
    spec:
      egress:
      - action: Allow
        destination:
          selector: projectcalico.org/namespace == 'mesh'     # and of shop, as the policy is

**What to do.** Write one rule per family; for another namespace write `namespaceSelector`.
""",
)

RULES_IGNORED = Code(
    "NPC307",
    Severity.WARNING,
    "rules of a direction that is not in types",
    """
A policy has rules in a direction that its `types` leave out. Calico ignores them.

**Why it matters.** Neither do the rules allow or deny anything, nor is the pod isolated in that direction.

**Example**

    types: [Ingress]
    egress:
    - action: Deny                # never asked

**What to do.** Add the direction to `types`, or remove the rules.
""",
)

RENAMED = Code(
    "NPC308",
    Severity.NOTE,
    "name that the output cannot keep",
    """
A Calico policy and a Kubernetes policy may have the same namespace and name: they are of different kinds. In the output
both are of one kind, so the second gets a suffix. It depends on the source's kind, namespace and name alone, and stays
the same in every run. A name of more than 253 characters is cut, and gets a suffix, too. Where the target has no
namespaced policies (GKE Dataplane V2), the namespace becomes the first part of the name. Calico takes a DNS label or two
as a name, up to 3.31 with the tier in front: other dots become dashes.

**Why it matters.** No flow changes. Whoever looks for the policy by its name has to know the new one.

**What to do.** Nothing, or rename one of the two in the source.
""",
)

HOST_ENDPOINTS = Code(
    "NPC800",
    Severity.ASSUMPTION,
    "no host endpoints but those given",
    """
A `GlobalNetworkPolicy` selects host endpoints as well as pods (its selectors do not ask for a namespace), and the
input holds none that it selects. npconv takes it that the cluster has none.

**Why it matters.** If it has some (`kubectl get hostendpoints`), the policy guards nodes too, and the output does not.

**Example**

    selector: all()                # every pod, and every host endpoint

**What to do.** Include the `HostEndpoint` objects, or add `namespaceSelector: all()` to say that only pods are meant.
""",
)

NETWORK_SETS = Code(
    "NPC801",
    Severity.ASSUMPTION,
    "no network sets but those given",
    """
The selector of a rule can match network sets and host endpoints only, never a pod, and nothing in the input matches.
npconv takes it that the cluster has none that match either.

**Why it matters.** If there is one, the rule lets through or stops its addresses, and the output does not.

**Example**

    source:
      namespaceSelector: global()
      selector: role == 'office'   # needs a GlobalNetworkSet with this label

**What to do.** Include the `GlobalNetworkSet` and `NetworkSet` objects.
""",
)

MISSING_TIER = Code(
    "NPC802",
    Severity.ASSUMPTION,
    "tier that is not given",
    """
A policy belongs to a tier whose `Tier` object is not in the input. npconv does what Calico does without one: the tier
comes last, and its end denies.

**Why it matters.** If the cluster has the tier, it comes at its own order and ends in its own default action, and other
flows may pass.

**What to do.** Include the `Tier` object (`kubectl get tiers -o yaml`).
""",
)

HTTP_ENFORCED = Code(
    "NPC803",
    Severity.ASSUMPTION,
    "HTTP matches are enforced",
    """
A rule has `http`. npconv takes it that the source cluster runs application layer policy (Envoy and Dikastes) for the
pods concerned, which enforces it.

**Why it matters.** Without it Calico allows every request that the rest of the rule allows; the output then allows
less than the source does.

**What to do.** If the source does not enforce it, say so (profile `calico=3.32,http=ignored`).
""",
)

NAMESPACE_LABELS = Code(
    "NPC804",
    Severity.ASSUMPTION,
    "labels of a namespace are not given",
    """
A selector asks for a label of the namespace of a `NetworkSet`, and the input does not say what labels this namespace
has. npconv takes it that it has no other than its name.

**Why it matters.** Whether the set's addresses match depends on that label.

**What to do.** Include the `Namespace` object.
""",
)
