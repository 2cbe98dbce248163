"""A mapping that must hold exactly one of some fields -> that field (`minProperties: 1, maxProperties: 1`)."""

from __future__ import annotations

from npconv.diagnostics.codes import policy_api as codes
from npconv.source.fields import Fields


def one_of(fields: Fields, keys: tuple[str, ...]) -> str | None:
    """The one key that is written; reports NPC541 if it is not exactly one of them."""
    written = [key for key in keys if fields.value.get(key) is not None]
    fields.skip(*keys)
    if len(written) == 1:
        return written[0]
    names = ", ".join(f"`{key}`" for key in keys[:-1]) + f" or `{keys[-1]}`" if len(keys) > 1 else f"`{keys[0]}`"
    found = " and ".join(f"`{key}`" for key in written) or "none"
    message = f"`{fields.origin.dotted}` must hold exactly one of {names} (found {found})"
    fields.sink.error(codes.ONE_OF, fields.origin, message)
    return None
