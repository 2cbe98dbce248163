"""Comments in the source, `# npconv: ignore[NPC323] reason` -> the losses that they accept, one by one."""

from __future__ import annotations

from npconv.cli.accepted import Accepted
from npconv.pipeline.model import Conversion
from npconv.render.owners import losses
from npconv.source.load import Loaded


def by_comments(result: Conversion, loaded: Loaded) -> tuple[Accepted, ...]:
    """The losses beside which somebody wrote why they may be. What is wrong with a comment, `npconv lint` says."""
    if not any("npconv:" in one.text for one in loaded.texts):
        return ()
    from npconv.linter.comments import heed
    from npconv.linter.model import Finding

    owned = {id(one.diagnostic): one for one in losses(result)}
    findings = [Finding(diagnostic=one.diagnostic) for one in owned.values()]
    return tuple(
        Accepted(code=said.code.id, policy=owned[id(said)].policy, reason=reason, loss=said)
        for said, reason in heed(findings, loaded, asked=frozenset()).hidden
    )
