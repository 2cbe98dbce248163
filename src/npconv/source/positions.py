"""A key path of a document -> line and column, by composing its chunk again: costs nothing until something is said."""

from __future__ import annotations

from contextlib import nullcontext
from functools import lru_cache
from typing import Final, TypeAlias

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Key, Path, Span
from npconv.pattern import pattern
from npconv.source import nodes
from npconv.source.nodes import AnyNode
from npconv.source.text import Chunk
from npconv.source.values import is_merge, key_text

_PROPERTIES: Final = pattern(r"(?:[&!]\S*\s+)+")
"""An anchor, a tag or both, with the space behind them."""

_LARGE: Final = 1 << 20
"""From how many characters on the nodes are so many that the garbage collector would look through them."""

Pair: TypeAlias = "tuple[AnyNode | None, AnyNode]"
"""A value's node with the node of its key, where it has one."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an object was read from: a chunk, or what stands at `path` in it (an item of a List)."""

    chunk: Chunk
    path: Path = ()

    def locate(self, path: Path, *, key: bool = False) -> Span:
        """Where the value at a path of the object stands; see `locate`."""
        return locate(self.chunk, self.path + path, key=key)

    def line(self, number: int) -> str:
        """A line of the file, counted from 1."""
        return self.chunk.source.line(number)


def locate(chunk: Chunk, path: Path, *, key: bool = False) -> Span:
    """Where the value at `path` stands (its key, if `key`). If it is absent: the key of the nearest enclosing value."""
    tree = _tree(chunk)
    if tree.root is None:
        return chunk.span((0, 0), (0, 0))
    found: Pair = (None, tree.root)
    for step in path:
        below = _child(tree, found[1], step)
        if below is None:
            key = True
            break
        found = below
    return span(chunk, found[0] if key and found[0] is not None else found[1])


def span(chunk: Chunk, node: AnyNode) -> Span:
    """The stretch of the file that a node takes up, without its anchor and tag, and the space behind it."""
    start = (node.start_mark.line, node.start_mark.column)
    end = max(start, _end(chunk, node))
    properties = _PROPERTIES.match(chunk.source.text, chunk.start + node.start_mark.index, chunk.end)
    if properties is not None:
        bare = chunk.position(properties.end() - chunk.start)
        start = bare if bare < end else start
    return chunk.span(start, end)


def _end(chunk: Chunk, node: AnyNode) -> tuple[int, int]:
    """The end of a node's last character. libyaml ends block collections and scalars where the next token starts."""
    for _ in range(nodes.MAX_DEPTH):  # bounded, for a node may contain itself
        if isinstance(node, ScalarNode) or node.flow_style or not node.value:
            break
        last = node.value[-1]
        node = last if isinstance(node, SequenceNode) else last[1]
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        text = chunk.source.text[chunk.start : chunk.start + node.end_mark.index].rstrip()
        return chunk.position(len(text))
    return (node.end_mark.line, node.end_mark.column)


@dataclass(slots=True)
class _Tree:
    """A chunk's nodes, with the keys of those mappings that were looked into."""

    root: AnyNode | None
    keys: dict[int, dict[str, Pair]]


def _child(tree: _Tree, node: AnyNode, step: Key) -> Pair | None:
    """The value one step below a node."""
    match node, step:
        case SequenceNode(), int():
            return (None, node.value[step]) if 0 <= step < len(node.value) else None
        case MappingNode(), str():
            return _keys(tree, node).get(step)
        case _:
            return None


def _keys(tree: _Tree, node: MappingNode) -> dict[str, Pair]:
    """The keys of a mapping, looking through `<<`; the last one if a key is set twice."""
    known = tree.keys.get(id(node))
    if known is not None:
        return known
    found: dict[str, Pair] = {}
    tree.keys[id(node)] = found  # at once, for a mapping may merge itself
    for key, child in node.value:
        if is_merge(key):
            sources = child.value if isinstance(child, SequenceNode) else [child]
            for source in reversed(sources):
                if isinstance(source, MappingNode):
                    found.update(_keys(tree, source))
    for key, child in node.value:
        text = None if is_merge(key) else key_text(key)
        if text is not None:
            found[text] = (key, child)
    return found


@lru_cache(maxsize=2)
def _tree(chunk: Chunk) -> _Tree:
    """The chunk's nodes once more; none for JSON that only a JSON parser reads."""
    try:
        with nodes.collector_paused() if len(chunk.text) > _LARGE else nullcontext():
            return _Tree(nodes.compose(chunk.text), {})
    except (yaml.YAMLError, nodes.TooDeepError, nodes.SecondDocumentError):
        return _Tree(None, {})
