"""The bytes of a YAML file -> its only mapping, with positions; for files of npconv's own."""

from __future__ import annotations

from npconv.dataclass import dataclass
from npconv.diagnostics.codes import Code, config, reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Origin, Path, Span
from npconv.source.decode import decode
from npconv.source.fields import Fields, Sink, type_name
from npconv.source.parse import parse
from npconv.source.positions import locate
from npconv.source.text import Chunk, chunks

_OURS = {
    reading.UNKNOWN_FIELD.id: config.UNKNOWN_KEY,
    reading.WRONG_TYPE.id: config.WRONG_VALUE,
    reading.MISSING_FIELD.id: config.MISSING_KEY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The mapping of a file, as a place: it has no name but the file's."""

    chunk: Chunk
    label: str = ""

    @property
    def file(self) -> str:
        """The path as it is printed."""
        return self.chunk.source.file

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Where the value at `path` stands; if it is absent, the key of the nearest one around it."""
        return locate(self.chunk, path, key=key)

    def line_text(self, line: int) -> str:
        """One line of the file, counted from 1."""
        return self.chunk.source.line(line)


class ConfigSink(Sink):
    """Collects findings of `Fields`, which speak of objects for an API server, in the words of a configuration."""

    def error(self, code: Code, origin: Origin, message: str, *, label: str = "", help: str = "") -> None:
        """Record one finding."""
        own = _OURS.get(code.id, code)
        if own is config.UNKNOWN_KEY:
            message, help = message.replace("field", "key", 1), ""
        super().error(own, origin, message, label=label, help=help)


def read_mapping(data: bytes, file: str, sink: ConfigSink) -> Fields | None:
    """The mapping, empty if there is no text; None if it could not be read, and why is in `sink`."""
    text = decode(data, file)
    if isinstance(text, Diagnostic):
        sink.diagnostics.append(text)
        return None
    parts = chunks(text) or [Chunk(source=text)]
    if len(parts) > 1:
        place = Page(chunk=parts[1])
        sink.error(config.UNREADABLE_CONFIG, Origin(place, ()), "unexpected second document (expected one)")
        return None
    (chunk,) = parts
    parsed = parse(chunk)
    if isinstance(parsed, Diagnostic):
        sink.diagnostics.append(parsed)
        return None
    origin = Origin(Page(chunk=chunk), ())
    value = parsed[0].value if parsed else None
    for problem in parsed[0].problems if parsed else ():
        sink.error(problem.code, Origin(origin.place, problem.path, key=True), problem.message, label=problem.label)
    if value is not None and not isinstance(value, dict):
        sink.error(config.UNREADABLE_CONFIG, origin, f"unexpected {type_name(value)} (expected a mapping)")
        return None
    return Fields(value or {}, origin, sink)
