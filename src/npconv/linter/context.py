"""What a lint rule looks at: the objects of one engine, what they mean, and the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeAlias

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.diagnostic import Diagnostic, Label
from npconv.diagnostics.origin import Origin
from npconv.dialects.cluster.model import Cluster
from npconv.ir.policy import Policy
from npconv.linter.inhabitants import Inhabitants
from npconv.linter.model import Finding, Fix, LintOptions
from npconv.linter.subjects import Subjects
from npconv.pipeline.engines import Engine, cluster_name
from npconv.pipeline.meaning import Meaning
from npconv.pipeline.read import Input


class Context:
    """One engine's share of the input. Whatever is invalid is not in it."""

    def __init__(self, meaning: Meaning, options: LintOptions) -> None:
        self.meaning = meaning
        self.options = options
        self.undecided = 0
        """Rules of which it is not known whether they can ever decide."""

    @property
    def engine(self) -> Engine:
        """What enforces the policies."""
        return self.meaning.engine

    @property
    def found(self) -> Input:
        """The objects, in their vendors' words."""
        return self.meaning.found

    @property
    def cluster(self) -> Cluster | None:
        """The cluster, if it is known."""
        return self.options.cluster

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """What somebody wrote, as it is meant, tier by tier."""
        tiers = self.meaning.policies.tiers
        return tuple(one for tier in tiers for one in tier.policies if one.origin is not None)

    @cached_property
    def inhabitants(self) -> Inhabitants | None:
        """The cluster's pods; None if no cluster is known."""
        return None if self.cluster is None else Inhabitants(self.cluster, cluster_name(self.engine))

    @cached_property
    def subjects(self) -> Subjects:
        """Which policies may select the same pods."""
        return Subjects([one for tier in self.meaning.policies.tiers for one in tier.policies])


Check: TypeAlias = Callable[[Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: the codes that it can give, and how. `needs_all`: it is right only where all policies are given."""

    codes: tuple[Code, ...]
    check: Check
    needs_all: bool = False
    needs_cluster: bool = False
    needs_engine: bool = False
    """It is about a release that the user named."""

    def is_left_out(self, options: LintOptions) -> bool:
        """Whether it is not looked at, for what it needs is not there."""
        return (
            (self.needs_all and options.partial)
            or (self.needs_cluster and options.cluster is None)
            or (self.needs_engine and options.engine is None)
        )


def finding(
    code: Code,
    origin: Origin | None,
    message: str,
    *,
    label: str = "",
    also: tuple[Label, ...] = (),
    notes: tuple[str, ...] = (),
    help: str = "",
    fix: Fix | None = None,
) -> Finding:
    """A finding about a place."""
    said = Diagnostic(code=code, origin=origin, message=message, label=label, also=also, notes=notes, help=help)
    return Finding(diagnostic=said, fix=fix)
