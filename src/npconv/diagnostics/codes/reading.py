"""Codes for: reading text, documents and fields."""

from __future__ import annotations

from npconv.diagnostics.codes.code import Code, Severity

UNREADABLE_FILE = Code(
    "NPC101",
    Severity.ERROR,
    "file cannot be read",
    """
A file or folder that was named, or found in a named folder, could not be read.

**Why it matters.** Policies only mean something together: one that is missing may be the one that denies.

**Example.** A path with a typing error, a file without read permission, a dangling symbolic link, a `.gz` that is cut
short, or a file above the limit of 256 MiB.

**What to do.** Correct the path or the permissions, or leave the file out.
""",
)

NOT_TEXT = Code(
    "NPC102",
    Severity.ERROR,
    "not UTF-8 text",
    """
The input is no UTF-8 text: binary data, UTF-16, or an old 8-bit encoding.

**Why it matters.** Kubernetes reads UTF-8. A guess at another encoding could change a name or a label.

**Example.** `kubectl get networkpolicies -o yaml > out.yaml` in Windows PowerShell 5 writes UTF-16.

**What to do.** Save the file as UTF-8, for example with `iconv -f UTF-16 -t UTF-8 out.yaml`.
""",
)

INVALID_YAML = Code(
    "NPC103",
    Severity.ERROR,
    "invalid YAML",
    """
A document breaks the grammar of YAML (or JSON). The document is skipped; the others of the file are read.

**Why it matters.** `kubectl` refuses the document, so nothing is known of what it should restrict.

**Example**

    spec:
      ingress:
    \t- action: Allow      # a tab cannot indent

**What to do.** Correct the place that the caret points at. The cause is often a line or two above it: a quote that was
never closed, a missing space after a colon, an item that is indented differently from its siblings.
""",
)

DUPLICATE_KEY = Code(
    "NPC104",
    Severity.ERROR,
    "duplicate key",
    """
A mapping sets the same key twice, or a `<<` merge overwrites a key that the mapping had set before.

**Why it matters.** The last one wins in silence with most tools, and API servers refuse both when they validate strictly. Two
`ingress:` blocks in one policy look as if both applied; only the second does. Keys are compared as Kubernetes reads
them: `on`, `yes` and `true` are one key, and so are `16` and `0x10`.

**Example**

    matchLabels:
      app: web
      app: api      # only this one counts

**What to do.** Keep one of them, or put their contents together. Put `<<: *defaults` before the keys that override it.
""",
)

UNUSABLE_KEY = Code(
    "NPC105",
    Severity.ERROR,
    "key that is no text",
    """
A mapping key that Kubernetes cannot turn into text: null, a list, a mapping, or a number beyond 64 bits.

Numbers and booleans are turned into text (`1.10` becomes "1.1", `on` becomes "true"); these are not.

**Why it matters.** The API server refuses the object (`unsupported map key`).

**Example**

    matchLabels:
      ~: web

**What to do.** Quote the key, or correct it. `{{ name }}` without quotes is read as a mapping used as a key.
""",
)

UNUSABLE_VALUE = Code(
    "NPC106",
    Severity.ERROR,
    "value that JSON cannot hold",
    """
A value that YAML knows and JSON does not: infinity, not-a-number, or one that contradicts its own tag.

**Why it matters.** Kubernetes turns YAML into JSON first, and refuses what does not fit (`json: unsupported value`).

**Example.** `order: .inf`, `port: !!int http`, `<<: 5`.

**What to do.** Write a finite number, quote the value if it is meant as text, or remove the tag.
""",
)

TOO_LARGE = Code(
    "NPC107",
    Severity.ERROR,
    "nested too deeply or expanded too far",
    """
A document is nested more than 300 levels deep, refers to itself, or grows without bound through its aliases.

**Why it matters.** Such documents exist to exhaust the reader ("billion laughs"). Kubernetes' reader has the same
limit on aliases, and one of 10,000 on depth; no policy has more than a few dozen levels.

**Example**

    a: &a [x, x, x, x, x, x, x, x, x]
    b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
    c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]      # and so on

**What to do.** Write the values out, or leave the file out if it is no policy.
""",
)

NOT_AN_OBJECT = Code(
    "NPC108",
    Severity.ERROR,
    "not a Kubernetes object",
    """
A document lacks `apiVersion` or `kind`, or is no mapping at all, so that nobody can tell what it is.

**Why it matters.** Were it passed over, a policy whose `kind` line got lost would vanish from the result unseen.

**Example.** A file of Helm values given by mistake, or an item of a `kind: List` that was pasted without its head.

**What to do.** Add `apiVersion` and `kind`, or leave the file out. Items of a typed list (`kind: NetworkPolicyList`)
inherit both from the list.
""",
)

