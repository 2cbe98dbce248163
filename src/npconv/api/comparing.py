"""Two sets of policies, of any dialects -> the flows on which they differ."""

from __future__ import annotations

from npconv.api.context import Context, engine
from npconv.api.texts import Policies, documents
from npconv.dataclass import dataclass
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.k8s.profile import KubernetesProfile
from npconv.pipeline.diff import Diff, DiffOptions, diff
from npconv.pipeline.engines import Engine, detect
from npconv.pipeline.meaning import Meaning, meaning
from npconv.semantics.compare import Outcome
from npconv.source.load import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comparing found. Without `diff`, a side has errors, or neither has policies: nothing was compared."""

    old: Meaning
    new: Meaning
    diff: Diff | None

    @property
    def equal(self) -> bool:
        """Whether it is proven that both let the same through."""
        return self.diff is not None and self.diff.outcome is Outcome.EQUAL

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be said of both sides, and what the comparison assumes."""
        said = (*self.old.diagnostics, *self.new.diagnostics)
        return said if self.diff is None else (*said, *self.diff.assumptions)


def compare(
    old: Policies,
    new: Policies,
    *,
    read_old: str | Engine | None = "auto",
    read_new: str | Engine | None = "auto",
    context: Context | None = None,
    seconds: float = 60.0,
    limit: int = 3,
) -> Compared:
    """Compare what two sets of policies let through, over every flow, or between what exists in `context.cluster`.

    `limit` is how many flows are kept of each policy that gains or loses some. Raises EngineError.

    >>> compare(POLICY, POLICY).equal
    True
    >>> found = compare(POLICY, POLICY.replace("5432", "5433"))
    >>> [(group.change.value, str(group.policy)) for group in found.diff.groups]
    [('gained', 'NetworkPolicy/shop/db'), ('lost', 'NetworkPolicy/shop/db')]
    """
    known = context or Context()
    sides = [documents(old, "<old>"), documents(new, "<new>")]
    chosen = _chosen(sides, [engine(read_old), engine(read_new)])
    before, after = (
        meaning(one, by, namespace=known.namespace, known=known.cluster) for one, by in zip(sides, chosen, strict=True)
    )
    if before.failed or after.failed or not (before.objects or after.objects):
        return Compared(old=before, new=after, diff=None)
    options = DiffOptions(
        pod_cidrs=known.pod_cidrs,
        node_cidrs=known.node_cidrs,
        dual_stack=known.dual_stack,
        seconds=seconds,
        limit=limit,
        existing=known.cluster is not None,
    )
    return Compared(old=before, new=after, diff=diff(before, after, options))


def _chosen(sides: list[Loaded], engines: list[Engine | None]) -> list[Engine]:
    """An engine for each side: as named, or as its kinds say.

    Kubernetes' own kinds say nothing: where the other side has an engine, it enforces these, too.
    """
    found = [by or detect(one.documents) for one, by in zip(sides, engines, strict=True)]
    return [
        other if by is None and isinstance(one, KubernetesProfile) else one
        for one, other, by in zip(found, reversed(found), engines, strict=True)
    ]
