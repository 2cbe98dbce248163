"""Codes for: rules of `npconv lint` about policies together, and about the cluster that they are in."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

SELECTS_NO_POD = Code(
    "NPC620",
    Severity.WARNING,
    "policy that selects no pod of the cluster",
    """
None of the pods in the cluster file (`--cluster`) is selected by the policy.

**Why it matters.** The policy does nothing today. A label that was renamed leaves its pods without a policy, that is open.

**What to do.** Compare the selector with the pods' labels, and the namespace with theirs. If the pods come later, say so:
`# npconv: ignore[NPC620] runs nightly`.
""",
)

PEER_SELECTS_NO_POD = Code(
    "NPC621",
    Severity.NOTE,
    "rule whose peers are no pod of the cluster",
    """
The rule's peers are selected by labels, and none of the pods in the cluster file (`--cluster`) has them.

**Why it matters.** An allow lets nobody in today, and a deny keeps nobody out. Often the label, or the namespace, is
misspelt.

**What to do.** Compare the selector with the pods' labels. Pods that run only now and then are no mistake.
""",
)

AMBIGUOUS_PORT = Code(
    "NPC622",
    Severity.WARNING,
    "port name with several meanings",
    """
Pods that the rule is for declare a port of this name with different numbers, or one pod does so twice.

