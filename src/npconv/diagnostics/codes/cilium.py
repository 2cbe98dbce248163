"""Codes for: Cilium objects that Cilium refuses.

Two judges refuse: the API server with the schema of the CRD, and Cilium itself (`Sanitize`; the operator then
says so in `status.conditions[type=Valid]`, while `kubectl apply` has long reported success).
"""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

UNSERVED_VERSION = Code(
    "NPC401",
    Severity.ERROR,
    "API version that no Cilium serves",
    """
The object's `apiVersion` is one that the Cilium release does not serve for this kind.

**Why it matters.** `kubectl apply` fails: `no matches for kind "CiliumNetworkPolicy" in version "cilium.io/v1"`.
Policies are `cilium.io/v2`. CiliumCIDRGroup is `cilium.io/v2alpha1` until Cilium 1.17, and `cilium.io/v2` since 1.18.

**What to do.** Change `apiVersion`; the fields are the same.
""",
)

NO_RULE = Code(
    "NPC402",
    Severity.ERROR,
    "policy without a rule",
    """
A policy has neither `spec` nor `specs`, or a rule has nothing in `ingress`, `ingressDeny`, `egress` and `egressDeny`.

**Why it matters.** Since 1.17 Cilium rejects the whole object and nothing is enforced, although `kubectl get`
lists it. `ingress: []` is such a rule: it is *not* a default deny.

**Example**

    spec:
      endpointSelector: {}
      ingress: []        # rejected; meant was `ingress: [{}]`

**What to do.** To deny everything that no other policy allows, write one empty entry: `ingress: [{}]`.
""",
)

SUBJECT = Code(
    "NPC403",
    Severity.ERROR,
    "rule without one subject",
    """
A rule has neither `endpointSelector` nor `nodeSelector`, or both, or a `nodeSelector` in a CiliumNetworkPolicy.

**Why it matters.** Cilium rejects the whole object. Nodes can be subjects only in a CiliumClusterwideNetworkPolicy,
and only with the host firewall enabled.

**What to do.** Give each rule exactly one of the two. `endpointSelector: {}` selects every pod of the namespace
(in a clusterwide policy, every endpoint).
""",
)

COMBINATION = Code(
    "NPC404",
    Severity.ERROR,
    "fields that Cilium does not combine",
    """
One entry holds two fields that Cilium refuses side by side: two kinds of peers, `icmps` and `toPorts`, or (until 1.16)
`toServices` and `toPorts`.

**Why it matters.** Cilium rejects the whole object: `combining FromEndpoints and FromCIDR is not supported yet`.

**Example**

    ingress:
    - fromEndpoints: [{}]
      fromCIDR: [10.0.0.0/8]

**What to do.** Write an entry for each, and repeat the ports in each. Entries are alternatives, so this allows
what was meant.
""",
)

SELECTOR = Code(
    "NPC405",
    Severity.ERROR,
    "invalid label selector",
    """
A selector has a key, value or operator that Cilium refuses.

**Why it matters.** Cilium rejects the whole object. Operators are `In`, `NotIn`, `Exists` and `DoesNotExist`; the first
two need values and the others must have none. A key is a Kubernetes label key, with at most one source in front
(`k8s:app`); values are label values of at most 63 characters, in `NotIn` too.

**What to do.** Correct the selector.
""",
)

ADDRESSES = Code(
    "NPC406",
    Severity.ERROR,
    "invalid CIDR",
    """
A CIDR cannot be read, an entry of a CIDR set names not exactly one of `cidr`, `cidrGroupRef` and `cidrGroupSelector`, or
an `except` does not lie inside its `cidr`.

**Why it matters.** The object is refused. A single address needs its length: `192.0.2.1/32`. Until 1.19 Cilium only asks
whether the first address of an `except` lies inside; since 1.20 the whole range must.

**What to do.** Correct the CIDR. An `except` that lies outside does nothing: leave it out.
""",
)

PORT = Code(
    "NPC407",
    Severity.ERROR,
    "invalid port",
    """
A port is missing, or neither a number from 0 to 65535 nor a port name, or its range or protocol is not one Cilium takes.

**Why it matters.** The object is refused. Cilium reads numbers as Go does: `0100` is 64 (octal), `080` is no number.
Protocols are upper case: TCP, UDP, SCTP and ANY; VRRP and IGMP since 1.19; GRE, IPIP, IPV6, ESP and AH since 1.20.
ICMP is written under `icmps`.

**What to do.** Write plain decimal numbers, as text: `port: "80"`.
""",
)

L7 = Code(
    "NPC408",
    Severity.ERROR,
    "layer 7 rules where none can be",
    """
Layer 7 rules stand where Cilium cannot enforce them: several kinds in one entry, HTTP on another protocol than TCP, on
port 0, DNS rules on ingress or without a port or on a range, or anything but DNS in a host policy.

**Why it matters.** Cilium rejects the whole object.

**Example**

    toPorts:
    - ports: [{port: "80"}]     # no protocol means TCP, UDP and SCTP
      rules: {http: [{method: GET}]}

**What to do.** Give HTTP rules `protocol: TCP` and a port; write DNS rules on egress, beside the port of the DNS server.
""",
)

