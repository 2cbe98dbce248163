"""Codes for: Calico objects that Calico refuses.

Sources: Calico's validators (libcalico-go/lib/validator/v3) and CRD rules, 3.29 to 3.32.
"""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

TOO_OLD = Code(
    "NPC200",
    Severity.ERROR,
    "Calico API too old",
    """
An object is written for the API of Calico 1 or 2 (`apiVersion: v1` with a lower-case kind, or
`projectcalico.org/v2`).

**Why it matters.** Fields were renamed and changed their meaning on the way to `projectcalico.org/v3`; a guess
could open what was closed.

**Example**

    apiVersion: v1
    kind: policy

**What to do.** Convert the object with `calicoctl convert` of Calico 3.0 to 3.3, then run npconv on the result.
""",
)

ENTERPRISE_ONLY = Code(
    "NPC201",
    Severity.ERROR,
    "field of Calico Enterprise and Calico Cloud",
    """
An object uses a field that open-source Calico does not have, such as `destination.domains` or
`allowedEgressDomains`.

**Why it matters.** An open-source API server drops the field without a word. A rule whose only match was
`destination.domains` then matches every destination.

**Example**

    egress:
    - action: Allow
      destination:
        domains: ["*.example.com"]

**What to do.** Remove the field, or say the same with `nets` or a network set.
""",
)

STORED_METADATA = Code(
    "NPC202",
    Severity.ERROR,
    "unreadable `projectcalico.org/metadata` annotation",
    """
A raw `crd.projectcalico.org/v1` object keeps its true name, labels and annotations as JSON in the annotation
`projectcalico.org/metadata`. This one cannot be read.

**Why it matters.** Without its labels a network set or host endpoint matches no selector, and rules change
their meaning.

**What to do.** Export the object as `projectcalico.org/v3` (`calicoctl get -o yaml`), or repair the annotation.
""",
)

NAME = Code(
    "NPC203",
    Severity.ERROR,
    "invalid name",
    """
Calico refuses the name of an object. Policies take one DNS label or two with a dot between (up to Calico 3.31
the first is the tier), tiers one DNS label, everything else a DNS subdomain.

**Example**

    metadata:
      name: Allow_Web      # use allow-web

**What to do.** Rename the object.
""",
)

METADATA = Code(
    "NPC204",
    Severity.ERROR,
    "invalid label or annotation",
    """
Calico refuses a label or an annotation: its key or its value is not one that Kubernetes takes, the label is
reserved (`projectcalico.org/namespace`), or the annotations are larger than 256 kB together.

**What to do.** Correct the key or the value.
""",
)

SELECTOR = Code(
    "NPC210",
    Severity.ERROR,
    "invalid selector",
    """
A selector is not in Calico's selector language.

**Why it matters.** `calicoctl` refuses the object. Stored past the validator, an unparsable selector drops the
whole policy, and an unparsable `namespaceSelector` drops the restriction to namespaces.

**The language.** `all()`, `has(label)`, `label == 'value'`, `!=`, `in {'a', 'b'}`, `not in {…}`, `contains
'x'`, `starts with 'x'`, `ends with 'x'`, joined by `&&`, `||`, `!` and parentheses. Values are quoted, labels
are not. Only spaces and tabs may stand between words: a YAML block scalar (`|`, `>`) ends in a newline, which
is an error.

**Example**

    selector: app = web            # use: app == 'web'
    selector: has('app')           # use: has(app)

**What to do.** Correct the selector at the place shown.
""",
)

SELECTOR_TOO_DEEP = Code(
    "NPC211",
    Severity.ERROR,
    "selector nested too deeply",
    """
A selector nests more than 100 negated or parenthesised groups. npconv does not read it: no person writes such a
selector, and later versions of Calico allow 1024 characters at most.

**What to do.** Simplify the selector.
""",
)

GLOBAL = Code(
    "NPC212",
    Severity.ERROR,
    "misplaced `global()`",
    """
`global()` chooses host endpoints and global network sets. It may stand only in the `namespaceSelector` of a
rule's `source` or `destination`, and there it must be the whole selector.

**Example**

    source:
      namespaceSelector: global() && has(team)   # use: namespaceSelector: global(), selector: has(team)

**What to do.** Write `namespaceSelector: global()` alone, and move other conditions to `selector`.
""",
)

ACTION = Code(
    "NPC220",
    Severity.ERROR,
    "invalid action",
    """
The `action` of a rule is missing or is none of `Allow`, `Deny`, `Log` and `Pass`. Case matters: `allow` was the
spelling of Calico 2.

**What to do.** Give the rule one of the four actions.
""",
)

PROTOCOL = Code(
    "NPC221",
    Severity.ERROR,
    "invalid protocol",
    """
`protocol` and `notProtocol` take a number from 1 to 255, or one of `TCP`, `UDP`, `ICMP`, `ICMPv6`, `SCTP`,
`UDPLite` in just this spelling.

**What to do.** Correct the spelling, or use the number.
""",
)

PORT = Code(
    "NPC222",
    Severity.ERROR,
    "invalid port",
    """
A port is a number from 1 to 65535, a range `"first:last"` with both ends included, or the name of a container
port.

**Why it matters.** `"80-90"` is no range but a port *named* `80-90`: Calico's validator refuses it, and stored
past the validator it never matches.

**Example**

    ports: ["80-90"]    # use "80:90"

**What to do.** Correct the port.
""",
)