**Why it matters.** Engines differ: Calico and Azure NPM take each pod's own number; Cilium before 1.20 does not resolve such a
name in egress rules at all (cilium/cilium #30003), and only says so in its log.

**What to do.** Write the numbers, or give the ports different names.
""",
)

UNDECLARED_PORT = Code(
    "NPC623",
    Severity.WARNING,
    "port name that no pod declares",
    """
The rule is for a port by name, and none of the pods in the cluster file (`--cluster`) that it could be for declares a port
of this name.

**Why it matters.** The rule matches nothing.

**What to do.** Write the name into the container's `ports`, or the number into the rule.
""",
)

CLUSTER_IP = Code(
    "NPC624",
    Severity.WARNING,
    "address of a service",
    """
An address range of a rule holds nothing but the cluster's address of a service. That address is replaced by a pod's
before policies are asked, in every engine that npconv knows.

**Why it matters.** The rule never matches: an allow does not open the service, a deny does not close it.

**What to do.** Select the pods behind the service, at the port of the pods.
""",
)

PODS_BY_ADDRESS = Code(
    "NPC625",
    Severity.WARNING,
    "pods or nodes by their addresses, which Cilium does not match",
    """
An address range of a rule holds the addresses of pods or nodes of the cluster, and nothing else in the rule matches them.
Cilium knows its own pods and nodes by identity: a range is for addresses outside of the cluster only (cilium/cilium #9209,
#12277).

**Why it matters.** In Calico or Azure NPM the rule lets these pods in; in Cilium it does not, and a deny does not stop them.

**Example**

    - from: [{ipBlock: {cidr: 10.244.0.0/16}}]     # the pods' own network

**What to do.** Select pods by labels (`namespaceSelector: {}` is all of them), nodes by `fromEntities: [host, remote-node]`.
""",
)

NO_DNS = Code(
    "NPC630",
    Severity.WARNING,
    "way out without DNS",
    """
The policy isolates its pods on the way out and allows some connections, and no policy of the input lets these pods ask
for names: nothing allows port 53.

**Why it matters.** Applications connect to names. The connection that the policy allows is never made, because its address
is never learnt: the most common reason why a new egress policy "breaks everything".

**What to do.** Allow UDP and TCP port 53 to the cluster's DNS pods (or to the node-local cache). If another policy does,
lint it together with this one; where only some of the policies are given, say `--partial`.
""",
)

NAMES_UNSEEN = Code(
    "NPC631",
    Severity.WARNING,
    "DNS names without a DNS rule",
    """
A Cilium rule allows `toFQDNs`, and no policy of the input sends the DNS questions of these pods through Cilium's DNS proxy
(`rules: {dns: [...]}` on port 53).

**Why it matters.** Cilium learns the addresses of names from answers that its proxy sees, and from nothing else. The rule
matches nothing.

**What to do.** Allow port 53 to the DNS pods with `rules: {dns: [{matchPattern: "*"}]}`, for the same pods.
""",
)

DENY_ALONE = Code(
    "NPC632",
    Severity.WARNING,
    "deny that denies everything",
    """
A Cilium rule has only denies in a direction, and nothing in the input allows these pods anything there. A deny puts its pods
into default deny as an allow does, so that everything is denied, not only what is listed.

**Why it matters.** "Everything but this" becomes "nothing" (cilium/cilium #14992, #20914).

**Example**

    egressDeny:
      - toCIDR: ["169.254.169.254/32"]       # and nothing else passes either

**What to do.** Add `enableDefaultDeny: {egress: false}` (Cilium 1.16 and later), or an allow for everything else. Where only
some of the policies are given, say `--partial`.
""",
)

SAME_POLICY = Code(
    "NPC633",
    Severity.WARNING,
    "two policies that say the same",
    """
Two policies select the same pods and have the same rules.

**Why it matters.** One of them does nothing. Whoever changes the other one, or removes it, finds that nothing happens.

**What to do.** Remove one of them. If one was copied to be changed, change it.
""",
)

SHADOWED = Code(
    "NPC640",
    Severity.WARNING,
    "rule that never decides",
    """
Whatever the rule matches, another rule decides before it, and otherwise: a Deny behind an Allow for the same flows, an Allow
behind a Deny or a Pass. The finding names the rules that come first. This is proven over all flows, by exact set
arithmetic and where that is not enough by a SAT solver; it is no comparison of texts.

**Why it matters.** The rule does not do what it says: what it should deny passes, or what it should allow is denied.

**Example**

    ingress:
      - action: Allow
        source: {nets: [10.0.0.0/8]}
      - action: Deny
        source: {nets: [10.1.0.0/16]}        # decided above

**What to do.** Put the narrower rule first, or remove it. In Calico, check `order` and tiers; in Cilium a deny always comes
first.
""",
)

REDUNDANT = Code(
    "NPC641",
    Severity.WARNING,
    "rule that adds nothing",
    """
Other rules of the same policy already say what the rule says, for every flow that it matches. The finding names them. This is
proven over all flows, as in NPC640.

**Why it matters.** Nothing changes if the rule goes; but often it was meant to narrow the other one, as `- ports:` beside
`- from:`, and does not.

**What to do.** Remove the rule, or the wider one.
""",
)

COVERED = Code(
    "NPC642",
    Severity.NOTE,
    "rule that another policy makes idle",
    """
Rules of other policies come before this one and decide all of its flows as it would. The finding names them. This is proven
over all flows, as in NPC640.

**Why it matters.** Nothing changes while both are there. If the other policy changes, this one takes effect.

**What to do.** Nothing, if it is meant as a second line; else remove one of them.
""",
)

IGNORE_WITHOUT_REASON = Code(
    "NPC650",
    Severity.WARNING,
    "ignore comment without a reason",
    """
A comment `# npconv: ignore[CODE]` gives no reason. It is not heeded.

**Why it matters.** Whoever reads it in a year has to know why the finding does not matter.

**Example**

    - from: []   # npconv: ignore[NPC600] public, see ADR 12

A comment counts for the findings of its own line; on a line of its own, for those of the next line; above the first line of
a document, for the whole document. Several codes are separated by commas. Translations heed the comments on losses, as
`--accept` for that place alone.

**What to do.** Write the reason behind the bracket.
""",
)

IGNORE_UNUSED = Code(
    "NPC651",
    Severity.WARNING,
    "ignore comment that ignores nothing",
    """
A comment `# npconv: ignore[CODE]` stands where there is no finding of this code.

**Why it matters.** It hides the next finding of this code, which nobody has looked at.

**What to do.** Remove the comment; `npconv lint --fix` does.
""",
)

IGNORE_UNKNOWN = Code(
    "NPC652",
    Severity.WARNING,
    "ignore comment that cannot be read",
    """
A comment begins with `# npconv:` and is none that npconv knows, or names a code that does not exist.

**Why it matters.** The finding that it should silence is still there, or another one is meant.

**What to do.** Write `# npconv: ignore[NPC600] reason`; `npconv codes` lists the codes.
""",
)

TEMPLATE = Code(
    "NPC655",
    Severity.NOTE,
    "template left out",
    """
The document is a Helm template, or has placeholders such as `${NAME}` that were not filled in. It is left out: what it will
say is not known.

**What to do.** Lint what Helm or Flux makes of it: `helm template RELEASE CHART | npconv lint -`.
""",
)

UNDECIDED = Code(
    "NPC656",
    Severity.NOTE,
    "rules that were not decided",
    """
For some rules it was not found out whether they can ever decide (NPC640 to NPC642): the time was up (`--check-timeout`), or
no SAT solver is installed. Nothing is said of these rules, neither that they are right nor that they are not.

**What to do.** Give it more time, or install npconv with pip, which brings the solver.
""",
)
