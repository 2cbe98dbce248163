"""Reading a mapping field by field, so that nothing stays unread: leftovers report themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from npconv.diagnostics.codes import Code, reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Key, Origin, Path

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""A value as `sigs.k8s.io/yaml` hands it on: JSON types only, mapping keys always text."""


_GUESSES = 20
"""For how many unknown fields of one mapping a spelling is suggested: guessing is slow, and more are no slips."""


class Sink:
    """Collects diagnostics: errors are returned, never raised, so that one does not hide the next."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def error(self, code: Code, origin: Origin, message: str, *, label: str = "", help: str = "") -> None:
        """Record one finding about the value at `origin`."""
        self.diagnostics.append(Diagnostic(code=code, origin=origin, message=message, label=label, help=help))

    @property
    def failed(self) -> bool:
        """Whether any error was recorded."""
        return any(one.is_error for one in self.diagnostics)


def type_name(value: Value) -> str:
    """The JSON name of a value's type, for messages."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "mapping"


class Fields:
    """One mapping of a document, read through typed getters that note which keys were read.

    Every getter returns None for an absent or null field (Go's decoder treats both alike) and for a
    value of the wrong type, which it reports. Use as a context manager, or call `finish`: a key that
    nobody asked for is then reported as NPC110 at its position.
    """

    __slots__ = ("_above", "_origin", "_read", "_steps", "sink", "value")
    _above: Fields
    """The mapping around this one, and `_steps` the way from it, while nobody has asked for the origin."""
    _steps: Path

    def __init__(self, value: Mapping[str, Value], origin: Origin, sink: Sink) -> None:
        self.value = value
        self.sink = sink
        self._origin: Origin | None = origin
        self._read: set[str] = set()

    def __enter__(self) -> Fields:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None and not self.value.keys() <= self._read:
            self.finish()

    @property
    def origin(self) -> Origin:
        """Where the mapping stands; worked out when somebody asks, since only findings need to know."""
        if self._origin is None:
            self._origin = self._above.origin.at(*self._steps)
        return self._origin

    def at(self, *keys: Key) -> Origin:
        """The origin of a value below this mapping."""
        return self.origin.at(*keys)

    def below(self, value: Mapping[str, Value], *steps: Key) -> Fields:
        """A mapping further down, to be read and finished in turn."""
        found = Fields.__new__(Fields)
        found.value = value
        found.sink = self.sink
        found._origin = None
        found._above = self
        found._steps = steps
        found._read = set()
        return found

    def has(self, key: str) -> bool:
        """Whether the key is written at all (null counts). Does not count as reading it."""
        return key in self.value

    def raw(self, key: str) -> Value:
        """The value as it is, None if absent; whatever is below it counts as read."""
        self._read.add(key)
        return self.value.get(key)

    def skip(self, *keys: str) -> None:
        """Count these keys as read: they are known to carry no meaning here."""
        self._read.update(keys)

    def text(self, key: str) -> str | None:
        """A string field."""
        self._read.add(key)
        value = self.value.get(key)
        if value is None or isinstance(value, str):
            return value
        self._wrong(key, value, "text")
        return None

    def boolean(self, key: str) -> bool | None:
        """A true/false field."""
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return value
        self._wrong(key, value, "boolean")
        return None

    def integer(self, key: str) -> int | None:
        """A whole number; `80.0` counts as one, as Go's JSON decoding after YAML takes it."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._wrong(key, value, "integer")
        return None

    def number(self, key: str) -> float | None:
        """Any number."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        self._wrong(key, value, "number")
        return None

    def mapping(self, key: str) -> Fields | None:
        """A nested mapping, to be read and finished in turn."""
        self._read.add(key)
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, dict):
            return self.below(value, key)
        self._wrong(key, value, "mapping")
        return None

    def items(self, key: str) -> list[tuple[Value, Origin]] | None:
        """The items of a list with their origins; None if the field is absent or null."""
        value = self.listed(key)
        if value is None:
            return None
        place, path = self.origin.place, (*self.origin.path, key)
        return [(item, Origin(place, (*path, index))) for index, item in enumerate(value)]

    def listed(self, key: str) -> list[Value] | None:
        """The items of a list, where nothing can be wrong with one; None if the field is absent or null."""
        value = self.raw(key)
        if value is None or isinstance(value, list):
            return value
        self._wrong(key, value, "list")
        return None

    def texts(self, key: str) -> list[tuple[str, Origin]] | None:
        """A list of strings with their origins; null items are read as empty text, as Go reads them."""
        items = self.items(key)
        if items is None:
            return None
        found: list[tuple[str, Origin]] = []
        for value, origin in items:
            if isinstance(value, str) or value is None:
                found.append((value or "", origin))
            else:
                wrong_type(self.sink, origin, value, "text")
        return found

    def words(self, key: str) -> tuple[str, ...] | None:
        """As `texts`, without origins."""
        items = self.listed(key)
        if items is None:
            return None
        found: list[str] = []
        for index, value in enumerate(items):
            if isinstance(value, str) or value is None:
                found.append(value or "")
            else:
                wrong_type(self.sink, self.at(key, index), value, "text")
        return tuple(found)

    def mappings(self, key: str) -> Iterator[Fields] | None:
        """The items of a list of mappings; None if the field is absent or null. A null item is read as `{}`."""
        items = self.listed(key)
        return None if items is None else self._mappings(key, items)

    def strings(self, key: str) -> dict[str, str] | None:
        """A map of text to text (labels, annotations). A null value is empty text, as Go reads it."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._wrong(key, value, "mapping")
            return None
        found: dict[str, str] = {}
        for name, text in value.items():
            if isinstance(text, str) or text is None:
                found[name] = text or ""
            else:
                wrong_type(self.sink, self.at(key, name), text, "text")
        return found

    def required(self, key: str, what: str = "") -> bool:
        """Whether the field is there and not null; reports NPC112 if it is not."""
        if self.value.get(key) is not None:
            return True
        self.sink.error(reading.MISSING_FIELD, self.origin, f"`{key}` is required" + (f": {what}" if what else ""))
        return False

    def finish(self) -> None:
        """Report every key that was not read."""
        unread = [key for key in self.value if key not in self._read]
        for index, key in enumerate(unread):
            self._unknown(key, guess=index < _GUESSES)

    def _unknown(self, key: str, *, guess: bool) -> None:
        known = sorted(self._read) if guess else []
        import difflib  # noqa: PLC0415 - most runs need none

        close = [name for name in known if name.lower() == key.lower()] or difflib.get_close_matches(key, known, n=1)
        self.sink.error(
            reading.UNKNOWN_FIELD,
            Origin(self.origin.place, (*self.origin.path, key), key=True),
            f"unknown field `{key}`",
            label=f"did you mean `{close[0]}`?" if close else "",
            help="an API server drops this field, and what it restricts with it",
        )

    def _mappings(self, key: str, items: list[Value]) -> Iterator[Fields]:
        for index, value in enumerate(items):
            if isinstance(value, dict):
                yield self.below(value, key, index)
            elif value is None:
                yield self.below({}, key, index)
            else:
                wrong_type(self.sink, self.at(key, index), value, "mapping")

    def _wrong(self, key: str, value: Value, expected: str) -> None:
        """Report a value of the wrong type."""
        wrong_type(self.sink, self.at(key), value, expected)


def wrong_type(sink: Sink, origin: Origin, value: Value, expected: str) -> None:
    """Report NPC111: a value of another type than its field declares."""
    hint = "quote it" if expected == "text" and isinstance(value, bool | int | float) else ""
    sink.error(
        reading.WRONG_TYPE,
        origin,
        f"unexpected {type_name(value)} (expected {expected}) in `{origin.dotted}`",
        help=hint,
    )
