"""PyYAML nodes -> JSON values step by step as go-yaml does it, and what is wrong on the way.

Source: go.yaml.in/yaml/v2 2.4.2 `decode.go` (`unmarshal`, `mapping`, `merge`, `allowedAliasRatio`). Unlike
it, an error in one value does not hide the next, and a key that is set twice is always an error.
"""

from __future__ import annotations

import math
from typing import Final

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code, reading
from npconv.diagnostics.origin import Path
from npconv.source import scalars
from npconv.source.fields import Value, type_name
from npconv.source.nodes import MAX_DEPTH, AnyNode, TooDeepError
from npconv.source.values import is_merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that Kubernetes refuses: what, at which path, at which node, and a first place if there are two."""

    code: Code
    message: str
    path: Path
    node: AnyNode
    label: str = ""
    first: AnyNode | None = None
    help: str = ""


class BoundError(Exception):
    """A document that refers to itself or grows beyond bounds through its aliases; read no further."""

    def __init__(self, message: str, node: AnyNode) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


_KNOWN_TAGS: Final = "tag:yaml.org,2002:"
_RATIO_LOW: Final = 400_000
_RATIO_HIGH: Final = 4_000_000


class Exact:
    """Builds one document's value. `problems` holds what Kubernetes would refuse."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._steps = 1
        self._alias_steps = 0
        self._alias_depth = 0
        self._defined: dict[int, tuple[int, int]] = {}
        self._open: set[int] = set()

    def value(self, node: AnyNode, path: Path = (), edge: tuple[int, int] = (0, 0)) -> Value:
        """The value of a node; raises `BoundError`.

        PyYAML puts the node itself where an alias stands. `edge` (a parent and the place in it) tells them
        apart: a node is defined where it is met first, and any other edge to it is an alias.
        """
        alias = self._defined.setdefault(id(node), edge) != edge
        if alias:
            self._count(node)
            if id(node) in self._open:
                raise BoundError("an anchor's value contains itself", node)
            self._alias_depth += 1
        self._count(node)
        value: Value
        if isinstance(node, ScalarNode):
            value = self._scalar(node, path)
        else:
            if len(self._open) == MAX_DEPTH:
                raise TooDeepError(node.start_mark.line, node.start_mark.column)
            self._open.add(id(node))
            value = self._collection(node, path)
            self._open.discard(id(node))
        if alias:
            self._alias_depth -= 1
        return value

    def _collection(self, node: SequenceNode | MappingNode, path: Path) -> Value:
        if isinstance(node, SequenceNode):
            me = id(node)
            return [self.value(child, (*path, index), (me, index)) for index, child in enumerate(node.value)]
        mapping: dict[str, Value] = {}
        self._fill(mapping, node, path)
        return mapping

    def _count(self, node: AnyNode) -> None:
        """Bound what aliases may add: 99 % of a small document, 10 % of a large one."""
        self._steps += 1
        if self._alias_depth == 0:
            return
        self._alias_steps += 1
        if self._alias_steps > 100 and self._steps > 1000:
            over = min(max(self._steps - _RATIO_LOW, 0), _RATIO_HIGH - _RATIO_LOW) / (_RATIO_HIGH - _RATIO_LOW)
            if self._alias_steps / self._steps > 0.99 - 0.89 * over:
                raise BoundError("the document grows beyond bounds through its aliases", node)

    def _scalar(self, node: ScalarNode, path: Path) -> scalars.Scalar:
        value = self._resolved(node, path)
        if isinstance(value, float) and not math.isfinite(value):
            self._problem(reading.UNUSABLE_VALUE, f"`{node.value}` is a number that JSON cannot hold", path, node)
            return None
        return value

    def _resolved(self, node: ScalarNode, path: Path) -> scalars.Scalar:
        if isinstance(node.tag, str):
            if not node.tag.startswith(_KNOWN_TAGS):
                message = f"`{node.tag}` is read as a YAML tag, which leaves `{node.value}` as the value"
                self._problem(reading.UNKNOWN_TAG, message, path, node, help="quote a value that starts with `!`")
            try:
                return scalars.tagged(node.tag, node.value)
            except scalars.UnreadableScalarError as error:
                self._problem(reading.UNUSABLE_VALUE, str(error), path, node)
                return None
        if node.style or self._text.startswith("!", node.start_mark.index):  # `! 12` is text
            return str(node.value)
        return scalars.plain(node.value)

    def _fill(self, mapping: dict[str, Value], node: MappingNode, path: Path) -> None:
        """Set the keys of a mapping node in the order they are written."""
        set_by: dict[str, AnyNode] = {}
        for index, (key, child) in enumerate(node.value):
            edge = (id(node), index)
            if is_merge(key):
                self._merge(mapping, set_by, (key, child), path, edge)
                continue
            text = self._key(key, path)
            if text is None:
                self.value(child, path, edge)
                continue
            if text in set_by:
                self._duplicate(text, set_by[text], key, path)
            set_by[text] = key
            mapping[text] = self.value(child, (*path, text), edge)

    def _key(self, key: AnyNode, path: Path) -> str | None:
        if not isinstance(key, ScalarNode):
            kind = "mapping" if isinstance(key, MappingNode) else "list"
            self._problem(reading.UNUSABLE_KEY, f"unexpected {kind} as a key (expected text)", path, key)
            return None
        self._count(key)
        try:
            if isinstance(key.tag, str):
                return scalars.key(scalars.tagged(key.tag, key.value))
            return str(key.value) if key.style else scalars.plain_key(key.value)
        except scalars.UnreadableScalarError as error:
            self._problem(reading.UNUSABLE_KEY, str(error), path, key)
            return None

    def _merge(
        self,
        mapping: dict[str, Value],
        set_by: dict[str, AnyNode],
        pair: tuple[AnyNode, AnyNode],
        path: Path,
        edge: tuple[int, int],
    ) -> None:
        """Copy the mappings behind `<<` in. Later keys of the mapping may override them, earlier ones may not."""
        key, node = pair
        sources = [(node, edge)]
        if isinstance(node, SequenceNode):  # copied backwards, so that its first mapping wins
            sources = [(child, (id(node), index)) for index, child in enumerate(node.value)][::-1]
        merged: dict[str, Value] = {}
        for source, source_edge in sources:
            value = self.value(source, path, source_edge)
            if isinstance(value, dict):
                merged.update(value)
            else:
                message = f"unexpected {type_name(value)} behind `<<` (expected a mapping)"
                self._problem(reading.UNUSABLE_VALUE, message, path, source)
        for text, value in merged.items():
            if text in set_by:
                self.problems.append(
                    Problem(
                        code=reading.DUPLICATE_KEY,
                        message=f"`<<` overwrites key `{text}`, which was set before it",
                        path=(*path, text),
                        node=key,
                        label="merged here",
                        first=set_by[text],
                        help="put `<<` first, so that the mapping's own keys override what is merged",
                    )
                )
            mapping[text] = value

    def _duplicate(self, text: str, first: AnyNode, again: AnyNode, path: Path) -> None:
        self.problems.append(
            Problem(
                code=reading.DUPLICATE_KEY,
                message=f"key `{text}` is set twice in one mapping",
                path=(*path, text),
                node=again,
                label="set again here",
                first=first,
                help="keep one of them; Kubernetes takes the last, or refuses both",
            )
        )

    def _problem(self, code: Code, message: str, path: Path, node: AnyNode, *, help: str = "") -> None:
        self.problems.append(Problem(code=code, message=message, path=path, node=node, help=help))
