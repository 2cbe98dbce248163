"""What a conversion takes and gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.dialects.calico.profile import CalicoProfile
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.dialects.cluster.model import Cluster
from npconv.ir.policy import PolicyName, PolicySet
from npconv.lowering.losses import Loss
from npconv.pipeline.as_text import AsText
from npconv.pipeline.check import Proof
from npconv.pipeline.engines import Engine
from npconv.pipeline.read import Input
from npconv.semantics.budget import Watch
from npconv.source.fields import Value
from npconv.source.write import commented, stream, write_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a conversion knows beside the input: the engines, the cluster's addresses, and bounds."""

    source: Engine | None = field(default_factory=CalicoProfile)
    """None: the engine whose policies are there."""
    target: Engine = field(default_factory=CiliumProfile)
    pod_cidrs: tuple[str, ...] = ()
    node_cidrs: tuple[str, ...] = ()
    dual_stack: bool = False
    namespace: str = "default"
    """Of objects that say none."""
    namespaces: tuple[str, ...] = ()
    """The names of all namespaces, if they are known, beside those of a cluster file or of the input."""
    cidr_groups: bool = False
    """Write network sets as CiliumCIDRGroups where a rule means exactly one, instead of their CIDRs."""
    keep_order: bool = False
    """To a Cilium with ClusterNetworkPolicies: write these for what is ordered, instead of subtracting it."""
    max_pieces: int = 256
    cluster: Cluster | None = None
    """Namespaces and services to translate with, and what exists: only flows between that are then compared."""
    check_seconds: float = 60.0
    """How long the proof may take; 0 leaves it out."""
    watch: Watch | None = None
    """Is told how far the proof is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(AsText):
    """One object of the output: its data, what it was made from, and where that stands."""

    data: Mapping[str, Value]
    source: PolicyName
    file: str
    line: int
    comments: tuple[str, ...] = ()
    text: str = field(default="", compare=False, repr=False)
    """The data as YAML, which is what a proof is about; empty if they are not written yet."""

    @property
    def yaml(self) -> str:
        """The object as a YAML document, with its comments."""
        return commented(self.written(), self.comments)


def text_of(outputs: Iterable[Output], form: str) -> str:
    """Objects of an output as one text, `yaml` or `json`; no objects are no documents, and in JSON an empty list."""
    return write_json([one.data for one in outputs]) if form == "json" else stream(one.yaml for one in outputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What became of an input.

    `effects` has every policy of the source that takes part: what its losses do together; `refused` those that are
    not in the output. `skipped` counts documents that are no policy, by kind. `source` is what the input means.
    Where the input has errors, `outputs` are what the rest gives: callers decide whether to use it.
    """

    outputs: tuple[Output, ...]
    diagnostics: tuple[Diagnostic, ...]
    effects: Mapping[PolicyName, Effect]
    refused: frozenset[PolicyName]
    skipped: Counter[str]
    engine: Engine
    """What enforces the source."""
    source: PolicySet
    meant: PolicySet
    """The source as far as it is about pods, in the cluster that is known: what the output is compared with."""
    proof: Proof | None
    """None: nothing was compared, so nothing is proven."""
    losses: tuple[Loss, ...] = ()
    """What the output does not say, with the effects that the proof left them."""
    cluster: Cluster = field(default_factory=Cluster)
    """What is known of the cluster: what was given, or what the documents say of it."""
    found: Input = field(default_factory=Input)
    """The objects that were read, as their dialects say them."""

    @property
    def failed(self) -> bool:
        """Whether some of the input could not be used as it is."""
        return any(one.is_error for one in self.diagnostics)
