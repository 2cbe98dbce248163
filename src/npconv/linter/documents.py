"""The objects of one engine -> the documents that they were read from, the valid ones only."""

from __future__ import annotations

from collections.abc import Iterator

from npconv.pipeline.read import Input
from npconv.source.document import Document


def documents(found: Input) -> Iterator[Document]:
    """Each document once, in the order of the kinds and of the text."""
    seen: set[int] = set()
    for one in (*found.kubernetes, *found.calico, *found.cilium, *found.policy_api):
        place = one.origin.place if one.origin is not None else None
        if isinstance(place, Document) and id(place) not in seen:
            seen.add(id(place))
            yield place
