"""Documents for tests that do not care about text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from npconv.source.document import Document
from npconv.source.fields import Value
from npconv.source.positions import Written
from npconv.source.text import Chunk, Text


@pytest.fixture
def document() -> Callable[[dict[str, Value]], Document]:
    """Makes a document of data; every span is its first character."""

    def make(data: dict[str, Value]) -> Document:
        return Document(file="test.yaml", index=0, data=data, written=Written(Chunk(source=Text("test.yaml", ""))))

    return make
