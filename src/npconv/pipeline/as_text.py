"""An object of an output whose data can be had from its text."""

from __future__ import annotations

from collections.abc import Mapping

from npconv.source.fields import Value
from npconv.source.held import Held
from npconv.source.load import parse
from npconv.source.write import write_yaml


class AsText(Held):
    """What has `data`, and their `text` as soon as it is written."""

    __slots__ = ()
    data: Mapping[str, Value]
    text: str

    def written(self) -> str:
        """The data as YAML."""
        return self.text or write_yaml([self.data])

    def _can_read(self) -> bool:
        return bool(self.text)

    def _read(self) -> dict[str, Value]:
        (document,) = parse(self.text, "<output>").documents
        return document.data
