"""A mapping that must hold exactly one of some fields -> that field (`minProperties: 1, maxProperties: 1`)."""

from __future__ import annotations

from npconv.diagnostics.codes import policy_api as codes
from npconv.diagnostics.origin import Origin
from npconv.source.fields import Fields


def one_of(fields: Fields, keys: tuple[str, ...], *, experimental: tuple[str, ...] = ()) -> str | None:
    """The one key that is written; reports NPC541 if it is not exactly one of them.

    `experimental` are keys of the other channel's CRDs: without these the API server drops them first.
    """
    written = [key for key in keys if fields.value.get(key) is not None]
    unknown = [key for key in experimental if key not in keys and key in fields.value]
    fields.skip(*keys, *unknown)
    for key in unknown:
        fields.sink.error(
            codes.ONE_OF,
            Origin(fields.origin.place, (*fields.origin.path, key), key=True),
            f"`{fields.origin.dotted}` holds `{key}`, which is of the experimental channel",
            help="if the cluster has the CRDs of that channel, say so: `policy-api,channel=experimental`",
        )
    if unknown and not written:
        return None
    if len(written) == 1:
        return written[0]
    names = ", ".join(f"`{key}`" for key in keys[:-1]) + f" or `{keys[-1]}`" if len(keys) > 1 else f"`{keys[0]}`"
    found = " and ".join(f"`{key}`" for key in written) or "none"
    message = f"`{fields.origin.dotted}` must hold exactly one of {names} (found {found})"
    fields.sink.error(codes.ONE_OF, fields.origin, message)
    return None
