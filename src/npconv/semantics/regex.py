"""The text of an RE2 regular expression -> a language, where it uses what we know; anything else is refused."""

from __future__ import annotations

from npconv.semantics.languages import BLANK, LAST, Language, chain, char_set, choice, repeat

MOST = 64
"""The highest count in `{n,m}` that is unrolled."""

CLASSES: dict[str, tuple[tuple[int, int], ...]] = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": ((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)),
}
"""Perl's classes as RE2 has them: ASCII only (github.com/google/re2/wiki/Syntax)."""

PUNCTUATION = frozenset("\\.+*?()|[]{}^$/-~!@#%&=:;,'\"<>` ")


class UnreadableError(Exception):
    """The expression uses something that is not read here."""


def regex(text: str) -> Language:
    """The texts that an expression matches as a whole, as Envoy's `safe_regex` and Cilium match.

    Raises UnreadableError.
    """
    reader = _Reader(text)
    found = reader.choice()
    if reader.at < len(text):
        raise UnreadableError(text)
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def choice(self) -> Language:
        parts = [self._chain()]
        while self._take("|"):
            parts.append(self._chain())
        return choice(parts)

    def _chain(self) -> Language:
        parts: list[Language] = []
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            if self._text[self.at] == "^" and self.at == 0:
                self.at += 1
                continue
            if self._text[self.at] == "$" and self.at == len(self._text) - 1:
                self.at += 1
                continue
            parts.append(self._counted())
        return chain(*parts)

    def _counted(self) -> Language:
        found = self._atom()
        quantified = False
        while self.at < len(self._text) and self._text[self.at] in "*+?{":
            if quantified:  # `a*?` is lazy, which matches the same; `a**` is an error
                if self._text[self.at] != "?":
                    raise UnreadableError(self._text)
                self.at += 1
                return found
            quantified = True
            found = self._quantify(found)
        return found

    def _quantify(self, part: Language) -> Language:
        sign = self._next()
        match sign:
            case "*":
                return repeat(part)
            case "+":
                return chain(part, repeat(part))
            case "?":
                return choice((BLANK, part))
            case _:
                return self._count(part)

    def _count(self, part: Language) -> Language:
        end = self._text.find("}", self.at)
        inside = self._text[self.at : end] if end >= 0 else ""
        low, comma, high = inside.partition(",")
        if not low.isdigit() or (high and not high.isdigit()) or int(low) > MOST or int(high or 0) > MOST:
            raise UnreadableError(self._text)
        self.at = end + 1
        least = chain(*[part] * int(low))
        if not comma:
            return least
        if not high:
            return chain(least, repeat(part))
        if int(high) < int(low):
            raise UnreadableError(self._text)
        rest: Language = BLANK
        for _ in range(int(high) - int(low)):
            rest = choice((BLANK, chain(part, rest)))
        return chain(least, rest)

    def _atom(self) -> Language:
        sign = self._next()
        match sign:
            case ".":
                return char_set(((0, 0x09), (0x0B, LAST)))
            case "(":
                return self._group()
            case "[":
                return self._set()
            case "\\":
                return self._escape()
            case "*" | "+" | "?" | "{" | "^" | "$":
                raise UnreadableError(self._text)
            case _:
                return char_set(((ord(sign), ord(sign)),))

    def _group(self) -> Language:
        if self._take("?") and not self._take(":"):
            raise UnreadableError(self._text)
        found = self.choice()
        if not self._take(")"):
            raise UnreadableError(self._text)
        return found

    def _escape(self) -> Language:
        sign = self._next()
        if sign.lower() in CLASSES:
            spans = CLASSES[sign.lower()]
            return char_set(spans) if sign.islower() else _others(spans)
        return char_set(((self._escaped(sign),) * 2,))

    def _set(self) -> Language:
        inverted = self._take("^")
        spans: list[tuple[int, int]] = []
        first = True
        while first or not self._take("]"):
            first = False
            sign = self._next()
            if sign == "[" and self.at < len(self._text) and self._text[self.at] == ":":
                raise UnreadableError(self._text)
            if sign == "\\":
                escaped = self._next()
                if escaped in CLASSES:
                    spans.extend(CLASSES[escaped])
                    continue
                low = self._escaped(escaped)
            else:
                low = ord(sign)
            high = low
            if self._text[self.at : self.at + 1] == "-" and self._text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                sign = self._next()
                high = self._escaped(self._next()) if sign == "\\" else ord(sign)
                if high < low or sign == "[":
                    raise UnreadableError(self._text)
            spans.append((low, high))
        return _others(spans) if inverted else char_set(spans)

    def _escaped(self, sign: str) -> int:
        if sign not in PUNCTUATION:
            raise UnreadableError(self._text)
        return ord(sign)

    def _next(self) -> str:
        if self.at >= len(self._text):
            raise UnreadableError(self._text)
        self.at += 1
        return self._text[self.at - 1]

    def _take(self, sign: str) -> bool:
        if self._text[self.at : self.at + 1] != sign:
            return False
        self.at += 1
        return True


def _others(spans: list[tuple[int, int]] | tuple[tuple[int, int], ...]) -> Language:
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in sorted(spans):
        if start < low:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= LAST:
        found.append((start, LAST))
    return char_set(found)
