"""Sets of texts as regular expressions, and the search for a text that is in some of them and not in others.

Brzozowski's derivatives (JACM 11, 1964): what may follow, once a character has been read, is again an
expression, so a search over tuples of expressions finds the shortest text or proves that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias, assert_never

from npconv.dataclass import dataclass
from npconv.hashed import Hashed

LAST = 0x10FFFF
"""The last character of Unicode."""

NICE = "xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW-_.~/"
"""The characters to build texts of, the best first."""

SEARCH_LIMIT = 20_000
"""How many states a search visits before it gives up."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No text."""


@dataclass(frozen=True, slots=True)
class Blank:
    """The empty text."""


@dataclass(frozen=True, slots=True)
class Chars(Hashed):
    """One character out of inclusive ranges."""

    ranges: tuple[tuple[int, int], ...]

    def __contains__(self, code: int) -> bool:
        return any(low <= code <= high for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class Chain(Hashed):
    """One text after another."""

    head: Language
    tail: Language


@dataclass(frozen=True, slots=True)
class Choice(Hashed):
    """A text of any of these."""

    parts: frozenset[Language]


@dataclass(frozen=True, slots=True)
class Repeat(Hashed):
    """Any number of texts, one after another."""

    part: Language


Language: TypeAlias = Nothing | Blank | Chars | Chain | Choice | Repeat

NOTHING = Nothing()
BLANK = Blank()
ANY_CHAR = Chars(((0, LAST),))
EVERYTHING = Repeat(ANY_CHAR)


class UndecidedError(Exception):
    """The search was given up."""


def chars(*spans: str | tuple[str, str]) -> Language:
    """One of these characters or ranges of characters."""
    return char_set((ord(one[0]), ord(one[-1])) for one in spans)


def char_set(spans: Iterable[tuple[int, int]]) -> Language:
    """One of these characters, by number."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return Chars(tuple(merged)) if merged else NOTHING


def literal(text: str) -> Language:
    """Exactly this text."""
    return chain(*(Chars(((ord(one), ord(one)),)) for one in text))


def chain(*parts: Language) -> Language:
    """These one after another."""
    result: Language = BLANK
    for part in reversed(parts):
        result = _chain(part, result)
    return result


def choice(parts: Iterable[Language]) -> Language:
    """Any of these."""
    found: set[Language] = set()
    for part in parts:
        if isinstance(part, Choice):
            found |= part.parts
        elif part != NOTHING:
            found.add(part)
    if EVERYTHING in found:
        return EVERYTHING
    if len(found) == 1:
        return found.pop()
    return Choice(frozenset(found)) if found else NOTHING


def repeat(part: Language) -> Language:
    """Any number of these."""
    return BLANK if part in (NOTHING, BLANK) else part if isinstance(part, Repeat) else Repeat(part)


def _chain(head: Language, tail: Language) -> Language:
    if NOTHING in (head, tail):
        return NOTHING
    if head == BLANK:
        return tail
    if tail == BLANK:
        return head
    if isinstance(head, Chain):
        return Chain(head.head, _chain(head.tail, tail))
    return Chain(head, tail)


@lru_cache(maxsize=65536)
def matches_blank(language: Language) -> bool:
    """Whether the empty text is in it."""
    match language:
        case Nothing() | Chars():
            return False
        case Blank() | Repeat():
            return True
        case Chain(head, tail):
            return matches_blank(head) and matches_blank(tail)
        case Choice(parts):
            return any(matches_blank(part) for part in parts)
        case _:
            assert_never(language)


@lru_cache(maxsize=65536)
def after(language: Language, code: int) -> Language:
    """What may follow once this character has been read."""
    match language:
        case Nothing() | Blank():
            return NOTHING
        case Chars():
            return BLANK if code in language else NOTHING
        case Chain(head, tail):
            rest = _chain(after(head, code), tail)
            return choice((rest, after(tail, code))) if matches_blank(head) else rest
        case Choice(parts):
            return choice(after(part, code) for part in parts)
        case Repeat(part):
            return _chain(after(part, code), language)
        case _:
            assert_never(language)


def contains(language: Language, text: str) -> bool:
    """Whether a text is in it."""
    for one in text:
        language = after(language, ord(one))
    return matches_blank(language)


@lru_cache(maxsize=4096)
def find(inside: tuple[Language, ...], outside: tuple[Language, ...]) -> str | None:
    """The shortest text that is in all of the first and in none of the others; None if there is none.

    Raises UndecidedError if that would take too long to find out.

    Of the others, only those are looked at that a text found without them is in: where 90 names are not wanted, mostly
    none is in the way, and 90 languages at once are slow. The first text of fewer conditions that keeps all is the
    first of all.
    """
    alphabet = _alphabet((*inside, *outside))
    looked_at: list[Language] = []
    left = list(dict.fromkeys(outside))
    while True:
        found = _first(inside, looked_at, alphabet)
        if found is None:
            return None
        hit = [one for one in left if contains(one, found)]
        if not hit:
            return found
        looked_at += hit
        left = [one for one in left if one not in hit]


def _first(inside: Sequence[Language], outside: Sequence[Language], alphabet: Sequence[int]) -> str | None:
    """The first text, by length and then by the alphabet's order, that is in all of these and in none of those."""
    start = (*inside, *outside)
    needed = len(inside)
    layer: dict[tuple[Language, ...], str] = {start: ""}
    seen = {start}
    while layer:
        for state, text in layer.items():
            if all(matches_blank(one) == (at < needed) for at, one in enumerate(state)):
                return text
        following: dict[tuple[Language, ...], str] = {}
        for state, text in layer.items():
            for code in alphabet:
                step = tuple(after(one, code) for one in state)
                if step in seen or NOTHING in step[:needed] or EVERYTHING in step[needed:]:
                    continue
                if len(seen) >= SEARCH_LIMIT:
                    raise UndecidedError
                seen.add(step)
                following[step] = text + chr(code)
        layer = following
    return None


def _alphabet(languages: Sequence[Language]) -> list[int]:
    """One character for each class of characters that these languages treat alike, the nicest first."""
    sets = sorted({each.ranges for language in languages for each in _char_sets(language)})
    bounds = sorted({0} | {edge for ranges in sets for low, high in ranges for edge in (low, high + 1)})
    segments = [(low, high - 1) for low, high in zip(bounds, [*bounds[1:], LAST + 1], strict=True) if low <= LAST]
    classes: dict[tuple[bool, ...], list[tuple[int, int]]] = {}
    for low, high in segments:
        classes.setdefault(tuple(low in Chars(ranges) for ranges in sets), []).append((low, high))
    nice = {ord(one): at for at, one in enumerate(NICE)}
    found = [_nicest(spans, nice) for spans in classes.values()]
    return sorted(found, key=lambda code: (nice.get(code, len(NICE)), code))


def _nicest(spans: list[tuple[int, int]], nice: dict[int, int]) -> int:
    for code in nice:
        if any(low <= code <= high for low, high in spans):
            return code
    printable = next((max(low, 0x21) for low, high in spans if high >= 0x21), None)
    return spans[0][0] if printable is None else printable


def _char_sets(language: Language) -> Iterator[Chars]:
    match language:
        case Nothing() | Blank():
            return
        case Chars():
            yield language
        case Chain(head, tail):
            yield from _char_sets(head)
            yield from _char_sets(tail)
        case Choice(parts):
            for part in parts:
                yield from _char_sets(part)
        case Repeat(part):
            yield from _char_sets(part)
        case _:
            assert_never(language)
