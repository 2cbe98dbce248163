"""Address ranges with bits beyond their prefix, where the engine takes them (elsewhere NPC226, NPC522 say so)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npconv.diagnostics.codes import lint as codes
from npconv.diagnostics.origin import Origin, Path
from npconv.linter.context import Context, Rule, finding
from npconv.linter.documents import documents
from npconv.linter.model import Finding, Replace
from npconv.source import cidr
from npconv.source.fields import Value

_KINDS: Final = (
    "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup", "NetworkSet", "GlobalNetworkSet",
    "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy",
)  # fmt: skip
_LISTS: Final = ("fromCIDR", "toCIDR", "except", "externalCIDRs", "nets", "networks")


def host_bits(context: Context) -> Iterator[Finding]:
    """Ranges that Cilium, Calico's network sets and the policy API take and clear."""
    for document in documents(context.found):
        if document.kind not in _KINDS:
            continue
        for key in ("spec", "specs"):
            for path, text in _ranges(document.data.get(key), (key,)):
                value = cidr.lenient(text)
                if value is None or not cidr.has_host_bits(value) or cidr.in_ipv4_mapped(value):
                    continue
                origin = Origin(document, path)
                meant = str(value.network)
                yield finding(
                    codes.HOST_BITS,
                    origin,
                    f"`{text}` is taken for `{meant}`",
                    help=f"write `{meant}`, or `{cidr.single(value.ip)}` for the one address",
                    fix=Replace(origin, meant),
                )


def _ranges(value: Value, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "cidr" and isinstance(item, str):
                yield (*path, key), item
            elif key in _LISTS and isinstance(item, list):
                yield from (((*path, key, at), text) for at, text in enumerate(item) if isinstance(text, str))
            else:
                yield from _ranges(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _ranges(item, (*path, index))


RULES: Final = (Rule(codes=(codes.HOST_BITS,), check=host_bits),)
