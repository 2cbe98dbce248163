"""Codes for reading a cluster into a folder, and for what is taken from there: NPC760 to NPC774."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

NO_KUBECTL = Code(
    "NPC760",
    Severity.ERROR,
    "kubectl cannot be used",
    """
`npconv snapshot` reads a cluster through `kubectl`, as you are logged in there: contexts, plugins for logging in and
proxies work as they do for you. npconv has no client of its own, and nothing else of npconv talks to a cluster.

**What to do.** Install kubectl, or put its folder into `PATH`. Where neither can be done, `npconv snapshot -o DIR
--print-commands` prints the kubectl lines: run them elsewhere, and give the folder to `npconv snapshot --from`.
""",
)

UNREACHABLE = Code(
    "NPC761",
    Severity.ERROR,
    "the cluster does not answer",
    """
`kubectl version` could not ask the API server, so nothing was read and nothing is written. The message has kubectl's
own words: no context, no login, no route, a certificate that has expired.

**What to do.** Make `kubectl get namespaces` work first; `--context`, `--kubeconfig` and `--as` go to kubectl as they
are.
""",
)

DENIED = Code(
    "NPC762",
    Severity.ASSUMPTION,
    "you may not read a kind of objects",
    """
The API server refused to list these objects, so the snapshot lacks them. Nothing is guessed in their place: what gets
less certain stands beside the message, and again wherever the snapshot is used. The exit code is 1.

**Example.** Without `nodes`, npconv does not know which addresses are nodes, and assumes some.

**What to do.** Ask for the rights that `npconv snapshot --print-role` prints: get and list, no secrets, three ConfigMaps
by name.
""",
)

FAILED = Code(
    "NPC763",
    Severity.ASSUMPTION,
    "a kind of objects could not be read",
    """
The API server has these objects and you may read them, but it gave an error, or none of the versions that it serves is
one that npconv reads. The snapshot lacks them; what gets less certain stands beside the message. The exit code is 1.

**Example.** Calico's API server is installed but does not run: `projectcalico.org/v3` is listed and cannot be asked.

**What to do.** The message has kubectl's own words. Take the snapshot again when the server is well, or with a longer
`--request-timeout`.
""",
)

ASSUMED = Code(
    "NPC764",
    Severity.ASSUMPTION,
    "assumed of the cluster",
    """
What the cluster's objects say is not all that matters, and the rest is assumed:

- Pods have their addresses in the ranges of today's nodes, where no pool is known that all ranges are cut from. A node
  to come gets a range of its own.
- Azure CNI powered by Cilium runs without Advanced Container Networking Services: no object says whether they are on.

**What to do.** Say it: `--pod-cidr`, or `platform=aks-acns` behind the engine's name.
""",
)

FOLDER_TAKEN = Code(
    "NPC765",
    Severity.ERROR,
    "the folder holds something else",
    """
A snapshot is a folder of its own. The one that was named has files that no snapshot put there; npconv replaces whole
snapshots only, and would have to delete these files. Nothing was read or written.

**What to do.** Name a folder that is new or empty, or one that holds an earlier snapshot and nothing else.
""",
)

OTHER_ENGINES = Code(
    "NPC766",
    Severity.ASSUMPTION,
    "the cluster has policies of kinds that npconv does not read",
    """
The API server serves kinds that filter traffic, and that no dialect of npconv covers. Where such objects exist, they
allow or deny beside the policies of the snapshot: what npconv says of flows is without them.

**Example.** `authorizationpolicies.security.istio.io`, `clusternetworkpolicies.crd.antrea.io`.

**What to do.** Look whether there are any: `kubectl get authorizationpolicies.security.istio.io -A`.
""",
)

HIDDEN = Code(
    "NPC767",
    Severity.ASSUMPTION,
    "Calico's API server did not show all policies",
    """
Calico's API server lists the policies of those tiers only that the user may read, and does not say that there are
others. npconv asks for the stored objects as well (`crd.projectcalico.org/v1`), and found policies there that were not
in the list. They are in the snapshot as they are stored.

**What to do.** Nothing: they count. To have them as Calico shows them, ask for `get` of `tiers` and for
`tier.networkpolicies`: `npconv snapshot --print-role` has them.
""",
)

TAKEN = Code(
    "NPC768",
    Severity.NOTE,
    "taken from the cluster",
    """
`--cluster` named a folder, and the user left open what the objects there say: where pods have their addresses. Calico's
IP pools come first, then the pools of Cilium's own address management, then the ranges of the nodes.

**What to do.** Nothing. An option that is given always wins: `--pod-cidr`.
""",
)

INCOMPLETE = Code(
    "NPC769",
    Severity.ASSUMPTION,
    "the snapshot is incomplete",
    """
When the snapshot was taken, some objects could not be read: a right was missing, or a server did not answer. What is
said on its grounds is said without them.

**What to do.** Take it again with the rights of `npconv snapshot --print-role`; `snapshot.yaml` in the folder has kubectl's words.
""",
)

ENGINE_TAKEN = Code(
    "NPC770",
    Severity.NOTE,
    "the engine is as the cluster has it",
    """
Version and settings of an engine change what policies mean. They were left open, so those of the cluster count: its
image tags, `cilium-config`, `FelixConfiguration`, `ClusterInformation`, and the labels of managed nodes. Each setting
is listed with the object that says so.

For a target that does not run yet, this is what the provider would install: on AKS, the Cilium that belongs to the
cluster's version of Kubernetes.

**What to do.** Nothing, if that is the engine you mean. A version or a setting that is named wins: `--to
cilium=1.19,platform=generic`.
""",
)

VERSION_UNKNOWN = Code(
    "NPC771",
    Severity.ASSUMPTION,
    "a version that npconv does not know",
    """
The cluster runs a version of the engine that is older or newer than those that npconv knows. It is read as the nearest
one: the newest that is not newer, or the oldest of all. Engines change what policies mean from version to version
(`docs/engines.md`).

**What to do.** Look at the engine's release notes between the two, or upgrade npconv.
""",
)

PER_NODE = Code(
    "NPC772",
    Severity.ASSUMPTION,
    "nodes do not enforce policies alike",
    """
A setting, or the engine itself, is another one on some nodes. npconv reads policies as one engine enforces them, and
takes the one of the other nodes.

**Example.** A `FelixConfiguration` called `node.worker-7` with a `defaultEndpointToHostAction` of its own; Windows
nodes in a cluster with Azure NPM.

**What to do.** Ask again with the setting of these nodes, for the pods that run there.
""",
)

SETTING_UNREAD = Code(
    "NPC773",
    Severity.ASSUMPTION,
    "a setting of the cluster is left out of account",
    """
A key of `cilium-config` that changes what policies mean has a value that npconv cannot use, or Cilium enforces all or
nothing (`enable-policy: always`, `never`), which no policy can say. Policies are then written as for Cilium's default.

**What to do.** Say the setting behind the engine's name, or leave it at its default.
""",
)

NEWER_FORMAT = Code(
    "NPC774",
    Severity.ERROR,
    "a snapshot of another version of npconv",
    """
The folder was written by an npconv whose snapshots are laid out otherwise. Reading it as if it were one of this
version could miss objects in silence, so it is not read.

**What to do.** Take the snapshot again with this npconv, or use the one that took it.
""",
)