PASSED_OVER = Code(
    "NPC109",
    Severity.NOTE,
    "document without apiVersion and kind passed over",
    """
A file found in a folder holds a document with neither `apiVersion` nor `kind`, such as Helm values or a workflow.

**Why it matters.** It does not, most likely: folders hold other things than policies. A file that is named on the
command line is expected to hold objects, and the same document is an error there (NPC108).

**What to do.** Nothing, or keep such files out of the folder.
""",
)

UNKNOWN_FIELD = Code(
    "NPC110",
    Severity.ERROR,
    "unknown field",
    """
An object holds a field that its kind does not have.

**Why it matters.** API servers drop unknown fields, most with no more than a warning. What is dropped no longer
restricts: a misspelt `podSelector` selects every pod, a misspelt `except` opens the hole it was meant to close.

**Example**

    spec:
      podSelektor: {matchLabels: {app: web}}   # selects all pods

**What to do.** Correct the spelling, or remove the field.
""",
)

WRONG_TYPE = Code(
    "NPC111",
    Severity.ERROR,
    "wrong type",
    """
A field holds a value of another type than its kind declares, such as a number where text is expected.

**Why it matters.** The API server refuses the object (`cannot unmarshal number into Go struct field`).
Label values are the usual case: `version: 1.10` is a number, `version: "1.10"` is a label value.

**What to do.** Quote the value, or give one of the expected type.
""",
)

MISSING_FIELD = Code(
    "NPC112",
    Severity.ERROR,
    "required field missing",
    """
An object lacks a field that its kind requires. A cluster would refuse it, so nobody can say what it was to mean.

**What to do.** Add the field.
""",
)

HELM_TEMPLATE = Code(
    "NPC113",
    Severity.ERROR,
    "Helm template",
    """
The document is a template (`{{ ... }}`) and no manifest yet. It is skipped; the other documents are read.

**Why it matters.** What it restricts is only known once it is rendered with its values.

**Example**

    metadata:
      name: {{ .Release.Name }}-default-deny

**What to do.** Render it first: `helm template RELEASE CHART | npconv ... -`
""",
)

PLACEHOLDER = Code(
    "NPC114",
    Severity.ERROR,
    "placeholder that was not filled in",
    """
A value or key holds `${NAME}`, which Flux, `envsubst` or a shell fills in. The document is skipped; the others are read.

**Why it matters.** As it stands, `${APP}` would be taken for a literal label or name, and select nothing.

**Example**

    podSelector:
      matchLabels:
        app: ${APP}

**What to do.** Fill it in first: `flux envsubst < policy.yaml | npconv ... -`, or `envsubst` with the variables set.
""",
)

UNREAD_TEXT = Code(
    "NPC115",
    Severity.ERROR,
    "text that Kubernetes does not read",
    """
Text behind the end of a document (after `...`, or indented less than its first line), or on the same line as a
`---` separator.

**Why it matters.** `kubectl` reads one document between two `---` lines: what follows its end is ignored in silence,
and anything but a comment behind `---` is refused. A policy that stands there is never applied.

**Example**

    kind: NetworkPolicy
    ...
    kind: NetworkPolicy      # never read

**What to do.** Separate documents by a line that holds `---` only, and indent the lines of one document alike.
""",
)

SLOW_READER = Code(
    "NPC116",
    Severity.NOTE,
    "read without libyaml",
    """
PyYAML was installed without its C library, so that YAML is read by its Python parser, about ten times slower.

**Why it matters.** The result is the same; a large export takes longer. Said only where it is felt (above 1 MB).

**What to do.** Install a PyYAML wheel for this platform, or libyaml's headers before building PyYAML:
`pip install --force-reinstall PyYAML`.
""",
)

UNKNOWN_TAG = Code(
    "NPC117",
    Severity.ERROR,
    "value taken for a YAML tag",
    """
An unquoted value starts with `!`, which makes it a YAML tag: Kubernetes drops the tag and keeps what follows it.

**Why it matters.** What remains is usually nothing. An empty selector selects everything.

**Example**

    selector: !has(quarantined)      # Kubernetes reads the empty text, which means all()

**What to do.** Quote the value: `selector: "!has(quarantined)"`.
""",
)

REPEATED_OBJECT = Code(
    "NPC130",
    Severity.ERROR,
    "object defined twice",
    """
Two objects of one kind have the same namespace and name, and differ. A cluster holds one of them: the one that was
applied last. Which one that is, the files do not say. (Copies that are equal are read once.)

**What to do.** Leave one of them out of the input: convert one overlay or one cluster at a time.
""",
)

TOO_LARGE_OBJECT = Code(
    "NPC131",
    Severity.ERROR,
    "object larger than an API server takes",
    """
A Kubernetes API server takes at most 3 MiB in one request, and etcd stores at most half of that by default. No cluster
can hold this object, so npconv does not read it either.

**What to do.** Split the policy: Calico and Cilium have sets of addresses (network sets, CIDR groups) for long lists.
""",
)
