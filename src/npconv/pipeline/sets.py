"""Network sets: what their addresses are called, as comments in the output or as CiliumCIDRGroups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from npconv.dataclass import dataclass
from npconv.diagnostics.origin import Origin
from npconv.dialects.cilium.profile import CiliumProfile
from npconv.ir.addresses import Addresses
from npconv.ir.policy import PolicyName
from npconv.pattern import pattern
from npconv.pipeline.read import Input
from npconv.source import cidr
from npconv.source.carried import kept_annotations, kept_labels
from npconv.source.fields import Value
from npconv.source.object_meta import ObjectMeta

if TYPE_CHECKING:
    from npconv.dialects.calico.model import CalicoObject
    from npconv.dialects.calico.model_sets import GlobalNetworkSet, NetworkSet
    from npconv.dialects.cilium.model import CiliumCIDRGroup, CiliumObject
    from npconv.pipeline.targets.task import Made

_LENGTH: Final = pattern("/[0-9]")
_CIDR: Final = pattern("[0-9A-Fa-f:.]+/[0-9]+")
"""Whatever may be one: what stands alone as a value is found, and more."""

GROUP_V2 = (1, 18)
"""The first release with `cilium.io/v2` CIDR groups (facts/cilium.md 0.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSet:
    """A network set of the source, and what its group is called."""

    name: PolicyName
    group: str
    addresses: Addresses
    metadata: ObjectMeta
    origin: Origin | None


def named_sets(found: Input) -> tuple[NamedSet, ...]:
    """The network sets and CIDR groups that hold any address, sorted by name."""
    sets = _calico_sets(found.calico) if found.calico else []
    groups = _cidr_groups(found.cilium) if found.cilium else []
    return tuple(sorted((*sets, *groups), key=lambda one: one.name))


def _calico_sets(objects: Iterable[CalicoObject]) -> list[NamedSet]:
    from npconv.dialects.calico.model_sets import GlobalNetworkSet, NetworkSet

    return [_named(one) for one in objects if isinstance(one, NetworkSet | GlobalNetworkSet) and one.nets]


def _cidr_groups(objects: Iterable[CiliumObject]) -> list[NamedSet]:
    from npconv.dialects.cilium.model import CiliumCIDRGroup

    return [_group(one) for one in objects if isinstance(one, CiliumCIDRGroup) and _cidrs(one)]


def groups(sets: Iterable[NamedSet]) -> dict[Addresses, str]:
    """Group names by what they hold; of sets that hold the same, the first by name."""
    found: dict[Addresses, str] = {}
    for one in sets:
        found.setdefault(one.addresses, one.group)
    return found


def used_groups(
    sets: Iterable[NamedSet], outputs: Iterable[Mapping[str, Value]], profile: CiliumProfile
) -> Iterator[tuple[NamedSet, CiliumCIDRGroup]]:
    """The groups that some output refers to."""
    sets = list(sets)
    if not sets:
        return
    from npconv.dialects.cilium.model import CIDRGroupSpec, CiliumCIDRGroup

    named = {text for output in outputs for key, text in _texts(output) if key == "cidrGroupRef"}
    api_version = "cilium.io/v2" if profile.version >= GROUP_V2 else "cilium.io/v2alpha1"
    for one in sets:
        if one.group in named:
            cidrs = one.addresses.cidrs()
            yield (
                one,
                CiliumCIDRGroup(
                    api_version=api_version,
                    metadata=ObjectMeta(
                        name=one.group,
                        labels=kept_labels(one.metadata.labels),
                        annotations=kept_annotations(one.metadata.annotations),
                    ),
                    spec=CIDRGroupSpec(external_cidrs=cidrs),
                ),
            )


class Comments:
    """Which network sets the CIDRs of an output stand for."""

    def __init__(self, sets: Iterable[NamedSet]) -> None:
        self._by_first: dict[str, list[tuple[PolicyName, tuple[str, ...]]]] = {}
        for one in sets:
            cidrs = one.addresses.cidrs()
            if cidrs:
                self._by_first.setdefault(cidrs[0], []).append((one.name, cidrs))

    def of(self, made: Made, text: str) -> tuple[str, ...]:
        """A line for each set of which an output has every CIDR; `text` is the output as YAML. None for itself."""
        if not self._by_first or _LENGTH.search(text) is None:
            return ()
        near = [one for cidr in dict.fromkeys(_CIDR.findall(text)) for one in self._by_first.get(cidr, ())]
        if not near:
            return ()
        texts = _every_text(made.data)
        meant = [(name, cidrs) for name, cidrs in sorted(near) if name != made.source and texts.issuperset(cidrs)]
        return tuple(f"{', '.join(cidrs)}: {name}" for name, cidrs in meant)


def _named(one: NetworkSet | GlobalNetworkSet) -> NamedSet:
    from npconv.dialects.calico.lift_nets import addresses_of
    from npconv.dialects.calico.model_sets import NetworkSet

    meta = one.metadata
    namespace = meta.namespace if isinstance(one, NetworkSet) else ""
    return NamedSet(
        name=PolicyName(type(one).__name__, namespace, meta.name),
        group=".".join(part for part in (namespace, meta.name) if part),
        addresses=addresses_of(one.nets or ()),
        metadata=ObjectMeta(name=meta.name, namespace=namespace, labels=meta.labels, annotations=meta.annotations),
        origin=one.origin,
    )


def _group(one: CiliumCIDRGroup) -> NamedSet:
    return NamedSet(
        name=PolicyName("CiliumCIDRGroup", "", one.metadata.name),
        group=one.metadata.name,
        addresses=Addresses.of(_cidrs(one)),
        metadata=one.metadata,
        origin=one.origin,
    )


def _cidrs(one: CiliumCIDRGroup) -> list[str]:
    listed = () if one.spec is None else one.spec.external_cidrs or ()
    return [cidr.usual_form(found) for text in listed if (found := cidr.strict(text)) is not None]


def _every_text(output: Mapping[str, Value]) -> set[str]:
    found: set[str] = set()
    todo: list[Value | Mapping[str, Value]] = [output]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)
    return found


def _texts(value: Value | Mapping[str, Value], key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in some data with the key that it is under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
