"""What every back end is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin
from npconv.ir.policy import PolicyName, PolicySet
from npconv.lowering.addresses import AddressPlan
from npconv.lowering.losses import Loss
from npconv.lowering.namespaces import Namespaces
from npconv.pipeline.as_text import AsText
from npconv.pipeline.read import Input
from npconv.pipeline.sets import NamedSet
from npconv.source.fields import Value
from npconv.source.object_meta import ObjectMeta


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A policy set about pods, and everything that is known beside it.

    `names` has the metadata of every policy that somebody wrote; the others are built into the source's engine.
    """

    policies: PolicySet
    plan: AddressPlan
    names: Mapping[PolicyName, ObjectMeta]
    namespaces: Namespaces = ()
    """All that the cluster has, if they are known."""
    cluster: str = "default"
    """What the source's engine calls the cluster."""
    engine: str = ""
    """What messages call the source's engine."""
    sets: Sequence[NamedSet] = ()
    """The network sets of the source that may be written as objects of their own."""
    pieces: int = 256
    keep_order: bool = False
    """Whether a target that has ordered policies beside others is to use them."""
    native: Input | None = None
    """The objects themselves, where the target is the engine that they are for."""
    once: bool = False
    """Nobody looks through the data of the output, so that a target may let go of what it has written as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(AsText):
    """An object of the output: its data, what it was made from, and why the target would refuse it (a bug)."""

    data: Mapping[str, Value]
    source: PolicyName
    origin: Origin | None
    problems: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    text: str = field(default="", compare=False, repr=False)
    """The data as YAML; empty if they are not written yet."""
    kind: str = field(default="", compare=False, repr=False)
    """The kind of what is written."""

    def may_have(self, key: str) -> bool:
        """Whether the key, a plain word, may stand in the data, as far as the text tells."""
        return not self.text or f"{key}:" in self.text

    def has(self, key: str) -> bool:
        """Whether the key, a plain word, stands anywhere in the data."""
        return self.may_have(key) and _has(self.data, key)


def _has(value: Value | Mapping[str, Value], key: str) -> bool:
    todo: list[Value | Mapping[str, Value]] = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            if key in one:
                return True
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The output, what was lost on the way, and the policy set that was said: compare the output with it."""

    objects: tuple[Made, ...]
    losses: tuple[Loss, ...]
    meant: PolicySet
    for_namespaces: bool = False
    """Whether it is right only where there are no namespaces but those of the task."""
    said: tuple[Diagnostic, ...] = ()
    """What there is to say that is about no policy's flows."""
