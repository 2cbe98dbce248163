"""The migration plan as data: what people read before anyone applies a file. Every renderer writes this one model.

All texts are plain words without markup, in the order in which they are to be read; names, labels and addresses in them
come from strangers, so whoever writes them into a page must escape them.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npconv.report.aks.model import AksReport

from npconv.dataclass import dataclass


class Standing(Enum):
    """What becomes of a policy, from best to worst."""

    EQUAL = "equal"
    """Proven equal; what it lost, if anything, changes no flow."""
    ASSUMED = "equal under assumptions"
    UNPROVEN = "not proven"
    NARROWER = "narrower"
    SHIFTED = "shifted"
    """Some flows are lost and some are gained."""
    WIDER = "wider"
    REFUSED = "refused"
    """The target cannot say it: it is not in the output."""
    INVALID = "invalid"
    """It cannot be used as it stands: the source's own engine refuses it, or nobody can know what is meant."""


class Grade(Enum):
    """How much people have to do for a policy or a namespace."""

    A = "automatic"
    B = "review"
    C = "rewrite"
    D = "decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something stands in the input. Without a file: nowhere, as for objects that npconv made."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    """The key path: `spec.ingress[0].from`."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.file else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A list of names that may be long: the first ones, and how many there are."""

    shown: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that was read. `sha256` is of its bytes, in hexadecimal."""

    file: str
    sha256: str
    policies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The verdict line, and the counts behind it: `counts` has every standing, in order, also with zero."""

    line: str
    ready: bool
    """Whether everything is proven equal, so that nobody has to decide anything."""
    policies: int
    counts: tuple[tuple[Standing, int], ...]
    namespaces: int
    pods: int | None
    """How many pods the cluster has; None without a snapshot."""
    points: int
    minutes: int | None
    """Only where the user said what a point takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Who enforces the policies before and after: titles for people, names as the command line takes them."""

    source: str
    target: str
    source_name: str
    target_name: str
    settings: tuple[tuple[str, str], ...]
    """What of the profiles and the cluster the translation stands on: a name, and its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow on which source and target differ, in words; `why` is the command that explains it, if there is one."""

    change: str
    """`lost` or `gained`."""
    flow: str
    before: str
    """What decides today: `allowed by spec.ingress[0] of NetworkPolicy/shop/db`."""
    after: str
    source_namespace: str
    """The namespace of the sending side; `outside` or `nodes` if it is none."""
    target_namespace: str
    codes: tuple[str, ...]
    policies: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A way in which the target will do otherwise, over all the policies that have it."""

    code: str
    title: str
    effect: str
    """`widens`, `shifts`, `narrows`; `refused` or `invalid` where nothing of the policy is left."""
    before: str
    """One sentence: what the source's engine does today."""
    after: str
    """One sentence: what the target will do."""
    witness: Flow | None
    fix: str
    policies: Names
    places: tuple[Spot, ...]
    pods: Names
    """The pods that the policies select; empty without a snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceRow:
    """How ready a namespace is. The policies of the whole cluster are a row of their own, called `(cluster)`."""

    namespace: str
    policies: int
    exact: int
    """Equal, with or without assumptions."""
    counts: tuple[tuple[Standing, int], ...]
    points: int
    grade: Grade
    wave: int
    pods: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """How effort points are counted: a row for each reason, its points, and what it is for."""

    rows: tuple[tuple[str, int, str], ...]
    minutes_per_point: int | None


class Cell(Enum):
    """What becomes of the connections from one namespace to another."""

    SAME = "same"
    LOST = "lost"
    GAINED = "gained"
    BOTH = "lost and gained"
    NONE = "none"
    """Nothing passes, before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One cell of the matrix: its mark, and the ports that pass today (and those that will not, or will newly)."""

    source: str
    target: str
    mark: Cell
    ports: str
    lost: str = ""
    gained: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connectivity:
    """Who reaches whom, before and after.

    `names` are the rows and columns; `cells` are there for every pair that was looked at. `basis` says in a sentence
    what stands behind it (the cluster's pods, or pods made up to fit the policies), `left_out` what was not looked at.
    """

    names: tuple[str, ...]
    cells: tuple[MatrixCell, ...]
    changed: tuple[Flow, ...]
    changed_count: int
    basis: str
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedObject:
    """An object of the whole cluster that others depend on: it is agreed upon first."""

    kind: str
    name: str
    spot: Spot
    role: str
    """What it is to the others, in a sentence."""
    dependents: Names
    standing: Standing | None
    """None for what is no policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command to paste, with the sentence above it."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One step of the roll-out. `objects` are those of the output that it applies, `kind/namespace/name`."""

    number: int
    title: str
    why: str
    namespaces: Names
    objects: Names
    folder: str
    """Where its manifests stand below the plan's folder (`plan -d DIR`); empty if it has none."""
    commands: tuple[Command, ...]
    argo: str
    """What to set for Argo CD: the sync wave."""
    hold: str
    """What must be true before the next wave."""
    undo: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A connection to try before and after. `policy` and `rule` decide it after the migration."""

    number: int
    source: str
    source_namespace: str
    source_selector: str
    """A label selector or `pod/NAME` that finds the pod to send from; empty if it is no pod."""
    destination: str
    destination_namespace: str
    destination_selector: str
    address: str
    """The address to connect to, if the destination is no pod."""
    protocol: str
    port: int
    before: str
    """`allow` or `deny`."""
    after: str
    decided_by: str
    spot: Spot
    can_script: bool
    """Whether the script tries it: TCP from a pod."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something that people have to decide: what it is about, and what they can choose from."""

    title: str
    policies: Names
    spot: Spot
    code: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """A policy of the source in the appendix."""

    policy: str
    namespace: str
    spot: Spot
    standing: Standing
    grade: Grade
    points: int
    codes: tuple[str, ...]
    outputs: tuple[str, ...]
    """`kind/namespace/name` of what it became."""
    file: str
    """The manifest below the plan's folder that has it in its final form; empty if it is not in the output."""
    pods: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """A code that this plan mentions."""

    code: str
    severity: str
    title: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An assumption, or something that was not read, with what to do about it."""

    code: str
    text: str
    help: str = ""
    notes: tuple[str, ...] = ()
    spot: Spot = Spot()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """How to go back, in order, and what does not come back."""

    steps: tuple[Command, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole report, in the order in which it is read."""

    summary: Summary
    inputs: tuple[InputFile, ...]
    engines: Engines
    risks: tuple[Risk, ...]
    """Worst first; renderers show the first ten at the top, and the rest where objects are listed."""
    namespaces: tuple[NamespaceRow, ...]
    formula: Formula
    connectivity: Connectivity
    shared: tuple[SharedObject, ...]
    waves: tuple[Wave, ...]
    probes: tuple[Probe, ...]
    probes_count: int
    """How many there could be; the plan keeps the most telling ones."""
    rollback: Rollback
    decisions: tuple[Decision, ...]
    objects: tuple[ObjectRow, ...]
    codes: tuple[CodeRow, ...]
    assumptions: tuple[Said, ...]
    unread: tuple[Said, ...]
    aks: AksReport | None = None
    """Only from Azure NPM to Cilium: what else to do when AKS changes the dataplane."""
