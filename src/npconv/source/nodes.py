"""The text of one document -> PyYAML nodes: by libyaml where it is safe, else event by event with bounds.

libyaml's composer recurses in C and overflows the stack at about 100,000 nested `[` (a crash, no exception), so
text that could nest deeply is composed here, without recursion. The same path serves PyYAML without libyaml.
"""

from __future__ import annotations

import gc
import operator
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias, cast

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from npconv.pattern import pattern

MAX_DEPTH: Final = 300
"""How deep collections may nest. Kubernetes' own reader allows 10,000; policies need about twenty."""

_SAFE_DEPTH: Final = 5000
"""How deep libyaml's composer may recurse: it survives 20,000 levels, and overflows the stack at 100,000."""

_DEEP_INDENT: Final = pattern(r"^[ ?:-]{1000}", re.MULTILINE)
"""A block collection needs a column for every level or two, so that less cannot nest deeply."""

_HARMLESS: Final = pattern(r""" in \{|\{[^][{}"'#\n]*\}|\[[^][{}"'#\n]*\]""")
"""Brackets that open no level, or one that ends on the same line: `a in {'b'}` of Calico's selectors, `[80, 443]`."""

AnyNode: TypeAlias = "ScalarNode | SequenceNode | MappingNode"

HAS_LIBYAML: Final[bool] = bool(yaml.__with_libyaml__)


class TooDeepError(Exception):
    """Collections nest more than `MAX_DEPTH` levels; `line` and `column` (from 0) say where that happens."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line = line
        self.column = column


class SecondDocumentError(Exception):
    """A document follows behind `...`, where Kubernetes no longer reads; `line` and `column` count from 0."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line = line
        self.column = column


if HAS_LIBYAML:
    from yaml._yaml import CParser as _CParser

    class _Composer(_CParser):
        """libyaml's composer with hooks that cost nothing: tags are settled later, from style and explicit tag.

        The hooks are C built-ins that accept what the composer hands them; `slice` makes the "tag" of every
        untagged node a slice object, so that only an explicit tag is a string.
        """

        descend_resolver = operator.is_
        ascend_resolver = bool
        resolve = staticmethod(slice)

    _Parser: Any = _CParser
else:  # pragma: no cover - wheels of PyYAML have libyaml
    from yaml.parser import Parser as _PythonParser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _PureParser(Reader, Scanner, _PythonParser):
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            _PythonParser.__init__(self)

    _Parser = _PureParser


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for garbage in cycles meanwhile: reading makes none, and on a 10 MB list it takes most of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            if not gc.get_freeze_count():
                # What was made is old now: else the collector would begin by looking through all of it.
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def compose(text: str) -> AnyNode | None:
    """The root node of the text's document; None if it is empty.

    Raises `yaml.YAMLError` for text that is no YAML, `TooDeepError` and `SecondDocumentError`.
    """
    if not HAS_LIBYAML or may_nest_deeply(text):
        return compose_by_events(text)
    composer = _Composer(text)
    try:
        if not composer.check_node():
            return None
        node = cast("AnyNode", composer.get_node())
    except yaml.composer.ComposerError as error:
        if error.context is None:
            raise
        return compose_by_events(text)  # an anchor is defined twice, which Kubernetes allows
    _check_end(composer)
    return node


def may_nest_deeply(text: str) -> bool:
    """Whether the text could nest more than `_SAFE_DEPTH` levels. Errs on the safe side, cheaply."""
    opened = text.count("[") + text.count("{")
    if opened > _SAFE_DEPTH and opened - len(_HARMLESS.findall(text)) > _SAFE_DEPTH:
        return True
    return _DEEP_INDENT.search(text) is not None


def compose_by_events(text: str) -> AnyNode | None:
    """Like libyaml's composer, but bounded in depth, and an anchor may be defined again (the last one counts)."""
    parser = _Parser(text)
    parser.get_event()  # the start of the stream
    if parser.check_event(yaml.StreamEndEvent):
        return None
    parser.get_event()  # the start of the document
    anchors: dict[str, AnyNode] = {}
    root: AnyNode | None = None
    open_nodes: list[SequenceNode | MappingNode] = []
    keys: list[AnyNode | None] = []
    while True:
        event: Any = parser.get_event()
        if isinstance(event, DocumentEndEvent):
            break
        if isinstance(event, CollectionEndEvent):
            open_nodes.pop().end_mark = event.end_mark
            keys.pop()
            continue
        node = _node(event, anchors)
        if not open_nodes:
            root = node
        elif isinstance(open_nodes[-1], SequenceNode):
            open_nodes[-1].value.append(node)
        elif keys[-1] is None:
            keys[-1] = node
        else:
            open_nodes[-1].value.append((keys[-1], node))
            keys[-1] = None
        if isinstance(event, SequenceStartEvent | MappingStartEvent):
            if len(open_nodes) == MAX_DEPTH:
                raise TooDeepError(node.start_mark.line, node.start_mark.column)
            open_nodes.append(cast("SequenceNode | MappingNode", node))
            keys.append(None)
    _check_end(parser)
    return root


def _node(event: Any, anchors: dict[str, AnyNode]) -> AnyNode:
    """The node that an event starts, or the one that an alias stands for."""
    start: Any = event.start_mark
    if isinstance(event, AliasEvent):
        if event.anchor not in anchors:
            raise yaml.composer.ComposerError(None, None, "found undefined alias", start)
        return anchors[event.anchor]
    tag: Any = event.tag if event.tag not in (None, "!") else slice(None)
    node: AnyNode
    if isinstance(event, ScalarEvent):
        end: Any = event.end_mark
        node = ScalarNode(tag, event.value, start, end, event.style)
    elif isinstance(event, SequenceStartEvent):
        node = SequenceNode(tag, [], start, None, event.flow_style)
    else:
        node = MappingNode(tag, [], start, None, event.flow_style)
    if event.anchor is not None:
        anchors[event.anchor] = node
    return node


def _check_end(parser: Any) -> None:
    """Refuse a second document, whether it is valid or not: Kubernetes never looks at it."""
    try:
        more = not parser.check_event(yaml.StreamEndEvent)
        mark = parser.peek_event().start_mark if more else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
    if mark is not None:
        raise SecondDocumentError(mark.line, mark.column)