HTTP = Code(
    "NPC409",
    Severity.ERROR,
    "invalid HTTP or Kafka rule",
    """
A `path` or `method` is no regular expression that Go understands, a header match is incomplete, or a Kafka rule
contradicts itself.

**Why it matters.** Cilium rejects the whole object. Go's expressions (RE2) have no lookahead, lookbehind or
back references.

**What to do.** Rewrite the expression. It is matched against the whole value, and for `path` with the query string.
""",
)

NAME = Code(
    "NPC410",
    Severity.ERROR,
    "invalid DNS name or pattern",
    """
A `matchName`, `matchPattern` or server name holds characters that names cannot have, is too long, empty, or given twice.

**Why it matters.** The object is refused. Names hold letters, digits, `-`, `_` and `.`; patterns also `*`; both have
at most 255 characters and no empty label. Server names know wildcards since 1.18 (only `*.` and `**.` in front), and
anywhere since 1.20.

**What to do.** Correct the name.
""",
)

ICMP = Code(
    "NPC411",
    Severity.ERROR,
    "invalid ICMP type",
    """
An ICMP type is none that its family has, or the family is neither `IPv4` nor `IPv6`.

**Why it matters.** The object is refused. Names differ between families, and `ExtendedEchoReply` is refused by a slip
in the CRD's pattern. Absent family means IPv4.

**What to do.** Write the number: `{family: IPv6, type: 128}`.
""",
)

ENTITY = Code(
    "NPC412",
    Severity.ERROR,
    "unknown entity",
    """
`fromEntities` or `toEntities` names an entity that Cilium does not have.

**Why it matters.** The object is refused. Entities are `all`, `world`, `cluster`, `host`, `remote-node`, `kube-apiserver`,
`health`, `ingress`, `init`, `unmanaged` and `none`; `cluster-mesh` since 1.20. `world-ipv4` and `world-ipv6` exist
inside Cilium, but the API server refuses them.

**What to do.** Use one of these. A namespace is no entity: select its pods with `fromEndpoints`.
""",
)

TOO_MANY = Code(
    "NPC413",
    Severity.ERROR,
    "too many items",
    """
An entry of `toPorts` has more than 40 ports, or one of `icmps` more than 40 types.

**Why it matters.** The object is refused: `too many ports, the max is 40`.

**What to do.** Spread them over several entries of `toPorts`, of which there may be any number, or use ranges.
""",
)

NEEDS_FLAG = Code(
    "NPC414",
    Severity.ERROR,
    "field that needs an agent option",
    """
A field is refused unless an option of the Cilium agent is set: `fromNodes` and `toNodes` need
`enable-node-selector-labels`, layer 7 rules `enable-l7-proxy`, `icmps` `enable-icmp-rules`.

**Why it matters.** Cilium rejects the whole object.

**What to do.** Set the option, and tell npconv so: `--to cilium=1.19,enable-node-selector-labels=true`.
""",
)

NOT_IN_VERSION = Code(
    "NPC415",
    Severity.ERROR,
    "field that this version does not have",
    """
A field is newer than the Cilium release, or was removed before it.

**Why it matters.** The API server drops it without an error, and what it restricts with it: a Kafka rule on 1.20
becomes a plain allow of its port.

**What to do.** Name the release that you run (`cilium=1.19`), or do without the field.
""",
)

NOT_ON_PLATFORM = Code(
    "NPC416",
    Severity.ERROR,
    "not offered on this platform",
    """
The managed service does not offer what the policy uses: AKS without Advanced Container Networking Services has no
`toFQDNs` and no layer 7 rules; with them, no layer 7 rules in clusterwide policies; GKE Dataplane V2 has no
CiliumNetworkPolicy, and only layers 3 and 4 in clusterwide ones.

**Why it matters.** The service refuses the object, or does not enforce it.

**What to do.** Enable the feature of the service, or say the same with what is there.
""",
)

LISTENER = Code(
    "NPC417",
    Severity.ERROR,
    "TLS or Envoy listener where none can be",
    """
A `listener` stands on ingress or beside layer 7 rules, its priority is not from 1 to 100, or `serverNames` stand beside
layer 7 rules without `terminatingTLS`.

**Why it matters.** Cilium rejects the whole object.

**What to do.** Move the listener to an entry of its own; end TLS where requests inside it are to be read.
""",
)

VALUE = Code(
    "NPC418",
    Severity.ERROR,
    "value that the CRD refuses",
    """
A value is not among those that the schema of the CRD allows.

**Why it matters.** The API server refuses the object.

**What to do.** Use one of the values that the message names.
""",
)

MATCHES_NOTHING = Code(
    "NPC419",
    Severity.WARNING,
    "ICMP type that no packet has",
    """
An ICMP type is a number outside 0 to 255. Neither the API server nor Cilium objects, but no packet has such a type.

**What to do.** Correct the number.
""",
)
