"""Codes for: policy API objects (ClusterNetworkPolicy and its forerunners) that are refused."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

ENUM = Code(
    "NPC540",
    Severity.ERROR,
    "value not in the list",
    """
A field of a policy API object holds a text that is not one of its values, such as `action: Allow` in a
ClusterNetworkPolicy (where it is `Accept`).

**Why it matters.** The API server answers 422.

**What to do.** Use one of the values in the message. Case counts.
""",
)

ONE_OF = Code(
    "NPC541",
    Severity.ERROR,
    "not exactly one",
    """
A subject, peer, protocol or port of a policy API object must hold exactly one of its fields, but holds none or
several.

**Why it matters.** The API server answers 422. With the standard channel of the API, fields of the experimental
channel are dropped first, so that a peer of `nodes` or `domainNames` alone becomes an empty one.

**What to do.** Keep one; make further items of the others.
""",
)

COUNT = Code(
    "NPC542",
    Severity.ERROR,
    "too few or too many items",
    """
A list of a policy API object is empty where it must not be, or longer than the API allows (25 rules, peers or
protocols in a ClusterNetworkPolicy, 100 in an AdminNetworkPolicy), or a name is longer than 100 characters.

**Why it matters.** The API server answers 422.

**What to do.** Split what is too long. Leave out `protocols` or `ports` to match all of them; `from` and `to` are
required.
""",
)

RANGE = Code(
    "NPC543",
    Severity.ERROR,
    "number out of range",
    """
A priority or a port of a policy API object is out of range, or a port range does not start below its end.

**Why it matters.** The API server answers 422.

**Example**

    destinationPort: {range: {start: 80, end: 80}}    # one port is `number: 80`

**What to do.** Priorities are 0 to 1000, ports 1 to 65535; a range has at least two ports.
""",
)

DOMAIN = Code(
    "NPC544",
    Severity.ERROR,
    "domain name refused",
    """
An item of `domainNames` is not a domain name, or has its wildcard elsewhere than in front.

**Why it matters.** The API server answers 422.

**What to do.** Write `www.example.com` or `*.example.com`.
""",
)

NAMED_PORT_PEER = Code(
    "NPC545",
    Severity.ERROR,
    "named port beside addresses",
    """
An egress rule of a policy API object names a port by name, and peers (`networks`, `nodes`, `domainNames`) that have
no port names.

**Why it matters.** The API server answers 422 (in the experimental channel; the standard channel of
ClusterNetworkPolicy stores it, and the named port then matches none of these peers).

**What to do.** Use a port number, or split the rule.
""",
)

DUPLICATE = Code(
    "NPC546",
    Severity.ERROR,
    "item listed twice",
    """
A list that the API treats as a set (`networks`, `domainNames`) holds an item twice.

**Why it matters.** The API server answers 422.

**What to do.** Remove one.
""",
)

BASELINE_NAME = Code(
    "NPC547",
    Severity.ERROR,
    "not the one baseline policy",
    """
A BaselineAdminNetworkPolicy has another name than `default`. There can be only one in a cluster.

**Why it matters.** The API server answers 422.

**What to do.** Name it `default`, and merge the rules of several into it.
""",
)

ODD_PORT = Code(
    "NPC548",
    Severity.WARNING,
    "port that matches nothing",
    """
A port of an AdminNetworkPolicy or BaselineAdminNetworkPolicy is stored by the API server, but matches no traffic: a
range that ends before it starts, or a protocol other than `TCP`, `UDP` and `SCTP`.

**Why it matters.** The rule does less than it seems to: an Allow does not allow, a Deny does not deny.

**What to do.** Correct the range or the protocol.
""",
)

SELECTOR_UNCHECKED = Code(
    "NPC549",
    Severity.WARNING,
    "label selector that nothing checks",
    """
A label selector of a policy API object is not valid, but the object's schema does not check selectors, so the API
server stores it.

**Why it matters.** Each engine does what it likes with such a selector: most refuse the whole policy, which is then
not in force although it is in the cluster.

**What to do.** Use `In`, `NotIn` (both with values), `Exists` or `DoesNotExist` (both without), and legal keys and
values.
""",
)

NULL_LABEL = Code(
    "NPC550",
    Severity.WARNING,
    "label without a value dropped",
    """
A label in `matchLabels` has no value (null). The schemas of custom resources drop such a label; a Kubernetes
NetworkPolicy reads it as the empty value.

**Why it matters.** What is dropped no longer restricts: the selector selects more than it seems to.

**Example**

    namespaces:
      matchLabels: {tenant: }     # selects every namespace

**What to do.** Give the value; write `""` for the empty one.
""",
)

NETWORK = Code(
    "NPC551",
    Severity.ERROR,
    "network refused",
    """
An item of `networks` is not an address range with its prefix length.

**Why it matters.** The API server answers 422.

**Example**

    to:
    - networks: [10.0.0.0]        # one address is 10.0.0.0/32

**What to do.** Write the range's first address and its prefix length: `10.0.0.0/8`.
""",
)

TIE = Code(
    "NPC552",
    Severity.ASSUMPTION,
    "policies of one priority",
    """
Two policies of one tier have the same priority, select some of the same pods, and decide some of the same traffic
differently. Which of the two comes first is not defined: each engine has its own way, and may change it.

**What the output does.** The policy whose name comes first in the alphabet is taken to come first.

**What to do.** Give the two policies different priorities.
""",
)
