"""Codes for: Kubernetes and policy API objects that are refused."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

OLD_VERSION = Code(
    "NPC501",
    Severity.NOTE,
    "old API version",
    """
A policy says an API version that Kubernetes no longer serves: `extensions/v1beta1`, removed in 1.16.

**Why it matters.** Its shape and meaning are those of `networking.k8s.io/v1`, so npconv reads it as that. A
present-day cluster answers it with 404: a file like this is not in force anywhere.

**What to do.** Write `apiVersion: networking.k8s.io/v1`; nothing else changes.
""",
)

UNKNOWN_VERSION = Code(
    "NPC502",
    Severity.ERROR,
    "unknown API version",
    """
An object has the kind of a policy, but an API version that never had this kind.

**Why it matters.** The API server does not know the object, so it was never in force. Passing over it would lose a
policy that its author believes in.

**Example**

    apiVersion: networking/v1        # the group is networking.k8s.io
    kind: NetworkPolicy

**What to do.** Correct `apiVersion`.
""",
)

FIELD_DROPPED = Code(
    "NPC503",
    Severity.NOTE,
    "unknown field dropped",
    """
An object holds a field that its kind does not have, and npconv was asked to drop such fields as an API server does.

**Why it matters.** The output means what the cluster does, which may not be what the author meant: what the dropped
field should have restricted is not restricted.

**What to do.** Correct the spelling, or remove the field. Without the lenient reading this is NPC110, an error.
""",
)

METADATA = Code(
    "NPC510",
    Severity.ERROR,
    "metadata refused",
    """
The name, the namespace, a label or an annotation of an object is not one that Kubernetes accepts.

**Why it matters.** The API server answers 422, and the object is not stored.

**Example**

    metadata:
      name: Allow_Web      # lower case letters, digits, '-' and '.' only

**What to do.** Give it a name of lower case letters, digits and dashes; label values are at most 63 characters.
""",
)

SELECTOR = Code(
    "NPC511",
    Severity.ERROR,
    "label selector refused",
    """
A label selector is not one that Kubernetes accepts: an operator it does not know, `In` without values, `Exists` with
values, or a key or value that cannot be a label's.

**Why it matters.** The API server answers 422, and the policy is not stored.

**Example**

    matchExpressions:
    - {key: tier, operator: in, values: [web]}     # operators are case-sensitive: In

**What to do.** Use `In`, `NotIn` (both with values), `Exists` or `DoesNotExist` (both without).
""",
)

PEER = Code(
    "NPC520",
    Severity.ERROR,
    "peer refused",
    """
An item of `from` or `to` names no peer, or kinds of peer that cannot stand together.

**Why it matters.** The API server answers 422. An empty peer is not "everybody": to allow every peer, leave out
`from` or `to` as a whole.

**Example**

    from:
    - ipBlock: {cidr: 10.0.0.0/8}
      podSelector: {}              # ipBlock stands alone

**What to do.** Make two items of it (either may match), or drop the one that is not meant.
""",
)

CIDR = Code(
    "NPC521",
    Severity.ERROR,
    "CIDR refused",
    """
A text is not an address range as Kubernetes 1.36 accepts one: no prefix length, bits set beyond it, leading zeros, or
an IPv4 address in IPv6 form.

**Why it matters.** The API server answers 422. Up to 1.35 it took host bits, leading zeros and IPv4-mapped addresses
with a warning, so that policies with them live on in clusters; engines read them differently.

**Example**

    ipBlock: {cidr: 10.0.0.5/24}   # 10.0.0.0/24 or 10.0.0.5/32?

**What to do.** Write the range's first address, without leading zeros: `10.0.0.0/24`.
""",
)

OLD_CIDR = Code(
    "NPC522",
    Severity.WARNING,
    "CIDR that only old clusters accept",
    """
An address range has bits set beyond its prefix, leading zeros, or an IPv4 address in IPv6 form. Kubernetes took this
up to 1.35 (with a warning), and refuses it in new objects since 1.36.

**Why it matters.** npconv reads it as old clusters do (leading zeros are decimal, bits beyond the prefix are
cleared). Other readers take leading zeros for octal, or the IPv4-mapped form for IPv6.

