"""Selector text -> selector tree, by the grammar `grammars/calico_selector.lark`.

Whatever the text, the answer comes in linear time and is a tree of bounded depth or a `SelectorError`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from npconv import resources
from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code
from npconv.diagnostics.codes import calico as codes
from npconv.dialects.calico import selector_ast as ast
from npconv.dialects.calico.selector_ast import Chars, Selector
from npconv.dialects.calico.selector_errors import explain

if TYPE_CHECKING:
    from lark import Lark, Token, Transformer
    from lark.lexer import TerminalDef

MAX_NESTING: Final = 100
"""Levels of `!`, `&&` and `||` inside each other; keeps every walk over a tree far from Python's recursion limit."""

MAX_LABEL: Final = 512
"""Characters of a label in a selector (tokenizer.go, `LabelKeyMatcher`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorError:
    """Why a text is no selector. `chars` is the range of characters to point at (empty at the end of the text)."""

    chars: Chars
    message: str
    help: str = ""
    code: Code = codes.SELECTOR


@lru_cache(maxsize=4096)
def parse_selector(text: str, *, before_3_30: bool = False) -> Selector | SelectorError:
    """The tree of a selector. Empty and blank text select everything, as in Calico.

    `before_3_30` reads as the tokenizer of Calico 3.29 and earlier: newlines inside `not in`, `starts with`,
    `ends with` and `has( )` are spaces. (It asked for no word boundary after `contains`, but what follows without one
    was no string, so nothing else differs.)
    """
    # Imported here: a run that meets no selector never pays for lark.
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415

    try:
        # The transformer makes lark's parser return what `Builder.start` returns.
        node, depth = cast("_Sized", _parser(before_3_30=before_3_30).parse(text))
    except UnexpectedInput as error:
        return _syntax_error(text, error)
    except _LabelTooLongError as error:
        return SelectorError(
            chars=error.chars, message=f"label of {error.length} characters (expected at most {MAX_LABEL})"
        )
    if depth > MAX_NESTING:
        return SelectorError(
            chars=(0, len(text)),
            message=f"selector nested {depth} levels deep (expected at most {MAX_NESTING})",
            code=codes.SELECTOR_TOO_DEEP,
        )
    return node


_Sized: TypeAlias = "tuple[Selector, int]"
"""A tree and its depth, counted while it is built: walking a deep tree to measure it could overflow the stack."""


class _LabelTooLongError(Exception):
    """Raised inside lark's parser; never leaves this module."""

    def __init__(self, chars: Chars, length: int) -> None:
        super().__init__()
        self.chars = chars
        self.length = length


@cache
def _parser(*, before_3_30: bool) -> Lark:
    from lark import Lark  # noqa: PLC0415

    return Lark(
        resources.read("grammars", "calico_selector.lark"),
        parser="lalr",
        lexer="contextual",
        transformer=_builder(),
        edit_terminals=_as_3_29 if before_3_30 else None,
    )


def _as_3_29(terminal: TerminalDef) -> None:
    """Let newlines stand inside the terminals that were regular expressions with `[[:space:]]`."""
    if terminal.name != "WS":
        terminal.pattern.value = terminal.pattern.value.replace("[ \t]", "[ \t\n\f\r]")


def _syntax_error(text: str, error: object) -> SelectorError:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415

    match error:
        case UnexpectedToken():
            start = len(text) if error.token.type == "$END" else error.token.start_pos or 0
            expected = frozenset(error.accepts or error.expected)
        case UnexpectedCharacters():
            start, expected = error.pos_in_stream, frozenset(error.allowed)
        case _:
            start, expected = len(text), frozenset()
    end, message, help = explain(text, start, expected)
    return SelectorError(chars=(start, end), message=message, help=help)


def _label(token: Token) -> str:
    if len(token) > MAX_LABEL:
        raise _LabelTooLongError(_chars(token, token), len(token))
    return str(token)


def _value(token: Token) -> str:
    return str(token)[1:-1]


def _chars(first: Token, last: Token) -> Chars:
    return (first.start_pos or 0, last.end_pos or 0)


def _compare(make: Callable[[str, str, Chars], Selector]) -> Callable[[object, Token, Token], _Sized]:
    def build(_: object, label: Token, value: Token) -> _Sized:
        return make(_label(label), _value(value), _chars(label, value)), 1

    return build


def _member(make: Callable[[str, tuple[str, ...], Chars], Selector]) -> Callable[..., _Sized]:
    def build(_: object, label: Token, *rest: Token | None) -> _Sized:
        values = tuple(sorted({_value(token) for token in rest[:-1] if token is not None}))
        return make(_label(label), values, _chars(label, cast("Token", rest[-1]))), 1

    return build


def _function(make: Callable[[Chars], Selector]) -> Callable[[object, Token, Token], _Sized]:
    def build(_: object, first: Token, last: Token) -> _Sized:
        return make(_chars(first, last)), 1

    return build


def _group(make: Callable[[tuple[Selector, ...]], Selector]) -> Callable[..., _Sized]:
    def build(_: object, *operands: _Sized) -> _Sized:
        return make(tuple(node for node, _ in operands)), 1 + max(depth for _, depth in operands)

    return build


def _builder() -> Transformer[Token, _Sized]:
    """Builds the tree while lark parses, so that no syntax tree ever exists and nothing recurses."""
    from lark import Transformer, v_args  # noqa: PLC0415

    @v_args(inline=True)
    class Builder(Transformer):  # type: ignore[type-arg]
        everything = _function(ast.All)
        in_global_scope = _function(ast.Global)
        equals = _compare(ast.Equals)
        not_equals = _compare(ast.NotEquals)
        contains = _compare(ast.Contains)
        starts_with = _compare(ast.StartsWith)
        ends_with = _compare(ast.EndsWith)
        one_of = _member(ast.In)
        none_of = _member(ast.NotIn)
        both = _group(ast.And)
        either = _group(ast.Or)

        def start(self, sized: _Sized | None = None) -> _Sized:
            return (ast.All(), 1) if sized is None else sized

        def has(self, first: Token, label: Token, last: Token) -> _Sized:
            return ast.Has(_label(label), _chars(first, last)), 1

        def negated(self, *children: Token | _Sized) -> _Sized:
            node, depth = cast("_Sized", children[-1])
            return (ast.Not(node), depth + 1) if len(children) % 2 == 0 else (node, depth)

    return Builder()
