"""Documents -> everything that is to be said of their policies: what their engine refuses, and what the rules find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from npconv.diagnostics.codes import Severity, kubernetes, lint_set, reading
from npconv.diagnostics.codes import comparing as comparing_codes
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.dialects.calico import kinds as calico
from npconv.dialects.cilium import kinds as cilium
from npconv.dialects.cluster import kinds as cluster
from npconv.dialects.policy_api import kinds as policy_api
from npconv.dialects.policy_api.profile import PolicyApiProfile
from npconv.linter.comments import heed
from npconv.linter.context import Context
from npconv.linter.mend import mended
from npconv.linter.model import Finding, Linted, LintOptions
from npconv.linter.registry import RULES
from npconv.linter.worlds import worlds
from npconv.pipeline.engines import Engine, detect
from npconv.pipeline.meaning import meaning
from npconv.pipeline.read import is_policy, wanted
from npconv.source.document import Document
from npconv.source.load import Loaded

_TEMPLATES: Final = (reading.HELM_TEMPLATE, reading.PLACEHOLDER)
_PATCH: Final = "$patch"
"""A key by which Kustomize knows a patch of an object from the object."""

_UNSAID: Final = (reading.PASSED_OVER, kubernetes.CONTEXT_TWICE, kubernetes.CONTEXT_ORPHAN)
"""Remarks on what is no policy, which nobody asked about."""


def lint(loaded: Loaded, options: LintOptions | None = None) -> Linted:
    """Check every policy among some documents. Pure: nothing is read, written or printed."""
    asked = options or LintOptions()
    share = _Share(asked)
    share.findings += [found for one in loaded.diagnostics if (found := _of_reading(one)) is not None]
    patches = [one for one in loaded.documents if wanted(one) and _PATCH in one.data]
    share.findings += [_of_patch(one) for one in patches]
    several = worlds([one for one in loaded.documents if wanted(one) and _PATCH not in one.data])
    share.options = replace(asked, partial=asked.partial or len(several) > 1)
    for documents in several:
        for engine, group in _engines(documents, asked.engine):
            share.look(engine, group)
    heeded = heed(
        _distinct(share.findings), loaded, asked=_asked(replace(asked, partial=asked.partial or len(several) > 1))
    )
    policies = [one for one in loaded.documents if is_policy(one) and _PATCH not in one.data]
    return Linted(
        findings=tuple(one for one in heeded.left if _is_wanted(one.diagnostic, asked)),
        engines=tuple(dict.fromkeys(share.engines)),
        objects=len(policies),
        ignored=heeded.hidden,
        skipped=Counter(one.kind for one in loaded.documents if not wanted(one)),
        undecided=share.undecided,
    )


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """Each thing once, however many sets of documents and however many rules it was found in."""
    found: dict[tuple[object, ...], Finding] = {}
    for one in findings:
        said = one.diagnostic
        place = None if said.origin is None else (id(said.origin.place), said.origin.path, said.origin.chars)
        found.setdefault((said.code.id, said.message, place), one)
    return list(found.values())


class _Share:
    """What is found while the input is looked at, one engine and one set of documents after the other."""

    def __init__(self, options: LintOptions) -> None:
        self.options = options
        self.findings: list[Finding] = []
        self.engines: list[Engine] = []
        self.undecided = 0

    def look(self, engine: Engine, documents: Sequence[Document]) -> None:
        """Look at some documents as one engine enforces them."""
        options = self.options
        loaded = Loaded(documents=tuple(documents), diagnostics=())
        meant = meaning(loaded, engine, namespace=options.namespace, known=options.cluster)
        aside = [one for one in meant.found.foreign if policy_api.claims(one)] if options.engine is None else []
        self.engines.append(engine)
        self.findings += [mended(one) for one in meant.diagnostics if _is_said(one, aside=bool(aside))]
        context = Context(meant, options)
        for rule in RULES:
            if rule.is_left_out(options):
                continue
            if any(_is_asked(code.id, options) for code in rule.codes):
                self.findings += rule.check(context)
        self.undecided += context.undecided
        if aside:
            self.look(PolicyApiProfile(), aside)


def _engines(documents: Sequence[Document], engine: Engine | None) -> Iterator[tuple[Engine, list[Document]]]:
    """Who enforces what. Policies of Calico and Cilium in one input are those of different clusters."""
    if engine is not None:
        yield engine, list(documents)
        return
    of_calico = [one for one in documents if calico.claims(one)]
    others = [one for one in documents if not calico.claims(one)]
    if of_calico and any(cilium.claims(one) for one in others):
        yield detect(of_calico), [*of_calico, *(one for one in others if cluster.claims(one))]
        yield detect(others), others
    elif documents:
        yield detect(documents), list(documents)


def _of_reading(diagnostic: Diagnostic) -> Finding | None:
    """What is said of a text that could not be read. A template is none of the linter's business."""
    if diagnostic.code in _UNSAID:
        return None
    if diagnostic.code not in _TEMPLATES:
        return mended(diagnostic)
    return Finding(diagnostic=replace(diagnostic, code=lint_set.TEMPLATE, message=f"left out: {diagnostic.message}"))


def _of_patch(document: Document) -> Finding:
    said = Diagnostic(
        code=lint_set.TEMPLATE,
        origin=document.origin.at(_PATCH),
        message="left out: this is a patch for Kustomize, not an object",
        help="lint what Kustomize makes of it: `kustomize build . | npconv lint -`",
    )
    return Finding(diagnostic=said)


def _is_said(diagnostic: Diagnostic, *, aside: bool) -> bool:
    """Whether a finding of a front end is one for people who look at policies, not at a translation."""
    if diagnostic.severity in (Severity.LOSS, Severity.ASSUMPTION) or diagnostic.code in _UNSAID:
        return False
    return not (aside and diagnostic.code is comparing_codes.FOREIGN)


def _is_wanted(diagnostic: Diagnostic, options: LintOptions) -> bool:
    return _is_asked(diagnostic.code.id, options) or (
        diagnostic.is_error and not _matches(diagnostic.code.id, options.ignore)
    )


def _is_asked(code: str, options: LintOptions) -> bool:
    return (not options.select or _matches(code, options.select)) and not _matches(code, options.ignore)


def _matches(code: str, prefixes: frozenset[str]) -> bool:
    return any(code.startswith(one) for one in prefixes)


def _asked(options: LintOptions) -> frozenset[str] | None:
    """The codes that were looked for; None: all of them. Comments on others are not unused."""
    left_out = {code.id for rule in RULES if rule.is_left_out(options) for code in rule.codes}
    if not left_out and not options.select and not options.ignore:
        return None
    from npconv.diagnostics import codes  # noqa: PLC0415 - only where not everything is asked

    return frozenset(one.id for one in codes.ALL if one.id not in left_out and _is_asked(one.id, options))