**What to do.** Write it in the usual form, which the message says.
""",
)

CIDR_FORM = Code(
    "NPC523",
    Severity.NOTE,
    "CIDR in an unusual form",
    """
An IPv6 range is valid but not written as RFC 5952 asks: lower case, no leading zeros, the longest run of zeros as
`::`.

**Why it matters.** Nothing changes; the API server only warns. Tools that compare text may take it for another range.

**What to do.** Write it in the usual form, which the message says.
""",
)

EXCEPT = Code(
    "NPC524",
    Severity.ERROR,
    "exception refused",
    """
An item of `except` is not a strict subset of its `cidr`: it is equal to it, larger, outside it or of the other
family.

**Why it matters.** The API server answers 422. An exception that is equal to its range is not "nothing".

**Example**

    ipBlock: {cidr: 10.0.0.0/8, except: [192.168.0.0/16]}

**What to do.** Remove the exception, or correct one of the two.
""",
)

PORT = Code(
    "NPC525",
    Severity.ERROR,
    "port refused",
    """
A port is out of range, or its name is not one that a container port can have, or `endPort` does not fit it.

**Why it matters.** The API server answers 422.

**Example**

    ports:
    - port: "80"          # text is a port's name: write 80 without quotes
    - port: http
      endPort: 8090       # a range needs a number to start from

**What to do.** Use a number from 1 to 65535 without quotes, or a name of at most 15 lower case letters, digits and
dashes.
""",
)

PROTOCOL = Code(
    "NPC526",
    Severity.ERROR,
    "protocol refused",
    """
A protocol is not one of `TCP`, `UDP` and `SCTP`, in upper case.

**Why it matters.** The API server answers 422. Kubernetes NetworkPolicy cannot speak of ICMP at all.

**What to do.** Write it in upper case; if it is missing, it is TCP.
""",
)

POLICY_TYPES = Code(
    "NPC527",
    Severity.ERROR,
    "policy types refused",
    """
`policyTypes` holds something other than `Ingress` and `Egress`, or more than two items.

**Why it matters.** The API server answers 422.

**What to do.** Write `[Ingress]`, `[Egress]` or `[Ingress, Egress]`, with capital letters.
""",
)

UNDECLARED_RULES = Code(
    "NPC530",
    Severity.WARNING,
    "rules that `policyTypes` leaves out",
    """
A NetworkPolicy has rules of a direction that its `policyTypes` does not name.

**Why it matters.** Kubernetes ignores such rules: they allow nothing, and the pods are not isolated in that direction.
Not every engine agrees. Cilium enforces them as if the direction were named, so the pods *are* isolated there; npconv
reads and writes the policy as its source engine does.

**Example**

    policyTypes: [Ingress]
    egress:                 # ignored: everything may leave
    - to: [{podSelector: {matchLabels: {app: db}}}]

**What to do.** Add the direction to `policyTypes`, or remove the rules.
""",
)

EMPTY_EGRESS = Code(
    "NPC531",
    Severity.WARNING,
    "empty egress list that denies nothing",
    """
A NetworkPolicy says `egress: []` and no `policyTypes`. An empty list is the same as none, and `policyTypes` defaults to
`Egress` only where there is an egress rule.

**Why it matters.** The author probably meant to deny all egress. The policy isolates for ingress instead, and leaves
egress open.

**What to do.** Say what is meant: `policyTypes: [Egress]`, or remove `egress`.
""",
)

CONTEXT_TWICE = Code(
    "NPC560",
    Severity.NOTE,
    "cluster object given twice",
    """
Two cluster objects (such as pods) have the same kind, namespace and name. The later one counts.

**Why it matters.** The two may differ in their labels or addresses; a proof stands on those of the later one only.

**What to do.** Give npconv one snapshot of the cluster, not two.
""",
)

CONTEXT_ORPHAN = Code(
    "NPC561",
    Severity.NOTE,
    "endpoints without their service",
    """
An EndpointSlice belongs to a Service that was not given, or to none. It is passed over.

**Why it matters.** What a policy says about that service cannot be resolved to addresses.

**What to do.** Include Services in the snapshot: `npconv snapshot` does.
""",
)
