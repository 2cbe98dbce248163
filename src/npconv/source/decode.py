"""The bytes of a file -> text, or why they are none. Unpacks gzip, within bounds."""

from __future__ import annotations

import codecs
import io
from typing import Final

from npconv.diagnostics.codes import reading
from npconv.diagnostics.diagnostic import Diagnostic
from npconv.diagnostics.origin import Span
from npconv.source.spot import Spot
from npconv.source.text import Text

MAX_BYTES: Final = 256 * 1024 * 1024
"""How much one file may hold, unpacked. A cluster of ten thousand policies exports some 20 MB."""

_GZIP: Final = b"\x1f\x8b"
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes, file: str) -> Text | Diagnostic:
    """The text of a file's bytes, without its byte order mark; a diagnostic if Kubernetes could not read it."""
    if data.startswith(_GZIP):
        unpacked = _unpack(data, file)
        if isinstance(unpacked, Diagnostic):
            return unpacked
        data = unpacked
    if len(data) > MAX_BYTES:
        return too_large(file)
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _not_text(file, f"unexpected {name} (expected UTF-8)", help=f"convert it: iconv -f {name} -t UTF-8")
    if b"\0" in data:
        return _not_text(file, "unexpected binary data (expected UTF-8 text)")
    try:
        return Text(file, data.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        return _bad_byte(data, error.start, file)


def too_large(file: str) -> Diagnostic:
    """The diagnostic for a file above the limit."""
    return Diagnostic(
        code=reading.UNREADABLE_FILE,
        message=f"`{file}` is larger than {MAX_BYTES // 1024 // 1024} MiB",
        help="split it",
    )


def _unpack(data: bytes, file: str) -> bytes | Diagnostic:
    import zlib  # noqa: PLC0415 - most runs need none
    from gzip import BadGzipFile, GzipFile  # noqa: PLC0415

    try:
        with GzipFile(fileobj=io.BytesIO(data)) as packed:
            return packed.read(MAX_BYTES + 1)
    except (BadGzipFile, EOFError, zlib.error) as error:
        return Diagnostic(code=reading.UNREADABLE_FILE, message=f"cannot unpack `{file}`: {str(error).lower()}")


def _not_text(file: str, message: str, *, help: str = "") -> Diagnostic:
    start = Spot(file=file, label="", where=Span(1, 1, 1, 1), line=lambda _: "")
    return Diagnostic(code=reading.NOT_TEXT, message=message, origin=start.origin(), help=help)


def _bad_byte(data: bytes, offset: int, file: str) -> Diagnostic:
    before = data[:offset].decode("utf-8")
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    shown = Text(file, data.decode("utf-8", "replace"))
    spot = Spot(file=file, label="", where=Span(line, column, line, column + 1), line=shown.line)
    return Diagnostic(
        code=reading.NOT_TEXT,
        message=f"byte 0x{data[offset]:02x} is no UTF-8",
        origin=spot.origin(),
        label="this byte",
        help="save the file as UTF-8",
    )
