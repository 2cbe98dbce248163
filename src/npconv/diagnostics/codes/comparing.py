"""Codes for comparing and explaining policies (`npconv diff`, `npconv why`): NPC750 to NPC769.

NPC750 was about what npconv could not do yet; the number is not used again.
"""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

REVISION = Code(
    "NPC751",
    Severity.ERROR,
    "git revision that cannot be read",
    """
`REV:PATH` names a file or a folder as it was in a revision of the git repository around the current folder. Here git is
missing, the current folder is in no repository, or there is no such revision or path.

**Why it matters.** Policies that could not be read would look as if they had been removed.

**Example.** `npconv diff main:policies policies` in a shallow clone that never fetched `main`.

**What to do.** Try the name with `git rev-parse REV` and `git ls-tree REV:PATH`. Paths count from the top of the
repository, or from the current folder if they begin with `./`. In CI, fetch the base branch first
(`git fetch origin main`, then `origin/main:policies`).
""",
)

FOREIGN = Code(
    "NPC752",
    Severity.NOTE,
    "policy of another engine",
    """
The input holds policies of a kind that the engine in question does not enforce. In a cluster they would have no effect
on its verdicts, so they have none here.

**Why it matters.** It may be the engine that is wrong: with `auto`, one Cilium object among Calico policies makes the
whole input Cilium's.

**What to do.** Name the engine (`--old calico`, `--engine calico`), or leave the other policies out of the input.
""",
)

ENDPOINT = Code(
    "NPC753",
    Severity.ERROR,
    "endpoint that cannot be found or understood",
    """
`npconv why` takes an endpoint as `namespace/pod` (looked up in `--cluster`), as `namespace/label=value,...`, as an IP
address, as a DNS name, or as `node/NAME`, `host`, `remote-node` or `world`.

**Example.** `--from shop/web` without `--cluster`: nobody knows the labels of the pod `web`.

**What to do.** Give the labels (`shop/app=web`), or a cluster file
(`kubectl get pods,namespaces,services,nodes -A -o yaml > cluster.yaml`). Labels of the namespace go in braces behind it
(`shop{team=a}/app=web`), the service account behind an `@` (`shop/app=web@builder`).
""",
)

PORT_ASSUMED = Code(
    "NPC754",
    Severity.ASSUMPTION,
    "no port was given",
    """
A flow has a protocol, and with TCP, UDP and SCTP a port. None was given, so the answer is for 80/tcp.

**What to do.** Say it behind the destination: `shop/app=db:5432/tcp`, `8.8.8.8:53/udp`, `shop/app=db:icmp`.
""",
)

ADDRESS_ASSUMED = Code(
    "NPC755",
    Severity.ASSUMPTION,
    "no address was given",
    """
The engine matches pods and nodes by their addresses too, some policy asks for one, and of this endpoint none is known.
The answer is for the address that the message names.

**What to do.** Look the endpoint up in a cluster file (`--cluster`), or say where pods and nodes have their addresses
(`--pod-cidr`, `--node-cidr`).
""",
)

EXISTING_ONLY = Code(
    "NPC756",
    Severity.ASSUMPTION,
    "flows between what exists, and nothing else",
    """
With `--cluster` only the pods of that file are looked at, with its pods and nodes and with outside addresses at the
other end, and with ports that stand for all others. Policies on nodes are not looked at. Two sets of policies that let
the same traffic through today may differ for the pod of tomorrow.

**What to do.** Compare without `--cluster` for a statement about every pod that could exist.
""",
)

EMPTY_CLUSTER = Code(
    "NPC757",
    Severity.ERROR,
    "no cluster in the cluster file",
    """
The files of `--cluster` hold none of the objects that say what a cluster looks like: pods, namespaces, services, service
accounts, nodes, EndpointSlices.

**Why it matters.** Between no pods there are no flows, so that everything would be equal.

**Example.** `--cluster policies.yaml`

**What to do.** Write the file with `kubectl get pods,namespaces,services,serviceaccounts,nodes -A -o yaml`.
""",
)
