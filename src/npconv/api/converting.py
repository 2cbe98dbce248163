"""Policies of one engine -> those of another, with everything that there is to say about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from npconv.api.asking import options
from npconv.api.context import Context
from npconv.api.texts import Policies, documents
from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.effect import Effect
from npconv.pipeline.convert import convert as run
from npconv.pipeline.engines import Engine
from npconv.pipeline.model import Conversion, Output, text_of
from npconv.semantics.budget import Watch

_ORDER: Final = (Effect.INERT, Effect.NARROWS, Effect.WIDENS, Effect.SHIFTS)


class LossError(Exception):
    """What `Converted.raise_for` raises: `diagnostics` are the findings that are too bad."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{one.code}: {one.message}" for one in self.diagnostics) or "not proven equal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What became of some policies."""

    conversion: Conversion
    """Everything, typed: effects by policy, losses, the proof with its flows."""

    @property
    def documents(self) -> tuple[Output, ...]:
        """The objects of the output: `data` (plain), `source` (the policy it was made from), `file`, `line`."""
        return self.conversion.outputs

    @property
    def objects(self) -> list[Mapping[str, Any]]:
        """The data of the output, as Kubernetes clients take it."""
        return [one.data for one in self.documents]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Errors, losses, assumptions and remarks."""
        return self.conversion.diagnostics

    @property
    def effect(self) -> Effect:
        """What all losses do together."""
        total = Effect.INERT
        for one in self.conversion.effects.values():
            total |= one
        return total

    @property
    def proven(self) -> bool:
        """Whether source and output were compared over all flows, and each difference is owned by a loss."""
        proof = self.conversion.proof
        return proof is not None and proof.is_conclusive and not proof.unowned

    @property
    def ok(self) -> bool:
        """Whether the output is proven equal to the source, under the assumptions among the diagnostics."""
        return self.proven and not self.conversion.failed and self.effect is Effect.INERT

    def raise_for(self, effect: str = "narrows") -> None:
        """Raise LossError if anything is worse than allowed: invalid, not proven, or of this effect or a worse one.

        `effect` is `narrows` (any flow that changes), or `widens` (only what lets more through).
        """
        least = Effect(effect)
        bad = [
            one
            for one in self.diagnostics
            if one.is_error
            or (one.effect is not None and (one.effect.changes_flows if least is Effect.NARROWS else one.effect.opens))
        ]
        if bad or not self.proven:
            raise LossError(bad)

    def to_yaml(self) -> str:
        """The output as YAML documents."""
        return text_of(self.documents, "yaml")

    def to_json(self) -> str:
        """The output as JSON: an object, or a List of several."""
        return text_of(self.documents, "json")


def convert(
    policies: Policies,
    *,
    read: str | Engine | None = "auto",
    write: str | Engine,
    context: Context | None = None,
    keep_order: bool = False,
    cidr_groups: bool = False,
    max_pieces: int = 256,
    seconds: float = 60.0,
    watch: Watch | None = None,
) -> Converted:
    """Translate policies. Pure: nothing is read, written or printed, and nothing is kept between calls.

    `read` and `write` are engines such as `calico=3.30` or `cilium=1.19,platform=aks`; `auto` is the engine whose
    policies are there. `seconds` bounds the proof; 0 leaves it out; `watch` is told how far it is.
    Raises EngineError for an unknown engine; bad
    policies are diagnostics.

    >>> done = convert(POLICY, read="calico", write="k8s")
    >>> done.ok, [one["kind"] for one in done.objects]
    (True, ['NetworkPolicy'])
    >>> done = convert(POLICY.replace("ports: [5432]", "ports: [5432], notPorts: [22]"), read="calico", write="k8s")
    >>> [(str(one.code), one.message) for one in done.diagnostics if one.is_error]
    []
    """
    asked = replace(
        options(read, write, context, seconds),
        cidr_groups=cidr_groups,
        keep_order=keep_order,
        max_pieces=max_pieces,
        watch=watch,
    )
    return Converted(conversion=run(documents(policies), asked))