PORT_PROTOCOL = Code(
    "NPC223",
    Severity.ERROR,
    "ports without a protocol that has ports",
    """
A rule lists port numbers, but its `protocol` is not set, or is none of TCP, UDP and SCTP (6, 17, 132). Only
named ports may go without a protocol, and these from Calico 3.32 on.

**Example**

    - action: Allow
      destination: {ports: [443]}     # add protocol: TCP

**What to do.** Set `protocol: TCP`, `UDP` or `SCTP`; for several protocols write one rule for each.
""",
)

ICMP = Code(
    "NPC224",
    Severity.ERROR,
    "invalid ICMP match",
    """
`icmp` and `notICMP` take `type` 0 to 254 and `code` 0 to 255; a code needs a type; `icmp` needs `protocol:
ICMP` or `ICMPv6`.

**What to do.** Correct the values, and set the protocol.
""",
)

IP_VERSION = Code(
    "NPC225",
    Severity.ERROR,
    "invalid or contradicting IP version",
    """
`ipVersion` is 4 or 6, and must agree with the rest of its rule: `ICMP` goes with 4, `ICMPv6` with 6, and CIDRs
with their own family.

**What to do.** Remove `ipVersion`, or correct it.
""",
)

CIDR = Code(
    "NPC226",
    Severity.ERROR,
    "invalid CIDR",
    """
An address range cannot be read, or is written in a form that Calico does not take at this place. In rules a
range needs its prefix length and must have no bits beyond it (`10.0.0.0/24`, not `10.0.0.5/24`, not
`10.0.0.5`). Network sets take single addresses and mask off the rest.

**Why it matters.** Stored past the validator, an unreadable range is skipped. If it was the only one, the rule
then matches every address.

**What to do.** Write the range in full.
""",
)

FAMILIES = Code(
    "NPC227",
    Severity.ERROR,
    "IPv4 and IPv6 in one rule",
    """
A rule holds CIDRs of both families. Calico takes one family a rule, over `nets` and `notNets` of both sides.

**What to do.** Write one rule for each family.
""",
)

NEGATED_EVERYTHING = Code(
    "NPC228",
    Severity.ERROR,
    "`notNets` excludes every address",
    """
`notNets` holds `0.0.0.0/0` or `::/0`: the rule can match nothing of that family, so Calico refuses it.

**What to do.** Remove the rule, or the range.
""",
)

SERVICES = Code(
    "NPC229",
    Severity.ERROR,
    "invalid service match",
    """
`services` names one Kubernetes Service. It may stand in the `destination` of an egress rule and in the `source`
of an ingress rule, not beside `selector`, `notSelector`, `namespaceSelector`, `nets`, `notNets` or
`serviceAccounts`, and in a destination not beside ports (the Service brings its own). In a global policy it
needs a namespace.

**Example**

    egress:
    - action: Allow
      destination:
        services: {name: kube-dns, namespace: kube-system}

**What to do.** Remove what stands beside it, or move it to the other side.
""",
)

HTTP = Code(
    "NPC230",
    Severity.ERROR,
    "invalid HTTP match",
    """
`http` may stand only in Allow rules for ingress, with protocol TCP or none. Methods may not repeat. A path has
exactly one of `exact` and `prefix`, starts with `/` and holds no space, `?` or `#`.

**What to do.** Correct the match, or remove it.
""",
)

TYPES = Code(
    "NPC231",
    Severity.ERROR,
    "invalid policy types",
    """
`types` lists `Ingress`, `Egress` or both, each once and in just this spelling.

**What to do.** Correct the list.
""",
)

PERFORMANCE_HINTS = Code(
    "NPC232",
    Severity.ERROR,
    "invalid performance hint",
    """
`performanceHints` takes `AssumeNeededOnEveryNode`, once. Hints never change which traffic passes.

**What to do.** Remove the hint.
""",
)

HOST_POLICY = Code(
    "NPC233",
    Severity.ERROR,
    "contradicting `preDNAT`, `doNotTrack` and `applyOnForward`",
    """
`preDNAT` and `doNotTrack` exclude each other, and both need `applyOnForward: true`. A `preDNAT` policy has no
egress rules and no type `Egress`.

**What to do.** Set `applyOnForward: true`, and split the policy if it should do both.
""",
)

STAGED = Code(
    "NPC234",
    Severity.ERROR,
    "invalid staged action",
    """
`stagedAction` is `Set`, `Delete`, `Learn` or `Ignore`. With `Delete` nothing but the tier may be written beside
it.

**What to do.** Correct the action, or remove the other fields.
""",
)

TIER = Code(
    "NPC235",
    Severity.ERROR,
    "invalid tier",
    """
The `defaultAction` of a tier is `Deny` or `Pass`. The tiers that Calico creates are fixed: `default` has order
1000000 and denies, `kube-admin` has order 1000 and passes, `kube-baseline` has order 10000000 and passes (up to
Calico 3.31 `adminnetworkpolicy` and `baselineadminnetworkpolicy` have these two orders).

**What to do.** Correct the tier; leave the built-in ones as Calico made them.
""",
)

HOST_ENDPOINT = Code(
    "NPC236",
    Severity.ERROR,
    "invalid host endpoint",
    """
A host endpoint needs a `node`, and at least one of `interfaceName` and `expectedIPs`. An interface name is `*`
or at most 15 letters, digits, `_`, `.` and `-`. A port has a name, a protocol (TCP, UDP, SCTP) and a number.

**What to do.** Complete the host endpoint.
""",
)

STAGED_KUBERNETES = Code(
    "NPC237",
    Severity.ERROR,
    "invalid staged Kubernetes policy",
    """
The Kubernetes policy inside a StagedKubernetesNetworkPolicy holds a value that Kubernetes refuses.

**What to do.** Correct the value. Staged policies affect no traffic; removing the object from the input changes
no result.
""",
)
